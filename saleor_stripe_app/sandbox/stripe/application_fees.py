"""What a platform keeps of the payments of its accounts (https://docs.stripe.com/api/application_fees)."""

from saleor_stripe_app.sandbox.stripe.balance import application_of, record
from saleor_stripe_app.sandbox.stripe.books import Books
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.pages import listing, page
from saleor_stripe_app.sandbox.stripe.parameters import merged_metadata
from saleor_stripe_app.sandbox.stripe.transfer_records import ApplicationFee, FeeRefund

_SHOWN_REFUNDS = 10


def collect(
    context: Context, account: str, amount: int, currency: str, charge: str, available_on: int, origin: str | None
) -> ApplicationFee:
    """Book a fee on a payment of a connected account; `context` is the platform's, `origin` the platform's own charge.

    The account's side stands as a fee in the balance transaction of the payment.
    """
    identifier = context.ids.new("fee")
    moved = record(context, "application_fee", identifier, amount, currency, available_on=available_on)
    fee = ApplicationFee(
        id=identifier,
        account=account,
        amount=amount,
        currency=currency,
        created=context.now,
        livemode=context.books.livemode,
        charge=charge,
        balance_transaction=moved.id,
        originating_transaction=origin,
    )
    context.books.application_fees[identifier] = fee
    context.emit("application_fee.created", render(context.books, fee))
    return fee


def give_back(context: Context, fee: ApplicationFee, amount: int, metadata: dict[str, str] | None = None) -> FeeRefund:
    """Return a fee, or a part of it, to the account."""
    booked = context.books.balance_transactions[fee.balance_transaction]
    available_on = max(context.now, booked.available_on)
    identifier = context.ids.new("fr")
    moved = record(context, "application_fee_refund", identifier, -amount, fee.currency, available_on=available_on)
    there = context.within(fee.account)
    record(there, "application_fee_refund", identifier, amount, fee.currency, available_on=available_on)
    refund = FeeRefund(identifier, fee.id, amount, fee.currency, context.now, moved.id, metadata or {})
    context.books.fee_refunds[identifier] = refund
    fee.refunds.append(identifier)
    fee.amount_refunded += amount
    context.emit("application_fee.refunded", render(context.books, fee))
    return refund


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/application_fees/{id}."""
    return render(call.books, _own(call))


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/application_fees, by charge, newest first."""
    charge = call.parameters.text("charge")
    found = [fee for fee in reversed(call.books.application_fees.values()) if charge in (None, fee.charge)]
    return page(call, found, lambda fee: render(call.books, fee))


def create_refund(call: Call) -> dict[str, Json]:
    """POST /v1/application_fees/{id}/refunds: all that is left, or a part of it."""
    fee, amount = _own(call), call.parameters.integer("amount")
    amount = fee.left if amount is None else amount
    if fee.left == 0:
        raise invalid(f"Application fee {fee.id} has already been refunded.", "id")
    if not 1 <= amount <= fee.left:
        raise invalid(
            f"Refund amount ({amount} {fee.currency}) is greater than unrefunded amount on fee "
            f"({fee.left} {fee.currency})",
            "amount",
        )
    return render_refund(give_back(call.context, fee, amount, merged_metadata({}, call.parameters)))


def retrieve_refund(call: Call) -> dict[str, Json]:
    """GET /v1/application_fees/{fee}/refunds/{id}."""
    if call.path[1] not in _own(call).refunds:
        raise missing("fee refund", call.path[1], "id")
    return render_refund(call.books.fee_refunds[call.path[1]])


def list_refunds(call: Call) -> dict[str, Json]:
    """GET /v1/application_fees/{id}/refunds, newest first."""
    made = [call.books.fee_refunds[identifier] for identifier in reversed(_own(call).refunds)]
    return page(call, made, render_refund)


def render(books: Books, fee: ApplicationFee) -> dict[str, Json]:
    """https://docs.stripe.com/api/application_fees/object."""
    latest = list(reversed(fee.refunds))[:_SHOWN_REFUNDS]
    shown = [render_refund(books.fee_refunds[identifier]) for identifier in latest]
    return {
        "id": fee.id,
        "object": "application_fee",
        "account": fee.account,
        "amount": fee.amount,
        "amount_refunded": fee.amount_refunded,
        "application": application_of(books.account.id),
        "balance_transaction": fee.balance_transaction,
        "charge": fee.charge,
        "created": fee.created,
        "currency": fee.currency,
        "fee_source": {"charge": fee.charge, "type": "charge"},
        "livemode": fee.livemode,
        "originating_transaction": fee.originating_transaction,
        "refunded": fee.left == 0,
        "refunds": {
            **listing(f"/v1/application_fees/{fee.id}/refunds", shown, has_more=len(fee.refunds) > len(shown)),
            "total_count": len(fee.refunds),
        },
    }


def render_refund(refund: FeeRefund) -> dict[str, Json]:
    """https://docs.stripe.com/api/fee_refunds/object."""
    return {
        "id": refund.id,
        "object": "fee_refund",
        "amount": refund.amount,
        "balance_transaction": refund.balance_transaction,
        "created": refund.created,
        "currency": refund.currency,
        "fee": refund.fee,
        "metadata": dict(refund.metadata),
    }


def _own(call: Call) -> ApplicationFee:
    found = call.books.application_fees.get(call.path[0])
    if found is None:
        raise missing("application fee", call.path[0], "id")
    return found
