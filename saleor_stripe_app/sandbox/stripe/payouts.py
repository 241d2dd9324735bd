"""Money on its way from a balance to a bank (https://docs.stripe.com/api/payouts)."""

from saleor_stripe_app.sandbox.stripe.balance import record
from saleor_stripe_app.sandbox.stripe.balances import usable
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.connections import pays_out
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.pages import page
from saleor_stripe_app.sandbox.stripe.parameters import merged_metadata
from saleor_stripe_app.sandbox.stripe.transfer_records import Payout

_ON_THE_WAY = 2 * 24 * 3600
_UNSETTLED = ("pending", "in_transit")


def create(call: Call) -> dict[str, Json]:
    """POST /v1/payouts: by hand, up to what is available."""
    parameters, context = call.parameters, call.context
    amount, currency = parameters.required_integer("amount"), parameters.required_text("currency")
    connection = call.books.account.connection
    if connection is not None and not pays_out(connection):
        raise invalid("Payouts are not enabled for this account.", code="payouts_not_allowed")
    if amount > usable(context, currency):
        raise invalid(
            "You have insufficient funds in your Stripe account for this transfer. Your card balance is too low.  "
            "You can use the /v1/balance endpoint to view your Stripe balance (for more details, see "
            "stripe.com/docs/api#balance).",
            code="balance_insufficient",
        )
    payout = make(context, amount, currency, automatic=False, metadata=merged_metadata({}, parameters))
    payout.description = parameters.text("description")
    payout.statement_descriptor = parameters.text("statement_descriptor")
    return render(payout)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/payouts/{payout}."""
    return render(_own(call))


def update(call: Call) -> dict[str, Json]:
    """POST /v1/payouts/{payout}: metadata only."""
    payout = _own(call)
    payout.metadata = merged_metadata(payout.metadata, call.parameters)
    call.context.emit("payout.updated", render(payout))
    return render(payout)


def cancel(call: Call) -> dict[str, Json]:
    """POST /v1/payouts/{payout}/cancel, while it is pending and made by hand."""
    payout = _own(call)
    if payout.status != "pending" or payout.automatic:
        raise invalid(f"Payout {payout.id} cannot be canceled: it is {payout.status}.", "payout")
    payout.status = "canceled"
    record(call.context, "payout_cancel", payout.id, payout.amount, payout.currency, "payout_reversal")
    call.context.emit("payout.canceled", render(payout))
    return render(payout)


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/payouts, by status and time, newest first."""
    status = call.parameters.text("status")
    found = [payout for payout in reversed(call.books.payouts.values()) if status in (None, payout.status)]
    return page(call, found, render)


def make(
    context: Context, amount: int, currency: str, *, automatic: bool, metadata: dict[str, str] | None = None
) -> Payout:
    """Send money to the account's bank."""
    identifier = context.ids.new("po")
    moved = record(context, "payout", identifier, -amount, currency)
    if automatic:
        _gather(context, identifier, currency)
    payout = Payout(
        id=identifier,
        amount=amount,
        currency=currency,
        created=context.now,
        livemode=context.books.livemode,
        automatic=automatic,
        balance_transaction=moved.id,
        arrival_date=context.now + _ON_THE_WAY,
        destination=f"ba_{context.books.account.id.removeprefix('acct_')}",
        metadata=metadata or {},
    )
    context.books.payouts[identifier] = payout
    context.emit("payout.created", render(payout))
    return payout


def _gather(context: Context, payout: str, currency: str) -> None:
    """An automatic payout consists of the movements that were available and not paid out before."""
    for moved in context.books.balance_transactions.values():
        if moved.currency == currency and moved.payout is None and moved.available_on <= context.now:
            moved.payout = payout


def end(context: Context, payout: Payout, *, succeeds: bool) -> None:
    """The money has arrived, or the bank has sent it back and it is in the balance again."""
    if payout.status not in _UNSETTLED:
        raise invalid(f"Payout {payout.id} has ended: it is {payout.status}.")
    if succeeds:
        payout.status = "paid"
        context.emit("payout.paid", render(payout))
        return
    payout.status, payout.failure_code = "failed", "account_closed"
    moved = record(context, "payout_failure", payout.id, payout.amount, payout.currency, "payout_reversal")
    payout.failure_balance_transaction = moved.id
    context.emit("payout.failed", render(payout))


def render(payout: Payout) -> dict[str, Json]:
    """https://docs.stripe.com/api/payouts/object."""
    return {
        "id": payout.id,
        "object": "payout",
        "amount": payout.amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": payout.arrival_date,
        "automatic": payout.automatic,
        "balance_transaction": payout.balance_transaction,
        "created": payout.created,
        "currency": payout.currency,
        "description": payout.description or ("STRIPE PAYOUT" if payout.automatic else None),
        "destination": payout.destination,
        "failure_balance_transaction": payout.failure_balance_transaction,
        "failure_code": payout.failure_code,
        "failure_message": "The bank account has been closed." if payout.failure_code else None,
        "livemode": payout.livemode,
        "metadata": dict(payout.metadata),
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "completed" if payout.automatic else "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": payout.statement_descriptor,
        "status": payout.status,
        "trace_id": None,
        "type": "bank_account",
    }


def _own(call: Call) -> Payout:
    found = call.books.payouts.get(call.path[0])
    if found is None:
        raise missing("payout", call.path[0], "payout")
    return found
