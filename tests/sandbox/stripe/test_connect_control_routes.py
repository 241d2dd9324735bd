"""The controls of connected accounts over HTTP, without sockets."""

from collections.abc import AsyncIterator

import httpx
import pytest

from saleor_stripe_app.sandbox.stripe.asgi import create_sandbox
from tests.sandbox.stripe.conftest import Marketplace
from tests.sandbox.stripe.test_control_routes import do


@pytest.fixture
async def http(market: Marketplace) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_sandbox(market.server, market.clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        yield client


async def test_an_account_lives_through_everything(market: Marketplace, http: httpx.AsyncClient) -> None:
    account = market.begin()
    shown = await do(http, f"accounts/{account}/finish_onboarding")
    assert shown["capabilities"]["transfers"] == "active"
    shown = await do(http, f"accounts/{account}/require", requirement="company.tax_id", seconds=3600)
    assert shown["requirements"]["current_deadline"] == market.clock.now + 3600
    shown = await do(http, f"accounts/{account}/regress", capability="transfers")
    assert shown["capabilities"] == {"card_payments": "active", "transfers": "inactive"}
    shown = await do(http, f"accounts/{account}/disable", reason="rejected.fraud")
    assert shown["requirements"]["disabled_reason"] == "rejected.fraud"
    await do(http, f"accounts/{account}/deauthorize")
    assert market.v1.accounts.list().data == []


async def test_a_balance_is_filled_emptied_settled_and_paid_out(market: Marketplace, http: httpx.AsyncClient) -> None:
    vendor = market.vendor()
    await do(http, f"accounts/{market.account.id}/balance", amount=1000, currency="eur")
    market.transfer(vendor, 600)
    market.pay()
    market.server.advance(market.clock.now)
    assert (await do(http, f"accounts/{market.account.id}/settle"))["eur"]["available"] == 400 + 941
    emptied = await do(http, f"accounts/{market.account.id}/balance", amount=0, currency="eur")
    assert emptied["eur"] == {"available": 0, "pending": 0, "reserved": 0}
    payout = await do(http, f"accounts/{vendor}/pay_out", currency="eur")
    assert (await do(http, f"payouts/{payout['id']}/end", succeeds=False))["status"] == "failed"
    assert (await http.get(f"/_sandbox/accounts/{vendor}/balance")).json()["eur"]["available"] == 600


async def test_a_platform_and_its_risks_are_set(market: Marketplace, http: httpx.AsyncClient) -> None:
    vendor = market.vendor()
    await do(http, f"accounts/{vendor}/reserves", reserves=False)
    await do(http, f"accounts/{market.account.id}/platform", accounts_v1=False)
    assert (market.account.accounts_v1, market.account.accounts_v2) == (False, True)
    await do(http, f"accounts/{market.account.id}/settle_in", currency="usd", settled="eur", rate="0.9")
    assert str(market.account.conversions["usd"].rate) == "0.9"
    wrong = await http.post(f"/_sandbox/accounts/{market.account.id}/settle_in", json={"rate": "much"})
    assert wrong.status_code == 400
    for path in ("accounts/acct_unknown/finish_onboarding", "accounts/acct_unknown/balance", "payouts/po_unknown/end"):
        assert (await http.post(f"/_sandbox/{path}", json={})).status_code == 404
