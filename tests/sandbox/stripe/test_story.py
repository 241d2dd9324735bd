"""Random stories: whatever happens, everything that passes is whole, and the books agree with themselves."""

import contextlib

import stripe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.card_numbers import CARDS, OTHER_METHODS
from saleor_stripe_app.sandbox.stripe.controls import Controls
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from tests.sandbox.stripe.conftest import Clock, Shop

METHODS = [*CARDS, *OTHER_METHODS]
STEPS = ["capture", "part", "cancel", "refund", "authenticate", "process", "complete", "fail", "expire", "wait"]


def step(shop: Shop, name: str, number: int, *, good: bool) -> None:
    controls, now, v1 = Controls(shop.server), shop.clock.now, shop.v1
    intents = v1.payment_intents.list({"limit": 100}).data
    refunds = v1.refunds.list({"limit": 100}).data
    intent = intents[number % len(intents)].id
    refund = refunds[number % len(refunds)].id if refunds else "re_none"
    match name:
        case "capture":
            v1.payment_intents.capture(intent, {"amount_to_capture": 100 + number})
        case "part":
            v1.payment_intents.capture(intent, {"amount_to_capture": 10 + number, "final_capture": False})
        case "cancel":
            v1.payment_intents.cancel(intent)
        case "refund":
            v1.refunds.create({"payment_intent": intent, "amount": 10 + number})
        case "authenticate":
            controls.authenticate(intent, now, succeeds=good)
        case "process":
            controls.complete_processing(intent, now, succeeds=good)
        case "complete":
            controls.complete_refund(refund, now)
        case "fail":
            controls.fail_refund(refund, now)
        case "expire":
            controls.expire(intent, now)
        case _:
            shop.clock.pass_by(number * 3600)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    methods=st.lists(st.tuples(st.sampled_from(METHODS), st.booleans()), min_size=1, max_size=4),
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 300), st.booleans()), max_size=20),
)
def test_every_story_is_told_in_whole_objects_and_the_books_agree(methods, steps) -> None:
    server = Stripe()
    shop = Shop(server, server.create_account(), Clock())
    for method, held in methods:
        card = {"capture_method": "manual", "request_multicapture": "if_available"} if held else {}
        currency = {"us_bank_account": "usd", "bacs_debit": "gbp"}.get(OTHER_METHODS.get(method, ("",))[0], "eur")
        with contextlib.suppress(stripe.CardError):
            shop.pay(method, currency=currency, payment_method_options={"card": card} if card else {})
    for name, number, good in steps:
        with contextlib.suppress(stripe.InvalidRequestError, StripeFailure):
            step(shop, name, number, good=good)
    server.pending_deliveries(shop.clock.now)
    assert server.findings == []
    for entry in Controls(server).ledger(shop.account.id):
        assert entry.moved == entry.received
        assert 0 <= entry.received + entry.capturable <= entry.amount
        assert entry.charged >= 0
        assert entry.capturable == 0 or entry.status == "requires_capture"
