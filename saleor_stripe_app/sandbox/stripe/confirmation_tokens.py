"""Confirmation tokens: what a shopper entered, for the server to confirm with once.

https://docs.stripe.com/api/confirmation_tokens and https://docs.stripe.com/payments/finalize-payments-on-the-server
"""

from dataclasses import replace

from saleor_stripe_app.sandbox.stripe import method_making
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.customer_objects import ConfirmationToken
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.keys import PUBLISHABLE
from saleor_stripe_app.sandbox.stripe.method_object import render as render_method
from saleor_stripe_app.sandbox.stripe.parameters import Parameters

LIVES = 12 * 3600
_KEPT = (
    "payment_method",
    "payment_method_data",
    "payment_method_options",
    "return_url",
    "setup_future_usage",
    "shipping",
)
_METHODS = ("payment_method", "payment_method_data")
_ACCEPTED: Json = {"customer_acceptance": {"type": "online", "online": {"ip_address": None, "user_agent": None}}}
_NOT_OF_PREVIEW = ("id", "object", "created", "livemode", "metadata")


def create(call: Call) -> dict[str, Json]:
    """POST /v1/test_helpers/confirmation_tokens by the server in test mode; by Stripe.js POST /v1/confirmation_tokens.

    Stripe.js also says that the shopper accepted the mandate shown.
    """
    parameters, context = call.parameters, call.context
    if not any(name in parameters for name in _METHODS):
        raise invalid("You must provide one of payment_method or payment_method_data.", "payment_method")
    named = parameters.text("payment_method")
    method = (
        method_making.find(context, named, 400)
        if named
        else method_making.from_data(context, parameters.hash("payment_method_data"))
    )
    values = {name: parameters.values[name] for name in _KEPT if name in parameters}
    values.pop("payment_method_data", None)
    values["payment_method"] = method.id
    if call.key.kind == PUBLISHABLE:
        values["mandate_data"] = _ACCEPTED
    token = ConfirmationToken(
        id=context.ids.new("ctoken"),
        created=context.now,
        expires_at=context.now + LIVES,
        livemode=call.books.livemode,
        values=values,
        preview={name: value for name, value in render_method(method).items() if name not in _NOT_OF_PREVIEW},
    )
    call.books.confirmation_tokens[token.id] = token
    return render(token)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/confirmation_tokens/{confirmation_token}."""
    return render(_find(call, call.path[0], 404))


def with_token(call: Call) -> tuple[Call, ConfirmationToken | None]:
    """The call with what its token holds, and the token; what the call itself says comes before it.

    400 for a token that was used or has expired.
    """
    named = call.parameters.text("confirmation_token")
    if named is None:
        return call, None
    token = _find(call, named, 400)
    if token.payment_intent or token.setup_intent:
        raise invalid(f"The ConfirmationToken {token.id} has already been used.", "confirmation_token")
    if token.expires_at <= call.context.now:
        raise invalid(f"The ConfirmationToken {token.id} has expired.", "confirmation_token")
    held = {**token.values, "use_stripe_sdk": "true"}
    if any(name in call.parameters for name in _METHODS):
        del held["payment_method"]
    return replace(call, parameters=Parameters({**held, **call.parameters.values})), token


def render(token: ConfirmationToken) -> dict[str, Json]:
    """https://docs.stripe.com/api/confirmation_tokens/object."""
    held = Parameters(token.values)
    return {
        "id": token.id,
        "object": "confirmation_token",
        "created": token.created,
        "expires_at": token.expires_at,
        "livemode": token.livemode,
        "mandate_data": token.values.get("mandate_data"),
        "payment_intent": token.payment_intent,
        "payment_method_options": {"card": {"cvc_token": None}} if "payment_method_options" in held else None,
        "payment_method_preview": token.preview,
        "return_url": held.text("return_url"),
        "setup_future_usage": held.text("setup_future_usage"),
        "setup_intent": token.setup_intent,
        "shipping": _shipping(held),
        "use_stripe_sdk": True,
    }


def _shipping(held: Parameters) -> Json:
    shipping = held.hash("shipping")
    if not shipping.values:
        return None
    return {"address": shipping.value("address"), "name": shipping.text("name"), "phone": shipping.text("phone")}


def _find(call: Call, identifier: str, status: int) -> ConfirmationToken:
    found = call.books.confirmation_tokens.get(identifier)
    if found is None:
        raise missing("confirmation_token", identifier, "confirmation_token", status)
    return found
