"""What staff see beside the app in Saleor's Dashboard: told once per cause, and taken back when it is mended."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from saleor_stripe_app.domain.report import Report
from saleor_stripe_app.domain.transaction import EventType
from saleor_stripe_app.saleor import reports as saleor_reports
from saleor_stripe_app.sandbox.saleor import mutations
from saleor_stripe_app.sandbox.saleor.apps import Problem
from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault, Gate
from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import channels, configurations, received, tables, transactions
from saleor_stripe_app.stripe_gateway.permissions import NEEDED, SAVING
from saleor_stripe_app.usecases import app_problems
from saleor_stripe_app.usecases.app_problems import TOLD_AGAIN_AFTER
from saleor_stripe_app.usecases.check_up import EVERY, check_up
from saleor_stripe_app.usecases.delete_configuration import delete_configuration
from saleor_stripe_app.usecases.entered import HandMadeEndpoint
from saleor_stripe_app.usecases.repair_endpoint import repair_endpoint
from saleor_stripe_app.usecases.settle import settle
from saleor_stripe_app.usecases.silence import PATIENCE
from saleor_stripe_app.usecases.update_configuration import Changes, update_configuration
from saleor_stripe_app.usecases.upkeep import upkeep
from tests.acceptance.test_shop_day import charged, last
from tests.acceptance.world import APP_URL, World, opened


def shown(world: World, cause: str = "") -> list[Problem]:
    """The problems that are not dismissed, of one cause or of all."""
    return [
        problem
        for problem in world.saleor.apps[-1].problem_list
        if problem.dismissed is None and problem.key.startswith(cause)
    ]


async def use_key(world: World, *without: str) -> str:
    """Staff enter a restricted key; then these permissions are taken from it at Stripe."""
    key = world.stripe.create_key(world.account.id, permissions=set(NEEDED | SAVING)).value
    await change_key(world, key)
    world.hands.revoke(key, *without)
    return key


async def change_key(world: World, key: str) -> None:
    assert world.installation is not None
    assert world.configuration is not None
    saved = await update_configuration(
        world.backends, world.installation, world.configuration.id, Changes(secret_key=key)
    )
    world.configuration = saved.configuration


async def test_a_revoked_key_is_one_problem_however_many_payments_fail(world: World) -> None:
    world.hands.expire_key(world.account.secret_key)
    for _ in range(3):
        assert (await world.begin("50.00")).event.type == "CHARGE_FAILURE"
    (problem,) = shown(world, "stripe-key-refused:")
    assert (problem.count, problem.is_critical) == (1, True)
    assert "Shop" in problem.message
    world.clock.advance(TOLD_AGAIN_AFTER.total_seconds())
    await world.begin("50.00")
    assert shown(world) == [problem]
    assert problem.count == 2
    world.clock.advance(7 * 86400)
    await world.begin("50.00")
    assert shown(world) == [problem]


async def test_a_new_key_takes_the_problem_of_the_old_one_back_and_its_own_is_told_at_once(world: World) -> None:
    first = await use_key(world)
    world.hands.expire_key(first)
    await world.begin("50.00")
    second = await use_key(world)
    assert shown(world) == []
    world.hands.expire_key(second)
    await world.begin("50.00")
    assert len(shown(world, "stripe-key-refused:")) == 1


async def test_a_permission_that_a_key_lacks_is_named(world: World) -> None:
    session = await charged(world)
    await use_key(world, "rak_charge_write")
    await world.act(session, "REFUND", "10.00")
    assert last(session).type == "REFUND_FAILURE"
    (problem,) = shown(world, "stripe-permission-missing:")
    assert "Charges and Refunds: Write" in problem.message
    assert problem.is_critical
    await use_key(world)
    assert shown(world) == []


async def test_a_deleted_configuration_leaves_no_problem_behind(world: World) -> None:
    world.hands.expire_key(world.account.secret_key)
    await world.begin("50.00")
    assert shown(world)
    assert world.installation is not None
    assert world.configuration is not None
    await delete_configuration(world.backends, world.installation, world.configuration.id, force=True)
    assert shown(world) == []


@pytest.mark.parametrize("failure", [ApiFailure.STATUS, ApiFailure.LOST_BEFORE, ApiFailure.SLOW])
async def test_a_problem_that_saleor_does_not_take_disturbs_no_answer(
    world: World, failure: ApiFailure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_problems, "SECONDS", 0.05)
    world.hands.expire_key(world.account.secret_key)
    gate = Gate() if failure is ApiFailure.SLOW else None
    world.served.courier.faults.add(ApiFault(failure, "AppProblemCreate", gate=gate))
    assert (await world.begin("50.00")).event.type == "CHARGE_FAILURE"
    assert (await world.begin("50.00")).event.type == "CHARGE_FAILURE"
    before = sum(problem.count for problem in shown(world))  # a slow one may have been done all the same
    world.clock.advance(TOLD_AGAIN_AFTER.total_seconds())
    await world.begin("50.00")
    assert [problem.count for problem in shown(world)] == [before + 1]


async def test_a_saleor_without_problems_is_asked_for_none(sqlite_url: str) -> None:
    async with opened(sqlite_url, version="3.21") as world:
        await world.install()
        await world.configure()
        await world.unassign("channel-pln")
        assert (await world.begin("50.00", channel="channel-pln")).event.type == "CHARGE_FAILURE"
        world.hands.expire_key(world.account.secret_key)
        assert (await world.begin("50.00")).event.type == "CHARGE_FAILURE"
        assert world.backends.problems_told == {}


async def test_nobody_fills_the_dashboard_without_a_signature(world: World) -> None:
    assert world.configuration is not None
    body = b'{"id": "evt_1", "type": "charge.succeeded"}'
    for path in (world.configuration.id, "unknown"):
        answer = await world.app.post(
            f"/api/webhooks/stripe/{path}", content=body, headers={"stripe-signature": "t=1,v1=00"}
        )
        assert answer.status_code in {401, 403, 404}
    assert world.saleor.apps[-1].problem_list == []


def refuse(*_: Any, **__: Any) -> None:
    raise MutationError("transactionEvent", "Saleor has its reasons.", "INVALID")


async def differing(world: World, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A charge of 50.00 whose report Saleor does not take, under whatever reference."""
    session = await world.begin("50.00")
    await world.pay(session)
    monkeypatch.setattr(mutations, "take_report", refuse)
    await world.settle()
    monkeypatch.undo()
    return session


