"""The webhooks of stored payment methods, decoded from their verified bytes.

What a storefront may say in `data` is an allow-list; every level and field is optional, everything else is ignored:

    paymentGatewayInitializeTokenization   {"customerSession": true}
    paymentMethodInitializeTokenization    {"setupIntent": {"confirmationToken": "ctoken_...", "returnUrl": "https://..."}}

https://docs.saleor.io/developer/extending/webhooks/synchronous-events/stored-payment-method
"""

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.operation import request_of_body
from saleor_stripe_app.domain.saved_request import (
    DeleteRequest,
    GreetingRequest,
    ProcessRequest,
    SavedRequest,
    TokenizeRequest,
)
from saleor_stripe_app.saleor import versions
from saleor_stripe_app.saleor.payloads import NOTHING, decoded
from saleor_stripe_app.saleor.return_url import is_return_url
from saleor_stripe_app.saleor.wire import Channel, Identified, Shopper

_TOKEN = re.compile(r"ctoken_\w{1,248}", re.ASCII)


class _Saved(msgspec.Struct, frozen=True, rename="camel"):
    recipient: Identified
    user: Shopper
    channel: Channel
    version: str | None = None


class _Delete(_Saved, frozen=True, rename="camel"):
    payment_method_id: str = ""


class _Process(_Saved, frozen=True):
    id: str = ""


class _WithData(_Saved, frozen=True):
    data: msgspec.Raw = NOTHING


class _GreetingData(msgspec.Struct, frozen=True, rename="camel"):
    customer_session: bool | None = None


class _SetupIntent(msgspec.Struct, frozen=True, rename="camel"):
    confirmation_token: str | None = None
    return_url: str | None = None


class _TokenizeData(msgspec.Struct, frozen=True, rename="camel"):
    setup_intent: _SetupIntent | None = None


Request = TypeVar("Request", bound=SavedRequest)
Data = TypeVar("Data", bound=msgspec.Struct)

_saved = msgspec.json.Decoder(_Saved)
_delete = msgspec.json.Decoder(_Delete)
_process = msgspec.json.Decoder(_Process)
_with_data = msgspec.json.Decoder(_WithData)
_greeting_data = msgspec.json.Decoder(_GreetingData | None)
_tokenize_data = msgspec.json.Decoder(_TokenizeData | None)


def list_methods(body: bytes) -> SavedRequest:
    """Decode LIST_STORED_PAYMENT_METHODS. Raises Malformed."""
    return _request(SavedRequest, decoded(_saved.decode, body, "list_stored_payment_methods"))


def delete(body: bytes) -> DeleteRequest:
    """Decode STORED_PAYMENT_METHOD_DELETE_REQUESTED. Raises Malformed."""
    payload = decoded(_delete.decode, body, "stored_payment_method_delete_requested")
    return _request(DeleteRequest, payload, method_id=payload.payment_method_id)


def greeting(body: bytes) -> GreetingRequest:
    """Decode PAYMENT_GATEWAY_INITIALIZE_TOKENIZATION_SESSION. Raises Malformed; Refusal for the storefront's data."""
    payload = decoded(_with_data.decode, body, "payment_gateway_initialize_tokenization_session")
    said = _said(_greeting_data.decode, payload.data, "paymentGatewayInitializeTokenization") or _GreetingData()
    return _request(GreetingRequest, payload, wants_customer_session=bool(said.customer_session))


def tokenize(body: bytes) -> TokenizeRequest:
    """Decode PAYMENT_METHOD_INITIALIZE_TOKENIZATION_SESSION. Raises Malformed; Refusal for the storefront's data."""
    payload = decoded(_with_data.decode, body, "payment_method_initialize_tokenization_session")
    what = "paymentMethodInitializeTokenization"
    data = _said(_tokenize_data.decode, payload.data, what)
    said = (data.setup_intent if data else None) or _SetupIntent()
    if said.confirmation_token is not None and not _TOKEN.fullmatch(said.confirmation_token):
        raise _unusable(
            what, "data.setupIntent.confirmationToken is not a confirmation token of Stripe.js (ctoken_...)"
        )
    if said.return_url is not None and not is_return_url(said.return_url):
        raise _unusable(what, "data.setupIntent.returnUrl is not an https address (on this machine http)")
    return _request(
        TokenizeRequest,
        payload,
        digest=request_of_body(body),
        confirmation_token=said.confirmation_token,
        return_url=said.return_url,
    )


def process(body: bytes) -> ProcessRequest:
    """Decode PAYMENT_METHOD_PROCESS_TOKENIZATION_SESSION, whose `data` is not needed. Raises Malformed."""
    payload = decoded(_process.decode, body, "payment_method_process_tokenization_session")
    return _request(ProcessRequest, payload, setup_id=payload.id)


def _request(kind: type[Request], payload: _Saved, **more: str | bool | None) -> Request:
    return kind(
        app_id=payload.recipient.id,
        version=versions.parse(payload.version) or versions.OLDEST,
        user=payload.user.user(),
        channel_id=payload.channel.id,
        channel_slug=payload.channel.slug,
        **more,
    )


def _said(decode: Callable[[bytes], Data | None], data: msgspec.Raw, what: str) -> Data | None:
    try:
        return decode(bytes(data))
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise _unusable(what, str(error).replace("`$", "`data")[:300]) from error


def _unusable(what: str, why: str) -> Refusal:
    return Refusal(f"The data given to {what} cannot be used: {why}.", code="ParseError")
