"""Refunds (https://docs.stripe.com/refunds): made, changed and listed."""

from saleor_stripe_app.sandbox.stripe import early_fraud_warnings
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.charge_object import render as render_charge
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.method_types import METHOD_TYPES
from saleor_stripe_app.sandbox.stripe.objects import Charge, Refund
from saleor_stripe_app.sandbox.stripe.pages import page
from saleor_stripe_app.sandbox.stripe.parameters import merged_metadata
from saleor_stripe_app.sandbox.stripe.refund_object import render
from saleor_stripe_app.sandbox.stripe.refund_outcomes import book, give_back, plan, tell
from saleor_stripe_app.sandbox.stripe.refund_returns import Returns


def create(call: Call) -> dict[str, Json]:
    """POST /v1/refunds, of a charge or of an intent's charge."""
    parameters = call.parameters
    charge = _charge(call)
    refund = refund_charge(
        call.context,
        charge,
        parameters.integer("amount"),
        reason=parameters.text("reason"),
        metadata=merged_metadata({}, parameters),
        instructions_email=parameters.text("instructions_email"),
        reverse_transfer=bool(parameters.flag("reverse_transfer")),
        refund_application_fee=bool(parameters.flag("refund_application_fee")),
    )
    return render(refund)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/refunds/{refund}."""
    return render(call.books.refund(call.path[0]))


def update(call: Call) -> dict[str, Json]:
    """POST /v1/refunds/{refund}: metadata only."""
    refund = call.books.refund(call.path[0])
    refund.metadata = merged_metadata(refund.metadata, call.parameters)
    tell(call.context, refund, "refund.updated", "charge.refund.updated")
    return render(refund)


def cancel(call: Call) -> dict[str, Json]:
    """POST /v1/refunds/{refund}/cancel, while the shopper has still to act."""
    refund = call.books.refund(call.path[0])
    if refund.status != "requires_action":
        raise invalid(f"Only refunds in requires_action can be canceled; this refund is {refund.status}.", "refund")
    refund.status = "canceled"
    give_back(call.context, refund)
    tell(call.context, refund, "refund.updated", "charge.refund.updated")
    return render(refund)


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/refunds, by charge and payment_intent, newest first."""
    charge, intent = call.parameters.text("charge"), call.parameters.text("payment_intent")
    if charge:
        ids = call.books.refunds_of.get(call.books.charge(charge).id, [])
    elif intent:
        charges = call.books.charges_of.get(call.books.intent(intent, "payment_intent").id, [])
        ids = [identifier for made in charges for identifier in call.books.refunds_of.get(made, [])]
    else:
        ids = list(call.books.refunds)
    found = [call.books.refunds[identifier] for identifier in reversed(ids)]
    return page(call, [refund for refund in found if intent in (None, refund.intent)], render)


def refund_charge(
    context: Context,
    charge: Charge,
    amount: int | None,
    *,
    reason: str | None = None,
    metadata: dict[str, str] | None = None,
    instructions_email: str | None = None,
    reverse_transfer: bool = False,
    refund_application_fee: bool = False,
) -> Refund:
    """Give money back: all that is left of a charge, or a part of it, with what Connect is asked to return."""
    left = charge.amount_captured - charge.amount_refunded
    amount = left if amount is None else amount
    _check(context, charge, amount, left)
    returns = Returns(context, charge, amount, reverse=reverse_transfer, fee=refund_application_fee)
    behaviour = context.books.payment_methods[charge.payment_method].behaviour.refund
    status = "pending" if behaviour == "pending" else METHOD_TYPES[charge.type].refund_status
    refund = Refund(
        id=context.ids.new("re" if charge.id.startswith("ch_") else "pyr"),
        charge=charge.id,
        intent=charge.intent,
        amount=amount,
        currency=charge.currency,
        created=context.now,
        status=status,
        type=charge.type,
        metadata=metadata or {},
        reason=reason,
        instructions_email=instructions_email,
        fails_later=behaviour == "fails",
    )
    if refund.status == "pending":
        refund.pending_reason = "processing"
    if refund.status != "requires_action":
        refund.balance_transaction = book(context, charge, refund)
    context.books.refunds[refund.id] = refund
    context.books.refunds_of.setdefault(charge.id, []).append(refund.id)
    charge.amount_refunded += amount
    charge.refunded = charge.captured and charge.amount_refunded == charge.amount_captured
    returns.carry_out(refund)
    context.emit("refund.created", render(refund))
    context.emit("charge.refunded", render_charge(context, charge))
    early_fraud_warnings.settle(context, charge)
    plan(context, refund)
    return refund


def _charge(call: Call) -> Charge:
    identifier = call.parameters.text("charge")
    if identifier:
        return call.books.charge(identifier)
    intent = call.books.intent(call.parameters.required_text("payment_intent"), "payment_intent")
    if intent.latest_charge is None:
        raise _nothing_to_refund(intent.id)
    return call.books.charge(intent.latest_charge)


def _nothing_to_refund(intent: str) -> Exception:
    return invalid(f"This PaymentIntent ({intent}) does not have a successful charge to refund.", "payment_intent")


def _check(context: Context, charge: Charge, amount: int, left: int) -> None:
    if charge.status != "succeeded" or not charge.amount_captured:
        raise _nothing_to_refund(charge.intent)
    if any(known.charge == charge.id and not known.refundable for known in context.books.disputes.values()):
        raise invalid(f"Charge {charge.id} has been charged back; cannot issue a refund.", code="charge_disputed")
    if left == 0:
        raise invalid(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    if amount > left:
        raise invalid(
            f"Refund amount ({amount} {charge.currency}) is greater than unrefunded amount on charge "
            f"({left} {charge.currency})",
            "amount",
        )
