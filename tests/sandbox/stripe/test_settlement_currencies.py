import pytest

from tests.sandbox.stripe.conftest import Marketplace
from tests.sandbox.stripe.test_connected_accounts import refused


@pytest.fixture
def euros(market: Marketplace) -> Marketplace:
    """A platform that keeps euros alone: a dollar is worth 90 cents, a yen 0.6."""
    market.controls.settle_in(market.account.id, "usd", "eur", "0.9")
    market.controls.settle_in(market.account.id, "jpy", "eur", "0.006")
    return market


@pytest.mark.parametrize(
    ("charged", "amount", "settled"), [("usd", 1000, 900), ("jpy", 1000, 600), ("eur", 1000, 1000)]
)
def test_a_payment_is_booked_in_the_currency_that_the_account_keeps(
    euros: Marketplace, charged: str, amount: int, settled: int
) -> None:
    intent = euros.pay(amount=amount, currency=charged)
    charge = euros.v1.charges.retrieve(intent.latest_charge, {"expand": ["balance_transaction"]})
    moved = charge.balance_transaction
    assert (charge.currency, moved.currency, moved.amount) == (charged, "eur", settled)
    assert moved.exchange_rate == {"usd": 0.9, "jpy": 0.006}.get(charged)
    assert [entry.moved for entry in euros.controls.ledger()] == [amount]


def test_its_transfers_are_in_that_currency_and_of_that_amount(euros: Marketplace) -> None:
    vendor = euros.vendor()
    charge = euros.pay(currency="usd").latest_charge
    euros.server.advance(euros.clock.now)
    error = refused(lambda: euros.transfer(vendor, 100, "usd", source_transaction=charge))
    assert "(eur) must be the same as the transfer currency (usd)" in str(error.user_message)
    error = refused(lambda: euros.transfer(vendor, 901, "eur", source_transaction=charge))
    assert "must not exceed the source amount of €9.00." in str(error.user_message)
    assert euros.transfer(vendor, 900, "eur", source_transaction=charge).currency == "eur"


def test_refunds_and_disputes_are_booked_at_the_same_rate(euros: Marketplace) -> None:
    first, second = euros.pay(currency="usd"), euros.pay(currency="usd")
    euros.server.advance(euros.clock.now)
    euros.v1.refunds.create({"payment_intent": first.id, "amount": 500})
    euros.controls.dispute(second.id, euros.clock.now)
    moved = euros.v1.balance_transactions.list().data
    assert [(found.type, found.amount, found.currency) for found in moved[:2]] == [
        ("adjustment", -900, "eur"),
        ("refund", -450, "eur"),
    ]
    assert [entry.charged for entry in euros.controls.ledger()] == [500, 0]


def test_a_destination_and_its_fee_are_in_that_currency_too(euros: Marketplace) -> None:
    vendor = euros.vendor()
    euros.pay(currency="usd", transfer_data={"destination": vendor}, application_fee_amount=100)
    euros.server.advance(euros.clock.now)
    [transfer], [fee] = euros.v1.transfers.list().data, euros.v1.application_fees.list().data
    assert (transfer.amount, transfer.currency, fee.amount, fee.currency) == (900, "eur", 90, "eur")
