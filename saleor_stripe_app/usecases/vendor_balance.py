"""What a vendor has at Stripe, and what was paid out to the vendor's bank: asked of Stripe, and not kept."""

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.stripe_gateway import payouts
from saleor_stripe_app.stripe_gateway.payouts import CurrencyBalance, Payout
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.find_configuration import find_configuration
from saleor_stripe_app.usecases.vendors import find_vendor

MOST_PAYOUTS = 100


async def vendor_balance(backends: Backends, installation: Installation, key: str) -> tuple[CurrencyBalance, ...]:
    """By currency. Raises Refusal (UnknownVendor, NoAccount), Declined and Unavailable."""
    client = backends.stripe.client(*await _vendor(backends, installation, key))
    return await payouts.read_balance(client)


async def vendor_payouts(
    backends: Backends, installation: Installation, key: str, first: int, after: str | None
) -> tuple[tuple[Payout, ...], bool]:
    """The newest payouts, at most 100 at once, and whether there are more. Raises as `vendor_balance`."""
    client = backends.stripe.client(*await _vendor(backends, installation, key))
    return await payouts.latest(client, max(1, min(first, MOST_PAYOUTS)), after=after)


async def _vendor(backends: Backends, installation: Installation, key: str) -> tuple[str, str]:
    """The platform's key, and the account to act for."""
    record = await find_vendor(backends, installation, key)
    account = record.vendor.stripe_account
    if account is None:
        raise Refusal("The vendor has no account yet: make or link one first.", code="NoAccount")
    configuration = await find_configuration(backends, installation, record.configuration_id)
    return configuration.secret_key, account
