"""Early fraud warnings (https://docs.stripe.com/api/radar/early_fraud_warnings): what issuers say before a dispute."""

from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.objects import Charge
from saleor_stripe_app.sandbox.stripe.pages import page
from saleor_stripe_app.sandbox.stripe.radar_objects import EarlyFraudWarning


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/radar/early_fraud_warnings/{early_fraud_warning}."""
    found = call.books.warnings.get(call.path[0])
    if found is None:
        raise missing("early_fraud_warning", call.path[0], "early_fraud_warning")
    return render(found)


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/radar/early_fraud_warnings, by charge and payment_intent, newest first."""
    charge, intent = call.parameters.text("charge"), call.parameters.text("payment_intent")
    found = [
        warning
        for warning in reversed(call.books.warnings.values())
        if charge in (None, warning.charge) and intent in (None, warning.intent)
    ]
    return page(call, found, render)


def plan(context: Context, charge: Charge) -> None:
    """Let a test card that is made for it be warned of, once its money is taken."""
    if context.books.payment_methods[charge.payment_method].behaviour.warned:
        context.later(context.now, lambda later: _begin_once(later, charge))


def _begin_once(context: Context, charge: Charge) -> None:
    if not any(warning.charge == charge.id for warning in context.books.warnings.values()):
        begin(context, charge)


def begin(context: Context, charge: Charge, fraud_type: str = "misc") -> EarlyFraudWarning:
    """The issuer takes a payment for fraud."""
    if charge.status != "succeeded":
        raise invalid(f"Charge {charge.id} cannot be warned of: it is {charge.status}.")
    warning = EarlyFraudWarning(
        id=context.ids.new("issfr"),
        charge=charge.id,
        intent=charge.intent,
        created=context.now,
        livemode=charge.livemode,
        fraud_type=fraud_type,
        actionable=not (charge.disputed or charge.refunded),
    )
    context.books.warnings[warning.id] = warning
    context.emit("radar.early_fraud_warning.created", render(warning))
    return warning


def settle(context: Context, charge: Charge) -> None:
    """Nothing can be done about a warning any more once its charge is disputed or given back whole."""
    for warning in context.books.warnings.values():
        if warning.charge == charge.id and warning.actionable and (charge.disputed or charge.refunded):
            warning.actionable = False
            context.emit("radar.early_fraud_warning.updated", render(warning), {"actionable": True})


def render(warning: EarlyFraudWarning) -> dict[str, Json]:
    """https://docs.stripe.com/api/radar/early_fraud_warnings/object."""
    return {
        "id": warning.id,
        "object": "radar.early_fraud_warning",
        "actionable": warning.actionable,
        "charge": warning.charge,
        "created": warning.created,
        "fraud_type": warning.fraud_type,
        "livemode": warning.livemode,
        "payment_intent": warning.intent,
    }
