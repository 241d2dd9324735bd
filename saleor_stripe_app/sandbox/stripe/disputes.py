"""Disputes (https://docs.stripe.com/disputes/how-disputes-work): opened and decided by banks, listed and shown."""

from collections.abc import Mapping

from saleor_stripe_app.sandbox.stripe import balance, early_fraud_warnings
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.objects import Charge, Dispute
from saleor_stripe_app.sandbox.stripe.pages import page

EVIDENCE_WITHIN = 7 * 24 * 3600
FEE = 1500
INQUIRY = "inquiry"
"""The reason by which a test card is only asked about; Stripe shows it as fraudulent."""

_AWAITS_EVIDENCE = ("needs_response", "warning_needs_response")
_OPEN = (*_AWAITS_EVIDENCE, "under_review", "warning_under_review")
_BRANDS: Mapping[str, str] = {"diners": "discover"}


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/disputes/{dispute}."""
    return render(call.context, call.books.dispute(call.path[0]))


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/disputes, by charge and payment_intent, newest first."""
    charge, intent = call.parameters.text("charge"), call.parameters.text("payment_intent")
    found = [
        dispute
        for dispute in reversed(call.books.disputes.values())
        if charge in (None, dispute.charge) and intent in (None, dispute.intent)
    ]
    return page(call, found, lambda dispute: render(call.context, dispute))


def close(call: Call) -> dict[str, Json]:
    """POST /v1/disputes/{dispute}/close: the merchant accepts it, for good."""
    dispute = call.books.dispute(call.path[0])
    if dispute.status not in _AWAITS_EVIDENCE:
        raise invalid(f"This dispute is {dispute.status} and cannot be closed.", "dispute")
    decide(call.context, dispute, won=False)
    return render(call.context, dispute)


def plan(context: Context, charge: Charge) -> None:
    """Let a test card that is made for it be disputed, once its money is taken."""
    reason = context.books.payment_methods[charge.payment_method].behaviour.dispute
    if not reason:
        return

    def dispute(later: Context) -> None:
        if not charge.disputed:
            begin(later, charge, reason="fraudulent" if reason == INQUIRY else reason, asks=reason == INQUIRY)

    context.later(context.now, dispute)


def begin(
    context: Context,
    charge: Charge,
    amount: int | None = None,
    *,
    reason: str = "fraudulent",
    asks: bool = False,
) -> Dispute:
    """The shopper's bank disputes all that is left of a charge, or a part; `asks` makes it an inquiry."""
    left = charge.amount_captured - charge.amount_refunded
    amount = left if amount is None else amount
    if charge.status != "succeeded" or not 0 < amount <= left:
        raise invalid(f"Of charge {charge.id} {left} can be disputed, not {amount}.", "amount")
    if any(known.charge == charge.id and known.status in _OPEN for known in context.books.disputes.values()):
        raise invalid(f"Charge {charge.id} is disputed already.")
    dispute = Dispute(
        id=context.ids.new("du"),
        charge=charge.id,
        intent=charge.intent,
        amount=amount,
        currency=charge.currency,
        created=context.now,
        livemode=charge.livemode,
        reason=reason,
        status="warning_needs_response" if asks else "needs_response",
        due_by=context.now + EVIDENCE_WITHIN,
        brand=str(context.books.payment_methods[charge.payment_method].details.get("brand", "visa")),
    )
    context.books.disputes[dispute.id] = dispute
    charge.disputed = True
    early_fraud_warnings.settle(context, charge)
    if not asks:
        _move(context, dispute, -amount)
    context.emit("charge.dispute.created", render(context, dispute))
    if not asks:
        context.emit("charge.dispute.funds_withdrawn", render(context, dispute))
    return dispute


def escalate(context: Context, dispute: Dispute) -> None:
    """An inquiry becomes a dispute: now money moves."""
    if not dispute.is_inquiry or dispute.status == "warning_closed":
        raise invalid(f"Dispute {dispute.id} is no open inquiry: it is {dispute.status}.")
    before, dispute.status = dispute.status, "needs_response"
    dispute.due_by = context.now + EVIDENCE_WITHIN
    _move(context, dispute, -dispute.amount)
    _updated(context, dispute, before)
    context.emit("charge.dispute.funds_withdrawn", render(context, dispute))


def submit(context: Context, dispute: Dispute) -> None:
    """Staff send their evidence, and the bank examines it."""
    if dispute.status not in _AWAITS_EVIDENCE:
        raise invalid(f"Dispute {dispute.id} awaits no evidence: it is {dispute.status}.")
    before = dispute.status
    dispute.status = "warning_under_review" if dispute.is_inquiry else "under_review"
    dispute.submissions += 1
    _updated(context, dispute, before)


def decide(context: Context, dispute: Dispute, *, won: bool, amount: int | None = None) -> None:
    """The bank decides: a dispute is won, with all or a part of the money coming back, or lost; an inquiry closes."""
    if dispute.status not in _OPEN:
        raise invalid(f"Dispute {dispute.id} is over: it is {dispute.status}.")
    returned = dispute.amount if amount is None else amount
    if not 0 < returned <= dispute.amount:
        raise invalid(f"Of dispute {dispute.id} at most {dispute.amount} can come back.", "amount")
    if dispute.is_inquiry:
        dispute.status = "warning_closed"
    else:
        dispute.status = "won" if won else "lost"
        if won:
            _move(context, dispute, returned)
            context.emit("charge.dispute.funds_reinstated", render(context, dispute))
    context.emit("charge.dispute.closed", render(context, dispute))


def _move(context: Context, dispute: Dispute, amount: int) -> None:
    category = "dispute" if amount < 0 else "dispute_reversal"
    moved = balance.record(context, "adjustment", dispute.charge, amount, dispute.currency, category, settles=True)
    if amount < 0:
        moved.fee = FEE
    dispute.balance_transactions.append(moved.id)


def _updated(context: Context, dispute: Dispute, before: str) -> None:
    context.emit("charge.dispute.updated", render(context, dispute), {"status": before})


def render(context: Context, dispute: Dispute) -> dict[str, Json]:
    """https://docs.stripe.com/api/disputes/object."""
    awaits = dispute.status in _AWAITS_EVIDENCE
    return {
        "id": dispute.id,
        "object": "dispute",
        "amount": dispute.amount,
        "balance_transactions": [
            balance.render(context, context.books.balance_transactions[moved]) for moved in dispute.balance_transactions
        ],
        "charge": dispute.charge,
        "created": dispute.created,
        "currency": dispute.currency,
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": dispute.due_by if awaits else None,
            "enhanced_eligibility": {},
            "has_evidence": dispute.submissions > 0,
            "past_due": False,
            "submission_count": dispute.submissions,
            "submission_method": "manual" if dispute.submissions else "not_submitted",
        },
        "is_charge_refundable": dispute.refundable,
        "livemode": dispute.livemode,
        "metadata": {},
        "payment_intent": dispute.intent,
        "payment_method_details": {
            "card": {
                "brand": dispute.brand,
                "case_type": "inquiry" if dispute.is_inquiry else "chargeback",
                "network": _BRANDS.get(dispute.brand, dispute.brand),
                "network_reason_code": None,
            },
            "type": "card",
        },
        "reason": dispute.reason,
        "status": dispute.status,
    }
