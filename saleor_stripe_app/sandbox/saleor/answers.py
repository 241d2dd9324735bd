"""What Saleor makes of the JSON that a payment app answers: which fields it needs, which it drops, what it refuses.

Source: saleor/webhook/response_schemas/transaction.py and observations of a running Saleor.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal, TypeAlias, cast
from urllib.parse import urlsplit

from saleor_stripe_app.sandbox.saleor.currencies import ANSWER_STEP
from saleor_stripe_app.sandbox.saleor.events import EventType, Kind
from saleor_stripe_app.sandbox.saleor.transactions import PaymentMethod
from saleor_stripe_app.sandbox.saleor.versions import at_least

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MESSAGE_LIMIT = 512
ACTIONS = ("CHARGE", "REFUND", "CANCEL")


class Rejected(Exception):
    """An answer that Saleor does not accept; `cause` becomes the message of the failure event that it writes itself."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = shortened(cause)


class TopLevelNotAnObject(Exception):
    """A list, string or number as the whole answer: Saleor crashes on it, in the mutation or in its Celery task."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An accepted answer. `amount` None and 0 alike stand for the requested amount; `result` None is asynchronous."""

    psp_reference: str | None
    result: EventType | None
    amount: Decimal | None
    time: datetime
    external_url: str
    message: str
    actions: tuple[str, ...] | None
    """As stored: lower case, but for an asynchronous answer from 3.22 on. None leaves the stored ones alone."""
    payment_method: PaymentMethod | None


def decoded(body: bytes) -> Mapping[str, Json] | None:
    """The JSON object of an answer's body, None where it is null or no JSON; raises TopLevelNotAnObject otherwise."""
    try:
        value = cast("Json", json.loads(body))
    except ValueError:
        return None
    if value is None or isinstance(value, dict):
        return value
    raise TopLevelNotAnObject


def shortened(message: str) -> str:
    return message if len(message) <= MESSAGE_LIMIT else message[: MESSAGE_LIMIT - 3] + "..."


def session_results(version: str) -> frozenset[EventType]:
    """The results that a session's answer may name in this version."""
    names = ["SUCCESS", "REQUEST", "FAILURE", "ACTION_REQUIRED"]
    results = {EventType(f"{kind}_{name}") for kind in (Kind.AUTHORIZATION, Kind.CHARGE) for name in names}
    return frozenset(results | ({EventType.CANCEL_SUCCESS} if at_least(version, "3.23") else set()))


_REFERENCE_REQUIRED = frozenset(
    {
        EventType.AUTHORIZATION_SUCCESS,
        EventType.AUTHORIZATION_REQUEST,
        EventType.CHARGE_SUCCESS,
        EventType.CHARGE_REQUEST,
    }
)


def session_answer(body: Mapping[str, Json], *, version: str, now: datetime) -> Answer:
    """Read the answer to TRANSACTION_{INITIALIZE,PROCESS}_SESSION; raises Rejected."""
    result = _result(body, session_results(version))
    reference = _reference(body, required=result in _REFERENCE_REQUIRED)
    details = _payment_method(body.get("paymentMethodDetails")) if at_least(version, "3.22") else None
    return _answer(body, result, reference, details, now)


def action_answer(body: Mapping[str, Json], kind: Kind, *, version: str, now: datetime) -> Answer:
    """Read the answer to TRANSACTION_{CHARGE,REFUND,CANCELATION}_REQUESTED; raises Rejected.

    Without result and amount it is asynchronous: the request itself becomes pending under the reference.
    """
    if not body.get("result") and body.get("amount") is None:
        actions = _actions(body.get("actions"))
        if actions is not None and at_least(version, "3.22"):
            actions = tuple(action.upper() for action in actions)
        return Answer(_reference(body, required=True), None, None, now, "", "", actions, None)
    result = _result(body, frozenset({kind.success, kind.failure}))
    reference = _reference(body, required=result is kind.success)
    return _answer(body, result, reference, None, now)


def gateway_data(body: Mapping[str, Json] | None) -> Json:
    """The `data` of an answer to PAYMENT_GATEWAY_INITIALIZE_SESSION; raises Rejected where it is missing."""
    if body is None:
        raise Rejected("Unable to process a payment gateway response.")
    if body and "data" not in body:
        raise Rejected("1 validation error for PaymentGatewayInitializeSessionSchema\ndata\n  Field required")
    return body.get("data")


