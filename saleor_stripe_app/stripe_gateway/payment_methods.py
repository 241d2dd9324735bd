"""What a customer saved at Stripe: listed, read, allowed to be shown, taken away.

https://docs.stripe.com/api/payment_methods. Each function raises Declined and Unavailable.
"""

from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
import stripe

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.stored_methods import Redisplay, StoredMethod
from saleor_stripe_app.stripe_gateway.calls import PAGE_SIZE, WITHIN, answered, every
from saleor_stripe_app.stripe_gateway.failures import is_missing
from saleor_stripe_app.stripe_gateway.wire import Identified, Wallet, identifier, moment, narrowed

if TYPE_CHECKING:
    from stripe.params import PaymentMethodListParams


class _GeneratedFrom(msgspec.Struct, frozen=True):
    setup_attempt: Identified | str | None = None


class _DetailsWire(msgspec.Struct, frozen=True):
    """What stands under the name of the type, of all types that can be saved; most have a few of these."""

    fingerprint: str | None = None
    brand: str | None = None
    display_brand: str | None = None
    last4: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None
    wallet: Wallet | None = None
    bank_name: str | None = None
    email: str | None = None
    payer_email: str | None = None
    cashtag: str | None = None
    generated_from: _GeneratedFrom | None = None


_NONE = _DetailsWire()


class MethodWire(Identified, frozen=True):
    """A payment method. Types that are not named here tell nothing of themselves."""

    type: str
    created: int
    allow_redisplay: str | None = None
    customer: Identified | str | None = None
    card: _DetailsWire | None = None
    sepa_debit: _DetailsWire | None = None
    us_bank_account: _DetailsWire | None = None
    bacs_debit: _DetailsWire | None = None
    au_becs_debit: _DetailsWire | None = None
    acss_debit: _DetailsWire | None = None
    nz_bank_account: _DetailsWire | None = None
    paypal: _DetailsWire | None = None
    link: _DetailsWire | None = None
    cashapp: _DetailsWire | None = None

    def method(self) -> StoredMethod:
        """The same as a domain value."""
        details: _DetailsWire = getattr(self, self.type, None) or _NONE
        return StoredMethod(
            id=self.id,
            type=self.type,
            created=moment(self.created),
            customer=identifier(self.customer),
            redisplay=self.allow_redisplay or Redisplay.UNSPECIFIED,
            fingerprint=details.fingerprint,
            brand=details.brand or details.display_brand,
            last_digits=details.last4,
            exp_month=details.exp_month,
            exp_year=details.exp_year,
            wallet=details.wallet.type if details.wallet else None,
            bank_name=details.bank_name,
            holder=details.email or details.payer_email or details.cashtag,
            generated_from=identifier(details.generated_from.setup_attempt) if details.generated_from else None,
        )


async def of_customer(
    client: stripe.StripeClient, customer: str, *, within: float = WITHIN
) -> tuple[StoredMethod, ...]:
    """Everything that the customer saved, newest first; nothing where Stripe does not know the customer (any more)."""

    async def page(after: str | None) -> stripe.ListObject[stripe.PaymentMethod]:
        params: PaymentMethodListParams = {"customer": customer, "limit": PAGE_SIZE}
        if after is not None:
            params["starting_after"] = after
        return await client.v1.payment_methods.list_async(params)

    try:
        return tuple([wire.method() async for wire in every(page, MethodWire, within=within)])
    except Declined as declined:
        if is_missing(declined):
            return ()
        raise


async def read(client: stripe.StripeClient, method_id: str, *, within: float = WITHIN) -> StoredMethod | None:
    """A payment method, whoever has it; None where Stripe knows none of this id."""
    try:
        answer = await answered(lambda: client.v1.payment_methods.retrieve_async(method_id), within=within)
    except Declined as declined:
        if is_missing(declined):
            return None
        raise
    return narrowed(answer, MethodWire).method()


async def allow_redisplay(client: stripe.StripeClient, method_id: str, *, within: float = WITHIN) -> None:
    """The customer wants to see it again. Each try has a key of its own: it says the same whenever it is said."""
    key = f"saleor-{uuid4()}"
    await answered(
        lambda: client.v1.payment_methods.update_async(
            method_id, {"allow_redisplay": "always"}, {"idempotency_key": key}
        ),
        keyed=True,
        within=within,
    )


async def detach(client: stripe.StripeClient, method_id: str, *, within: float = WITHIN) -> None:
    """Take it from its customer for good; one that nobody has (any more) is as good as taken."""
    key = f"saleor-{uuid4()}"
    try:
        await answered(
            lambda: client.v1.payment_methods.detach_async(method_id, {}, {"idempotency_key": key}),
            keyed=True,
            within=within,
        )
    except Declined:
        left = await read(client, method_id, within=within)
        if left is not None and left.customer is not None:
            raise