async def book_by_hand(world: World, session: Session) -> None:
    """Staff have the charge booked in Saleor."""
    assert world.installation is not None
    report = Report(EventType.CHARGE_SUCCESS, "by-hand", Decimal("50.00"), world.clock())
    await saleor_reports.send(world.backends.saleor, world.installation, transaction_id(session.transaction), report)
    await world.assert_equal(session)


async def look(world: World, session: Session) -> None:
    record = await transactions.by_intent(world.backends.storage, world.account.id, world.intent(session))
    assert record is not None
    assert await settle(world.backends, record.id) is not None


async def test_ledgers_that_no_report_makes_equal_are_a_problem_until_they_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await differing(world, monkeypatch)
    (problem,) = shown(world, "ledger:")
    assert transaction_id(session.transaction) in problem.message
    assert problem.is_critical
    world.clock.advance(60)
    await look(world, session)
    assert shown(world) == [problem]
    assert problem.count == 1
    await book_by_hand(world, session)
    await look(world, session)
    assert shown(world) == []


async def test_a_payment_without_a_problem_asks_saleor_to_take_none_back(world: World) -> None:
    world.served.courier.faults.add(ApiFault(ApiFailure.STATUS, "AppProblemDismiss"))
    session = await charged(world)
    await world.settle()
    await look(world, session)
    assert len(world.served.courier.faults.api) == 1


async def hour_later(world: World) -> None:
    """The app has its check-up again."""
    assert world.installation is not None
    world.clock.advance(EVERY.total_seconds())
    await check_up(world.backends, world.installation)


async def restart(world: World) -> None:
    """The app has forgotten whatever it only remembers in memory."""
    world.backends.problems_told.clear()


