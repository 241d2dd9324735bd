"""Our answers to the webhooks of stored payment methods, in bytes that Saleor's published schemas accept.

Each of these webhooks has a failure of its own, with an `error` that the storefront shows. FAILED_TO_DELIVER stands for
an outcome that is not known: the storefront may ask again. Saleor skips a listed method of which anything is wrong, so
what is doubtful of one is left out.
https://docs.saleor.io/developer/extending/webhooks/synchronous-events/stored-payment-method
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.stored_methods import StoredMethod
from saleor_stripe_app.domain.tokenization import Tokenization, Tokenized
from saleor_stripe_app.saleor.events import WebhookEvent
from saleor_stripe_app.saleor.text import cut, message

UNKNOWN = "FAILED_TO_DELIVER"
FAILURES = {
    WebhookEvent.STORED_PAYMENT_METHOD_DELETE_REQUESTED: "FAILED_TO_DELETE",
    WebhookEvent.PAYMENT_GATEWAY_INITIALIZE_TOKENIZATION_SESSION: "FAILED_TO_INITIALIZE",
    WebhookEvent.PAYMENT_METHOD_INITIALIZE_TOKENIZATION_SESSION: Tokenized.FAILED.value,
    WebhookEvent.PAYMENT_METHOD_PROCESS_TOKENIZATION_SESSION: Tokenized.FAILED.value,
}
CARD = "card"
LONGEST_NAME = 256
# Where a type's own word does not read as a name.
_NAMES = {
    "acss_debit": "ACSS Debit",
    "au_becs_debit": "AU BECS Debit",
    "cashapp": "Cash App",
    "nz_bank_account": "NZ Bank Account",
    "paypal": "PayPal",
    "sepa_debit": "SEPA Debit",
    "us_bank_account": "US Bank Account",
}
_EMAIL = re.compile(r"([^@])[^@]*(@.+)", re.DOTALL)


def listed(methods: Sequence[StoredMethod], now: datetime) -> bytes:
    """The answer to LIST_STORED_PAYMENT_METHODS, in this order."""
    return msgspec.json.encode(
        {"paymentMethods": [_method(method, expired=method.is_expired(now)) for method in methods]}
    )


def deleted() -> bytes:
    """The method is gone."""
    return msgspec.json.encode({"result": "SUCCESSFULLY_DELETED"})


def initialized(data: Json) -> bytes:
    """The answer to PAYMENT_GATEWAY_INITIALIZE_TOKENIZATION_SESSION: `data` reaches the storefront as it is."""
    return msgspec.json.encode({"result": "SUCCESSFULLY_INITIALIZED", "data": data})


def tokenized(tokenization: Tokenization) -> bytes:
    """The answer to the two webhooks that save a method."""
    if tokenization.result is Tokenized.FAILED:
        return msgspec.json.encode({"result": tokenization.result.value, "error": message(tokenization.error)})
    fields: dict[str, Json] = {"result": tokenization.result.value, "id": tokenization.id}
    if tokenization.data is not None:
        fields["data"] = tokenization.data
    return msgspec.json.encode(fields)


def failed(event: WebhookEvent, reason: str) -> bytes:
    """Refused, in the form of this event, which is one of FAILURES."""
    return msgspec.json.encode({"result": FAILURES[event], "error": message(reason)})


def unknown(reason: str) -> bytes:
    """The outcome is not known; for each event of FAILURES."""
    return msgspec.json.encode({"result": UNKNOWN, "error": message(reason)})


def _method(method: StoredMethod, *, expired: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": method.id,
        "type": method.type,
        "name": cut(_name(method, expired=expired), LONGEST_NAME),
        "supportedPaymentFlows": ["INTERACTIVE"],
        "data": _data(method, expired=expired),
    }
    brand, last, month, year = method.brand, method.last_digits, method.exp_month, method.exp_year
    if method.type == CARD and brand and last and month is not None and year is not None:
        fields["creditCardInfo"] = {"brand": brand, "lastDigits": last, "expMonth": month, "expYear": year}
    return fields


def _data(method: StoredMethod, *, expired: bool) -> dict[str, Json]:
    told: dict[str, Json] = {"type": method.type, "expired": expired}
    if method.wallet:
        told["wallet"] = method.wallet
    if method.last_digits:
        told["lastDigits"] = method.last_digits
    if method.bank_name:
        told["bankName"] = method.bank_name
    return told


def _name(method: StoredMethod, *, expired: bool) -> str:
    """What a shopper knows it by: `Visa •••• 4242 (Apple Pay, expired)`, `PayPal j•••@example.com`."""
    parts = [_named(method)]
    if method.last_digits:
        parts.append(f"•••• {method.last_digits}")
    elif method.holder:
        parts.append(_EMAIL.sub(r"\1•••\2", method.holder))
    remarks = ([method.wallet.replace("_", " ").title()] if method.wallet else []) + (["expired"] if expired else [])
    return " ".join(parts) + (f" ({', '.join(remarks)})" if remarks else "")


def _named(method: StoredMethod) -> str:
    words = method.brand or CARD if method.type == CARD else method.type
    return (method.bank_name or _NAMES.get(words)) or words.replace("_", " ").title()
