"""Payments whose money goes on to a connected account by itself, and what the platform keeps of payments.

https://docs.stripe.com/connect/destination-charges and https://docs.stripe.com/connect/direct-charges
"""

from collections.abc import Mapping

from saleor_stripe_app.sandbox.stripe import application_fees, transfer_checks, transfers
from saleor_stripe_app.sandbox.stripe.accounts import find_connected
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.objects import BalanceTransaction, Charge
from saleor_stripe_app.sandbox.stripe.regions import reaches
from saleor_stripe_app.sandbox.stripe.shares import share

FIELDS = ("application_fee_amount", "transfer_data", "on_behalf_of", "transfer_group")


def check(context: Context, fields: Mapping[str, Json], amount: int) -> None:
    """400 for what an intent of an amount cannot say about where its money goes."""
    merchant = fields.get("on_behalf_of")
    if merchant:
        _check_merchant(context, str(merchant))
    data = fields.get("transfer_data")
    data = data if isinstance(data, Mapping) else {}
    fee, part = fields.get("application_fee_amount"), data.get("amount")
    destination = data.get("destination")
    if fee is not None:
        _check_fee(context, int(str(fee)), amount, part, bool(destination))
    if not destination:
        return
    account, connection = transfer_checks.destination(context, str(destination), "transfer_data[destination]")
    if not merchant and not reaches(context.books.account.country, account.country, connection.service_agreement):
        raise invalid(
            f"Cannot create a destination charge for connected accounts in {account.country} because funds would be "
            "settled on the platform and the connected account is outside the platform's region. You may use the "
            "`on_behalf_of` parameter to have the charge settle in the connected account's country.",
            "transfer_data[destination]",
        )
    if isinstance(part, int) and part > amount:
        raise invalid(
            f"The transfer_data[amount] ({part}) must be less than or equal to the amount ({amount}).",
            "transfer_data[amount]",
        )


def split(context: Context, charge: Charge, taken: BalanceTransaction) -> None:
    """Pass on what was just taken, and keep the fee: of all that is passed on, or of the account's own charge.

    A part that leaves less than what was agreed passes on all of it: fees are capped at the amount captured.
    """
    fields = charge.fields
    data = fields.get("transfer_data")
    fee = fields.get("application_fee_amount")
    fee = _settled(taken, min(int(str(fee)), taken.presented)) if fee else 0
    if isinstance(data, Mapping) and data.get("destination"):
        part = data.get("amount")
        amount = taken.amount if part is None else _settled(taken, min(int(str(part)), taken.presented))
        if amount:
            _pass_on(context, charge, taken, str(data["destination"]), amount, fee)
    elif fee and context.books.account.platform:
        _keep_of_direct(context, charge, taken, fee)


def _pass_on(
    context: Context, charge: Charge, taken: BalanceTransaction, destination: str, amount: int, fee: int
) -> None:
    transfer = transfers.make(
        context, destination, amount, taken.currency, source=charge, available_on=taken.available_on
    )
    charge.transfer = charge.transfer or transfer.id
    if not fee:
        return
    kept = application_fees.collect(
        context, destination, fee, taken.currency, transfer.destination_payment, taken.available_on, charge.id
    )
    transfer.application_fee = kept.id
    charge.application_fee = charge.application_fee or kept.id
    there = context.within(destination).books
    payment = there.destination_payments[transfer.destination_payment]
    payment.application_fee, payment.application_fee_amount = kept.id, fee
    _debit(there.balance_transactions[payment.balance_transaction], fee)


def _keep_of_direct(context: Context, charge: Charge, taken: BalanceTransaction, fee: int) -> None:
    platform = context.within(str(context.books.account.platform))
    kept = application_fees.collect(
        platform, context.books.account.id, fee, taken.currency, charge.id, taken.available_on, None
    )
    charge.application_fee = charge.application_fee or kept.id
    _debit(taken, fee)


def _settled(taken: BalanceTransaction, part: int) -> int:
    """A part of what was charged, in the currency in which it settled."""
    return part if part == 0 else share(taken.amount, part, taken.presented, taken.amount, whole=False)


def _debit(taken: BalanceTransaction, fee: int) -> None:
    taken.fee += fee
    taken.application_fee += fee


def _check_merchant(context: Context, identifier: str) -> None:
    found = find_connected(context, identifier)
    if found is None:
        raise missing("account", identifier, "on_behalf_of", 400)
    if not found[1].may("card_payments"):
        raise invalid(
            f"The account {identifier} needs the capability card_payments to be used as `on_behalf_of`.",
            "on_behalf_of",
        )


def _check_fee(context: Context, fee: int, amount: int, part: Json, routed: bool) -> None:
    param = "application_fee_amount"
    if part is not None:
        raise invalid("You cannot use application_fee_amount together with transfer_data[amount].", param)
    if not routed and context.books.account.platform is None:
        raise invalid(
            "Can only apply an application_fee_amount when the PaymentIntent is attempting a direct payment (using an "
            "OAuth key or Stripe-Account header) or destination payment (using `transfer_data[destination]`).",
            param,
        )
    if fee > amount:
        raise invalid(f"The application fee ({fee}) cannot be larger than the amount ({amount}).", param)
