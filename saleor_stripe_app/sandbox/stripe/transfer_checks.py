"""What Stripe refuses of transfers (https://docs.stripe.com/connect/separate-charges-and-transfers)."""

from saleor_stripe_app.domain.money import to_decimal
from saleor_stripe_app.sandbox.stripe.accounts import find_connected
from saleor_stripe_app.sandbox.stripe.balances import usable
from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.connect_objects import Connection
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure, invalid, missing
from saleor_stripe_app.sandbox.stripe.objects import Charge
from saleor_stripe_app.sandbox.stripe.regions import reaches

_SIGNS = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥"}
_FOR_TRANSFERS = ("transfers", "legacy_payments")


def destination(context: Context, identifier: str, param: str = "destination") -> tuple[Account, Connection]:
    """The account that money goes to: connected, and able to take transfers."""
    found = find_connected(context, identifier)
    if found is None:
        raise missing("destination", identifier, param, 400)
    if not any(found[1].may(name) for name in _FOR_TRANSFERS):
        raise invalid(
            "Your destination account needs to have at least one of the following capabilities enabled: transfers, "
            "crypto_transfers, legacy_payments",
            param,
            "insufficient_capabilities_for_transfer",
        )
    return found


def check_region(context: Context, account: Account, connection: Connection) -> None:
    """400 for a country that the platform's money may not go to."""
    if not reaches(context.books.account.country, account.country, connection.service_agreement):
        raise invalid(
            f"Funds can't be sent to accounts located in {account.country} because it's restricted outside of your "
            "platform's region. Learn more here: "
            "https://stripe.com/docs/connect/account-capabilities#transfers-cross-border",
            "destination",
            "transfers_not_allowed",
        )


def check_available(context: Context, amount: int, currency: str) -> None:
    """400 for more than the platform has available in the currency."""
    if usable(context, currency) < amount:
        raise no_funds(livemode=context.books.livemode)


def no_funds(*, livemode: bool) -> StripeFailure:
    """A balance that does not suffice, with Stripe's hint for test mode."""
    hint = (
        " Try adding funds directly to your available balance by creating Charges using the 4000000000000077 test "
        "card. See: https://stripe.com/docs/testing#available-balance"
    )
    message = "You have insufficient available funds in your Stripe account."
    return invalid(message + ("" if livemode else hint), code="balance_insufficient")


def source(context: Context, identifier: str, amount: int, currency: str, group: str | None) -> Charge:
    """The charge whose funds a transfer follows: taken whole, in the transfer's currency, and large enough.

    A bank debit that may still fail is one too: if it does, the platform has paid.
    https://docs.stripe.com/connect/separate-charges-and-transfers#transfer-availability
    """
    param = "source_transaction"
    charge = context.books.charges.get(identifier)
    if charge is None:
        raise missing("charge", identifier, param, 400)
    if charge.status == "failed" or not charge.amount_captured:
        raise invalid(f"The charge {identifier} has failed or was not captured.", param)
    if charge.captures > 1 or not charge.captured:
        raise invalid(f"The charge {identifier} has multiple captures and cannot be used as source_transaction.", param)
    booked = context.books.balance_transactions.get(charge.balance_transaction or "")
    settled = booked.currency if booked else charge.currency
    if settled != currency:
        raise invalid(
            f"The currency of source_transaction's balance transaction ({settled}) must be the same as the transfer "
            f"currency ({currency})",
            "currency",
        )
    _check_sum(context, charge.id, amount, settled, booked.amount if booked else charge.amount_captured)
    theirs = charge.fields.get("transfer_group")
    if group and theirs and group != theirs:
        raise invalid(
            f"The transfer_group {group} is not the one of source_transaction ({theirs}).",
            "transfer_group",
        )
    return charge


def _check_sum(context: Context, charge: str, amount: int, currency: str, most: int) -> None:
    earlier = [context.books.transfers[made] for made in context.books.transfers_of.get(charge, [])]
    spent = sum(transfer.amount for transfer in earlier)
    if spent + amount <= most:
        return
    message = (
        f"Transfers using this transaction as a source must not exceed the source amount of "
        f"{money_text(most, currency)}."
    )
    if earlier:
        count = "is already a transfer" if len(earlier) == 1 else f"are already {len(earlier)} transfers"
        message += f" (There {count} using this source, amounting to {money_text(spent, currency)}.)"
    raise invalid(message, "amount")


def money_text(amount: int, currency: str) -> str:
    """An amount as Stripe's messages show it: €70.00, or 70.00 PLN where there is no sign."""
    text = f"{to_decimal(amount, currency)}"
    sign = _SIGNS.get(currency)
    return f"{sign}{text}" if sign else f"{text} {currency.upper()}"
