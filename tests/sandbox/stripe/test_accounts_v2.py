import pytest
import stripe

from tests.sandbox.stripe.conftest import EXPRESS, Marketplace
from tests.sandbox.stripe.test_connected_accounts import refused
from tests.sandbox.stripe.test_onboarding import BACK

RECIPIENT = {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
MERCHANT = {"capabilities": {"card_payments": {"requested": True}}}
PAID = {
    "contact_email": "a@example.com",
    "display_name": "Mugs",
    "dashboard": "express",
    "identity": {"country": "de", "entity_type": "company"},
    "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
    "configuration": {"recipient": RECIPIENT, "merchant": MERCHANT},
}
ALL = ["configuration.recipient", "configuration.merchant", "defaults", "identity", "requirements"]


def core(market: Marketplace) -> "stripe.v2._core_service.CoreService":
    assert market.v1
    return market.clients[market.account.secret_key].v2.core


def test_an_account_is_made_of_configurations_and_shows_what_is_asked_for(market: Marketplace) -> None:
    made = core(market).accounts.create({**PAID, "metadata": {"key": "mugs"}, "include": ALL})
    assert (made.applied_configurations, made.dashboard, made.metadata.to_dict()) == (
        ["merchant", "recipient"],
        "express",
        {"key": "mugs"},
    )
    transfers = made.configuration.recipient.capabilities.stripe_balance.stripe_transfers
    assert (transfers.status, transfers.status_details[0].code) == ("restricted", "requirements_past_due")
    assert made.requirements.summary.minimum_deadline.status == "past_due"
    assert (made.defaults.currency, made.identity.country) == ("eur", "de")
    bare = core(market).accounts.retrieve(made.id)
    assert (bare.configuration, bare.requirements, bare.identity) == (None, None, None)


def test_it_is_onboarded_by_a_link_and_can_then_be_paid(market: Marketplace) -> None:
    market.fund()
    account = core(market).accounts.create(PAID).id
    use = {"type": "account_onboarding", "account_onboarding": BACK}
    link = core(market).account_links.create({"account": account, "use_case": use})
    assert (link.account, link.use_case.type) == (account, "account_onboarding")
    assert market.controls.onboard(link.url, market.clock.now) == BACK["return_url"]
    shown = core(market).accounts.retrieve(account, {"include": ALL})
    assert shown.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status == "active"
    assert shown.configuration.recipient.capabilities.stripe_balance.payouts.status == "active"
    assert shown.requirements.entries == []
    assert market.transfer(account).destination == account
    assert market.v1.accounts.retrieve(account).capabilities.transfers == "active"


def test_a_lost_capability_shows_in_both_apis(market: Marketplace) -> None:
    account = core(market).accounts.create(PAID).id
    market.controls.finish_onboarding(account, market.clock.now)
    connect = market.endpoint("https://c.example.com", "account.updated", connect=True)
    market.controls.regress(account, market.clock.now)
    [event] = market.delivered(connect)
    assert event["account"] == account
    shown = core(market).accounts.retrieve(account, {"include": ALL})
    assert shown.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status == "restricted"
    [entry] = shown.requirements.entries
    assert (entry.description, entry.minimum_deadline.status) == ("individual.verification.document", "past_due")


def test_a_deadline_is_a_time(market: Marketplace) -> None:
    account = core(market).accounts.create(PAID).id
    market.controls.finish_onboarding(account, market.clock.now)
    market.controls.require(account, market.clock.now, "company.tax_id", deadline=1_800_086_400)
    deadline = core(market).accounts.retrieve(account, {"include": ALL}).requirements.summary.minimum_deadline
    assert (deadline.status, deadline.time) == ("currently_due", "2027-01-16T08:00:00.000Z")


@pytest.mark.parametrize(
    ("left_out", "code"),
    [
        ("contact_email", "parameter_missing"),
        ("dashboard", "parameter_missing"),
        ("defaults", "parameter_missing"),
        ("identity", "identity_country_required"),
    ],
)
def test_an_account_that_is_paid_needs_more_than_one_that_buys(market: Marketplace, left_out: str, code: str) -> None:
    given = {name: value for name, value in PAID.items() if name != left_out}
    assert refused(lambda: core(market).accounts.create(given)).code == code
    assert core(market).accounts.create({"configuration": {"customer": {}}}).applied_configurations == ["customer"]


@pytest.mark.parametrize(
    ("fees", "losses", "dashboard", "code"),
    [
        ("stripe", "application", "none", "account_controller_stripe_pricing_platform_liable"),
        ("application", "stripe", "express", "account_controller_express_dash_without_application_losses_or_fees"),
    ],
)
def test_responsibilities_that_stripe_does_not_combine_have_codes(
    market: Marketplace, fees: str, losses: str, dashboard: str, code: str
) -> None:
    duties = {"responsibilities": {"fees_collector": fees, "losses_collector": losses}}
    given = {**PAID, "dashboard": dashboard, "defaults": duties}
    assert refused(lambda: core(market).accounts.create(given)).code == code


def test_an_account_is_changed_and_closed(market: Marketplace) -> None:
    account = core(market).accounts.create(PAID).id
    core(market).accounts.update(account, {"metadata": {"a": "1", "b": "2"}, "display_name": "Cups"})
    changed = core(market).accounts.update(account, {"metadata": {"a": None}})
    assert (changed.metadata.to_dict(), changed.display_name) == ({"b": "2"}, "Cups")
    closed = core(market).accounts.close(account, {"applied_configurations": ["recipient", "merchant"]})
    assert closed.closed
    assert core(market).accounts.list().data == []
    assert [shown.id for shown in core(market).accounts.list({"closed": True}).data] == [account]


def test_a_list_turns_its_pages(market: Marketplace) -> None:
    made = [core(market).accounts.create(PAID).id for _ in range(5)]
    found = core(market).accounts.list({"limit": 2})
    assert [account.id for account in found.auto_paging_iter()] == list(reversed(made))


def test_each_api_knows_which_accounts_are_its_own(market: Marketplace) -> None:
    error = refused(lambda: core(market).accounts.retrieve(market.vendor(controller=EXPRESS)))
    assert error.code == "v1_account_instead_of_v2_account"
    assert refused(lambda: core(market).accounts.retrieve("acct_unknown")).http_status == 404


def test_a_platform_may_be_confined_to_the_older_accounts(market: Marketplace) -> None:
    market.controls.restrict_platform(market.account.id, accounts_v2=False)
    assert refused(lambda: core(market).accounts.create(PAID)).code == "accounts_v2_access_blocked"
    assert market.vendor()


def test_what_the_description_does_not_know_is_refused(market: Marketplace) -> None:
    assert refused(lambda: core(market).accounts.create({"type": "express"})).http_status == 400
    market.server.findings.clear()


def test_the_same_request_is_one_account(market: Marketplace) -> None:
    made = {core(market).accounts.create(PAID, {"idempotency_key": "one"}).id for _ in range(2)}
    assert len(made) == 1
