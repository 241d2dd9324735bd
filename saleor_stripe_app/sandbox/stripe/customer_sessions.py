"""Customer sessions: what a storefront may show and change of a customer's payment methods.

https://docs.stripe.com/api/customer_sessions
"""

from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.parameters import Parameters

LIVES = 30 * 60
_MOST_SHOWN = 10
_OTHERS = ("active_entitlements", "buy_button", "customer_portal", "pricing_table")
_WITH_FEATURES = ("customer_sheet", "mobile_payment_element")


def create(call: Call) -> dict[str, Json]:
    """POST /v1/customer_sessions: for at least one component."""
    context = call.context
    customer = call.books.customer(call.parameters.required_text("customer"), 400)
    asked = call.parameters.hash("components")
    if not any(asked.hash(name).flag("enabled") for name in asked.values):
        raise invalid("At least one component must be enabled.", "components")
    return {
        "object": "customer_session",
        "client_secret": f"cuss_secret_{context.ids.text(40)}",
        "components": {
            **{name: {"enabled": bool(asked.hash(name).flag("enabled"))} for name in _OTHERS},
            **{name: _with_features(asked.hash(name)) for name in _WITH_FEATURES},
            "payment_element": _payment_element(asked.hash("payment_element")),
        },
        "created": context.now,
        "customer": customer.id,
        "customer_account": None,
        "expires_at": context.now + LIVES,
        "livemode": call.books.livemode,
    }


def _with_features(component: Parameters) -> dict[str, Json]:
    enabled = bool(component.flag("enabled"))
    return {"enabled": enabled, "features": component.value("features") if enabled else None}


def _payment_element(component: Parameters) -> dict[str, Json]:
    if not component.flag("enabled"):
        return {"enabled": False, "features": None}
    sent = component.hash("features")
    limit = sent.integer("payment_method_redisplay_limit")
    if limit is not None and not 1 <= limit <= _MOST_SHOWN:
        raise invalid(
            f"The redisplay limit must be between 1 and {_MOST_SHOWN}.",
            "components[payment_element][features][payment_method_redisplay_limit]",
        )
    filters: list[Json] = [*sent.texts("payment_method_allow_redisplay_filters")]
    return {
        "enabled": True,
        "features": {
            "payment_method_allow_redisplay_filters": filters or ["always"],
            "payment_method_redisplay": sent.text("payment_method_redisplay") or "disabled",
            "payment_method_redisplay_limit": limit or 3,
            "payment_method_remove": sent.text("payment_method_remove") or "disabled",
            "payment_method_save": sent.text("payment_method_save") or "disabled",
            "payment_method_save_usage": sent.text("payment_method_save_usage"),
        },
    }
