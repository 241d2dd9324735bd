import pytest
import stripe

from saleor_stripe_app.sandbox.stripe.authorizations import AUTHORIZATION_SECONDS
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from tests.sandbox.stripe.conftest import Shop
from tests.sandbox.stripe.test_payment_intents import refused, state


def test_an_authorization_is_captured_whole(shop: Shop) -> None:
    intent = shop.authorize(1000)
    assert state(intent) == ("requires_capture", 1000, 0)
    assert shop.event_types()[-2:] == ["charge.succeeded", "payment_intent.amount_capturable_updated"]
    captured = shop.v1.payment_intents.capture(intent.id, {"metadata": {"operation": "7"}})
    assert state(captured) == ("succeeded", 0, 1000)
    assert captured.metadata["operation"] == "7"
    assert shop.event_types()[-2:] == ["charge.captured", "payment_intent.succeeded"]


def test_a_capture_of_a_part_gives_up_the_rest_without_a_refund(shop: Shop) -> None:
    intent = shop.authorize(1000)
    captured = shop.v1.payment_intents.capture(intent.id, {"amount_to_capture": 300, "expand": ["latest_charge"]})
    assert state(captured) == ("succeeded", 0, 300)
    charge = captured.latest_charge
    assert (charge.amount, charge.amount_captured, charge.amount_refunded) == (1000, 300, 0)
    assert shop.v1.refunds.list({"payment_intent": intent.id}).data == []
    assert shop.controls.ledger()[0].released == 700


def test_several_captures_need_multicapture(shop: Shop) -> None:
    intent = shop.authorize(1000)
    with pytest.raises(stripe.InvalidRequestError, match="final_capture"):
        shop.v1.payment_intents.capture(intent.id, {"amount_to_capture": 300, "final_capture": False})
    assert state(shop.v1.payment_intents.retrieve(intent.id)) == ("requires_capture", 1000, 0)


def test_multicapture_takes_parts_until_the_final_one(shop: Shop) -> None:
    intent = shop.authorize(1000, request_multicapture="if_available")
    charge = shop.v1.charges.retrieve(intent.latest_charge)
    assert charge.payment_method_details.card.multicapture.status == "available"
    part = shop.v1.payment_intents.capture(intent.id, {"amount_to_capture": 300, "final_capture": False})
    assert state(part) == ("requires_capture", 700, 300)
    assert shop.event_types()[-2:] == ["charge.updated", "payment_intent.amount_capturable_updated"]
    assert shop.v1.charges.retrieve(intent.latest_charge).captured is False
    final = shop.v1.payment_intents.capture(intent.id, {"amount_to_capture": 200})
    assert state(final) == ("succeeded", 0, 500)
    assert shop.v1.charges.retrieve(intent.latest_charge).captured is True
    booked = shop.v1.balance_transactions.list({"source": intent.latest_charge})
    assert [movement.amount for movement in booked.data] == [200, 300]


@pytest.mark.parametrize("method", ["pm_card_credit_disableEnterpriseCardFeatures", "pm_link"])
def test_multicapture_is_not_there_for_every_payment_method(shop: Shop, method: str) -> None:
    options = {"card": {"capture_method": "manual", "request_multicapture": "if_available"}}
    options["link"] = {"capture_method": "manual"}
    intent = shop.pay(method, payment_method_options=options)
    with pytest.raises(stripe.InvalidRequestError, match="final_capture"):
        shop.v1.payment_intents.capture(intent.id, {"amount_to_capture": 300, "final_capture": False})


def test_an_account_may_lack_multicapture(shop: Shop) -> None:
    shop.account.multicapture = False
    intent = shop.authorize(1000, request_multicapture="if_available")
    charge = shop.v1.charges.retrieve(intent.latest_charge)
    assert charge.payment_method_details.card.multicapture.status == "unavailable"


def test_the_rest_of_a_partly_captured_payment_can_be_released(shop: Shop) -> None:
    intent = shop.authorize(1000, request_multicapture="if_available")
    shop.v1.payment_intents.capture(intent.id, {"amount_to_capture": 300, "final_capture": False})
    released = shop.v1.payment_intents.capture(intent.id, {"amount_to_capture": 0, "final_capture": True})
    assert state(released) == ("succeeded", 0, 300)


def test_a_partly_captured_payment_can_be_refunded_while_it_is_open(shop: Shop) -> None:
    intent = shop.authorize(1000, request_multicapture="if_available")
    shop.v1.payment_intents.capture(intent.id, {"amount_to_capture": 300, "final_capture": False})
    shop.v1.refunds.create({"payment_intent": intent.id, "amount": 300})
    assert shop.v1.charges.retrieve(intent.latest_charge).refunded is False
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.refunds.create({"payment_intent": intent.id, "amount": 1})