def _answer(
    body: Mapping[str, Json],
    result: EventType,
    reference: str | None,
    payment_method: PaymentMethod | None,
    now: datetime,
) -> Answer:
    return Answer(
        psp_reference=reference,
        result=result,
        amount=_amount(body.get("amount")),
        time=_time(body.get("time"), now),
        external_url=_url(body.get("externalUrl")),
        message=_message(body.get("message")),
        actions=_actions(body.get("actions")),
        payment_method=payment_method,
    )


def _incorrect(field: str, value: Json, error: str) -> Rejected:
    return Rejected(f"Incorrect value ({value}) for field: {field}. Error: {error}")


def _result(body: Mapping[str, Json], allowed: frozenset[EventType]) -> EventType:
    value = body.get("result")
    if value is None:
        raise Rejected("Missing value for field: result.")
    if not isinstance(value, str) or value not in allowed:
        names = ", ".join(sorted(allowed))
        raise _incorrect("result", value, f"Input should be one of: {names}.")
    return EventType(value)


def _reference(body: Mapping[str, Json], *, required: bool) -> str | None:
    value = body.get("pspReference")
    if value is None and required:
        raise Rejected("Missing value for field: pspReference.")
    if value is not None and not isinstance(value, str):
        raise _incorrect("pspReference", value, "Input should be a valid string.")
    return value


def _amount(value: Json) -> Decimal | None:
    if value is None:
        return None
    invalid = _incorrect("amount", value, "Input should be a valid decimal.")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise invalid
    try:
        amount = Decimal(str(value)).quantize(ANSWER_STEP)
    except InvalidOperation:
        raise invalid from None
    if not amount.is_finite():
        raise invalid
    return amount


def _time(value: Json, now: datetime) -> datetime:
    if value is None:
        return now
    invalid = _incorrect("time", value, "Expected ISO 8601 format.")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise invalid
    try:
        if isinstance(value, str):
            time = datetime.fromisoformat(value)
        else:
            time = datetime.fromtimestamp(value if abs(value) <= 2e10 else value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise invalid from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def is_url(value: str) -> bool:
    """Whether Saleor takes this for a link: http or https with a host, and not longer than 2083 characters."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(value) <= 2083 and " " not in value


def _url(value: Json) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not is_url(value):
        raise _incorrect("externalUrl", value, "Input should be a valid URL.")
    return value


def _message(value: Json) -> str:
    return shortened(str(value)) if value else ""


def _actions(value: Json) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise _incorrect("actions", value, "Input should be a valid list.")
    return tuple(item.lower() for item in value if isinstance(item, str) and item in ACTIONS)


def _payment_method(value: Json) -> PaymentMethod | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _incorrect("paymentMethodDetails", value, "Input should be an object.")
    type_ = value.get("type")
    if not isinstance(type_, str) or type_ not in {"CARD", "OTHER", "GIFT_CARD"}:
        raise _incorrect("paymentMethodDetails.type", type_, "Input should be CARD, OTHER or GIFT_CARD.")
    name = _text(value, "name", 256)
    if name is None:
        raise Rejected("Missing value for field: paymentMethodDetails.name.")
    return PaymentMethod(
        type=cast("Literal['CARD', 'OTHER', 'GIFT_CARD']", type_),
        name=name,
        brand=_text(value, "brand", 40) if type_ != "OTHER" else None,
        first_digits=_text(value, "firstDigits", 4) if type_ == "CARD" else None,
        last_digits=_text(value, "lastDigits", 4) if type_ == "CARD" else None,
        exp_month=_number(value, "expMonth") if type_ == "CARD" else None,
        exp_year=_number(value, "expYear") if type_ == "CARD" else None,
        last_chars=_text(value, "lastChars", 4) if type_ == "GIFT_CARD" else None,
    )


def _text(details: Mapping[str, Json], field: str, limit: int) -> str | None:
    value = details.get(field)
    if value is not None and (not isinstance(value, str) or len(value) > limit):
        raise _incorrect(f"paymentMethodDetails.{field}", value, f"String should have at most {limit} characters.")
    return value


def _number(details: Mapping[str, Json], field: str) -> int | None:
    value = details.get(field)
    if value is None:
        return None
    invalid = _incorrect(f"paymentMethodDetails.{field}", value, "Input should be a valid integer.")
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise invalid
    try:
        return int(value)
    except ValueError:
        raise invalid from None