def change_endpoints(world: World, **changes: Any) -> None:
    """Somebody meddles with the webhook endpoint in Stripe's Dashboard."""
    for endpoint in world.stripe.registry.books(world.account.id).webhook_endpoints.values():
        for name, value in changes.items():
            setattr(endpoint, name, value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"enabled": False}, "switched off"),
        ({"url": "https://former.example/"}, "another address"),
        ({"enabled_events": ["charge.succeeded"]}, "not send all events"),
        ({"metadata": {}}, "not the app's own"),
        (None, "missing"),
    ],
    ids=["disabled", "moved", "deaf", "foreign", "deleted"],
)
async def test_an_endpoint_out_of_order_is_a_problem_until_it_is_repaired(
    world: World, changes: dict[str, Any] | None, words: str
) -> None:
    assert world.installation is not None
    assert world.configuration is not None
    if changes is None:
        world.stripe.registry.books(world.account.id).webhook_endpoints.clear()
    else:
        change_endpoints(world, **changes)
    await hour_later(world)
    await hour_later(world)
    (problem,) = shown(world, "stripe-webhook-endpoint:")
    assert words in problem.message
    assert (problem.count, problem.is_critical) == (2, True)
    await repair_endpoint(world.backends, world.installation, world.configuration.id)
    assert shown(world) == []
    await hour_later(world)
    assert shown(world) == []


async def test_an_endpoint_that_was_mended_at_stripe_is_no_problem_any_more(world: World) -> None:
    change_endpoints(world, enabled=False)
    await hour_later(world)
    assert shown(world)
    change_endpoints(world, enabled=True)
    await restart(world)
    await hour_later(world)
    assert shown(world) == []


async def test_an_endpoint_of_an_earlier_version_is_no_problem_since_its_events_are_heard(world: World) -> None:
    change_endpoints(world, api_version="2024-06-20")
    await hour_later(world)
    assert shown(world) == []


async def test_the_check_up_is_hourly_whichever_replica_comes_first(world: World) -> None:
    assert world.installation is not None
    another = replace(world.backends, owner="another", problems_told={})
    change_endpoints(world, enabled=False)
    for backends in (world.backends, another, world.backends):
        await check_up(backends, world.installation)
        world.clock.advance(60)
    assert [problem.count for problem in shown(world)] == [1]
    world.clock.advance(EVERY.total_seconds() - 180)
    await check_up(another, world.installation)
    assert [problem.count for problem in shown(world)] == [2]


async def test_the_upkeep_has_the_check_up(world: World) -> None:
    change_endpoints(world, enabled=False)
    await upkeep(world.backends)
    assert len(shown(world, "stripe-webhook-endpoint:")) == 1


async def test_a_check_up_while_stripe_or_saleor_is_silent_says_and_takes_back_nothing(world: World) -> None:
    change_endpoints(world, enabled=False)
    await hour_later(world)
    (problem,) = shown(world)
    world.stripe.faults.add(Fault(FaultKind.REQUEST_LOST, times=None))
    await hour_later(world)
    assert (shown(world), problem.count) == ([problem], 1)
    world.stripe.faults.clear()
    change_endpoints(world, enabled=True)
    world.served.courier.faults.add(ApiFault(ApiFailure.STATUS, "AppProblems"))
    await hour_later(world)
    assert shown(world) == [problem]
    await hour_later(world)
    assert shown(world) == []


async def test_a_key_that_was_revoked_is_found_before_a_shopper_pays(world: World) -> None:
    world.hands.expire_key(world.account.secret_key)
    await hour_later(world)
    assert len(shown(world, "stripe-key-refused:")) == 1
    world.stripe.registry.keys[world.account.secret_key].expired = False
    await restart(world)
    await hour_later(world)
    assert shown(world) == []


async def test_a_permission_that_is_granted_at_stripe_takes_the_problem_back(world: World) -> None:
    session = await charged(world)
    key = await use_key(world, "rak_charge_write")
    await world.act(session, "REFUND", "10.00")
    await hour_later(world)
    assert len(shown(world, "stripe-permission-missing:")) == 1
    world.hands.grant(key, "rak_charge_write")
    await hour_later(world)
    assert shown(world) == []


async def test_a_key_that_may_not_see_its_endpoint_lacks_a_permission(world: World) -> None:
    await use_key(world, "rak_webhook_write")
    await hour_later(world)
    (problem,) = shown(world)
    assert problem.key.startswith("stripe-permission-missing:")
    assert "Webhook Endpoints: Read" in problem.message


