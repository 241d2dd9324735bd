"""Probes: repeated requests, unknown objects, lists, and what a key may do."""

from collections.abc import Awaitable, Callable

import pytest

from saleor_stripe_app.domain import plan
from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.payment import IntentStatus
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.stripe_gateway import accounts, payment_intents, payments
from saleor_stripe_app.stripe_gateway.calls import answered
from saleor_stripe_app.stripe_gateway.failures import is_forbidden, is_missing
from saleor_stripe_app.stripe_gateway.permissions import account_named, missing_permission
from tests.stripe_probes.till import TOTAL, Till

UNKNOWN_CUSTOMER = "cus_0000permissionprobe"


async def test_a_repeated_creation_is_the_same_intent(till: Till) -> None:
    assert await till.make(Flow.CHARGE) == await till.make(Flow.CHARGE)


async def test_a_repeated_capture_takes_nothing_more(till: Till) -> None:
    payment = await till.pay(Flow.AUTHORIZATION)
    first = await till.capture(payment.id, 300)

    assert await till.capture(payment.id, 300) == first

    assert (await till.read(payment.id)).amount_received == 300


async def test_another_request_under_the_same_key_is_refused_and_does_nothing(till: Till) -> None:
    payment = await till.make(Flow.CHARGE)

    with pytest.raises(Declined) as raised:
        await till.make(Flow.CHARGE, amount=TOTAL + 100)

    assert (raised.value.stripe_code, raised.value.status) == ("idempotency_error", 400)
    assert (await till.read(payment.id)).amount == TOTAL


async def test_a_refused_request_is_refused_again_under_its_key(till: Till) -> None:
    payment = await till.make(Flow.AUTHORIZATION)
    refusals = []
    for _ in range(2):
        with pytest.raises(Declined) as raised:
            await till.capture(payment.id, TOTAL)
        refusals.append((raised.value.stripe_code, str(raised.value)))

    assert refusals[0] == refusals[1]


async def test_an_unknown_intent_is_none(till: Till) -> None:
    assert await payments.read(till.client, accounts.UNKNOWN_INTENT) is None


async def test_a_new_intent_is_listed_at_once_with_its_metadata(till: Till) -> None:
    payment = await till.make(Flow.CHARGE)

    listed = [intent async for intent in payment_intents.list_created(till.client, payment.created)]

    [found] = [intent for intent in listed if intent.id == payment.id]
    assert (found.status, found.created) == (IntentStatus.REQUIRES_PAYMENT_METHOD, payment.created)
    assert found.metadata == payment.metadata


@pytest.mark.parametrize("write", ["cancel", "refund", "delete"])
async def test_a_key_that_may_write_learns_that_an_object_is_unknown(till: Till, write: str) -> None:
    v1 = till.client.v1
    writes = {
        "cancel": lambda: v1.payment_intents.cancel_async(accounts.UNKNOWN_INTENT),
        "refund": lambda: v1.refunds.create_async({"payment_intent": accounts.UNKNOWN_INTENT}),
        "delete": lambda: v1.webhook_endpoints.delete_async(accounts.UNKNOWN_ENDPOINT),
    }

    with pytest.raises(Declined) as raised, till.where_offered():
        await answered(writes[write])

    assert is_missing(raised.value)


async def test_a_missing_permission_is_told_before_that_an_object_is_unknown(till: Till) -> None:
    client = till.connections.client(_restricted(till))
    refusal = await _refusal(lambda: client.v1.customers.delete_async(UNKNOWN_CUSTOMER))

    assert refusal is not None
    if till.at_stripe and is_missing(refusal):
        pytest.skip("this restricted key may write customers: nothing is known that it may not do")
    assert is_forbidden(refusal)
    assert missing_permission(str(refusal.__cause__)) is not None


async def test_a_restricted_key_is_told_its_account_when_it_may_not_read_it(till: Till) -> None:
    client = till.connections.client(_restricted(till))
    refusal = await _refusal(client.v1.accounts.retrieve_current_async)

    if till.at_stripe and refusal is None:
        pytest.skip("this restricted key may read its account")
    assert refusal is not None
    assert is_forbidden(refusal)
    assert account_named(str(refusal.__cause__)) is not None


async def test_a_publishable_key_sees_the_intents_of_its_account(till: Till) -> None:
    if till.publishable_key is None:
        pytest.skip("no STRIPE_TEST_PUBLISHABLE_KEY")

    report = await accounts.examine_keys(till.connections, till.publishable_key, till.key)

    assert report.account.startswith("acct_")
    assert (report.livemode, report.restricted) == (False, till.key.startswith("rk_"))
    assert [warning for warning in report.warnings if "unusual form" not in warning] == []
    assert report.missing == ()


async def test_the_pinned_version_is_spoken_which_has_no_payment_method_types(till: Till) -> None:
    parameters = plan.create_parameters(
        amount=TOTAL, currency="usd", flow=Flow.CHARGE, metadata=till.owner, operation="made-0"
    )

    with pytest.raises(Declined) as raised:
        await payment_intents.create(till.client, {**parameters, "payment_method_types": ["card"]}, till.run)

    assert raised.value.status == 400
    till.findings.clear()


def _restricted(till: Till) -> str:
    if till.restricted_key is None:
        pytest.skip("STRIPE_TEST_KEY is a secret key: what a missing permission does needs rk_test_...")
    return till.restricted_key


async def _refusal(call: Callable[[], Awaitable[object]]) -> Declined | None:
    try:
        await answered(call)
    except Declined as refusal:
        return refusal
    return None
