"""Who gets the money of a line: its vendor, or the platform where the vendor is unknown or cannot be paid."""

from collections.abc import Mapping
from dataclasses import dataclass

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.entry import PLATFORM
from saleor_stripe_app.domain.marketplace.held import Held
from saleor_stripe_app.domain.marketplace.policy import Otherwise, Policy
from saleor_stripe_app.domain.marketplace.priced import PricedPurchase
from saleor_stripe_app.domain.marketplace.vendor import Vendor, why_not_payable


@dataclass(frozen=True, slots=True)
class Payee:
    """`vendor` is who has the share, "" for the platform; `named` is whom the line names, `why` why it is kept."""

    vendor: str = PLATFORM
    named: str = ""
    why: Held | None = None


def payee(named: str | None, policy: Policy, vendors: Mapping[str, Vendor], currency: str) -> Payee:
    """Who has the share of a vendor named so.

    A share that is not kept is the vendor's even if it cannot be sent yet. That is so with REFUSE, too: the payment was
    taken when the vendor could be paid.
    """
    if not named:
        return Payee()
    why, otherwise = _doubt(named, policy, vendors, currency)
    if why is not None and otherwise is Otherwise.KEEP:
        return Payee(PLATFORM, named, why)
    return Payee(named, named)


def refuse_unpaid_vendors(
    purchase: PricedPurchase, policy: Policy, vendors: Mapping[str, Vendor], currency: str
) -> None:
    """Raises Refusal, before a payment is made, for a vendor without whom the operator takes none."""
    for line in purchase.lines:
        if line.vendor:
            why, otherwise = _doubt(line.vendor, policy, vendors, currency)
            if why is not None and otherwise is Otherwise.REFUSE:
                raise Refusal("Something in this purchase cannot be sold at the moment.", code="VendorNotPayable")


def _doubt(named: str, policy: Policy, vendors: Mapping[str, Vendor], currency: str) -> tuple[Held | None, Otherwise]:
    vendor = vendors.get(named)
    if vendor is None:
        return Held.UNKNOWN_VENDOR, policy.unknown_vendor
    return why_not_payable(vendor, currency), policy.unpayable_vendor
