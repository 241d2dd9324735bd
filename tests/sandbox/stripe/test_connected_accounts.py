import pytest
import stripe

from tests.sandbox.stripe.conftest import BOTH, EXPRESS, Marketplace, Shop


def refused(call: object) -> stripe.InvalidRequestError:
    with pytest.raises(stripe.InvalidRequestError) as error:
        call()
    return error.value


def test_a_new_account_can_do_nothing_and_says_what_it_lacks(market: Marketplace) -> None:
    made = market.v1.accounts.create(
        {"controller": EXPRESS, "country": "FR", "capabilities": BOTH, "email": "a@example.com", "metadata": {"v": "1"}}
    )
    assert (made.country, made.default_currency, made.type, made.email) == ("FR", "eur", "express", "a@example.com")
    assert (made.charges_enabled, made.payouts_enabled, made.details_submitted) == (False, False, False)
    assert made.capabilities.transfers == "inactive"
    assert made.requirements.disabled_reason == "requirements.past_due"
    assert "external_account" in made.requirements.past_due
    assert made.controller.stripe_dashboard.type == "express"
    assert market.v1.accounts.retrieve(made.id).metadata.v == "1"


def test_who_is_responsible_is_said_once(market: Marketplace) -> None:
    both = refused(lambda: market.v1.accounts.create({"type": "express", "controller": EXPRESS}))
    assert both.param == "type"
    assert market.v1.accounts.create({"type": "custom"}).controller.requirement_collection == "application"


@pytest.mark.parametrize(
    "controller",
    [
        {"losses": {"payments": "application"}},
        {"requirement_collection": "application", "stripe_dashboard": {"type": "none"}},
        {**EXPRESS, "requirement_collection": "application"},
        {**EXPRESS, "losses": {"payments": "stripe"}},
    ],
)
def test_responsibilities_that_stripe_does_not_combine_are_refused(market: Marketplace, controller: dict) -> None:
    assert refused(lambda: market.v1.accounts.create({"controller": controller})).http_status == 400


def test_an_account_that_gave_everything_can_be_paid_and_both_endpoints_know_their_own(market: Marketplace) -> None:
    own, connect = market.endpoint("https://own.example.com"), market.endpoint("https://c.example.com", connect=True)
    account = market.begin()
    market.controls.finish_onboarding(account, market.clock.now)
    shown = market.v1.accounts.retrieve(account)
    assert (shown.charges_enabled, shown.payouts_enabled, shown.requirements.currently_due) == (True, True, [])
    posts = market.server.pending_deliveries(market.clock.now)
    assert {post.url for post in posts} == {connect.url}
    events = [
        stripe.Webhook.construct_event(p.body, p.headers["Stripe-Signature"], connect.secret, 10**9) for p in posts
    ]
    assert sorted(event.type for event in events) == ["account.updated", "capability.updated", "capability.updated"]
    assert {event.account for event in events} == {account}
    assert own.secret != connect.secret


def test_a_capability_is_lost_and_regained(market: Marketplace) -> None:
    account = market.vendor()
    connect = market.endpoint("https://c.example.com", "account.updated", "capability.updated", connect=True)
    market.controls.regress(account, market.clock.now, "transfers", "individual.verification.document")
    updated, capability = market.delivered(connect)
    assert updated["data"]["object"]["requirements"]["past_due"] == ["individual.verification.document"]
    assert capability["data"]["object"]["status"] == "inactive"
    shown = market.v1.accounts.capabilities.retrieve(account, "transfers")
    assert (shown.status, shown.requirements.disabled_reason) == ("inactive", "requirements.fields_needed")
    assert market.v1.accounts.retrieve(account).capabilities.card_payments == "active"
    market.controls.finish_onboarding(account, market.clock.now)
    assert market.v1.accounts.retrieve(account).capabilities.transfers == "active"


def test_a_deadline_does_not_stop_anything_yet(market: Marketplace) -> None:
    account, deadline = market.vendor(), market.clock.now + 86_400
    market.controls.require(account, market.clock.now, "company.tax_id", deadline=deadline)
    shown = market.v1.accounts.retrieve(account)
    assert (shown.requirements.currently_due, shown.requirements.past_due) == (["company.tax_id"], [])
    assert (shown.requirements.current_deadline, shown.payouts_enabled) == (deadline, True)
    market.clock.pass_by(86_400)
    lapsed = market.v1.accounts.retrieve(account)
    assert (lapsed.requirements.past_due, lapsed.capabilities.transfers) == (["company.tax_id"], "inactive")


