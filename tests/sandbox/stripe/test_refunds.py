import pytest
import stripe

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.context import Delays
from tests.sandbox.stripe.conftest import Clock, Shop
from tests.sandbox.stripe.test_payment_intents import refused


def test_a_refund_of_a_part_and_of_the_rest(shop: Shop) -> None:
    intent = shop.pay(amount=1000)
    part = shop.v1.refunds.create(
        {"payment_intent": intent.id, "amount": 300, "reason": "requested_by_customer", "metadata": {"o": "1"}}
    )
    assert (part.status, part.amount, part.reason, part.metadata["o"]) == (
        "succeeded",
        300,
        "requested_by_customer",
        "1",
    )
    assert shop.event_types()[-2:] == ["refund.created", "charge.refunded"]
    rest = shop.v1.refunds.create({"charge": intent.latest_charge})
    assert rest.amount == 700
    charge = shop.v1.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]})
    assert (charge.amount_refunded, charge.refunded) == (1000, True)
    assert [refund.id for refund in charge.refunds.data] == [rest.id, part.id]
    assert shop.v1.balance_transactions.retrieve(rest.balance_transaction).amount == -700


def test_more_than_is_left_cannot_be_refunded(shop: Shop) -> None:
    intent = shop.pay(amount=1000)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as error:
        shop.v1.refunds.create({"payment_intent": intent.id, "amount": 1001})
    assert error.value.param == "amount"
    shop.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as again:
        shop.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    assert refused(again) == (400, "charge_already_refunded")


def test_what_was_not_taken_cannot_be_refunded(shop: Shop) -> None:
    unpaid = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur"})
    for intent in (unpaid, shop.authorize(1000), shop.pay("pm_sepaDebit")):
        with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
            shop.v1.refunds.create({"payment_intent": intent.id})


def test_an_unknown_payment_cannot_be_refunded(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.refunds.create({"payment_intent": "pi_unknown"})
    assert refused(error) == (404, "resource_missing")


def test_a_pending_refund_arrives_or_comes_back(shop: Shop) -> None:
    intent = shop.pay("pm_card_pendingRefund")
    first = shop.v1.refunds.create({"payment_intent": intent.id, "amount": 300})
    second = shop.v1.refunds.create({"payment_intent": intent.id, "amount": 300})
    assert (first.status, first.pending_reason) == ("pending", "processing")
    assert shop.controls.ledger()[0].charged == 400
    shop.controls.complete_refund(first.id, shop.clock.now)
    assert shop.event_types()[-2:] == ["refund.updated", "charge.refund.updated"]
    shop.controls.fail_refund(second.id, shop.clock.now)
    assert shop.event_types()[-3:] == ["refund.updated", "refund.failed", "charge.refund.updated"]
    assert shop.v1.refunds.retrieve(first.id).status == "succeeded"
    failed = shop.v1.refunds.retrieve(second.id, {"expand": ["failure_balance_transaction"]})
    assert (failed.status, failed.failure_balance_transaction.amount) == ("failed", 300)
    assert shop.v1.charges.retrieve(intent.latest_charge).amount_refunded == 300


def test_a_refund_may_fail_after_it_succeeded(shop: Shop) -> None:
    intent = shop.pay("pm_card_refundFail")
    refund = shop.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "succeeded"
    shop.controls.fail_refund(refund.id, shop.clock.now, "lost_or_stolen_card")
    failed = shop.v1.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert shop.v1.charges.retrieve(intent.latest_charge).refunded is False
    again = shop.v1.refunds.create({"payment_intent": intent.id})
    assert again.amount == 1000


def test_a_refund_to_a_voucher_waits_for_the_shopper_and_can_be_canceled(shop: Shop) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "jpy"})
    shop.v1.payment_intents.confirm(
        intent.id, {"payment_method_data": {"type": "konbini"}, "return_url": "https://shop.example.com"}
    )
    shop.controls.authenticate(intent.id, shop.clock.now)
    shop.controls.complete_processing(intent.id, shop.clock.now)
    refund = shop.v1.refunds.create({"payment_intent": intent.id, "instructions_email": "a@example.com"})
    assert (refund.status, refund.next_action.type) == ("requires_action", "display_details")
    assert shop.v1.refunds.cancel(refund.id).status == "canceled"
    assert shop.v1.charges.retrieve(shop.v1.payment_intents.retrieve(intent.id).latest_charge).amount_refunded == 0


def test_a_refund_that_is_over_cannot_be_canceled(shop: Shop) -> None:
    refund = shop.v1.refunds.create({"payment_intent": shop.pay().id})
    with pytest.raises(stripe.InvalidRequestError, match="requires_action"):
        shop.v1.refunds.cancel(refund.id)


def test_a_bank_debit_is_refunded_later(shop: Shop) -> None:
    intent = shop.pay("pm_sepaDebit")
    shop.controls.complete_processing(intent.id, shop.clock.now)
    assert shop.v1.refunds.create({"payment_intent": intent.id}).status == "pending"


def test_refunds_are_listed_by_payment_in_pages(shop: Shop) -> None:
    intent, other = shop.pay(), shop.pay()
    made = [shop.v1.refunds.create({"payment_intent": intent.id, "amount": 10}).id for _ in range(3)]
    shop.v1.refunds.create({"payment_intent": other.id, "amount": 10})
    found = shop.v1.refunds.list({"payment_intent": intent.id, "limit": 2})
    assert ([refund.id for refund in found.data], found.has_more) == ([made[2], made[1]], True)
    assert [refund.id for refund in shop.v1.refunds.list({"charge": intent.latest_charge}).data] == made[::-1]
    assert len(shop.v1.refunds.list().data) == 4


def test_a_refund_made_in_the_dashboard_is_a_refund_like_any_other(shop: Shop) -> None:
    intent = shop.pay()
    refund = shop.controls.refund(intent.id, shop.clock.now, 250)
    assert shop.v1.refunds.list({"payment_intent": intent.id}).data[0].id == refund.id
    event = shop.v1.events.list({"type": "refund.created"}).data[0]
    assert event.request.idempotency_key is None


def test_metadata_of_a_refund_can_be_changed(shop: Shop) -> None:
    refund = shop.v1.refunds.create({"payment_intent": shop.pay().id})
    assert shop.v1.refunds.update(refund.id, {"metadata": {"a": "b"}}).metadata["a"] == "b"


def test_test_cards_for_refunds_end_by_themselves_when_told_to() -> None:
    server = Stripe(delays=Delays(refund=30, processing=20))
    shop = Shop(server, server.create_account(), Clock())
    pending = shop.v1.refunds.create({"payment_intent": shop.pay("pm_card_pendingRefund").id})
    failing = shop.v1.refunds.create({"payment_intent": shop.pay("pm_card_refundFail").id})
    debit = shop.pay("pm_usBankAccount_insufficientFunds", currency="usd")
    shop.clock.pass_by(30)
    assert shop.v1.refunds.retrieve(pending.id).status == "succeeded"
    assert shop.v1.refunds.retrieve(failing.id).status == "failed"
    assert shop.v1.payment_intents.retrieve(debit.id).last_payment_error.decline_code == "insufficient_funds"
    assert server.findings == []
