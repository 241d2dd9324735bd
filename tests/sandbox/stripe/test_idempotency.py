import pytest
import stripe

from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from tests.sandbox.stripe.conftest import Shop

BODY = {"amount": 1000, "currency": "eur"}
KEY = {"idempotency_key": "installation-7-request-1"}


def test_the_same_request_under_the_same_key_is_answered_again(shop: Shop) -> None:
    first = shop.v1.payment_intents.create(BODY, KEY)
    second = shop.v1.payment_intents.create(BODY, KEY)
    assert first.id == second.id
    assert second.last_response.headers["idempotent-replayed"] == "true"
    assert second.last_response.headers["original-request"] == first.last_response.request_id
    assert second.last_response.request_id != first.last_response.request_id
    assert len(shop.v1.payment_intents.list().data) == 1


def test_a_repeated_answer_is_the_first_one_whatever_happened_since(shop: Shop) -> None:
    first = shop.v1.payment_intents.create(BODY, KEY)
    shop.v1.payment_intents.cancel(first.id)
    assert shop.v1.payment_intents.create(BODY, KEY).status == "requires_payment_method"


def test_other_parameters_under_the_same_key_are_refused(shop: Shop) -> None:
    shop.v1.payment_intents.create(BODY, KEY)
    with pytest.raises(stripe.IdempotencyError) as error:
        shop.v1.payment_intents.create({**BODY, "amount": 2000}, KEY)
    assert error.value.http_status == 400


def test_a_decline_is_remembered(shop: Shop) -> None:
    body = {**BODY, "confirm": True, "payment_method": "pm_card_chargeDeclined", "return_url": "https://shop.example"}
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            shop.v1.payment_intents.create(body, KEY)
    assert len(shop.v1.charges.list().data) == 1


def test_an_invalid_request_is_not_remembered(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.payment_intents.create({"amount": 1000}, KEY)
    shop.server.findings.clear()
    assert shop.v1.payment_intents.create(BODY, KEY).amount == 1000


def test_a_server_error_is_remembered_with_and_without_the_work(shop: Shop) -> None:
    for kind, made in ((FaultKind.SERVER_ERROR, 0), (FaultKind.SERVER_ERROR_AFTER_WORK, 1)):
        shop.server.faults.add(Fault(kind, "POST", "/v1/payment_intents"))
        key = {"idempotency_key": kind.value}
        for _ in range(2):
            with pytest.raises(stripe.APIError) as error:
                shop.v1.payment_intents.create(BODY, key)
            assert error.value.http_status == 500
        assert len(shop.v1.payment_intents.list().data) == made


def test_a_key_in_use_is_a_conflict_and_is_not_remembered(shop: Shop) -> None:
    shop.server.faults.add(Fault(FaultKind.KEY_IN_USE, "POST", times=1))
    assert shop.v1.payment_intents.create(BODY, KEY).amount == 1000
    assert [record.status for record in shop.server.records] == [409, 200]


def test_a_key_is_forgotten_after_a_day(shop: Shop) -> None:
    first = shop.v1.payment_intents.create(BODY, KEY)
    shop.clock.pass_by(24 * 3600 - 1)
    assert shop.v1.payment_intents.create(BODY, KEY).id == first.id
    shop.clock.pass_by(1)
    assert shop.v1.payment_intents.create(BODY, KEY).id != first.id


def test_keys_of_two_accounts_do_not_meet(shop: Shop) -> None:
    other = shop.server.create_account("Cups")
    first = shop.v1.payment_intents.create(BODY, KEY)
    assert shop.client(other.secret_key).payment_intents.create(BODY, KEY).id != first.id


def test_events_name_the_request_and_its_key(shop: Shop) -> None:
    made = shop.v1.payment_intents.create(BODY, KEY)
    event = shop.v1.events.list().data[0]
    assert (event.request.id, event.request.idempotency_key) == (
        made.last_response.request_id,
        KEY["idempotency_key"],
    )
