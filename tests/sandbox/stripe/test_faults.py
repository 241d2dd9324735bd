import pytest
import stripe

from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from tests.sandbox.stripe.conftest import Shop

INTENT = {"amount": 1000, "currency": "eur"}


def statuses(shop: Shop) -> list[int | None]:
    return [record.status for record in shop.server.records]


def test_a_lost_answer_leaves_the_work_done_and_the_sdk_finds_it_by_its_key(shop: Shop) -> None:
    shop.server.faults.add(Fault(FaultKind.ANSWER_LOST, "POST"))
    shop.v1.payment_intents.create(INTENT)
    assert statuses(shop) == [None, 200]
    assert shop.server.records[1].replayed
    assert len(shop.v1.payment_intents.list().data) == 1


def test_a_lost_request_leaves_no_work_done(shop: Shop) -> None:
    shop.server.faults.add(Fault(FaultKind.REQUEST_LOST, "POST", times=3))
    with pytest.raises(stripe.APIConnectionError):
        shop.v1.payment_intents.create(INTENT)
    assert shop.v1.payment_intents.list().data == []


def test_a_latency_beyond_the_clients_patience_is_a_timeout_after_the_work(shop: Shop) -> None:
    shop.server.faults.add(Fault(FaultKind.LATENCY, "POST", latency=20, times=3))
    with pytest.raises(stripe.APIConnectionError, match="TimeoutError"):
        shop.v1.payment_intents.create(INTENT)
    assert len(shop.v1.payment_intents.list().data) == 1


async def test_the_asynchronous_client_meets_the_same_faults(shop: Shop) -> None:
    shop.server.faults.add(Fault(FaultKind.ANSWER_LOST, "POST", latency=5), Fault(FaultKind.LATENCY, latency=3))
    intent = await shop.v1.payment_intents.create_async(INTENT)
    assert statuses(shop) == [None, 200]
    assert (await shop.v1.payment_intents.retrieve_async(intent.id)).amount == 1000


def test_a_rate_limit_is_not_repeated(shop: Shop) -> None:
    shop.server.faults.add(Fault(FaultKind.RATE_LIMIT))
    with pytest.raises(stripe.RateLimitError) as error:
        shop.v1.payment_intents.create(INTENT)
    assert error.value.error.code == "rate_limit"
    assert error.value.headers["Stripe-Rate-Limited-Reason"] == "global-rate"
    assert statuses(shop) == [429]


def test_a_lock_timeout_is_repeated_as_stripe_asks_for(shop: Shop) -> None:
    shop.server.faults.add(Fault(FaultKind.LOCK_TIMEOUT, times=2))
    assert shop.v1.payment_intents.create(INTENT).amount == 1000
    assert statuses(shop) == [429, 429, 200]


def test_faults_choose_their_requests(shop: Shop) -> None:
    intent = shop.authorize()
    shop.server.faults.add(
        Fault(
            FaultKind.LOCK_TIMEOUT,
            "POST",
            "/v1/payment_intents/.*/capture",
            times=None,
            when=lambda parameters: parameters.get("amount_to_capture") == "7",
        )
    )
    with pytest.raises(stripe.RateLimitError):
        shop.v1.payment_intents.capture(intent.id, {"amount_to_capture": 7})
    shop.server.faults.clear()
    assert shop.v1.payment_intents.capture(intent.id, {"amount_to_capture": 7}).amount_received == 7


def test_a_fault_may_let_requests_pass_first(shop: Shop) -> None:
    shop.server.faults.add(Fault(FaultKind.SERVER_ERROR, "POST", skip=1))
    shop.v1.payment_intents.create(INTENT)
    with pytest.raises(stripe.APIError):
        shop.v1.payment_intents.create(INTENT)
    shop.v1.payment_intents.create(INTENT)
    assert statuses(shop) == [200, 500, 200]


def test_an_invalid_request_is_refused_as_stripe_does_and_written_down(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.payment_intents.create({**INTENT, "payment_method_types": ["card"]})
    assert (error.value.http_status, error.value.code) == (400, "parameter_unknown")
    [finding] = shop.server.findings
    assert (finding.subject, finding.path, finding.problem.code) == (
        "request",
        "/v1/payment_intents",
        "parameter_unknown",
    )
    shop.server.findings.clear()


def test_an_endpoint_that_is_not_served_is_written_down(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        shop.v1.topups.list()
    assert [finding.problem.code for finding in shop.server.findings] == ["not_served"]
    shop.server.findings.clear()
