"""A shop's day: what happens, step by step, and what both ledgers must say after each step.

Every story is about one payment or two and yields a step after each thing that people did; it goes on once that step
is seen.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from decimal import Decimal

from saleor_stripe_app.sandbox.demo.keys import COMPLETES
from saleor_stripe_app.sandbox.demo.ledgers import Sums
from saleor_stripe_app.sandbox.demo.people import Payment, People, Refused
from saleor_stripe_app.sandbox.saleor.versions import at_least

LATE = 6
"""Seconds by which Stripe's events are late in the story of that."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done; then Stripe's payment has this status, and both ledgers say these sums."""

    title: str
    payment: Payment
    status: str
    sums: Sums
    ordered: bool = False
    """Whether there must be an order for it in Saleor."""


Story = Callable[[People], AsyncIterator[Step]]


def _sums(*, authorized: int = 0, charged: int = 0, refunded: int = 0, canceled: int = 0) -> Sums:
    return Sums(Decimal(authorized), Decimal(charged), Decimal(refunded), Decimal(canceled))


async def _paid(people: People, amount: str, channel: str = "default-channel") -> Payment:
    payment = await people.begin(amount, channel)
    await people.pay(payment)
    await people.return_to_shop(payment)
    return payment


async def charge(people: People) -> AsyncIterator[Step]:
    """The plain case."""
    payment = await _paid(people, "120.00")
    yield Step("A card is charged", payment, "succeeded", _sums(charged=12000))


async def challenge(people: People) -> AsyncIterator[Step]:
    """The bank wants the shopper to prove who they are."""
    payment = await people.begin("64.90")
    page = await people.pay(payment, "pm_card_threeDSecure2Required")
    await people.return_to_shop(payment)
    yield Step("A bank asks for 3-D Secure", payment, "requires_action", _sums())
    assert page is not None
    await people.pass_challenge(page)
    await people.return_to_shop(payment)
    yield Step("- the shopper passes it", payment, "succeeded", _sums(charged=6490))


async def decline(people: People) -> AsyncIterator[Step]:
    """One card is turned down, another one is not: it stays one payment."""
    payment = await people.begin("45.00")
    await people.pay(payment, "pm_card_chargeDeclinedInsufficientFunds")
    await people.return_to_shop(payment)
    yield Step("A card is declined", payment, "requires_payment_method", _sums())
    await people.pay(payment, "pm_card_mastercard")
    await people.return_to_shop(payment)
    yield Step("- another card pays", payment, "succeeded", _sums(charged=4500))


async def saved_card(people: People) -> AsyncIterator[Step]:
    """A customer keeps a card and pays with it the next time, when no page of Stripe's is shown."""
    customer = await people.sign_up("ada@shop.example")
    payment = await people.begin("30.00", customer=customer, saves=True)
    await people.pay(payment, await people.enter_card())
    await people.return_to_shop(payment)
    yield Step("A customer keeps a card", payment, "succeeded", _sums(charged=3000))
    later = await people.pay_with_saved("18.00", customer)
    yield Step("- and pays with it later", later, "succeeded", _sums(charged=1800))


async def invoice(people: People) -> AsyncIterator[Step]:
    """The order was there before its money."""
    payment = await people.begin_invoice("240.00")
    await people.pay(payment)
    await people.return_to_shop(payment)
    yield Step("An invoice is paid", payment, "succeeded", _sums(charged=24000), ordered=True)


async def closed_tab(people: People) -> AsyncIterator[Step]:
    """The shopper is back from the bank's page and gone: nobody is left to complete the checkout but the app."""
    payment = await people.begin("72.00", COMPLETES)
    page = await people.pay(payment, "pm_card_threeDSecure2Required")
    assert page is not None
    await people.pass_challenge(page)
    yield Step("A tab closes at 3-D Secure", payment, "succeeded", _sums(charged=7200))
    yield Step("- the app makes the order", payment, "succeeded", _sums(charged=7200), ordered=True)


async def two_captures(people: People) -> AsyncIterator[Step]:
    """Goods leave in two parcels."""
    payment = await _paid(people, "100.00", "channel-auth")
    yield Step("A card is authorized", payment, "requires_capture", _sums(authorized=10000))
    await people.act(payment, "CHARGE", "40.00")
    yield Step("- 40.00 captured", payment, "requires_capture", _sums(authorized=6000, charged=4000))
    await people.act(payment, "CHARGE", "60.00")
    yield Step("- the other 60.00 captured", payment, "succeeded", _sums(charged=10000))


async def cancel(people: People) -> AsyncIterator[Step]:
    """An order that never leaves."""
    payment = await _paid(people, "75.00", "channel-auth")
    yield Step("A card is authorized", payment, "requires_capture", _sums(authorized=7500))
    await people.act(payment, "CANCEL")
    yield Step("- authorization canceled", payment, "canceled", _sums(canceled=7500))


