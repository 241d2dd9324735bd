"""What Stripe says of connected accounts, and of accounts that are nobody's here."""

from datetime import UTC, datetime

import pytest
import stripe

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.marketplace.vendor import AccountState, Vendor
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.controls import Controls
from saleor_stripe_app.sandbox.stripe.in_process import InProcessClient
from saleor_stripe_app.stripe_gateway import connected_accounts
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.stripe_gateway.connected_accounts import V1, V2, AccountDashboard
from saleor_stripe_app.stripe_gateway.failures import is_forbidden, is_key_refused
from tests.stripe_gateway.recorded_wire import Wire

NOW = datetime(2026, 10, 9, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
URL = "https://shop.example/graphql/"
ALMA = Vendor("alma", "Alma", country="DE")


@pytest.mark.parametrize("interface", [V1, V2])
@pytest.mark.parametrize("dashboard", AccountDashboard)
async def test_an_account_of_either_api_is_made_onboarded_and_read_alike(
    interface: str, dashboard: AccountDashboard
) -> None:
    stand_in = Stripe()
    platform = stand_in.create_account("Bazaar", country="DE", currency="eur")
    async with StripeConnections(http_client=InProcessClient(stand_in, clock=lambda: SECONDS)) as connections:
        client = connections.client(platform.secret_key)
        given = connected_accounts.parameters(ALMA, URL, interface, dashboard, "a@example.com")
        account = await connected_accounts.create(client, interface, given, "key-1")
        assert await connected_accounts.create(client, interface, given, "key-1") == account
        new = await connected_accounts.read(client, account)
        assert new is not None
        assert (new.country, new.currency, new.state.receives, new.state.connected) == ("DE", "eur", False, True)
        assert new.state.past_due or new.state.currently_due
        link = await connected_accounts.onboarding_link(
            client, account, interface, refresh_url="https://a.example/r", return_url="https://a.example/d"
        )
        assert link.expires_at > NOW
        hands = Controls(stand_in)
        assert hands.onboard(link.url, SECONDS) == "https://a.example/d"
        live = await connected_accounts.read(client, account)
        assert live is not None
        assert live.state == AccountState("active", live.state.charges_enabled, True, True)
        hands.require(account, SECONDS, "company.tax_id", deadline=SECONDS + 60)
        asked = await connected_accounts.read(client, account)
        assert asked is not None
        assert asked.state.deadline == datetime.fromtimestamp(SECONDS + 60, UTC)
        hands.deauthorize(account, SECONDS)
        assert await connected_accounts.read(client, account) is None
    assert stand_in.findings == []


async def test_an_account_that_is_not_the_platforms_is_no_lack_of_a_permission(
    client: stripe.StripeClient, wire: Wire
) -> None:
    message = "The provided key does not have access to account 'acct_9' (or that account does not exist)."
    wire.fail(403, code="account_invalid", message=message)
    assert await connected_accounts.read(client, "acct_9") is None
    wire.fail(403, code="account_invalid", message=message)
    with pytest.raises(Declined, match="not connected") as declined:
        await connected_accounts.onboarding_session(client, "acct_9")
    assert not is_forbidden(declined.value)
    assert not is_key_refused(declined.value)


async def test_a_key_that_may_not_read_accounts_says_so(client: stripe.StripeClient, wire: Wire) -> None:
    message = "Having the 'rak_accounts_kyc_basic_read' permission would allow this request to continue."
    wire.fail(403, message=message)
    with pytest.raises(Declined, match="Accounts: Read") as declined:
        await connected_accounts.read(client, "acct_9")
    assert is_forbidden(declined.value)
