"""What the plain scenarios of faults say again and again."""

from decimal import Decimal

from saleor_stripe_app.sandbox.saleor.shop import Flow
from tests.acceptance import truth
from tests.acceptance.chaos import Chaos
from tests.acceptance.dashboard import Payment


async def paid(chaos: Chaos, flow: Flow = "CHARGE", amount: str = "100.00") -> Payment:
    """A payment that the shopper has returned from, known to both ledgers."""
    payment = await chaos.begin(amount, flow, "default-channel")
    chaos.pay(payment, "pm_card_visa")
    await chaos.process(payment)
    await chaos.dust_settles()
    return payment


async def settled(chaos: Chaos) -> None:
    """Everything works again, and both ledgers agree."""
    await chaos.dust_settles()
    chaos.assert_true()


def shown(payment: Payment) -> list[str]:
    """Saleor's events of a payment, oldest first."""
    assert payment.transaction is not None
    return [str(event.type) for event in payment.transaction.events]


def words(payment: Payment) -> str:
    """What Saleor shows with the newest event."""
    assert payment.transaction is not None
    return payment.transaction.events[-1].message


def amounts(payment: Payment) -> tuple[Decimal, Decimal, Decimal]:
    """Authorized, charged, refunded."""
    assert payment.transaction is not None
    now = payment.transaction.amounts
    return now.authorized, now.charged, now.refunded


def refunds(chaos: Chaos, payment: Payment) -> list[int]:
    """The refunds that Stripe shows."""
    intent = chaos.stripe.intent(payment)
    assert intent is not None
    return [refund.amount for refund in truth.refunds_of(chaos.world, intent)]