async def test_a_channel_that_got_a_configuration_is_no_problem_whoever_gave_it(world: World) -> None:
    assert world.configuration is not None
    await world.unassign("channel-pln")
    await world.begin("10.00", channel="channel-pln")
    await hour_later(world)
    (problem,) = shown(world, "channel-not-configured:")
    assert not problem.is_critical
    pln = world.saleor.channel("channel-pln")
    await channels.assign(world.backends.storage, world.saleor.api_url, pln.id, world.configuration.id)
    await hour_later(world)
    assert shown(world) == []


async def test_ledgers_that_became_equal_while_the_app_was_away_are_no_problem_any_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await differing(world, monkeypatch)
    await restart(world)
    await hour_later(world)
    assert len(shown(world, "ledger:")) == 1
    await restart(world)
    await book_by_hand(world, session)
    await hour_later(world)
    assert shown(world) == []


async def test_problems_of_a_configuration_that_is_gone_are_taken_back(world: World) -> None:
    world.hands.expire_key(world.account.secret_key)
    await hour_later(world)
    assert shown(world)
    async with world.backends.storage.begin() as connection:
        await connection.execute(tables.configurations.delete())
    await hour_later(world)
    assert shown(world) == []


async def paid_unheard(world: World) -> Session:
    """A payment whose events Stripe sends with a signature that does not fit."""
    assert world.configuration is not None
    good = world.configuration.endpoint_secrets
    world.configuration = replace(world.configuration, endpoint_secrets=("whsec_of_another_endpoint",))
    await configurations.update(world.backends.storage, world.configuration)
    world.clock.advance(1)
    session = await world.begin("50.00")
    await world.pay(session)
    await world.process(session)
    await world.deliver_events()
    assert await received.latest(world.backends.storage, world.configuration.id, 1) == ()
    world.configuration = replace(world.configuration, endpoint_secrets=good)
    return session


async def test_events_whose_signature_does_not_fit_are_a_problem_until_one_fits(world: World) -> None:
    session = await paid_unheard(world)
    await hour_later(world)
    (problem,) = shown(world)
    assert problem.key.startswith("stripe-webhook-deliveries:")
    assert world.intent(session) in problem.message
    assert problem.is_critical
    world.clock.advance(2 * 86400)
    await hour_later(world)
    assert shown(world) == [problem]  # nothing was paid since, and nothing is mended
    assert world.configuration is not None
    await configurations.update(world.backends.storage, world.configuration)
    await world.deliver_events()
    assert await received.latest(world.backends.storage, world.configuration.id, 1)
    await hour_later(world)
    assert shown(world) == []


async def test_a_signing_secret_entered_anew_takes_the_problem_of_deliveries_back(world: World) -> None:
    await paid_unheard(world)
    await hour_later(world)
    assert shown(world, "stripe-webhook-deliveries:")
    assert world.installation is not None
    assert world.configuration is not None
    by_hand = HandMadeEndpoint(f"{APP_URL}/api/webhooks/stripe/{world.configuration.id}", "whsec_right")
    await update_configuration(world.backends, world.installation, world.configuration.id, Changes(hand_made=by_hand))
    assert shown(world) == []
    await hour_later(world)
    assert shown(world) == []


async def test_a_quiet_shop_whose_events_arrived_is_no_problem(world: World) -> None:
    session = await charged(world)
    await world.settle()
    await world.act(session, "REFUND", "10.00")
    world.clock.advance(2)
    await world.deliver_events()
    await world.begin("20.00")  # nobody pays
    for _ in range(3):
        await hour_later(world)
    assert shown(world) == []


async def test_an_event_may_be_a_quarter_of_an_hour_late(world: World) -> None:
    assert world.installation is not None
    world.clock.advance(60)
    session = await world.begin("30.00")
    await world.pay(session)
    world.clock.advance(PATIENCE.total_seconds() - 60)
    await check_up(world.backends, world.installation)
    assert shown(world) == []
    await hour_later(world)
    assert len(shown(world, "stripe-webhook-deliveries:")) == 1
