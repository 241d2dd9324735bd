"""Payment methods made: from Stripe's test ids, from test card numbers, or from a type alone."""

import hashlib

from saleor_stripe_app.sandbox.stripe.card_numbers import BY_NUMBER, CARDS, OTHER_METHODS, Behaviour, Card
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.customer_objects import PaymentMethod
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure, invalid, missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.method_object import billing
from saleor_stripe_app.sandbox.stripe.method_types import METHOD_TYPES
from saleor_stripe_app.sandbox.stripe.parameters import Parameters, merged_metadata

_DETAILS: dict[str, dict[str, Json]] = {
    "link": {"email": "shopper@example.com"},
    "sepa_debit": {"bank_code": "37040044", "branch_code": "", "country": "DE", "last4": "3000"},
    "us_bank_account": {
        "account_holder_type": "individual",
        "account_type": "checking",
        "bank_name": "STRIPE TEST BANK",
        "last4": "6789",
        "routing_number": "110000000",
    },
}


def find(context: Context, identifier: str, status: int = 404) -> PaymentMethod:
    """The payment method with an id; `status` is that of the refusal without.

    Each use of one of Stripe's test ids makes a payment method of its own.
    """
    found = context.books.payment_methods.get(identifier)
    if found:
        return found
    if not context.books.livemode and identifier in CARDS:
        return _card(context, CARDS[identifier], Parameters({}))
    if not context.books.livemode and identifier in OTHER_METHODS:
        name, behaviour = OTHER_METHODS[identifier]
        return _other(context, name, Parameters({}), behaviour)
    raise missing("PaymentMethod", identifier, "payment_method", status)


def from_data(context: Context, data: Parameters) -> PaymentMethod:
    """A payment method from what Stripe.js collects: a type, and for a card its test number or token."""
    name = data.required_text("type")
    if name not in METHOD_TYPES:
        raise invalid(f"The payment method type {name} is not available here.", "type")
    if name != "card":
        return _other(context, name, data, Behaviour())
    sent = data.hash("card")
    token = sent.text("token")
    if token:
        card = CARDS.get(token.replace("tok_", "pm_card_"))
        if card is None:
            raise missing("token", token, "card[token]")
        return _card(context, card, data)
    number = (sent.text("number") or "4242424242424242").replace(" ", "")
    if number not in BY_NUMBER:
        message = "Your card was declined. Your request was in test mode, but used a non test card."
        raise StripeFailure(
            402, message, type="card_error", code="card_declined", more={"decline_code": "test_mode_live_card"}
        )
    return _card(context, BY_NUMBER[number], data)


def _card(context: Context, card: Card, data: Parameters) -> PaymentMethod:
    details: dict[str, Json] = {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": data.hash("card").integer("exp_month") or 8,
        "exp_year": data.hash("card").integer("exp_year") or 2034,
        "fingerprint": _fingerprint(context, card.number),
        "funding": card.funding,
        "generated_from": None,
        "last4": card.number[-4:],
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.brand != "amex"},
        "wallet": None,
    }
    return _keep(context, "card", details, data, card.behaviour, card)


def _other(context: Context, name: str, data: Parameters, behaviour: Behaviour) -> PaymentMethod:
    sent = data.hash(name)
    details = dict(_DETAILS.get(name, {}))
    if "last4" in details:
        details["fingerprint"] = _fingerprint(context, f"{name} {details['last4']}")
    details |= {key: sent.text(key) for key in ("bank", "country") if key in sent}
    return _keep(context, name, details, data, behaviour, None)


def _keep(
    context: Context,
    name: str,
    details: dict[str, Json],
    data: Parameters,
    behaviour: Behaviour,
    card: Card | None,
) -> PaymentMethod:
    method = PaymentMethod(
        id=context.ids.new("pm"),
        type=name,
        created=context.now,
        livemode=context.books.livemode,
        billing=billing(data.hash("billing_details")),
        details=details,
        card=card,
        behaviour=behaviour,
        metadata=merged_metadata({}, data),
        allow_redisplay=data.text("allow_redisplay") or "unspecified",
        set_up=behaviour.set_up,
    )
    context.books.payment_methods[method.id] = method
    return method


def _fingerprint(context: Context, number: str) -> str:
    """The same for the same number within an account, and it does not tell the number."""
    return hashlib.sha256(f"{context.books.account.id} {number}".encode()).hexdigest()[:16]
