"""The first answer to an action request as text: a repeated request is answered alike."""

from datetime import datetime
from decimal import Decimal

import msgspec

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


_decoder = msgspec.json.Decoder(_Stored)


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
