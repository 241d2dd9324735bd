"""Operators give each vendor a statement: what was earned, went back, and was sent, as Stripe's own books have it."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from saleor_stripe_app.domain.marketplace.policy import Party, Policy, Shipping
from saleor_stripe_app.sandbox.saleor import tokens
from saleor_stripe_app.storage import debts
from tests.acceptance.marketplace import Market, goods, opened
from tests.acceptance.vendors_desk import Desk
from tests.acceptance.world import GATEWAY, World

QUERY = """
query S($key: String!, $currency: String!, $from: DateTime!, $until: DateTime!) {
  vendorStatement(key: $key, currency: $currency, from: $from, until: $until) {
    vendor currency opening closing openingDebt closingDebt rowCount csv
    totals { ...R }
    rows { ...R }
  }
}
fragment R on VendorStatementRow {
  at reference gross shipping tax discount commission fee rounding refunds disputes sent reversed settled owed
}
"""
DAY = 86_400


async def statement(world: World, key: str, since: datetime | None = None, until: datetime | None = None) -> Any:
    """What the settings API says of all time, or of a period."""
    answer = await Desk(world, ("HANDLE_PAYMENTS",)).post(
        QUERY,
        key=key,
        currency="USD",
        **{
            "from": (since or world.clock() - timedelta(days=3650)).isoformat(),
            "until": (until or world.clock() + timedelta(seconds=1)).isoformat(),
        },
    )
    body = answer.json()
    assert "errors" not in body, body
    return body["data"]["vendorStatement"]


def some(totals: Mapping[str, str]) -> dict[str, str]:
    """The columns in which something is."""
    return {name: amount for name, amount in totals.items() if name not in ("at", "reference") and Decimal(amount)}


async def has_at_stripe(world: World, market: Market, key: str) -> Decimal:
    """What a vendor has at Stripe, as the operator's staff see it."""
    answer = await Desk(world, ("HANDLE_PAYMENTS",)).post(
        "query B($key: String!) { vendorBalance(key: $key) { currency available pending } }", key=key
    )
    (balance,) = answer.json()["data"]["vendorBalance"]
    found = Decimal(balance["available"]) + Decimal(balance["pending"])
    assert sum(world.hands.balance(market.accounts[key], world.clock.seconds(), "usd")) == found * 100
    return found


def staff_token(world: World, *permissions: str) -> str:
    """The token that the Dashboard gives to the app's page."""
    app = world.saleor.app_by_identifier(GATEWAY)
    assert app is not None
    user = world.saleor.add_user("books@shop.example", is_staff=True, permissions=permissions or ("HANDLE_PAYMENTS",))
    saleor = world.saleor
    return tokens.staff_token(saleor.key, saleor.api_url, app, user, world.clock(), life=timedelta(seconds=300))


async def test_a_statement_says_what_was_earned_and_sent(world: World) -> None:
    market = await opened(world, "anna", "bert", policy=Policy(shipping=Shipping.PLATFORM))
    session, _ = await market.buy(goods("anna", "20.00", 2), goods("bert", "33.33"), shipping="5")
    anna = await statement(world, "anna")
    assert some(anna["totals"]) == {"gross": "40.00", "commission": "4.00", "sent": "36.00"}
    assert (anna["opening"], anna["closing"], anna["rowCount"]) == ("0.00", "0.00", 2)
    sale, transfer = anna["rows"]
    assert sale["reference"] == world.intent(session)
    assert transfer["reference"] == market.transfers()[0].id
    assert some((await statement(world, "bert"))["totals"]) == {"gross": "33.33", "commission": "3.33", "sent": "30.00"}
    assert await has_at_stripe(world, market, "anna") == Decimal("36.00")


