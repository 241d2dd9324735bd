"""Beginning a transaction of our own accord: transactionInitialize, with the app's own token.

https://docs.saleor.io/api-reference/payments/mutations/transaction-initialize. Saleor asks this app, as it does for a
storefront, before it answers.
"""

from dataclasses import dataclass
from decimal import Decimal

import msgspec

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.saleor.responses import plain
from saleor_stripe_app.saleor.wire import MutationPayload, Typed


class _Event(msgspec.Struct, frozen=True, rename="camel"):
    message: str | None = None
    created_by: Typed | None = None


class _Payload(MutationPayload, frozen=True, rename="camel"):
    transaction_event: _Event | None = None


class _Done(msgspec.Struct, frozen=True, rename="camel"):
    transaction_initialize: _Payload


@dataclass(frozen=True, slots=True)
class Begun:
    """What came of it. `was_asked` is false where Saleor had no answer of the app's and wrote a failure of its own."""

    message: str
    was_asked: bool


async def authorize(
    client: SaleorClient,
    installation: Installation,
    *,
    order_id: str,
    gateway: str,
    amount: Decimal,
    payment_method_id: str,
    idempotency_key: str,
) -> Begun:
    """Have an order's customer, who is not there, authorize this amount with what they saved.

    With the same key it is the same transaction, whose app is asked again. `gateway` is the app's identifier. Raises
    Refusal where Saleor begins none, and what `SaleorClient.execute` raises.
    """
    said = {"paymentIntent": {"paymentMethodId": payment_method_id, "offSession": True}}
    variables = {
        "id": order_id,
        "paymentGateway": {"id": gateway, "data": said},
        "amount": plain(amount),
        "idempotencyKey": idempotency_key,
    }
    payload = (await client.execute(installation, "transaction-initialize", variables, _Done)).transaction_initialize
    for error in payload.errors:
        raise Refusal(f"Saleor begins no transaction ({error.code}): {error}", code=error.code)
    event = payload.transaction_event
    return Begun((event.message if event else None) or "", event is not None and event.created_by is not None)
