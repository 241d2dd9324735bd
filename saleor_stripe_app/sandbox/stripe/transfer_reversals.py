"""Transfers taken back, whole or in part (https://docs.stripe.com/api/transfer_reversals)."""

from saleor_stripe_app.sandbox.stripe import application_fees, transfers
from saleor_stripe_app.sandbox.stripe.balance import record
from saleor_stripe_app.sandbox.stripe.balances import available, pending
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.objects import Refund
from saleor_stripe_app.sandbox.stripe.pages import page
from saleor_stripe_app.sandbox.stripe.parameters import merged_metadata
from saleor_stripe_app.sandbox.stripe.shares import share
from saleor_stripe_app.sandbox.stripe.transfer_objects import render as render_transfer
from saleor_stripe_app.sandbox.stripe.transfer_objects import render_reversal
from saleor_stripe_app.sandbox.stripe.transfer_records import Transfer, TransferReversal


def create(call: Call) -> dict[str, Json]:
    """POST /v1/transfers/{id}/reversals: all that is left, or a part of it."""
    transfer, parameters = transfers.own(call), call.parameters
    amount = parameters.integer("amount")
    amount = transfer.left if amount is None else amount
    check(call.context, transfer, amount)
    fee = call.books.application_fees.get(transfer.application_fee or "")
    if parameters.flag("refund_application_fee"):
        if fee is None:
            raise invalid(f"Transfer {transfer.id} has no application fee to refund.", "refund_application_fee")
        returned = share(fee.amount, amount, transfer.amount, fee.left, whole=amount == transfer.left)
        if returned:
            application_fees.give_back(call.context, fee, returned)
    return render_reversal(reverse(call.context, transfer, amount, metadata=merged_metadata({}, parameters)))


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/transfers/{transfer}/reversals/{id}."""
    return render_reversal(_own(call))


def update(call: Call) -> dict[str, Json]:
    """POST /v1/transfers/{transfer}/reversals/{id}: metadata only."""
    reversal = _own(call)
    reversal.metadata = merged_metadata(reversal.metadata, call.parameters)
    return render_reversal(reversal)


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/transfers/{id}/reversals, newest first."""
    made = [call.books.transfer_reversals[identifier] for identifier in reversed(transfers.own(call).reversals)]
    return page(call, made, render_reversal)


def check(context: Context, transfer: Transfer, amount: int) -> None:
    """400 for more than is left of the transfer, or than its account has.

    An account that the platform answers for may fall below zero; any other must have the balance
    (https://docs.stripe.com/connect/separate-charges-and-transfers#reverse-transfers).
    """
    if transfer.left == 0:
        raise invalid(f"The transfer {transfer.id} is already fully reversed.", "id")
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer")
    if amount > transfer.left:
        raise invalid(
            f"Transfer reversal amount ({amount} {transfer.currency}) is greater than unreversed amount on transfer "
            f"({transfer.left} {transfer.currency})",
            "amount",
        )
    account = context.directory.accounts[transfer.destination]
    if account.connection is not None and account.connection.reserves:
        return
    there = context.within(account.id)
    has = available(there, transfer.currency)
    arrived = there.books.balance_transactions[
        there.books.destination_payments[transfer.destination_payment].balance_transaction
    ]
    if arrived.available_on > context.now:
        has += pending(there, transfer.currency)
    if has < amount:
        raise invalid(
            f"The balance of account {account.id} does not suffice to reverse transfer {transfer.id}.",
            code="balance_insufficient",
        )


def reverse(
    context: Context,
    transfer: Transfer,
    amount: int,
    *,
    metadata: dict[str, str] | None = None,
    refund: str | None = None,
) -> TransferReversal:
    """Take money back, as was checked before; `refund` is the one that brought it about."""
    books = context.books
    booked = books.balance_transactions[transfer.balance_transaction]
    available_on = max(context.now, booked.available_on)
    identifier = context.ids.new("trr")
    moved = record(context, "transfer_refund", identifier, amount, transfer.currency, available_on=available_on)
    reversal = TransferReversal(
        id=identifier,
        transfer=transfer.id,
        amount=amount,
        currency=transfer.currency,
        created=context.now,
        balance_transaction=moved.id,
        destination_payment_refund=_refund_payment(context, transfer, amount, available_on),
        metadata=metadata or {},
        source_refund=refund,
    )
    books.transfer_reversals[identifier] = reversal
    transfer.reversals.append(identifier)
    before = transfer.amount_reversed
    transfer.amount_reversed += amount
    context.emit("transfer.reversed", render_transfer(books, transfer), {"amount_reversed": before})
    return reversal


def _refund_payment(context: Context, transfer: Transfer, amount: int, available_on: int) -> str:
    """The reversal as the account sees it."""
    there = context.within(transfer.destination)
    identifier = there.ids.new("pyr")
    moved = record(there, "payment_refund", identifier, -amount, transfer.currency, "refund", available_on=available_on)
    there.books.refunds[identifier] = Refund(
        id=identifier,
        charge=transfer.destination_payment,
        intent="",
        amount=amount,
        currency=transfer.currency,
        created=there.now,
        status="succeeded",
        type="stripe_account",
        metadata={},
        balance_transaction=moved.id,
    )
    there.books.refunds_of.setdefault(transfer.destination_payment, []).append(identifier)
    there.books.destination_payments[transfer.destination_payment].amount_refunded += amount
    return identifier


def _own(call: Call) -> TransferReversal:
    transfer = transfers.own(call)
    if call.path[1] not in transfer.reversals:
        raise missing("transfer reversal", call.path[1], "id")
    return call.books.transfer_reversals[call.path[1]]