async def test_what_went_back_is_in_the_statement_and_adds_up(world: World) -> None:
    market = await opened(world, "anna", "bert")
    session, order = await market.buy(goods("anna", "20.00", 2), goods("bert", "30.00"))
    await market.refund_lines(session, "20.00", (order.contents[0], 1))
    anna = await statement(world, "anna")
    assert some(anna["totals"]) == {
        "gross": "40.00", "commission": "4.00", "refunds": "18.00", "sent": "36.00", "reversed": "18.00"
    }  # fmt: skip
    assert anna["closing"] == "0.00"
    assert some((await statement(world, "bert"))["totals"]) == {"gross": "30.00", "commission": "3.00", "sent": "27.00"}
    assert await has_at_stripe(world, market, "anna") == Decimal("18.00")


async def test_a_period_that_is_over_is_not_changed_by_what_comes_after(world: World) -> None:
    market = await opened(world, "anna", "bert")
    session, _ = await market.buy(goods("anna", "20.00"), goods("bert", "30.00"))
    world.hands.set_balance(world.account.id, world.clock.seconds(), 50_000, "usd")
    await market.pass_by(DAY)
    first = world.clock()
    dispute = world.hands.dispute(world.intent(session), world.clock.seconds())
    await world.settle()
    await market.pass_by(DAY)
    second = world.clock()
    disputed = await statement(world, "anna", first, second)
    assert some(disputed["totals"]) == {"disputes": "18.00", "reversed": "18.00"}
    world.hands.decide(dispute.id, world.clock.seconds(), won=True)
    await world.settle()
    await market.pass_by(DAY)
    assert await statement(world, "anna", first, second) == disputed
    won = await statement(world, "anna", second, world.clock())
    assert some(won["totals"]) == {"disputes": "-18.00", "sent": "18.00"}
    assert [one["closing"] for one in (disputed, won)] == ["0.00", "0.00"]


async def test_money_that_waits_is_what_the_statement_leaves_open(world: World) -> None:
    market = await opened(world, "anna")
    world.hands.regress(market.accounts["anna"], world.clock.seconds())
    await market.buy(goods("anna", "20.00"))
    waiting = await statement(world, "anna")
    assert some(waiting["totals"]) == {"gross": "20.00", "commission": "2.00"}
    assert waiting["closing"] == "18.00"


async def test_a_debt_is_shown_until_it_is_settled(world: World) -> None:
    market = await opened(world)
    account = await market.vendor("anna", losses="stripe")
    session, _ = await market.buy(goods("anna", "20.00"))
    world.hands.settle_balance(account, world.clock.seconds())
    world.hands.set_balance(account, world.clock.seconds(), 0, "usd")
    await world.act(session, "REFUND")
    await world.settle()
    first = world.clock() + timedelta(seconds=1)
    owing = await statement(world, "anna")
    assert (owing["closing"], owing["closingDebt"]) == ("0.00", "18.00")
    assert some(owing["totals"]) == {
        "gross": "20.00", "commission": "2.00", "refunds": "18.00", "sent": "18.00", "owed": "18.00"
    }  # fmt: skip
    await market.pass_by(60)
    await market.buy(goods("anna", "30.00"))
    settled = await statement(world, "anna", first)
    assert (settled["openingDebt"], settled["closingDebt"]) == ("18.00", "0.00")
    assert some(settled["totals"]) == {"gross": "30.00", "commission": "3.00", "settled": "18.00", "sent": "9.00"}
    assert await debts.of_vendors(world.backends.storage, world.saleor.api_url, "usd") == {}


async def test_stripes_fee_stands_in_the_statement_of_whoever_bears_it(world: World) -> None:
    market = await opened(world, "anna", policy=Policy(stripe_fee=Party.VENDOR))
    await market.buy(goods("anna", "20.00"))
    anna = await statement(world, "anna")
    assert some(anna["totals"]) == {"gross": "20.00", "commission": "2.00", "fee": "0.88", "sent": "17.12"}
    assert await has_at_stripe(world, market, "anna") == Decimal("17.12")