def test_what_is_given_before_its_deadline_has_no_consequence(market: Marketplace) -> None:
    account = market.vendor()
    market.controls.require(account, market.clock.now, "company.tax_id", deadline=market.clock.now + 86_400)
    market.controls.finish_onboarding(account, market.clock.now)
    market.clock.pass_by(86_400)
    assert market.v1.accounts.retrieve(account).capabilities.transfers == "active"


def test_a_disabled_account_says_why(market: Marketplace) -> None:
    account = market.vendor()
    market.controls.disable(account, market.clock.now, "under_review")
    shown = market.v1.accounts.retrieve(account)
    assert (shown.requirements.disabled_reason, shown.charges_enabled) == ("under_review", False)
    assert shown.capabilities.transfers == "inactive"


def test_a_rejected_account_stays_rejected(market: Marketplace) -> None:
    account = market.vendor()
    shown = market.v1.accounts.reject(account, {"reason": "fraud_other"})
    assert shown.requirements.disabled_reason == "rejected.platform_fraud"
    market.controls.finish_onboarding(account, market.clock.now)
    assert market.v1.accounts.retrieve(account).capabilities.transfers == "inactive"
    assert refused(lambda: market.v1.accounts.reject(account, {"reason": "other"})).http_status == 400


def test_an_account_takes_the_platforms_access_away(market: Marketplace) -> None:
    account = market.vendor()
    connect = market.endpoint("https://c.example.com", "account.application.deauthorized", connect=True)
    market.controls.deauthorize(account, market.clock.now)
    [event] = market.delivered(connect)
    assert (event["account"], event["data"]["object"]["object"]) == (account, "application")
    for use in (
        lambda: market.v1.accounts.retrieve(account),
        lambda: market.v1.balance.retrieve(options={"stripe_account": account}),
    ):
        with pytest.raises(stripe.PermissionError) as error:
            use()
        assert error.value.error.code == "account_invalid"


def test_accounts_are_listed_changed_and_deleted(market: Marketplace) -> None:
    first, second = market.vendor(), market.vendor("FR")
    assert [account.id for account in market.v1.accounts.list()] == [second, first]
    changed = market.v1.accounts.update(first, {"metadata": {"key": "mugs"}, "business_profile": {"name": "Mugs"}})
    assert (changed.metadata.key, changed.business_profile.name) == ("mugs", "Mugs")
    assert market.v1.accounts.delete(first).deleted
    assert [account.id for account in market.v1.accounts.list()] == [second]
    with pytest.raises(stripe.PermissionError):
        market.v1.accounts.retrieve(first)


def test_another_platforms_account_is_out_of_reach(market: Marketplace) -> None:
    other = market.server.create_account("Other")
    stranger = market.server.create_account("Vendor", platform=other.id)
    for use in (
        lambda: market.v1.accounts.retrieve(stranger.id),
        lambda: market.v1.accounts.update(stranger.id, {"email": "a@example.com"}),
        lambda: market.v1.accounts.reject(stranger.id, {"reason": "other"}),
    ):
        with pytest.raises(stripe.PermissionError, match="does not have access to account"):
            use()


def test_a_capability_is_asked_for_later_or_given_up(market: Marketplace) -> None:
    account = market.vendor(capabilities={"card_payments": {"requested": True}})
    assert "transfers" not in market.v1.accounts.retrieve(account).capabilities
    asked = market.v1.accounts.capabilities.update(account, "transfers", {"requested": True})
    assert (asked.status, asked.requested) == ("active", True)
    gone = market.v1.accounts.capabilities.update(account, "transfers", {"requested": False})
    assert gone.status == "unrequested"
    assert [capability.id for capability in market.v1.accounts.capabilities.list(account)] == ["card_payments"]


def test_a_platform_may_be_confined_to_the_newer_accounts(market: Marketplace) -> None:
    market.controls.restrict_platform(market.account.id, accounts_v1=False)
    assert refused(lambda: market.v1.accounts.create({"controller": EXPRESS})).http_status == 400


def test_an_account_sees_itself_as_before(shop: Shop) -> None:
    vendor = shop.server.create_account("Vendor", platform=shop.account.id)
    own = shop.client(vendor.secret_key).accounts.retrieve_current()
    assert (own.id, own.controller.type) == (vendor.id, "account")
    seen = shop.v1.accounts.retrieve(vendor.id)
    assert (seen.controller.type, seen.capabilities.transfers, seen.type) == ("application", "active", "standard")
