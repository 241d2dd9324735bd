"""What a storefront may say in `data` of transactionInitialize and transactionProcess: an allow-list.

    {"paymentIntent": {"paymentMethod": "card", "confirmationToken": "ctoken_...", "paymentMethodId": "pm_...",
                       "returnUrl": "https://...", "savePaymentMethod": true, "offSession": false}}

Every level and field is optional, everything else is ignored. The payment method is Stripe's name of its type, or of a
wallet; it is a hint.
"""

import re
from dataclasses import dataclass

import msgspec

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.instruction import NO_INSTRUCTION, Instruction
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.saleor.return_url import is_return_url

INITIALIZE, PROCESS = "transactionInitialize", "transactionProcess"
_METHOD = re.compile(r"[a-z][a-z0-9_]{0,63}")
_TOKEN = re.compile(r"ctoken_\w{1,248}", re.ASCII)
# Saleor gives out what a customer saved as app:<identifier of the app>:<Stripe's id>.
_SAVED = re.compile(r"(?:app:[^\s:]{1,255}:)?(pm_\w{1,250})", re.ASCII)


class UnreadableData(Refusal):
    """The storefront's `data` has the wrong shape. `flow` names the result that Saleor is answered.

    `final` is false for transactionProcess: a payment has been begun, which a mistake must not end.
    """

    def __init__(self, message: str, flow: Flow, *, final: bool) -> None:
        super().__init__(message, code="ParseError")
        self.flow = flow
        self.final = final


@dataclass(frozen=True, slots=True)
class Said:
    """What a storefront said: the method that it expects, and how it wants the payment made."""

    method: str | None = None
    instruction: Instruction = NO_INSTRUCTION


class _PaymentIntent(msgspec.Struct, frozen=True, rename="camel"):
    payment_method: str | None = None
    confirmation_token: str | None = None
    payment_method_id: str | None = None
    return_url: str | None = None
    save_payment_method: bool | None = None
    off_session: bool | None = None


class _Data(msgspec.Struct, frozen=True, rename="camel"):
    payment_intent: _PaymentIntent | None = None


_data = msgspec.json.Decoder(_Data | None)


class _Wrong(Exception):
    """What is wrong, and where."""


def read(data: bytes, flow: Flow, mutation: str) -> Said:
    """What the storefront says in its `data` (JSON) of this mutation.

    Raises UnreadableData, whose message says what is wrong and where. At transactionProcess, which once read no data,
    only an object is taken for something that is meant for this app.
    """
    if mutation == PROCESS and not data.lstrip().startswith(b"{"):
        return Said()
    try:
        decoded = _data.decode(data)
        return _checked(decoded.payment_intent) if decoded and decoded.payment_intent else Said()
    except (msgspec.MsgspecError, UnicodeError, RecursionError, _Wrong) as error:
        what = str(error).replace("`$", "`data")[:300]
        raise UnreadableData(
            f"The data given to {mutation} cannot be used: {what}.", flow, final=mutation == INITIALIZE
        ) from error


def _checked(said: _PaymentIntent) -> Said:
    _need(said.payment_method, _METHOD, "paymentMethod", "a name of a payment method, such as card")
    _need(said.confirmation_token, _TOKEN, "confirmationToken", "a confirmation token of Stripe.js (ctoken_...)")
    _need(said.payment_method_id, _SAVED, "paymentMethodId", "the id of a payment method (pm_...)")
    if said.return_url is not None and not is_return_url(said.return_url):
        raise _Wrong("data.paymentIntent.returnUrl is not an https address (on this machine http)")
    if said.confirmation_token is not None and said.payment_method_id is not None:
        raise _Wrong("data.paymentIntent has a confirmationToken and a paymentMethodId, of which one is enough")
    if said.off_session and said.payment_method_id is None:
        raise _Wrong("data.paymentIntent.offSession needs a paymentMethodId")
    saved = _SAVED.fullmatch(said.payment_method_id) if said.payment_method_id is not None else None
    instruction = Instruction(
        confirmation_token=said.confirmation_token,
        payment_method_id=saved[1] if saved else None,
        return_url=said.return_url,
        save=bool(said.save_payment_method),
        off_session=bool(said.off_session),
    )
    return Said(said.payment_method, instruction)


def _need(value: str | None, form: re.Pattern[str], name: str, what: str) -> None:
    if value is not None and not form.fullmatch(value):
        raise _Wrong(f"data.paymentIntent.{name} is not {what}")