async def test_what_staff_move_in_stripes_dashboard_is_in_the_statement(world: World) -> None:
    market = await opened(world, "anna")
    session, _ = await market.buy(goods("anna", "20.00"))
    (transfer,) = market.transfers()
    world.hands.set_balance(world.account.id, world.clock.seconds(), 50_000, "usd")
    world.ask_stripe("POST", f"/v1/transfers/{transfer.id}/reversals", {"amount": "500"})
    world.hands.review(world.intent(session), world.clock.seconds())
    await world.settle()
    anna = await statement(world, "anna")
    assert some(anna["totals"]) == {"gross": "20.00", "commission": "2.00", "sent": "23.00", "reversed": "5.00"}
    assert anna["closing"] == "0.00"
    assert await has_at_stripe(world, market, "anna") == Decimal("18.00")


@pytest.mark.parametrize("permissions", [("HANDLE_PAYMENTS",), ("MANAGE_PRODUCTS",)])
async def test_a_statement_is_downloaded_by_those_who_handle_payments(
    world: World, permissions: tuple[str, ...]
) -> None:
    market = await opened(world, "anna")
    session, _ = await market.buy(goods("anna", "20.00"))
    token = staff_token(world, *permissions)
    day = world.clock().date()
    asked = {"key": "anna", "currency": "usd", "from": day.isoformat(), "until": str(day + timedelta(days=2))}
    answer = await world.app.get(
        "/api/vendor-statement.csv", params=asked, headers={"authorization": f"Bearer {token}"}
    )
    if permissions == ("MANAGE_PRODUCTS",):
        assert answer.status_code == 403
        return
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="statement-usd-')
    opening, sale, transfer, total = csv.DictReader(io.StringIO(answer.text))
    assert (opening["reference"], sale["reference"]) == ("opening", world.intent(session))
    assert (sale["gross"], transfer["sent"], total["balance"], total["debt"]) == ("20.00", "18.00", "0.00", "0.00")


async def test_nobody_downloads_a_statement_without_the_dashboards_token(world: World) -> None:
    await opened(world, "anna")
    asked = {"key": "anna", "currency": "usd", "from": "2026-01-01", "until": "2026-02-01"}
    assert (await world.app.get("/api/vendor-statement.csv", params=asked)).status_code == 401


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"key": "nobody"}, 422),
        ({"key": ""}, 400),
        ({"currency": "zzz"}, 422),
        ({"currency": "\x00"}, 422),
        ({"from": "2026-13-01"}, 400),
        ({"until": "yesterday"}, 400),
        ({"until": "2025-12-31"}, 422),
        ({"until": "2026-01-01"}, 422),
        ({"from": "0001-01-01T00:00+14:00"}, 422),
    ],
)
async def test_what_cannot_be_a_statement_is_refused(world: World, wrong: dict[str, str], status: int) -> None:
    await opened(world, "anna")
    asked = {"key": "anna", "currency": "usd", "from": "2026-01-01", "until": "2026-02-01"} | wrong
    answer = await world.app.get(
        "/api/vendor-statement.csv", params=asked, headers={"authorization": f"Bearer {staff_token(world)}"}
    )
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


async def test_a_statement_is_of_this_saleors_vendors_alone(world: World) -> None:
    await opened(world, "anna")
    answer = await Desk(world, ("HANDLE_PAYMENTS",)).post(
        QUERY, key="berta", currency="USD", **{"from": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}
    )
    assert answer.json()["errors"][0]["extensions"]["code"] == "UnknownVendor"


async def test_staff_see_a_vendors_payouts(world: World) -> None:
    market = await opened(world, "anna")
    await market.buy(goods("anna", "20.00"))
    account = market.accounts["anna"]
    world.hands.settle_balance(account, world.clock.seconds())
    client = world.backends.stripe.client(world.account.secret_key, account)
    await client.v1.payouts.create_async({"amount": 1000, "currency": "usd"})
    answer = await Desk(world, ("HANDLE_PAYMENTS",)).post(
        '{ vendorPayouts(key: "anna") { hasMore nodes { amount currency status automatic failure } } }'
    )
    assert answer.json()["data"]["vendorPayouts"] == {
        "hasMore": False,
        "nodes": [{"amount": "10.00", "currency": "USD", "status": "pending", "automatic": False, "failure": ""}],
    }
    assert await has_at_stripe(world, market, "anna") == Decimal("8.00")
