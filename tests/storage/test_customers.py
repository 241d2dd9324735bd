"""The map of Saleor's users to Stripe's customers, on both databases."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from saleor_stripe_app.domain.customer import CustomerRecord
from saleor_stripe_app.storage import customers, installations
from tests.storage.shop import URL, configuration, installation

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
PARAMETERS = {"name": "Ada", "metadata": {"saleor_user_id": "VXNlcjox"}}


def record(**changes) -> CustomerRecord:
    first = CustomerRecord(URL, "VXNlcjox", "acct_1", False, 1, NOW, parameters=PARAMETERS)
    return replace(first, **changes)


async def test_who_comes_second_gets_what_the_first_wrote(storage):
    await installations.save(storage, installation())
    first = record()
    second = record(parameters={"name": "Augusta"}, begun_at=NOW + timedelta(seconds=1))
    assert await customers.begin(storage, first) == first
    assert await customers.begin(storage, second) == first


async def test_any_number_at_once_write_one(storage):
    await installations.save(storage, installation())
    begun = await asyncio.gather(*(customers.begin(storage, record(parameters={"name": str(n)})) for n in range(5)))
    assert len({str(one.parameters) for one in begun}) == 1


async def test_a_customer_is_found_in_its_account_and_mode_alone(storage):
    await installations.save(storage, installation())
    made = await customers.made(storage, await customers.begin(storage, record()), "cus_1", "digest", NOW)
    assert (made.customer, made.parameters) == ("cus_1", None)
    used = configuration(stripe_account="acct_1", livemode=False)
    assert await customers.of_user(storage, used, "VXNlcjox") == made
    assert await customers.of_user(storage, replace(used, livemode=True), "VXNlcjox") is None
    assert await customers.of_user(storage, replace(used, stripe_account="acct_2"), "VXNlcjox") is None
    assert await customers.of_user(storage, used, "VXNlcjoy") is None


async def test_the_first_answer_stands(storage):
    await installations.save(storage, installation())
    begun = await customers.begin(storage, record())
    await customers.made(storage, begun, "cus_1", "digest", NOW)
    await customers.made(storage, begun, "cus_2", "digest", NOW)
    found = await customers.as_it_stands(storage, begun)
    assert found is not None
    assert found.customer == "cus_1"


async def test_one_successor_follows_a_customer_that_is_gone(storage):
    await installations.save(storage, installation())
    first = await customers.begin(storage, record())
    await customers.made(storage, first, "cus_1", "digest", NOW)
    one = await customers.begin_again(storage, first.successor({"name": "one"}, NOW))
    other = await customers.begin_again(storage, first.successor({"name": "other"}, NOW))
    assert (one.generation, one.customer, one.parameters) == (2, None, {"name": "one"})
    assert other == one


async def test_a_late_answer_of_the_generation_before_changes_nothing(storage):
    await installations.save(storage, installation())
    first = await customers.begin(storage, record())
    second = await customers.begin_again(storage, first.successor({"name": "one"}, NOW))
    await customers.made(storage, first, "cus_late", "digest", NOW)
    assert await customers.as_it_stands(storage, second) == second


async def test_a_new_customer_is_to_be_shown_once(storage):
    await installations.save(storage, installation())
    made = await customers.made(storage, await customers.begin(storage, record()), "cus_1", "digest", NOW)
    assert await customers.to_show(storage, NOW, 10) == (made,)
    await customers.show_later(storage, made, NOW + timedelta(minutes=1))
    assert await customers.to_show(storage, NOW, 10) == ()
    assert await customers.to_show(storage, NOW + timedelta(minutes=1), 10) == (made,)
    await customers.show_later(storage, made, None)
    assert await customers.to_show(storage, NOW + timedelta(days=1), 10) == ()


async def test_a_user_is_forgotten_in_every_account(storage):
    await installations.save(storage, installation())
    for account in ("acct_1", "acct_2"):
        begun = await customers.begin(storage, record(stripe_account=account))
        await customers.made(storage, begun, f"cus_of_{account}", "digest", NOW)
    other = await customers.begin(storage, record(user_id="VXNlcjoy"))
    assert await customers.users(storage, URL, "", 10) == ("VXNlcjox", "VXNlcjoy")
    assert await customers.users(storage, URL, "VXNlcjox", 10) == ("VXNlcjoy",)
    assert await customers.forget(storage, URL, "VXNlcjox", NOW) == 2
    assert await customers.users(storage, URL, "", 10) == ("VXNlcjoy",)
    due = await customers.to_forget(storage, NOW, 10)
    assert {one.customer for one in due} == {"cus_of_acct_1", "cus_of_acct_2"}
    assert await customers.to_show(storage, NOW, 10) == ()
    for one in due:
        await customers.forgotten(storage, one)
    assert await customers.as_it_stands(storage, due[0]) is None
    assert await customers.as_it_stands(storage, other) == other