def test_more_than_is_held_cannot_be_captured(shop: Shop) -> None:
    intent = shop.authorize(1000)
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1001})
    assert refused(error) == (400, "amount_too_large")


def test_what_is_not_held_cannot_be_captured(shop: Shop) -> None:
    intent = shop.pay()
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.payment_intents.capture(intent.id)
    assert refused(error) == (400, "payment_intent_unexpected_state")
    assert error.value.error.payment_intent.status == "succeeded"


def test_a_canceled_authorization_is_released(shop: Shop) -> None:
    intent = shop.authorize(1000)
    canceled = shop.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "requested_by_customer"})
    assert state(canceled) == ("canceled", 0, 0)
    assert (canceled.cancellation_reason, canceled.canceled_at) == ("requested_by_customer", shop.clock.now)
    assert shop.event_types()[-1] == "payment_intent.canceled"
    assert shop.controls.ledger()[0].released == 1000


@pytest.mark.parametrize("status", ["succeeded", "canceled", "processing"])
def test_what_is_over_cannot_be_canceled(shop: Shop, status: str) -> None:
    intent = shop.pay("pm_sepaDebit") if status == "processing" else shop.authorize(1000)
    if status == "succeeded":
        shop.v1.payment_intents.capture(intent.id)
    elif status == "canceled":
        shop.v1.payment_intents.cancel(intent.id)
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.payment_intents.cancel(intent.id)
    assert refused(error) == (400, "payment_intent_unexpected_state")
    assert error.value.error.payment_intent.status == status


def test_an_authorization_runs_out(shop: Shop) -> None:
    intent = shop.authorize(1000)
    charge = shop.v1.charges.retrieve(intent.latest_charge)
    assert charge.payment_method_details.card.capture_before == shop.clock.now + AUTHORIZATION_SECONDS
    shop.clock.pass_by(AUTHORIZATION_SECONDS)
    canceled = shop.v1.payment_intents.retrieve(intent.id)
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "automatic")
    assert shop.event_types()[-2:] == ["charge.expired", "payment_intent.canceled"]


def test_an_authorization_can_be_made_to_run_out(shop: Shop) -> None:
    intent = shop.authorize(1000)
    shop.controls.expire(intent.id, shop.clock.now)
    assert shop.v1.payment_intents.retrieve(intent.id).status == "canceled"
    shop.clock.pass_by(AUTHORIZATION_SECONDS)
    assert shop.event_types().count("payment_intent.canceled") == 1


def test_a_partly_captured_authorization_that_runs_out_has_succeeded(shop: Shop) -> None:
    intent = shop.authorize(1000, request_multicapture="if_available")
    shop.v1.payment_intents.capture(intent.id, {"amount_to_capture": 300, "final_capture": False})
    shop.clock.pass_by(AUTHORIZATION_SECONDS)
    assert state(shop.v1.payment_intents.retrieve(intent.id)) == ("succeeded", 0, 300)


def test_an_authorization_can_be_raised(shop: Shop) -> None:
    intent = shop.authorize(1000, request_incremental_authorization="if_available")
    raised = shop.v1.payment_intents.increment_authorization(intent.id, {"amount": 1500})
    assert (raised.amount, raised.amount_capturable) == (1500, 1500)
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.payment_intents.increment_authorization(intent.id, {"amount": 1500})
    plain = shop.authorize(1000)
    with pytest.raises(stripe.InvalidRequestError, match="not available"):
        shop.v1.payment_intents.increment_authorization(plain.id, {"amount": 1500})


def test_staff_capture_and_cancel_in_the_dashboard(shop: Shop) -> None:
    first, second = shop.authorize(1000), shop.authorize(1000)
    shop.controls.capture(first.id, shop.clock.now, 400)
    shop.controls.cancel(second.id, shop.clock.now)
    assert state(shop.v1.payment_intents.retrieve(first.id)) == ("succeeded", 0, 400)
    assert state(shop.v1.payment_intents.retrieve(second.id)) == ("canceled", 0, 0)


def test_staff_take_more_than_was_authorized_within_the_networks_limit(shop: Shop) -> None:
    intent = shop.authorize(1000)
    with pytest.raises(StripeFailure):
        shop.controls.overcapture(intent.id, shop.clock.now, 1151)
    shop.controls.overcapture(intent.id, shop.clock.now, 1150)
    taken = shop.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (state(taken), taken.amount) == (("succeeded", 0, 1150), 1000)
    assert taken.latest_charge.amount_captured == 1150
    with pytest.raises(StripeFailure):
        shop.controls.overcapture(intent.id, shop.clock.now, 1100)
