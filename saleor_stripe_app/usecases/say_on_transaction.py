"""Say something on a transaction, where staff look at it: an INFO event, once."""

from decimal import Decimal

from saleor_stripe_app.domain.answers import later
from saleor_stripe_app.domain.equality import available_actions
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.links import external_url
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.report import Report
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.domain.transaction import EventType, Transaction
from saleor_stripe_app.saleor import reports
from saleor_stripe_app.usecases.backends import Backends


def was_said(transaction: Transaction, reference: str) -> bool:
    """Whether it is there already: Saleor would take an INFO any number of times."""
    return any(event.type is EventType.INFO and event.reference == reference for event in transaction.events)


async def say(
    backends: Backends,
    installation: Installation,
    transaction: Transaction,
    payment: Payment,
    reference: str,
    message: str,
) -> None:
    """Report it under its own reference, by whoever holds the payment's lease. What Saleor refuses is left unsaid.

    Raises Unavailable and Untrusted.
    """
    if was_said(transaction, reference):
        return
    report = Report(
        type=EventType.INFO,
        reference=reference,
        amount=Decimal(0),
        time=later(backends.clock(), transaction.newest),
        message=message,
        external_url=external_url(payment.id, livemode=payment.livemode),
        actions=available_actions(payment),
    )
    try:
        await reports.send(backends.saleor, installation, transaction.id, report)
    except Refusal:
        return
