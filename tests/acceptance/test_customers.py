"""A user of Saleor's is one customer of Stripe's: by the app's own map, kept current, forgotten with the user."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

from saleor_stripe_app.domain.options import Options
from saleor_stripe_app.sandbox.saleor import customers, purchases
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.saleor.shop import Address, User
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import configurations
from saleor_stripe_app.usecases.upkeep import upkeep
from tests.acceptance.test_app_problems import shown, use_key
from tests.acceptance.world import GATEWAY, World

TEE = Item("Monospace Tee", Decimal("20.00"))


def ada(world: World, email: str = "ada@example.com") -> User:
    """A shopper with an account."""
    user = world.saleor.add_user(email, first_name="Ada")
    user.last_name = "Lovelace"
    return user


async def begin(world: World, user: User | None, **more: Any) -> Session:
    """A shopper who is logged in begins to pay."""
    checkout = purchases.create_checkout(world.saleor, [TEE], user=user, **more)
    by = Requestor.of_user(user) if user else Requestor()
    return await world.served.courier.initialize(checkout.id, GATEWAY, by=by)


def intent(world: World, session: Session) -> dict[str, Any]:
    return world.ask_stripe("GET", f"/v1/payment_intents/{world.intent(session)}")


def customer(world: World, session: Session) -> dict[str, Any]:
    return world.ask_stripe("GET", f"/v1/customers/{intent(world, session)['customer']}")


def all_customers(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.ask_stripe("GET", "/v1/customers?limit=100")["data"]
    return found


def asked(world: World, method: str, path: str) -> list[Any]:
    return [record for record in world.stripe.records if (record.method, record.path) == (method, path)]


async def change(world: World, user: User, **changes: Any) -> None:
    """The user changes what their account says."""
    customers.update_customer(world.saleor, user, by=Requestor.of_user(user), **changes)
    await world.served.courier.work()


async def delete(world: World, user: User) -> None:
    """Staff delete the user's account."""
    customers.delete_customer(world.saleor, user, by=Requestor(permissions=frozenset({"MANAGE_USERS"})))
    await world.served.courier.work()


async def choose(world: World, options: Options) -> None:
    assert world.configuration is not None
    assert await configurations.update(world.backends.storage, replace(world.configuration, options=options))


async def test_c8_a_user_becomes_a_customer_with_name_email_phone_and_addresses(world: World) -> None:
    shown = customer(world, await begin(world, ada(world)))
    assert (shown["name"], shown["email"]) == ("Ada Lovelace", "ada@example.com")
    assert shown["address"]["line1"]
    assert shown["shipping"]["address"]["country"] == shown["address"]["country"]
    assert shown["metadata"] == {
        "saleor_user_id": world.saleor.users[-1].id,
        "saleor_api_url": world.saleor.api_url,
    }


async def test_c8_the_same_user_is_the_same_customer_however_often_they_pay(world: World) -> None:
    user = ada(world)
    first, second = await begin(world, user), await begin(world, user)
    assert intent(world, first)["customer"] == intent(world, second)["customer"]
    assert len(all_customers(world)) == 1
    assert asked(world, "POST", f"/v1/customers/{intent(world, first)['customer']}") == []


async def test_c8_users_who_share_an_email_are_not_one_customer(world: World) -> None:
    one, other = await begin(world, ada(world)), await begin(world, ada(world))
    assert intent(world, one)["customer"] != intent(world, other)["customer"]


async def test_c8_a_guest_is_no_customer(world: World) -> None:
    assert intent(world, await begin(world, None))["customer"] is None
    assert all_customers(world) == []


async def test_c8_who_pays_for_a_users_checkout_without_being_them_is_not_their_customer(world: World) -> None:
    user, other = ada(world), ada(world, "other@example.com")
    await begin(world, user)
    checkout = purchases.create_checkout(world.saleor, [TEE], user=user)
    for stranger in (Requestor(), Requestor.of_user(other)):
        session = await world.served.courier.initialize(checkout.id, GATEWAY, by=stranger)
        assert intent(world, session)["customer"] is None
    assert len(all_customers(world)) == 1


async def test_c8_requests_that_race_make_one_customer(world: World) -> None:
    user = ada(world)
    sessions = await asyncio.gather(*(begin(world, user) for _ in range(6)))
    assert {intent(world, session)["customer"] for session in sessions} == {all_customers(world)[0]["id"]}
    assert len(all_customers(world)) == 1


