"""Staff keep the vendors of a marketplace: who they are, what they pay, and whether they are paid."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.rate import Rate, checked_rate
from saleor_stripe_app.domain.marketplace.vendor import Vendor, VendorStatus, checked_key
from saleor_stripe_app.domain.marketplace.vendor_record import VendorRecord
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.storage import splits, vendors
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.find_configuration import find_configuration
from saleor_stripe_app.usecases.tell_of_vendor import tell_of_vendor

LONGEST_NAME = 100
INSTANT = timedelta(microseconds=1)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)

What = dict[str, tuple[str | None, str | None]]


@dataclass(frozen=True, slots=True)
class NewVendor:
    """What staff enter. Country and currency may be left empty."""

    key: str
    name: str
    configuration_id: str
    country: str = ""
    currency: str = ""
    commission: Rate | None = None


@dataclass(frozen=True, slots=True)
class VendorEdit:
    """What staff change; None keeps what is there, an empty currency or `no_commission` takes it away."""

    name: str | None = None
    status: VendorStatus | None = None
    configuration_id: str | None = None
    country: str | None = None
    currency: str | None = None
    commission: Rate | None = None
    no_commission: bool = False


async def find_vendor(backends: Backends, installation: Installation, key: str) -> VendorRecord:
    """A vendor of this Saleor, never another's. Raises Refusal (UnknownVendor)."""
    # PostgreSQL takes no text with a NUL, not even to look for it.
    found = await vendors.by_key(backends.storage, installation.saleor_api_url, key) if key.isprintable() else None
    if found is None:
        raise Refusal("There is no vendor with this key.", code="UnknownVendor")
    return found


async def create_vendor(backends: Backends, installation: Installation, who: str, new: NewVendor) -> VendorRecord:
    """Record a vendor without an account. Raises Refusal with the code of what is wrong, VendorKeyTaken for its key."""
    configuration = await find_configuration(backends, installation, new.configuration_id, archived=False)
    now = backends.clock()
    vendor = Vendor(
        key=checked_key(new.key),
        name=_checked_name(new.name),
        commission=None if new.commission is None else checked_rate(new.commission),
        country=_checked_country(new.country),
        currency=_checked_currency(new.currency),
    )
    record = VendorRecord(vendor, installation.saleor_api_url, configuration.id, now, now)
    if not await vendors.insert(backends.storage, record, who, differences({}, shown(record))):
        raise Refusal("There is a vendor with this key already.", code="VendorKeyTaken")
    return record


async def update_vendor(
    backends: Backends, installation: Installation, who: str, key: str, edit: VendorEdit
) -> VendorRecord:
    """Save what changed. Raises Refusal with the code of what is wrong, ChangedMeanwhile if somebody else did so."""
    before = await find_vendor(backends, installation, key)
    vendor = before.vendor
    commission = vendor.commission if edit.commission is None else checked_rate(edit.commission)
    after = replace(
        before,
        vendor=replace(
            vendor,
            name=vendor.name if edit.name is None else _checked_name(edit.name),
            status=edit.status or vendor.status,
            commission=None if edit.no_commission else commission,
            country=vendor.country if edit.country is None else _checked_country(edit.country),
            currency=vendor.currency if edit.currency is None else _checked_currency(edit.currency),
        ),
        configuration_id=await _moved_to(backends, installation, before, edit.configuration_id),
    )
    if after.vendor.status is VendorStatus.CLOSED:
        after = replace(after, onboarding=None)
    what = differences(shown(before), shown(after))
    if not what:
        return before
    after = replace(after, updated_at=later(backends, before))
    if not await vendors.save(backends.storage, after, before.updated_at, who, what):
        raise changed_meanwhile(before)
    await splits.look_for_vendor(backends.storage, after.saleor_api_url, key, backends.clock())
    await tell_of_vendor(backends, installation, after)
    return after


def changed_meanwhile(record: VendorRecord) -> Refusal:
    """Somebody else saved the vendor since it was read."""
    return Refusal(
        f"{record.vendor.name} was changed by somebody else meanwhile: load it again.", code="ChangedMeanwhile"
    )


def later(backends: Backends, record: VendorRecord) -> datetime:
    """The time of a change, which is never that of the one before."""
    return max(backends.clock(), record.updated_at + INSTANT)


def shown(record: VendorRecord) -> Mapping[str, str | None]:
    """What of a vendor a change is written down of, as text."""
    vendor = record.vendor
    return {
        "name": vendor.name,
        "status": vendor.status.value,
        "configuration": record.configuration_id,
        "country": vendor.country or None,
        "currency": vendor.currency,
        "commission": None if vendor.commission is None else _rate_text(vendor.commission),
        "stripeAccount": vendor.stripe_account,
    }


def differences(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> What:
    """What changed: each field with its value before and after."""
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


def _rate_text(rate: Rate) -> str:
    parts = [f"{rate.percent.normalize():f}% of {rate.base.value}{' with shipping' if rate.shipping else ''}"]
    parts += [f"+ {money.display(amount, currency)}" for currency, amount in sorted(rate.fixed.items())]
    parts += [f"at least {money.display(amount, currency)}" for currency, amount in sorted(rate.minimum.items())]
    return ", ".join(parts)


async def _moved_to(
    backends: Backends, installation: Installation, record: VendorRecord, configuration_id: str | None
) -> str:
    """The configuration to ask with; another one only if the vendor's account is connected to its Stripe account."""
    if configuration_id is None or configuration_id == record.configuration_id:
        return record.configuration_id
    wanted = await find_configuration(backends, installation, configuration_id, archived=False)
    present = await find_configuration(backends, installation, record.configuration_id)
    if (record.vendor.stripe_account is not None or record.asked is not None) and (
        (wanted.stripe_account, wanted.livemode) != (present.stripe_account, present.livemode)
    ):
        raise Refusal(
            f"The vendor's account is connected to the Stripe account of {present.name}, and not to that of "
            f"{wanted.name}.",
            code="AccountNotConnected",
        )
    return wanted.id


def _checked_name(given: str) -> str:
    name = " ".join(given.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Refusal(f"A vendor needs a name of 1 to {LONGEST_NAME} characters.", code="InvalidName")
    return name


def _checked_country(given: str) -> str:
    country = given.strip().upper()
    if country and not _COUNTRY.fullmatch(country):
        raise Refusal("A country is a code of two letters, such as DE.", code="InvalidCountry")
    return country


def _checked_currency(given: str) -> str | None:
    currency = given.strip().lower()
    if currency and currency not in money.CURRENCIES:
        raise Refusal("Stripe does not take this currency.", code="InvalidCurrency")
    return currency or None
