import pytest
import stripe

from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from tests.sandbox.stripe.conftest import Shop
from tests.sandbox.stripe.test_payment_intents import refused


def only_dispute(shop: Shop, intent: str) -> stripe.Dispute:
    [dispute] = shop.v1.disputes.list({"payment_intent": intent}).data
    return dispute


def funds(dispute: stripe.Dispute) -> list[int]:
    return [moved.amount for moved in dispute.balance_transactions]


def charged(shop: Shop, intent: str) -> int:
    return next(entry.charged for entry in shop.controls.ledger() if entry.payment_intent == intent)


@pytest.mark.parametrize(
    ("card", "reason", "status", "moved"),
    [
        ("pm_card_createDispute", "fraudulent", "needs_response", [-1000]),
        ("pm_card_createDisputeProductNotReceived", "product_not_received", "needs_response", [-1000]),
        ("pm_card_createDisputeInquiry", "fraudulent", "warning_needs_response", []),
    ],
)
def test_cards_made_for_it_are_disputed_once_they_are_charged(
    shop: Shop, card: str, reason: str, status: str, moved: list[int]
) -> None:
    intent = shop.pay(card)
    assert "charge.dispute.created" in shop.event_types()
    dispute = only_dispute(shop, intent.id)
    assert (dispute.reason, dispute.status, funds(dispute)) == (reason, status, moved)
    assert shop.v1.charges.retrieve(intent.latest_charge).disputed
    assert shop.v1.disputes.retrieve(dispute.id, {"expand": ["charge"]}).charge.id == intent.latest_charge


def test_a_dispute_that_is_won_brings_the_money_back_in_whole_or_in_part(shop: Shop) -> None:
    for returned, left in ((None, 1000), (400, 400)):
        intent = shop.pay()
        dispute = shop.controls.dispute(intent.id, shop.clock.now)
        assert charged(shop, intent.id) == 0
        shop.controls.answer_dispute(dispute.id, shop.clock.now)
        shop.controls.decide(dispute.id, shop.clock.now, won=True, amount=returned)
        assert charged(shop, intent.id) == left
        assert only_dispute(shop, intent.id).status == "won"
        assert shop.event_types()[-5:] == [
            "charge.dispute.created",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.updated",
            "charge.dispute.funds_reinstated",
            "charge.dispute.closed",
        ]


def test_a_dispute_that_is_accepted_is_lost_and_forbids_refunds(shop: Shop) -> None:
    intent = shop.pay()
    dispute = shop.controls.dispute(intent.id, shop.clock.now, 300)
    assert shop.v1.disputes.close(dispute.id).status == "lost"
    assert charged(shop, intent.id) == 700
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.refunds.create({"payment_intent": intent.id})
    assert refused(error) == (400, "charge_disputed")
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.disputes.close(dispute.id)


def test_an_inquiry_moves_no_money_until_it_becomes_a_dispute(shop: Shop) -> None:
    intent = shop.pay()
    dispute = shop.controls.dispute(intent.id, shop.clock.now, inquiry=True)
    shop.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    shop.controls.answer_dispute(dispute.id, shop.clock.now)
    assert only_dispute(shop, intent.id).status == "warning_under_review"
    shop.controls.decide(dispute.id, shop.clock.now, won=False)
    assert (only_dispute(shop, intent.id).status, charged(shop, intent.id)) == ("warning_closed", 900)
    other = shop.pay()
    asked = shop.controls.dispute(other.id, shop.clock.now, 600, inquiry=True)
    shop.controls.escalate(asked.id, shop.clock.now)
    assert funds(only_dispute(shop, other.id)) == [-600]


def test_what_a_bank_cannot_do_is_refused(shop: Shop) -> None:
    intent = shop.pay()
    now = shop.clock.now
    with pytest.raises(StripeFailure, match="not 1001"):
        shop.controls.dispute(intent.id, now, 1001)
    dispute = shop.controls.dispute(intent.id, now, 300)
    with pytest.raises(StripeFailure, match="disputed already"):
        shop.controls.dispute(intent.id, now, 300)
    with pytest.raises(StripeFailure, match="no open inquiry"):
        shop.controls.escalate(dispute.id, now)
    with pytest.raises(StripeFailure, match="at most 300"):
        shop.controls.decide(dispute.id, now, won=True, amount=301)
    shop.controls.decide(dispute.id, now, won=True)
    with pytest.raises(StripeFailure, match="is over"):
        shop.controls.decide(dispute.id, now, won=True)
    with pytest.raises(StripeFailure, match="awaits no evidence"):
        shop.controls.answer_dispute(dispute.id, now)


def test_a_review_is_shown_by_its_intent_and_closed_once(shop: Shop) -> None:
    intent = shop.pay()
    review = shop.controls.review(intent.id, shop.clock.now)
    assert shop.v1.payment_intents.retrieve(intent.id, {"expand": ["review"]}).review.open
    assert [found.id for found in shop.v1.reviews.list().data] == [review.id]
    assert shop.v1.reviews.approve(review.id).closed_reason == "approved"
    assert shop.v1.reviews.retrieve(review.id).open is False
    assert shop.v1.reviews.list().data == []
    assert shop.event_types()[-2:] == ["review.opened", "review.closed"]
    with pytest.raises(StripeFailure, match="is closed"):
        shop.controls.close_review(review.id, shop.clock.now)
