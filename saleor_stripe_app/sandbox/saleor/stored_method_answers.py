"""What Saleor makes of an app's answers about stored payment methods and tokenization.

Source: saleor/webhook/response_schemas/payment.py and saleor/webhook/transport/list_stored_payment_methods.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from saleor_stripe_app.sandbox.saleor.answers import Json
from saleor_stripe_app.sandbox.saleor.payment_methods import CreditCard, Method, payment_app_id

UNDELIVERED = "Failed to delivery request."
_INCORRECT_RESULT = "Missing or incorrect `result` in response."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a storefront is told; `id` as Saleor names the method to it."""

    result: str
    data: Json = None
    error: str | None = None
    id: str | None = None


def listed(body: Mapping[str, Json] | None) -> list[Method]:
    """The methods of an answer: an invalid one is skipped, an answer without a list has none."""
    items = (body or {}).get("paymentMethods")
    if not isinstance(items, list):
        return []
    read = (_method(item) for item in items)
    return [method for method in read if method is not None]


def _method(item: Json) -> Method | None:
    if not isinstance(item, dict):
        return None
    id_, type_, name = item.get("id"), item.get("type"), item.get("name")
    flows = item.get("supportedPaymentFlows")
    flows = [] if flows is None else flows
    if not isinstance(id_, str) or not isinstance(type_, str):
        return None
    if not isinstance(flows, list) or any(flow != "INTERACTIVE" for flow in flows):
        return None
    shown_name = name if isinstance(name, str) else None
    return Method(
        id_, type_, shown_name, item.get("data"), ("INTERACTIVE",) * len(flows), _card(item.get("creditCardInfo"))
    )


def _card(info: Json) -> CreditCard | None:
    """The card's details; None instead of details of which anything is wrong."""
    if not isinstance(info, dict):
        return None
    brand, month, year = info.get("brand"), _whole(info.get("expMonth")), _whole(info.get("expYear"))
    last, first = info.get("lastDigits"), info.get("firstDigits")
    if not isinstance(brand, str) or last is None or month is None or year is None:
        return None
    return CreditCard(brand, str(last), month, year, None if first is None else str(first))


def _whole(value: Json) -> int | None:
    """A whole number, also one written as text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None


def deleted(body: Mapping[str, Json] | None) -> Outcome:
    """The outcome of STORED_PAYMENT_METHOD_DELETE_REQUESTED."""
    if body is None:
        return Outcome("FAILED_TO_DELIVER", error=UNDELIVERED)
    result, error = body.get("result"), body.get("error")
    if result not in {"SUCCESSFULLY_DELETED", "FAILED_TO_DELETE", "FAILED_TO_DELIVER"}:
        return Outcome("FAILED_TO_DELETE", error=f"Incorrect value ({result}) for field: result.")
    if error is not None and not isinstance(error, str):
        return Outcome("FAILED_TO_DELETE", error=f"Incorrect value ({error}) for field: error.")
    return Outcome(str(result), error=error)


def gateway_initialized(body: Mapping[str, Json] | None) -> Outcome:
    """The outcome of PAYMENT_GATEWAY_INITIALIZE_TOKENIZATION_SESSION."""
    if body is None:
        return Outcome("FAILED_TO_DELIVER", error=UNDELIVERED)
    result, error = body.get("result"), body.get("error")
    if result not in {"SUCCESSFULLY_INITIALIZED", "FAILED_TO_INITIALIZE", "FAILED_TO_DELIVER"}:
        return Outcome("FAILED_TO_INITIALIZE", error=_INCORRECT_RESULT)
    return Outcome(str(result), body.get("data"), error if isinstance(error, str) else None)


def tokenized(body: Mapping[str, Json] | None, identifier: str) -> Outcome:
    """The outcome of PAYMENT_METHOD_{INITIALIZE,PROCESS}_TOKENIZATION_SESSION; a failure keeps its error alone."""
    if body is None:
        return Outcome("FAILED_TO_DELIVER", error=UNDELIVERED)
    result, error, id_ = body.get("result"), body.get("error"), body.get("id")
    if result in {"FAILED_TO_TOKENIZE", "FAILED_TO_DELIVER"}:
        return Outcome(str(result), error=error if isinstance(error, str) else None)
    if result not in {"SUCCESSFULLY_TOKENIZED", "ADDITIONAL_ACTION_REQUIRED", "PENDING"}:
        return Outcome("FAILED_TO_TOKENIZE", error=_INCORRECT_RESULT)
    if not isinstance(id_, str) and (result != "PENDING" or id_ is not None):
        return Outcome("FAILED_TO_TOKENIZE", error="Missing payment method `id` in response.")
    shown_id = payment_app_id(identifier, id_) if isinstance(id_, str) else None
    return Outcome(str(result), body.get("data"), None, shown_id)
