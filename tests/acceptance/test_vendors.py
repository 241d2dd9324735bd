"""Vendors of a marketplace: recorded by staff, onboarded at Stripe, paid or not as their accounts stand."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.vendor import VendorStatus
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import installations, vendors
from saleor_stripe_app.stripe_gateway.permissions import CONNECT, NEEDED, SAVING
from saleor_stripe_app.usecases.upkeep import upkeep
from saleor_stripe_app.usecases.vendor_onboarding import onboarding_link
from saleor_stripe_app.usecases.vendors import NewVendor, VendorEdit, create_vendor, update_vendor
from tests.acceptance.test_app_problems import change_key, shown
from tests.acceptance.vendors_desk import Desk
from tests.acceptance.world import APP_URL, World


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


async def test_a_vendor_is_recorded_onboards_at_stripe_and_can_be_paid(world: World, desk: Desk) -> None:
    commission = {"percent": "12.5", "fixed": [{"currency": "EUR", "amount": "0.30"}]}
    vendor = await desk.create(currency="EUR", commission=commission)
    assert vendor["held"]["reason"] == "NO_ACCOUNT"
    assert vendor["commission"] == {
        "percent": "12.5",
        "fixed": [{"currency": "EUR", "amount": "0.30"}],
        "minimum": [],
        "base": "NET",
        "shipping": False,
    }
    made = await desk.done("vendorAccountCreate", key="alma", email="alma@example.com")
    assert made["vendor"]["held"]["reason"] == "ONBOARDING"
    account = made["vendor"]["account"]["stripeAccount"]
    assert (desk.at_stripe(account).made_with, desk.at_stripe(account).responsibilities.dashboard) == ("v2", "express")
    link = await desk.done("vendorOnboardingLink", key="alma")
    page = await desk.browse(desk.visit(link["url"]))
    assert page.status_code == 200
    assert "Stripe has all that it needs" in page.text
    assert "Alma" in page.text
    paid = await desk.vendor()
    assert paid is not None
    assert paid["held"] is None
    assert (paid["account"]["transfers"], paid["account"]["payoutsEnabled"]) == ("active", True)


async def test_the_events_of_an_account_are_enough_to_know_that_it_can_be_paid(world: World, desk: Desk) -> None:
    await desk.onboarded()
    vendor = await desk.vendor()
    assert vendor is not None
    assert vendor["held"] is None
    assert vendor["changes"][0]["userId"] is None
    assert vendor["changes"][0]["fields"] == [{"field": "account", "before": "onboarding", "after": "can be paid"}]


async def test_a_lost_event_is_made_up_for_by_looking(world: World, desk: Desk) -> None:
    account = await desk.with_account()
    world.hands.finish_onboarding(account, world.clock.seconds())
    await upkeep(world.backends)
    assert (await desk.vendor() or {})["held"] is not None
    world.clock.advance(timedelta(hours=1).total_seconds())
    await upkeep(world.backends)
    assert (await desk.vendor() or {})["held"] is None


async def test_an_account_that_regresses_is_paid_no_more_and_staff_are_told_until_it_is_mended(
    world: World, desk: Desk
) -> None:
    account = await desk.onboarded()
    assert shown(world, "vendor-account:") == []
    world.hands.regress(account, world.clock.seconds())
    await world.deliver_events()
    vendor = await desk.vendor()
    assert vendor is not None
    assert vendor["held"]["reason"] == "REGRESSED"
    assert vendor["account"]["pastDue"] == ["individual.verification.document"]
    (problem,) = shown(world, "vendor-account:")
    assert problem.key == "vendor-account:alma"
    assert problem.is_critical
    assert account in problem.message
    assert "individual.verification.document" in problem.message
    link = await desk.done("vendorOnboardingLink", key="alma")
    desk.visit(link["url"])
    await world.deliver_events()
    assert (await desk.vendor() or {})["held"] is None
    assert shown(world, "vendor-account:") == []


async def test_what_stripe_wants_by_a_deadline_stops_nothing_and_is_looked_at_again_then(
    world: World, desk: Desk
) -> None:
    account = await desk.onboarded()
    deadline = world.clock.seconds() + 1800
    world.hands.require(account, world.clock.seconds(), "company.tax_id", deadline=deadline)
    await world.deliver_events()
    vendor = await desk.vendor()
    assert vendor is not None
    assert vendor["held"] is None
    assert vendor["account"]["currentlyDue"] == ["company.tax_id"]
    record = await vendors.by_key(world.backends.storage, world.saleor.api_url, "alma")
    assert record is not None
    assert record.look_at is not None
    assert int(record.look_at.timestamp()) == deadline
    assert shown(world, "vendor-account:") == []


async def test_an_account_that_leaves_the_platform_is_paid_no_more(world: World, desk: Desk) -> None:
    account = await desk.onboarded()
    world.hands.deauthorize(account, world.clock.seconds())
    await world.deliver_events()
    vendor = await desk.vendor()
    if vendor is not None and vendor["account"]["connected"]:
        # An event that Stripe does not send any more once the account is gone is made up for in time.
        world.clock.advance(timedelta(hours=6).total_seconds())
        await upkeep(world.backends)
        vendor = await desk.vendor()
    assert vendor is not None
    assert vendor["held"]["reason"] == "NOT_CONNECTED"
    (problem,) = shown(world, "vendor-account:")
    assert "no longer connected" in problem.message


async def test_a_platform_without_accounts_v2_has_them_made_by_v1(world: World, desk: Desk) -> None:
    world.hands.restrict_platform(world.account.id, accounts_v2=False)
    account = await desk.onboarded()
    connection = desk.at_stripe(account)
    assert (connection.made_with, connection.responsibilities.account_type) == ("v1", "express")
    assert (await desk.vendor() or {})["held"] is None


async def test_an_account_without_a_dashboard_can_be_asked_for(world: World, desk: Desk) -> None:
    account = await desk.with_account(dashboard="NONE")
    assert desk.at_stripe(account).responsibilities.dashboard == "none"


@pytest.mark.parametrize("kind", [FaultKind.ANSWER_LOST, FaultKind.REQUEST_LOST])
async def test_an_account_whose_making_got_no_answer_is_made_once(world: World, desk: Desk, kind: FaultKind) -> None:
    await desk.create()
    for _ in range(2):
        world.stripe.faults.add(Fault(kind, path="/v2/core/accounts"))
    assert await desk.refused("vendorAccountCreate", key="alma", email="alma@example.com") == "UNAVAILABLE"
    await desk.done("vendorAccountCreate", key="alma", email="alma@example.com")
    connected = [one for one in world.stripe.registry.accounts.values() if one.connection is not None]
    assert len(connected) == 1
    assert await desk.refused("vendorAccountCreate", key="alma", email="alma@example.com") == "ACCOUNT_PRESENT"


async def test_two_members_of_staff_at_once_make_one_account(world: World, desk: Desk) -> None:
    await desk.create()
    asked = [desk.mutate("vendorAccountCreate", key="alma", email=f"{name}@example.com") for name in ("a", "b")]
    answers = await asyncio.gather(*asked)
    assert len([one for one in world.stripe.registry.accounts.values() if one.connection is not None]) == 1
    made = {answer["vendor"]["account"]["stripeAccount"] for answer in answers if answer["errors"] == []}
    assert made == {(await desk.vendor() or {})["account"]["stripeAccount"]}


async def test_an_account_that_exists_is_linked_once_stripe_says_it_is_the_platforms(world: World, desk: Desk) -> None:
    form = {"country": "DE", "controller[stripe_dashboard][type]": "full", "capabilities[transfers][requested]": "true"}
    existing = world.ask_stripe("POST", "/v1/accounts", form)["id"]
    world.hands.finish_onboarding(existing, world.clock.seconds())
    await desk.create(country="")
    assert await desk.refused("vendorAccountLink", key="alma", stripeAccount="acct_1nobody") == "ACCOUNT_NOT_CONNECTED"
    assert await desk.refused("vendorAccountLink", key="alma", stripeAccount="pi_1") == "INVALID_ACCOUNT"
    own = world.account.id
    assert await desk.refused("vendorAccountLink", key="alma", stripeAccount=own) == "INVALID_ACCOUNT"
    linked = (await desk.done("vendorAccountLink", key="alma", stripeAccount=existing))["vendor"]
    assert (linked["held"], linked["country"], linked["account"]["stripeAccount"]) == (None, "DE", existing)
    await desk.create("berta")
    assert await desk.refused("vendorAccountLink", key="berta", stripeAccount=existing) == "ACCOUNT_TAKEN"


async def test_another_account_is_only_taken_if_that_is_meant(world: World, desk: Desk) -> None:
    first = await desk.onboarded()
    second = world.ask_stripe("POST", "/v1/accounts", {"capabilities[transfers][requested]": "true"})["id"]
    assert await desk.refused("vendorAccountLink", key="alma", stripeAccount=second) == "ACCOUNT_PRESENT"
    replaced = await desk.done("vendorAccountLink", key="alma", stripeAccount=second, replace=True)
    assert replaced["vendor"]["held"]["reason"] == "ONBOARDING"
    change = replaced["vendor"]["changes"][0]
    assert change["userId"]
    assert {"field": "stripeAccount", "before": first, "after": second} in change["fields"]


async def test_another_saleor_neither_sees_nor_uses_a_vendor(world: World, desk: Desk) -> None:
    account = await desk.onboarded()
    assert world.installation is not None
    other = replace(world.installation, saleor_api_url="https://other.example/graphql/")
    await installations.save(world.backends.storage, other)
    assert await vendors.of_installation(world.backends.storage, other.saleor_api_url) == ()
    assert await vendors.mark(world.backends.storage, other.saleor_api_url, account, world.clock()) == ()
    edit = VendorEdit(status=VendorStatus.CLOSED)
    with pytest.raises(Refusal, match="no vendor"):
        await update_vendor(world.backends, other, "stranger", "alma", edit)
    with pytest.raises(Refusal, match="no vendor"):
        await onboarding_link(world.backends, other, "stranger", "alma")
    assert world.configuration is not None
    with pytest.raises(Refusal, match="no such configuration"):
        await create_vendor(world.backends, other, "stranger", NewVendor("alma", "Alma", world.configuration.id, "DE"))
    assert (await desk.vendor() or {})["status"] == "ACTIVE"


async def test_a_link_that_works_no_more_leads_to_a_new_one_until_staff_make_another(world: World, desk: Desk) -> None:
    await desk.with_account()
    link = await desk.done("vendorOnboardingLink", key="alma")
    desk.visit(link["url"], finishes=False)
    again = desk.visit(link["url"])
    assert "/onboarding/" in again
    assert (await world.app.head(again.removeprefix(APP_URL))).status_code == 204
    answer = await desk.browse(again)
    assert answer.status_code == 303
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["location"] != link["url"]
    done = desk.visit(answer.headers["location"], finishes=False)
    page = await desk.browse(done)
    assert "Stripe still needs something" in page.text
    await desk.done("vendorOnboardingLink", key="alma")
    for stale in (again, done):
        refused = await desk.browse(stale)
        assert refused.status_code == 401
        assert "not good any more" in refused.text
        assert "Alma" not in refused.text


async def test_a_ticket_runs_out_with_its_time_its_account_and_its_vendor(world: World, desk: Desk) -> None:
    await desk.with_account()
    address = desk.visit((await desk.done("vendorOnboardingLink", key="alma"))["url"], finishes=False)
    assert (await desk.browse(address)).status_code == 200
    assert (await desk.browse(address.replace("/done", "x/done"))).status_code == 401
    await desk.done("vendorUpdate", key="alma", input={"status": "CLOSED"})
    assert (await desk.browse(address)).status_code == 401
    assert await desk.refused("vendorOnboardingLink", key="alma") == "VENDOR_CLOSED"
    await desk.done("vendorUpdate", key="alma", input={"status": "ACTIVE"})
    address = desk.visit((await desk.done("vendorOnboardingLink", key="alma"))["url"], finishes=False)
    world.clock.advance(timedelta(days=1).total_seconds())
    assert (await desk.browse(address)).status_code == 401


async def test_an_old_address_opens_no_account_that_gave_stripe_all(world: World, desk: Desk) -> None:
    await desk.with_account()
    link = await desk.done("vendorOnboardingLink", key="alma")
    desk.visit(link["url"])
    refresh = desk.visit(link["url"])
    answer = await desk.browse(refresh)
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert "Stripe has all that it needs" in answer.text


async def test_onboarding_in_a_page_of_the_platforms_own_begins_with_a_session(world: World, desk: Desk) -> None:
    await desk.with_account()
    session = await desk.done("vendorOnboardingSession", key="alma")
    assert session["publishableKey"] == world.account.publishable_key
    assert "_secret_" in session["clientSecret"]


async def test_whoever_only_handles_payments_looks_and_changes_nothing(world: World, desk: Desk) -> None:
    await desk.with_account()
    clerk = Desk(world, ("HANDLE_PAYMENTS",))
    seen = await clerk.vendor()
    assert seen is not None
    assert seen["key"] == "alma"
    answer = await clerk.post('mutation { vendorOnboardingLink(key: "alma") { url } }')
    assert "MANAGE_APPS" in answer.json()["errors"][0]["message"]


async def test_every_change_is_written_down_with_who_made_it(world: World, desk: Desk) -> None:
    await desk.create()
    changed = await desk.done("vendorUpdate", key="alma", input={"name": "Alma & Co", "status": "PAUSED"})
    assert changed["vendor"]["held"]["reason"] == "PAUSED"
    newest, first = changed["vendor"]["changes"]
    assert newest["userId"] == first["userId"]
    assert newest["fields"] == [
        {"field": "name", "before": "Alma", "after": "Alma & Co"},
        {"field": "status", "before": "active", "after": "paused"},
    ]
    assert {"field": "name", "before": None, "after": "Alma"} in first["fields"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"key": "a b"}, "INVALID_VENDOR_KEY"),
        ({"name": " "}, "INVALID_NAME"),
        ({"country": "Germany"}, "INVALID_COUNTRY"),
        ({"currency": "XYZ"}, "INVALID_CURRENCY"),
        ({"commission": {"percent": "101"}}, "INVALID_COMMISSION"),
        ({"configurationId": "other"}, "UNKNOWN_CONFIGURATION"),
    ],
)
async def test_what_cannot_be_meant_is_refused(world: World, desk: Desk, wrong: dict[str, object], code: str) -> None:
    assert world.configuration is not None
    given = {"key": "alma", "name": "Alma", "configurationId": world.configuration.id} | wrong
    assert await desk.refused("vendorCreate", input=given) == code


async def test_a_key_is_given_once_and_an_account_needs_a_country(world: World, desk: Desk) -> None:
    vendor = await desk.create(country="")
    again = {"key": "alma", "name": "Other", "configurationId": vendor["configuration"]["id"]}
    assert await desk.refused("vendorCreate", input=again) == "VENDOR_KEY_TAKEN"
    assert await desk.refused("vendorAccountCreate", key="alma", email="a@example.com") == "COUNTRY_NEEDED"
    await desk.done("vendorUpdate", key="alma", input={"country": "de"})
    assert await desk.refused("vendorAccountCreate", key="alma", email="nobody") == "INVALID_EMAIL"
    assert await desk.refused("vendorOnboardingLink", key="alma") == "NO_ACCOUNT"
    assert await desk.refused("vendorUpdate", key="berta", input={}) == "UNKNOWN_VENDOR"


async def test_a_restricted_key_is_asked_for_connect_only_where_there_are_vendors(world: World, desk: Desk) -> None:
    plain = world.stripe.create_key(world.account.id, permissions=set(NEEDED | SAVING)).value
    await change_key(world, plain)
    assert await missing_permissions(desk) == []
    await desk.create()
    assert sorted(await missing_permissions(desk)) == sorted(CONNECT.values())
    able = world.stripe.create_key(world.account.id, permissions=set(NEEDED | SAVING | CONNECT)).value
    await change_key(world, able)
    assert await missing_permissions(desk) == []
    await desk.done("vendorAccountCreate", key="alma", email="alma@example.com")
    await desk.done("vendorOnboardingLink", key="alma")
    await desk.done("vendorOnboardingSession", key="alma")


async def missing_permissions(desk: Desk) -> list[str]:
    assert desk.world.configuration is not None
    query = "mutation T($id: ID!) { configurationTest(id: $id) { missingPermissions } }"
    answer = await desk.post(query, id=desk.world.configuration.id)
    missing: list[str] = answer.json()["data"]["configurationTest"]["missingPermissions"]
    return missing
