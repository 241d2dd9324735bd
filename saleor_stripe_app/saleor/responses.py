"""Our answers to Saleor's webhooks, in bytes that its published schemas accept.

One optional field that Saleor cannot read makes it refuse the whole answer and record a failure though money moved.
So what is doubtful is left out, and what no answer may be is refused here.
https://docs.saleor.io/developer/extending/webhooks/synchronous-events/transaction
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from saleor_stripe_app.domain.answers import CANCEL_SUCCESS_SINCE
from saleor_stripe_app.domain.report import Answer, Json, Result
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.saleor import payment_method_details
from saleor_stripe_app.saleor.events import ACTIONS, SESSIONS, WebhookEvent, failure
from saleor_stripe_app.saleor.text import external_url, message

CONTENT_TYPE = "application/json"
NEED_REFERENCE = frozenset(result for result in Result if result.endswith(("_SUCCESS", "_REQUEST"))) - {
    Result.CANCEL_SUCCESS
}
SESSION_RESULTS = frozenset(result for result in Result if result.startswith(("AUTHORIZATION_", "CHARGE_"))) | {
    Result.CANCEL_SUCCESS
}
ACTION_RESULTS = {
    WebhookEvent.TRANSACTION_CHARGE_REQUESTED: frozenset({Result.CHARGE_SUCCESS, Result.CHARGE_FAILURE}),
    WebhookEvent.TRANSACTION_CANCELATION_REQUESTED: frozenset({Result.CANCEL_SUCCESS, Result.CANCEL_FAILURE}),
    WebhookEvent.TRANSACTION_REFUND_REQUESTED: frozenset({Result.REFUND_SUCCESS, Result.REFUND_FAILURE}),
}

_encoder = msgspec.json.Encoder(decimal_format="number")


class ImpossibleAnswer(ValueError):
    """Saleor would not take this answer to this event: a defect of this app, found before Saleor sees it."""


def encode(event: WebhookEvent, answer: Answer, version: tuple[int, int]) -> bytes:
    """The answer to a session or an action request as JSON for this version of Saleor.

    Raises ImpossibleAnswer when the event does not take this result, or a reference that it needs is missing.
    """
    _check(event, answer, version)
    if answer.result is None:
        return _encoder.encode({"pspReference": answer.reference})
    fields: dict[str, Any] = {"result": answer.result.value}
    if answer.reference:
        fields["pspReference"] = answer.reference
    if answer.amount is not None:
        fields["amount"] = plain(answer.amount)
    if answer.time is not None:
        fields["time"] = iso(answer.time)
    if answer.message:
        fields["message"] = message(answer.message)
    if url := external_url(answer.external_url):
        fields["externalUrl"] = url
    if answer.actions is not None:
        fields["actions"] = sorted(action.value for action in answer.actions)
    if event in SESSIONS:
        if answer.data is not None:
            fields["data"] = answer.data
        if answer.method is not None and version >= payment_method_details.SINCE:
            fields["paymentMethodDetails"] = payment_method_details.for_answer(answer.method)
    return _encoder.encode(fields)


def gateway(data: Json) -> bytes:
    """The answer to PAYMENT_GATEWAY_INITIALIZE_SESSION: `data` reaches the storefront as it is."""
    return _encoder.encode({"data": data})


def refused(event: WebhookEvent, reason: str, flow: Flow | None = None, *, reference: str | None = None) -> bytes:
    """A refusal of a request that could not even be decoded, such as Saleor's retry with an empty body.

    An action's needs a `reference` of its own: of two failures without one Saleor takes the second for the first, and
    its request waits for ever. Raises ImpossibleAnswer for an event that takes no *_FAILURE.
    """
    result = failure(event, flow)
    if result is None:
        raise ImpossibleAnswer(f"{event} takes no *_FAILURE.")
    referred = {"pspReference": reference} if reference else {}
    return _encoder.encode({"result": result.value, **referred, "message": message(reason)})


def error(code: str, reason: str) -> bytes:
    """The body beside an HTTP error: Saleor shows `error.message` to staff when an installation fails."""
    return _encoder.encode({"error": {"code": code, "message": message(reason)}})


def plain(amount: Decimal) -> Decimal:
    """The amount written out, without an exponent. Raises ImpossibleAnswer when it is not a number from 0 up."""
    if not amount.is_finite() or amount < 0:
        raise ImpossibleAnswer(f"{amount} is not an amount.")
    return Decimal(f"{amount.copy_abs():f}")


def iso(time: datetime) -> str:
    """The time in ISO 8601, in UTC. Raises ImpossibleAnswer without a zone: Saleor would take it for its own."""
    if time.tzinfo is None:
        raise ImpossibleAnswer("A time needs a zone.")
    return time.astimezone(UTC).isoformat()


def _check(event: WebhookEvent, answer: Answer, version: tuple[int, int]) -> None:
    if event not in SESSIONS | ACTIONS:
        raise ImpossibleAnswer(f"{event} takes no answer of this kind.")
    if answer.result is None:
        if event in SESSIONS or not answer.reference:
            raise ImpossibleAnswer(f"{event} needs a result, or as an action a reference.")
        return
    allowed = SESSION_RESULTS if event in SESSIONS else ACTION_RESULTS[event]
    if answer.result not in allowed or (
        answer.result is Result.CANCEL_SUCCESS and event in SESSIONS and version < CANCEL_SUCCESS_SINCE
    ):
        raise ImpossibleAnswer(f"{event} does not take the result {answer.result}.")
    needs_reference = answer.result in NEED_REFERENCE or (event in ACTIONS and answer.result is Result.CANCEL_SUCCESS)
    if needs_reference and not answer.reference:
        raise ImpossibleAnswer(f"{answer.result} needs a reference.")
