"""Transfers to connected accounts (https://docs.stripe.com/api/transfers)."""

from saleor_stripe_app.sandbox.stripe import transfer_checks
from saleor_stripe_app.sandbox.stripe.balance import AVAILABLE_AFTER, record
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.objects import Charge
from saleor_stripe_app.sandbox.stripe.pages import page
from saleor_stripe_app.sandbox.stripe.parameters import merged_metadata
from saleor_stripe_app.sandbox.stripe.transfer_objects import render
from saleor_stripe_app.sandbox.stripe.transfer_records import DestinationPayment, Transfer


def create(call: Call) -> dict[str, Json]:
    """POST /v1/transfers: from what is available, or with a charge as source whose funds it follows."""
    parameters, context = call.parameters, call.context
    amount, currency = parameters.required_integer("amount"), parameters.required_text("currency")
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer")
    account, connection = transfer_checks.destination(context, parameters.required_text("destination"))
    transfer_checks.check_region(context, account, connection)
    group, named = parameters.text("transfer_group"), parameters.text("source_transaction")
    charge = None
    if named:
        charge = transfer_checks.source(context, named, amount, currency, group)
    else:
        transfer_checks.check_available(context, amount, currency)
    transfer = make(
        context,
        account.id,
        amount,
        currency,
        source=charge,
        group=group,
        description=parameters.text("description"),
        metadata=merged_metadata({}, parameters),
    )
    return render(call.books, transfer)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/transfers/{transfer}."""
    return render(call.books, own(call))


def update(call: Call) -> dict[str, Json]:
    """POST /v1/transfers/{transfer}: description and metadata."""
    transfer = own(call)
    before = dict(transfer.metadata)
    transfer.metadata = merged_metadata(transfer.metadata, call.parameters)
    if "description" in call.parameters:
        transfer.description = call.parameters.text("description")
    call.context.emit("transfer.updated", render(call.books, transfer), {"metadata": before})
    return render(call.books, transfer)


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/transfers, by destination, transfer_group and time, newest first."""
    destination, group = call.parameters.text("destination"), call.parameters.text("transfer_group")
    found = [
        transfer
        for transfer in reversed(call.books.transfers.values())
        if destination in (None, transfer.destination) and group in (None, transfer.transfer_group)
    ]
    return page(call, found, lambda transfer: render(call.books, transfer))


def own(call: Call) -> Transfer:
    """The transfer in the path, or 404."""
    found = call.books.transfers.get(call.path[0])
    if found is None:
        raise missing("transfer", call.path[0], "transfer")
    return found


def make(
    context: Context,
    destination: str,
    amount: int,
    currency: str,
    *,
    source: Charge | None = None,
    group: str | None = None,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
    available_on: int | None = None,
) -> Transfer:
    """Move money from the platform to an account; with a source it is usable there once the charge's funds are.

    `available_on` is given for the transfer that a destination charge makes by itself.

    https://docs.stripe.com/connect/separate-charges-and-transfers#transfer-availability
    """
    books = context.books
    identifier, payment = context.ids.new("tr"), context.ids.new("py")
    automatic = available_on is not None
    available_on = _usable_from(context, source) if available_on is None else available_on
    if source is not None:
        group = _shared_group(source, group)
    moved = record(context, "transfer", identifier, -amount, currency, available_on=available_on)
    transfer = Transfer(
        id=identifier,
        amount=amount,
        currency=currency,
        created=context.now,
        livemode=books.livemode,
        destination=destination,
        destination_payment=payment,
        balance_transaction=moved.id,
        metadata=metadata or {},
        source_transaction=source.id if source else None,
        transfer_group=group,
        description=description,
        automatic=automatic,
    )
    books.transfers[identifier] = transfer
    if source is not None:
        books.transfers_of.setdefault(source.id, []).append(identifier)
    there = context.within(destination)
    arrived = record(there, "payment", payment, amount, currency, available_on=available_on)
    there.books.destination_payments[payment] = DestinationPayment(
        payment, amount, currency, context.now, books.livemode, identifier, arrived.id
    )
    context.emit("transfer.created", render(books, transfer))
    return transfer


def _usable_from(context: Context, source: Charge | None) -> int:
    """When the money can be used: with its source, which may not have been booked yet."""
    if source is None:
        return context.now
    booked = context.books.balance_transactions.get(source.balance_transaction or "")
    return max(context.now, booked.available_on if booked else context.now + AVAILABLE_AFTER)


def _shared_group(charge: Charge, group: str | None) -> str:
    """The transfer group that a charge and its transfers have in common; Stripe makes one where nobody did."""
    shared = str(charge.fields.get("transfer_group") or group or f"group_{charge.intent}")
    charge.fields["transfer_group"] = shared
    return shared
