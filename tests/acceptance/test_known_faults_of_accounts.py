"""The same of faults that have to do with keys, accounts and webhook endpoints."""

from dataclasses import replace
from decimal import Decimal

from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.shop import User
from saleor_stripe_app.storage import channels, configurations, due
from saleor_stripe_app.stripe_gateway import webhook_endpoints
from saleor_stripe_app.stripe_gateway.refused_keys import PAUSE_SECONDS, REFUSALS
from saleor_stripe_app.usecases.delete_configuration import delete_configuration
from saleor_stripe_app.usecases.repair_endpoint import repair_endpoint
from saleor_stripe_app.usecases.sweep import sweep
from saleor_stripe_app.usecases.upkeep import upkeep
from tests.acceptance.test_app_problems import change_key, shown
from tests.acceptance.test_known_faults import statuses
from tests.acceptance.test_shop_day import authorized, charged, types
from tests.acceptance.world import APP_URL, GATEWAY, World

DAY = 86400


async def second_endpoint(world: World) -> None:
    """Another endpoint with the same address, whose events are signed by a secret that the app takes, too."""
    assert world.configuration is not None
    made = await webhook_endpoints.create(
        world.backends.stripe.client(world.account.secret_key),
        f"{APP_URL}/api/webhooks/stripe/{world.configuration.id}",
        configuration_id=world.configuration.id,
        saleor_api_url=world.saleor.api_url,
        app_id=GATEWAY,
        name="Shop, again",
    )
    assert made.secret is not None
    secrets = (*world.configuration.endpoint_secrets, made.secret)
    world.configuration = replace(world.configuration, endpoint_secrets=secrets)
    assert await configurations.update(world.backends.storage, world.configuration)


async def test_the_same_event_by_two_endpoints_is_booked_once(world: World) -> None:
    await second_endpoint(world)
    endpoints = world.ask_stripe("GET", "/v1/webhook_endpoints")["data"]
    assert len(endpoints) == 2
    assert len({endpoint["url"] for endpoint in endpoints}) == 1
    session = await authorized(world)
    await world.act(session, "CHARGE", "60.00")
    world.hands.refund(world.intent(session), world.clock.seconds(), 2000)
    await world.settle()
    await world.assert_equal(session)
    assert [types(session).count(name) for name in ("AUTHORIZATION_SUCCESS", "CHARGE_SUCCESS", "REFUND_SUCCESS")] == [
        1,
        1,
        1,
    ]


async def test_two_configurations_of_one_stripe_account_book_once_what_both_hear_of(world: World) -> None:
    await world.configure()
    session = await charged(world)
    world.hands.refund(world.intent(session), world.clock.seconds(), 2000)
    assert await world.deliver_events() % 2 == 0
    await world.settle()
    await world.assert_equal(session)
    assert types(session).count("CHARGE_SUCCESS") == types(session).count("REFUND_SUCCESS") == 1
    assert not shown(world)


async def test_payments_of_another_shop_on_the_same_account_are_left_alone(world: World) -> None:
    ours = await charged(world)
    form = {"amount": "5000", "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true"}
    theirs = world.ask_stripe("POST", "/v1/payment_intents", {**form, "return_url": "https://other.example/"})["id"]
    world.hands.refund(theirs, world.clock.seconds(), 1000)
    world.hands.dispute(theirs, world.clock.seconds(), 2000)
    before = len(world.stripe.records)
    await world.settle()
    asked = list(world.stripe.records)[before:]
    assert {record.method for record in asked} <= {"GET"}
    assert len(asked) <= 6, "a refund and a dispute bear no metadata, so the intent is looked at"
    await world.assert_equal(ours)
    assert not shown(world)
    assert len(world.saleor.transactions) == 1


async def test_stripe_is_answered_200_though_nothing_can_be_done_with_the_event(world: World) -> None:
    session = await world.begin("50.00")
    await world.pay(session)
    world.hands.expire_key(world.account.secret_key)
    assert await statuses(world) == {200}
    await sweep(world.backends)
    assert (await due.backlog(world.backends.storage, world.clock())).count == 1


async def test_a_revoked_key_does_not_make_a_storm_of_requests(world: World) -> None:
    sessions = [await world.begin("50.00") for _ in range(3)]
    world.hands.expire_key(world.account.secret_key)
    for session in sessions:
        await world.pay(session)
    before = len(world.stripe.records)
    for _ in range(20):
        assert (await world.begin("10.00")).event.type == "CHARGE_FAILURE"
        await world.deliver_events()
        await sweep(world.backends)
    assert len(world.stripe.records) - before <= REFUSALS
    assert len(shown(world, "stripe-key-refused:")) == 1
    key = world.stripe.create_key(world.account.id, "sk").value
    await change_key(world, key)
    assert (await world.begin("10.00")).event.type == "CHARGE_ACTION_REQUIRED"
    world.clock.advance(1000 + PAUSE_SECONDS)
    await world.settle()
    for session in sessions:
        await world.assert_equal(session)


async def test_endpoints_of_other_tools_are_neither_changed_nor_deleted(world: World) -> None:
    url = f"{APP_URL}/api/webhooks/stripe/of-another-tool"
    form = {"url": url, "enabled_events[0]": "charge.succeeded"}
    theirs = world.ask_stripe("POST", "/v1/webhook_endpoints", form)["id"]
    before = world.ask_stripe("GET", f"/v1/webhook_endpoints/{theirs}")
    assert world.installation is not None
    assert world.configuration is not None
    await repair_endpoint(world.backends, world.installation, world.configuration.id)
    await change_key(world, world.stripe.create_key(world.account.id, "sk").value)
    await delete_configuration(world.backends, world.installation, world.configuration.id, force=True)
    for _ in range(3):
        world.clock.advance(2 * DAY)
        await upkeep(world.backends)
    left = world.ask_stripe("GET", "/v1/webhook_endpoints")["data"]
    assert left == [before]


async def test_a_shop_that_changes_its_stripe_account_never_hears_no_such_customer(world: World) -> None:
    user = world.saleor.add_user("ada@shop.example", first_name="Ada")
    first, old = world.configuration, await customer_of(world, user)
    world.account = world.stripe.create_account()
    await world.configure()
    new = await customer_of(world, user)
    assert first is not None
    assert new not in (None, old)
    assert world.ask_stripe("GET", f"/v1/customers/{old}")["error"]["code"] == "resource_missing"
    for channel in world.saleor.channels:
        await channels.assign(world.backends.storage, world.saleor.api_url, channel.id, first.id)
    assert await customer_of(world, user, first.secret_key) == old


async def customer_of(world: World, user: User, key: str | None = None) -> str | None:
    """The customer at Stripe of a user who begins to pay, by the key of the account that the shop uses now."""
    checkout = purchases.create_checkout(world.saleor, [Item("Tee", Decimal(20))], user=user)
    session = await world.served.courier.initialize(checkout.id, GATEWAY, by=Requestor.of_user(user))
    assert session.event.type == "CHARGE_ACTION_REQUIRED"
    found = world.ask_stripe("GET", f"/v1/payment_intents/{world.intent(session)}", key=key)["customer"]
    return str(found) if found else None
