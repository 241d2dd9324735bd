"""The first answer to a request as text: a repeated request is answered alike."""

from datetime import datetime
from decimal import Decimal

import msgspec

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.operation import Operation
from saleor_stripe_app.domain.report import Answer, Result
from saleor_stripe_app.domain.transaction import Action


class _Stored(msgspec.Struct, frozen=True, omit_defaults=True):
    result: Result | None
    reference: str | None
    amount: Decimal | None = None
    time: datetime | None = None
    message: str = ""
    external_url: str | None = None
    actions: frozenset[Action] | None = None


class _Codes(msgspec.Struct, frozen=True, omit_defaults=True):
    stripe_code: str | None = None
    decline_code: str | None = None
    parameter: str | None = None


_decoder = msgspec.json.Decoder(_Stored)
_codes = msgspec.json.Decoder(_Codes)


def written(answer: Answer) -> str:
    """The answer as text. Actions on a payment have neither `data` nor a payment method in their answers."""
    stored = _Stored(
        answer.result,
        answer.reference,
        answer.amount,
        answer.time,
        answer.message,
        answer.external_url,
        answer.actions,
    )
    return msgspec.json.encode(stored).decode()


def read(text: str) -> Answer:
    """The answer that was written."""
    stored = _decoder.decode(text)
    return Answer(
        stored.result,
        stored.reference,
        stored.amount,
        stored.time,
        stored.message,
        stored.external_url,
        stored.actions,
    )


def codes(declined: Declined) -> str:
    """Stripe's codes of an intent that it did not make, for the answer to be made anew."""
    return msgspec.json.encode(_Codes(declined.stripe_code, declined.decline_code, declined.parameter)).decode()


def declined(operation: Operation) -> Declined:
    """Why Stripe did not make the intent of this operation, as it was told first."""
    kept = _codes.decode(operation.answer) if operation.answer else _Codes()
    return Declined(
        operation.message,
        code=operation.code or "StripeApiError",
        stripe_code=kept.stripe_code,
        decline_code=kept.decline_code,
        parameter=kept.parameter,
    )
