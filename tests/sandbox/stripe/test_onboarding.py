import httpx
import pytest

from saleor_stripe_app.sandbox.stripe.asgi import create_sandbox
from tests.sandbox.stripe.conftest import EXPRESS, Marketplace
from tests.sandbox.stripe.test_connected_accounts import refused

CUSTOM = {**EXPRESS, "requirement_collection": "application", "stripe_dashboard": {"type": "none"}}
BACK = {"refresh_url": "https://app.example.com/refresh", "return_url": "https://app.example.com/return"}


def link(market: Marketplace, account: str, kind: str = "account_onboarding") -> str:
    return market.v1.account_links.create({"account": account, "type": kind, **BACK}).url


def test_a_link_is_good_for_one_visit(market: Marketplace) -> None:
    account = market.begin()
    url = link(market, account)
    assert market.controls.onboard(url, market.clock.now) == BACK["return_url"]
    assert market.v1.accounts.retrieve(account).capabilities.transfers == "active"
    assert market.controls.onboard(url, market.clock.now) == BACK["refresh_url"]


def test_a_visitor_who_leaves_comes_back_with_nothing_done(market: Marketplace) -> None:
    account = market.begin()
    assert market.controls.onboard(link(market, account), market.clock.now, finishes=False) == BACK["return_url"]
    assert market.v1.accounts.retrieve(account).details_submitted is False


def test_a_link_expires_within_minutes(market: Marketplace) -> None:
    made = market.v1.account_links.create({"account": market.begin(), "type": "account_onboarding", **BACK})
    assert made.expires_at - made.created == 300
    market.clock.pass_by(300)
    assert market.controls.onboard(made.url, market.clock.now) == BACK["refresh_url"]


def test_an_update_link_is_for_platforms_that_collect_for_themselves(market: Marketplace) -> None:
    assert refused(lambda: link(market, market.vendor(), "account_update")).param == "type"
    assert link(market, market.vendor(controller=CUSTOM), "account_update").startswith("http")


def test_a_link_needs_a_connected_account_and_both_addresses(market: Marketplace) -> None:
    assert refused(lambda: link(market, "acct_unknown")).code == "resource_missing"
    bare = {"account": market.begin(), "type": "account_onboarding", "return_url": BACK["return_url"]}
    assert refused(lambda: market.v1.account_links.create(bare)).code == "parameter_missing"


def test_a_session_opens_the_components_that_were_asked_for(market: Marketplace) -> None:
    account = market.begin()
    asked = {"account_onboarding": {"enabled": True}, "payouts": {"enabled": True}}
    session = market.v1.account_sessions.create({"account": account, "components": asked})
    assert session.account == account
    assert session.client_secret.startswith("accs_secret_")
    shown = session.components
    assert (shown.account_onboarding.enabled, shown.payouts.enabled, shown.payments.enabled) == (True, True, False)
    assert shown.account_onboarding.features.external_account_collection is True
    assert session.expires_at > market.clock.now


@pytest.mark.parametrize(
    "components",
    [
        {"account_onboarding": {"enabled": False}},
        {"account_onboarding": {"enabled": True, "features": {"disable_stripe_user_authentication": True}}},
    ],
)
def test_a_session_that_stripe_refuses(market: Marketplace, components: dict) -> None:
    asked = {"account": market.begin(), "components": components}
    assert refused(lambda: market.v1.account_sessions.create(asked)).http_status == 400


def test_a_login_link_leads_into_the_express_dashboard_alone(market: Marketplace) -> None:
    account = market.begin()
    assert "onboarding" in str(refused(lambda: market.v1.accounts.login_links.create(account)).user_message)
    market.controls.finish_onboarding(account, market.clock.now)
    assert account in market.v1.accounts.login_links.create(account).url
    assert refused(lambda: market.v1.accounts.login_links.create(market.vendor(controller=CUSTOM))).http_status == 400


async def test_the_page_of_a_link_sends_its_visitor_back(market: Marketplace) -> None:
    account = market.begin()
    path = httpx.URL(link(market, account)).path
    transport = httpx.ASGITransport(create_sandbox(market.server, market.clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as http:
        assert account in (await http.get(path)).text
        assert (await http.get(path)).headers["location"] == BACK["refresh_url"]
        answer = await http.post(path, data={"outcome": "finish"})
        assert (answer.status_code, answer.headers["location"]) == (303, BACK["return_url"])
        assert (await http.get("/_sandbox/onboarding/unknown")).status_code == 404
    assert market.v1.accounts.retrieve(account).payouts_enabled
