"""Both ledgers as the two stand-ins keep them, and whether they say the same. The app is not asked.

Equal means: authorized is what Stripe holds capturable, charged what it received less refunds made or on their way
and what disputes hold, refunded what has gone back, canceled what Stripe released; and what is pending at one is
pending at the other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from types import MappingProxyType

from saleor_stripe_app.sandbox.saleor.currencies import fraction_digits
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.transactions import Transaction
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.controls import Controls
from saleor_stripe_app.sandbox.stripe.ledger import Entry


@dataclass(frozen=True, slots=True)
class Sums:
    """What a payment, or many of one currency, come to: minor units, as Decimal so that a stray fraction shows."""

    authorized: Decimal = Decimal(0)
    charged: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    canceled: Decimal = Decimal(0)
    pending: Decimal = Decimal(0)
    refund_pending: Decimal = Decimal(0)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, name) + getattr(other, name) for name in NAMES))


NAMES = tuple(field.name for field in fields(Sums))


NO_ORDERS: Mapping[str, Order] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Compared:
    """One payment in both ledgers. `status` is Stripe's; a side that does not know the payment is None."""

    payment_intent: str
    transaction: str
    currency: str
    status: str
    stripe: Sums | None
    saleor: Sums | None
    order: str = ""
    """The number of Saleor's order, where there is one."""

    @property
    def equal(self) -> bool:
        """Whether both know the payment, and alike."""
        return self.stripe is not None and self.stripe == self.saleor


def of_stripe(entry: Entry) -> Sums:
    """A payment of Stripe's in Saleor's terms."""
    return Sums(
        authorized=Decimal(entry.capturable),
        charged=Decimal(entry.charged),
        refunded=Decimal(entry.refunded),
        canceled=Decimal(entry.released),
        pending=Decimal(entry.processing),
        refund_pending=Decimal(entry.refund_pending),
    )


def of_saleor(transaction: Transaction) -> Sums:
    """A transaction's eight amounts; those that wait for a bank are one."""
    digits, amounts = fraction_digits(transaction.currency), transaction.amounts
    return Sums(
        authorized=amounts.authorized.scaleb(digits),
        charged=amounts.charged.scaleb(digits),
        refunded=amounts.refunded.scaleb(digits),
        canceled=amounts.canceled.scaleb(digits),
        pending=(amounts.authorize_pending + amounts.charge_pending + amounts.cancel_pending).scaleb(digits),
        refund_pending=amounts.refund_pending.scaleb(digits),
    )


def compare(
    entries: Iterable[Entry], transactions: Iterable[Transaction], orders: Mapping[str, Order] = NO_ORDERS
) -> list[Compared]:
    """Every payment of either side once, Saleor's first, matched by the reference that Saleor was given.

    An intent that no transaction names and nobody ever paid is no payment: one is made and canceled to try new keys.
    """
    left = {entry.payment_intent: entry for entry in entries}
    compared = [
        _matched(left.pop(found.psp_reference, None), found, orders.get(found.order or "")) for found in transactions
    ]
    return compared + [
        Compared(entry.payment_intent, "", entry.currency.upper(), entry.status, of_stripe(entry), None)
        for entry in left.values()
        if entry.received or entry.capturable or entry.processing
    ]


def _matched(entry: Entry | None, transaction: Transaction, order: Order | None) -> Compared:
    return Compared(
        transaction.psp_reference,
        transaction.token,
        transaction.currency,
        entry.status if entry else "",
        of_stripe(entry) if entry else None,
        of_saleor(transaction),
        order.number if order else "",
    )


def read(stripe: Stripe, saleor: Saleor) -> list[Compared]:
    """Both ledgers as they stand now."""
    return compare(Controls(stripe).ledger(), list(saleor.transactions.values()), saleor.orders)


def totals(compared: Iterable[Compared]) -> Iterator[tuple[str, Sums, Sums]]:
    """The sums of each currency: Stripe's and Saleor's."""
    of: dict[str, tuple[Sums, Sums]] = {}
    for each in compared:
        stripe, saleor = of.get(each.currency, (Sums(), Sums()))
        of[each.currency] = (stripe + (each.stripe or Sums()), saleor + (each.saleor or Sums()))
    return ((currency, *sums) for currency, sums in sorted(of.items()))


def major(amount: Decimal, currency: str) -> str:
    """Minor units as people write them: 12000 of USD is 120.00; what is less than a minor unit is shown."""
    digits = fraction_digits(currency)
    given = amount.scaleb(-digits)
    return f"{given:.{digits}f}" if amount == amount.to_integral_value() else f"{given:f}"