async def test_c8_a_lost_answer_makes_no_second_customer(world: World) -> None:
    user = ada(world)
    world.stripe.faults.add(Fault(FaultKind.ANSWER_LOST, path="/v1/customers", method="POST", times=2))
    without, then = await begin(world, user), await begin(world, user)
    assert intent(world, without)["customer"] is None
    assert intent(world, then)["customer"] == all_customers(world)[0]["id"]
    assert len(all_customers(world)) == 1


async def test_c8_what_changes_at_the_shop_is_told_with_the_next_payment(world: World) -> None:
    user = ada(world)
    session = await begin(world, user)
    user.last_name, user.email = "Byron", "byron@example.com"
    assert customer(world, await begin(world, user))["name"] == "Ada Byron"
    assert customer(world, session)["email"] == "byron@example.com"


async def test_c8_what_a_user_changes_in_their_account_is_told_at_once(world: World) -> None:
    user = ada(world)
    session = await begin(world, user)
    await change(world, user, billing=Address(99, city="Paris"))
    assert customer(world, session)["address"]["city"] == "Paris"


async def test_c8_a_user_who_never_paid_is_not_told_to_stripe(world: World) -> None:
    await change(world, ada(world), first_name="Augusta")
    assert all_customers(world) == []


async def test_a_customer_that_stripe_no_longer_knows_is_made_anew(world: World) -> None:
    user = ada(world)
    gone = intent(world, await begin(world, user))["customer"]
    world.ask_stripe("DELETE", f"/v1/customers/{gone}")
    session = await begin(world, user)
    assert intent(world, session)["customer"] not in (None, gone)
    await world.pay(session)
    await world.settle()
    await world.assert_equal(session)
    assert intent(world, await begin(world, user))["customer"] == intent(world, session)["customer"]


async def test_a_customer_is_made_anew_when_their_profile_has_changed_as_well(world: World) -> None:
    user = ada(world)
    gone = intent(world, await begin(world, user))["customer"]
    world.ask_stripe("DELETE", f"/v1/customers/{gone}")
    user.last_name = "Byron"
    assert customer(world, await begin(world, user))["name"] == "Ada Byron"


async def test_a_key_without_the_permission_costs_no_payment_and_staff_are_told(world: World) -> None:
    await use_key(world, "rak_customer_write", "rak_customer_read")
    session = await begin(world, ada(world))
    assert intent(world, session)["customer"] is None
    assert [problem for problem in shown(world) if "Customers" in problem.message]


async def test_c8_no_customer_is_made_where_the_merchant_does_not_want_it(world: World) -> None:
    await choose(world, Options(send_customer=False))
    assert intent(world, await begin(world, ada(world)))["customer"] is None
    assert all_customers(world) == []


async def test_r14_staff_see_the_customer_at_the_user_and_on_the_transaction(world: World) -> None:
    user = ada(world)
    session = await begin(world, user)
    await world.pay(session)
    await world.settle()
    await upkeep(world.backends)
    made = intent(world, session)["customer"]
    assert user.private_metadata == {f"stripe.customer.{world.account.id}.test": made}
    assert user.metadata == {}
    _, transaction = await world.ledgers(session)
    assert transaction.metadata.public["stripe.customer"] == made


async def test_a_deleted_user_is_deleted_at_stripe_and_the_payment_stays(world: World) -> None:
    user = ada(world)
    session = await begin(world, user)
    await world.pay(session)
    await world.settle()
    await delete(world, user)
    await upkeep(world.backends)
    assert all_customers(world) == []
    await world.assert_equal(session)
    await world.act(session, "REFUND", "5.00")
    await world.settle()
    await world.assert_equal(session)


async def test_a_deletion_waits_for_stripe(world: World) -> None:
    user = ada(world)
    made = intent(world, await begin(world, user))["customer"]
    world.stripe.faults.add(Fault(FaultKind.SERVER_ERROR, path=f"/v1/customers/{made}", method="DELETE", times=1))
    await delete(world, user)
    await upkeep(world.backends)
    assert len(all_customers(world)) == 1
    world.clock.advance(3600)
    await upkeep(world.backends)
    assert all_customers(world) == []


async def test_a_deletion_that_saleor_did_not_tell_is_found_within_a_day(world: World) -> None:
    user, other = ada(world), ada(world, "other@example.com")
    await begin(world, user)
    await begin(world, other)
    await upkeep(world.backends)
    world.saleor.users.remove(user)
    world.clock.advance(24 * 3600)
    await upkeep(world.backends)
    assert [one["email"] for one in all_customers(world)] == ["other@example.com"]