async def full_refund(people: People) -> AsyncIterator[Step]:
    """Everything comes back."""
    payment = await _paid(people, "89.00")
    yield Step("A card is charged", payment, "succeeded", _sums(charged=8900))
    await people.act(payment, "REFUND", "89.00")
    yield Step("- refunded in full", payment, "succeeded", _sums(refunded=8900))


async def refund_with_reason(people: People) -> AsyncIterator[Step]:
    """Whoever looks at Stripe's dashboard reads there why."""
    payment = await _paid(people, "55.00")
    yield Step("A card is charged", payment, "succeeded", _sums(charged=5500))
    await people.refund(payment, "20.00", "One sleeve is torn")
    yield Step("- 20.00 refunded, saying why", payment, "succeeded", _sums(charged=3500, refunded=2000))
    if (reasons := await people.reasons_at_stripe(payment)) != ["One sleeve is torn"]:
        raise Refused(f"Stripe shows as the reason: {reasons}")


async def equal_refunds(people: People) -> AsyncIterator[Step]:
    """Two refunds of the same amount at the same moment are two."""
    payment = await _paid(people, "50.00")
    yield Step("A card is charged", payment, "succeeded", _sums(charged=5000))
    await people.act(payment, "REFUND", "15.00")
    await people.act(payment, "REFUND", "15.00")
    yield Step("- 15.00 refunded twice", payment, "succeeded", _sums(charged=2000, refunded=3000))


async def refund_at_stripe(people: People) -> AsyncIterator[Step]:
    """Saleor has no part in it and must learn of it all the same."""
    payment = await _paid(people, "35.00")
    yield Step("A card is charged", payment, "succeeded", _sums(charged=3500))
    await people.refund_at_stripe(payment, 1000)
    yield Step("- 10.00 refunded at Stripe", payment, "succeeded", _sums(charged=2500, refunded=1000))


async def dispute(people: People) -> AsyncIterator[Step]:
    """The shopper's bank takes the money, and is convinced of a part of it."""
    payment = await _paid(people, "58.00")
    yield Step("A card is charged", payment, "succeeded", _sums(charged=5800))
    opened = await people.dispute(payment)
    yield Step("- the bank disputes it", payment, "succeeded", _sums())
    await people.win(opened, 4000)
    yield Step("- 40.00 of it is won back", payment, "succeeded", _sums(charged=4000))


async def yen(people: People) -> AsyncIterator[Step]:
    """A currency without decimals."""
    payment = await _paid(people, "6497", "channel-jpy")
    yield Step("A charge in yen", payment, "succeeded", _sums(charged=6497))
    await people.act(payment, "REFUND", "497")
    yield Step("- 497 yen refunded", payment, "succeeded", _sums(charged=6000, refunded=497))


async def dinar(people: People) -> AsyncIterator[Step]:
    """A currency with three, of which Stripe takes no last digit but 0."""
    payment = await _paid(people, "10.630", "channel-kwd")
    yield Step("A charge in dinars", payment, "succeeded", _sums(charged=10630))
    await people.act(payment, "REFUND", "0.130")
    yield Step("- 0.130 dinars refunded", payment, "succeeded", _sums(charged=10500, refunded=130))


async def doubled_events(people: People) -> AsyncIterator[Step]:
    """The shopper closes the browser, and Stripe says everything twice."""
    payment = await people.begin("27.50")
    await people.disturb("doubled")
    await people.pay(payment)
    await people.calm()
    yield Step("Every event comes twice", payment, "succeeded", _sums(charged=2750))


async def late_events(people: People) -> AsyncIterator[Step]:
    """The shopper closes the browser, and Stripe takes its time."""
    payment = await people.begin("31.00")
    await people.disturb("late", LATE)
    await people.pay(payment)
    await people.calm()
    yield Step(f"Every event comes {LATE} s late", payment, "succeeded", _sums(charged=3100))


DAY: tuple[Story, ...] = (
    charge,
    challenge,
    decline,
    saved_card,
    invoice,
    closed_tab,
    two_captures,
    cancel,
    full_refund,
    refund_with_reason,
    equal_refunds,
    refund_at_stripe,
    dispute,
    yen,
    dinar,
    doubled_events,
    late_events,
)


def of_version(version: str) -> tuple[Story, ...]:
    """The stories that this Saleor can play: staff say why they refund since 3.22."""
    return DAY if at_least(version, "3.22") else tuple(story for story in DAY if story is not refund_with_reason)


DISTURBED: tuple[Story, ...] = (doubled_events, late_events)
"""These change how Stripe sends what happens meanwhile, so they begin alone, one after the other."""
