"""What a storefront may say in `data` of transactionInitialize: an allow-list, everything else is ignored.

    {"paymentIntent": {"paymentMethod": "card"}}

Both levels are optional. The payment method is Stripe's name of its type, or of a wallet; it is a hint.
"""

import re

import msgspec

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.transaction import Flow

_METHOD = re.compile(r"[a-z][a-z0-9_]{0,63}")


class UnreadableData(Refusal):
    """The storefront's `data` has the wrong shape. `flow` names the *_FAILURE that Saleor is answered."""

    def __init__(self, message: str, flow: Flow) -> None:
        super().__init__(message, code="ParseError")
        self.flow = flow


class _PaymentIntent(msgspec.Struct, frozen=True, rename="camel"):
    payment_method: str | None = None


class _Data(msgspec.Struct, frozen=True, rename="camel"):
    payment_intent: _PaymentIntent | None = None


_data = msgspec.json.Decoder(_Data | None)


def payment_method(data: bytes, flow: Flow) -> str | None:
    """The payment method that the storefront names in its `data` (JSON), None when it names none.

    Raises UnreadableData, whose message says what is wrong and where.
    """
    try:
        decoded = _data.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        what = str(error).replace("`$", "`data")[:300]
        raise UnreadableData(f"The data given to transactionInitialize cannot be used: {what}.", flow) from error
    method = decoded.payment_intent.payment_method if decoded and decoded.payment_intent else None
    if method is not None and not _METHOD.fullmatch(method):
        raise UnreadableData(
            "The data given to transactionInitialize cannot be used: data.paymentIntent.paymentMethod is not a name of "
            "a payment method, such as card.",
            flow,
        )
    return method
