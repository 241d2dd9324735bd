"""What a connected account has and was paid out, read as the account itself."""

import pytest

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.controls import Controls
from saleor_stripe_app.sandbox.stripe.in_process import InProcessClient
from saleor_stripe_app.stripe_gateway import connected_accounts, payouts
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.stripe_gateway.connected_accounts import V1, AccountDashboard
from saleor_stripe_app.stripe_gateway.failures import is_forbidden
from saleor_stripe_app.stripe_gateway.payouts import CurrencyBalance
from tests.stripe_gateway.recorded_wire import Wire
from tests.stripe_gateway.test_connected_accounts import ALMA, SECONDS, URL


async def test_a_vendors_balance_and_payouts_are_the_vendors_and_not_the_platforms() -> None:
    stand_in = Stripe()
    platform = stand_in.create_account("Bazaar", country="DE", currency="eur")
    hands = Controls(stand_in)
    async with StripeConnections(http_client=InProcessClient(stand_in, clock=lambda: SECONDS)) as connections:
        given = connected_accounts.parameters(ALMA, URL, V1, AccountDashboard.EXPRESS, "a@example.com")
        account = await connected_accounts.create(connections.client(platform.secret_key), V1, given, "key-1")
        hands.finish_onboarding(account, SECONDS)
        hands.set_balance(account, SECONDS, 10_000, "eur")
        client = connections.client(platform.secret_key, account)
        assert await payouts.read_balance(client) == (CurrencyBalance("eur", 10_000, 0),)
        assert await payouts.latest(client, 20) == ((), False)
        made = [
            (await client.v1.payouts.create_async({"amount": amount, "currency": "eur"})).id for amount in (1000, 2000)
        ]
        (newest,), more = await payouts.latest(client, 1)
        assert (newest.id, newest.amount, newest.currency, newest.automatic) == (made[1], 2000, "eur", False)
        assert newest.arrival > newest.created
        assert more
        (older,), more = await payouts.latest(client, 1, after=newest.id)
        assert (older.id, more) == (made[0], False)
        assert await payouts.read_balance(client) == (CurrencyBalance("eur", 7_000, 0),)
    assert stand_in.findings == []


async def test_a_key_without_the_permission_is_told_which_one_it_lacks() -> None:
    stand_in = Stripe()
    platform = stand_in.create_account("Bazaar", country="DE", currency="eur")
    key = stand_in.create_key(platform.id, permissions={"rak_connected_account_write"}).value
    async with StripeConnections(http_client=InProcessClient(stand_in, clock=lambda: SECONDS)) as connections:
        client = connections.client(key)
        with pytest.raises(Declined, match="Balance: Read") as refused:
            await payouts.read_balance(client)
        assert is_forbidden(refused.value)
        with pytest.raises(Declined, match="Payouts: Read"):
            await payouts.latest(client, 1)


async def test_the_account_is_named_in_the_header(connections: StripeConnections, wire: Wire) -> None:
    wire.answer({"object": "balance", "available": [], "livemode": False, "pending": []})
    assert await payouts.read_balance(connections.client("sk_test_1", "acct_1Vendor")) == ()
    assert wire.sent[0].headers["Stripe-Account"] == "acct_1Vendor"
