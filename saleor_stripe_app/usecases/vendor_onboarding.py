"""A vendor gives Stripe what it wants: on Stripe's page, by a link, or in a page of the platform's, by a session.

Stripe sends visitors back to two addresses of ours, which anybody may call. They bear a ticket that is sealed by this
app's keys, names one vendor, account and link, and runs out. A ticket is worth as much as the link that it makes, so
the newest link makes the ones before worthless, as do another account and the end of the vendor; and nothing is made
any more for an account that owes Stripe nothing, so that an old address opens no account that is in use.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

import msgspec

from saleor_stripe_app.domain.errors import Refusal, Untrusted
from saleor_stripe_app.domain.marketplace.vendor import VendorStatus
from saleor_stripe_app.domain.marketplace.vendor_record import VendorRecord
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.storage import installations, vendors
from saleor_stripe_app.storage.sealed import Unsealable, Where
from saleor_stripe_app.stripe_gateway import connected_accounts
from saleor_stripe_app.stripe_gateway.connected_accounts import OnboardingLink, OnboardingSession
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.find_configuration import find_configuration
from saleor_stripe_app.usecases.look_at_vendors import look_at_vendor
from saleor_stripe_app.usecases.vendors import changed_meanwhile, find_vendor, later

TICKET_LASTS = timedelta(days=1)
LONGEST_TICKET = 2048
PLACE = Where("vendors", "onboarding", "ticket")
NOT_GOOD = "This link is not good any more. Ask the shop that sent it for a new one."


class NothingToGive(Refusal):
    """The account owes Stripe nothing."""

    def __init__(self) -> None:
        super().__init__("Stripe has all that it needs.", code="NothingToGive")


class _Ticket(msgspec.Struct, frozen=True):
    saleor_api_url: str
    vendor: str
    account: str
    link: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Embedded:
    """What the platform's own page begins Stripe's component with."""

    publishable_key: str
    session: OnboardingSession = field(repr=False)


async def onboarding_link(
    backends: Backends, installation: Installation, who: str, key: str
) -> tuple[VendorRecord, OnboardingLink]:
    """A page of Stripe's for the vendor; earlier links can be continued no more.

    Raises Refusal (UnknownVendor, VendorClosed, NoAccount, ChangedMeanwhile), Declined and Unavailable.
    """
    before, configuration = await _with_account(backends, installation, key)
    after = replace(before, onboarding=str(uuid4()), updated_at=later(backends, before))
    if not await vendors.save(backends.storage, after, before.updated_at, who, {"onboardingLink": (None, "made")}):
        raise changed_meanwhile(before)
    ticket = _ticket(backends, after, backends.clock() + TICKET_LASTS)
    return after, await _link(backends, configuration, after, ticket)


async def onboarding_session(backends: Backends, installation: Installation, key: str) -> tuple[VendorRecord, Embedded]:
    """Begin Stripe's embedded onboarding. Raises as `onboarding_link`."""
    record, configuration = await _with_account(backends, installation, key)
    assert record.vendor.stripe_account is not None
    client = backends.stripe.client(configuration.secret_key)
    session = await connected_accounts.onboarding_session(client, record.vendor.stripe_account)
    return record, Embedded(configuration.publishable_key, session)


async def continue_onboarding(backends: Backends, ticket: str) -> OnboardingLink:
    """A new page in place of one that works no more, for as long as the ticket lasts.

    Raises Untrusted for a ticket that is not good, NothingToGive, Declined and Unavailable.
    """
    installation, record = await _opened(backends, ticket)
    record = await look_at_vendor(backends, installation, replace(record, look_at=None))
    account = record.vendor.account
    if account is None or not account.connected:
        raise Untrusted(NOT_GOOD)
    if account.details_submitted and not account.currently_due and not account.past_due:
        raise NothingToGive
    configuration = await find_configuration(backends, installation, record.configuration_id)
    return await _link(backends, configuration, record, ticket)


async def return_from_onboarding(backends: Backends, ticket: str) -> VendorRecord:
    """The vendor as Stripe shows it once the visitor came back, whatever was given there.

    Raises Untrusted for a ticket that is not good, Declined and Unavailable.
    """
    installation, record = await _opened(backends, ticket)
    return await look_at_vendor(backends, installation, replace(record, look_at=None))


async def _with_account(backends: Backends, installation: Installation, key: str) -> tuple[VendorRecord, Configuration]:
    record = await find_vendor(backends, installation, key)
    if record.vendor.status is VendorStatus.CLOSED:
        raise Refusal("The vendor is closed.", code="VendorClosed")
    if record.vendor.stripe_account is None:
        raise Refusal("The vendor has no account yet: make or link one first.", code="NoAccount")
    configuration = await find_configuration(backends, installation, record.configuration_id, archived=False)
    return record, configuration


async def _link(backends: Backends, configuration: Configuration, record: VendorRecord, ticket: str) -> OnboardingLink:
    assert record.vendor.stripe_account is not None
    return await connected_accounts.onboarding_link(
        backends.stripe.client(configuration.secret_key),
        record.vendor.stripe_account,
        record.interface,
        refresh_url=f"{backends.app_url}/onboarding/{ticket}/continue",
        return_url=f"{backends.app_url}/onboarding/{ticket}/done",
    )


def _ticket(backends: Backends, record: VendorRecord, until: datetime) -> str:
    assert record.vendor.stripe_account is not None
    assert record.onboarding is not None
    said = _Ticket(record.saleor_api_url, record.vendor.key, record.vendor.stripe_account, record.onboarding, until)
    return backends.storage.keys.seal(msgspec.json.encode(said).decode(), PLACE)


async def _opened(backends: Backends, ticket: str) -> tuple[Installation, VendorRecord]:
    """Whose ticket it is. Raises Untrusted, without saying what is wrong with it, and Unavailable (the database)."""
    if len(ticket) > LONGEST_TICKET:
        raise Untrusted(NOT_GOOD)
    try:
        said = msgspec.json.decode(backends.storage.keys.unseal(ticket, PLACE), type=_Ticket)
    except (Unsealable, msgspec.MsgspecError) as error:
        raise Untrusted(NOT_GOOD) from error
    installation = await installations.by_url(backends.storage, said.saleor_api_url)
    record = await vendors.by_key(backends.storage, said.saleor_api_url, said.vendor)
    if installation is None or installation.removed_at is not None or record is None:
        raise Untrusted(NOT_GOOD)
    same = (record.vendor.stripe_account, record.onboarding) == (said.account, said.link)
    if not same or said.until <= backends.clock() or record.vendor.status is VendorStatus.CLOSED:
        raise Untrusted(NOT_GOOD)
    return installation, record
