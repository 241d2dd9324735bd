from tests.sandbox.stripe.conftest import STANDARD, Marketplace
from tests.sandbox.stripe.test_connected_accounts import refused


def paid_vendor(market: Marketplace, amount: int = 600) -> tuple[str, dict]:
    market.fund(1000)
    vendor = market.vendor()
    market.transfer(vendor, amount)
    return vendor, {"stripe_account": vendor}


def test_all_that_is_available_is_paid_out_and_the_platform_hears_of_it(market: Marketplace) -> None:
    vendor, there = paid_vendor(market)
    connect = market.endpoint("https://c.example.com", "payout.created", "payout.paid", connect=True)
    payout = market.controls.pay_out(vendor, market.clock.now, "eur")
    assert payout is not None
    assert market.available(vendor) == 0
    market.controls.end_payout(payout.id, market.clock.now)
    [shown] = market.v1.payouts.list(options=there).data
    assert (shown.amount, shown.status, shown.automatic) == (600, "paid", True)
    assert market.v1.payouts.retrieve(payout.id, options=there).balance_transaction == shown.balance_transaction
    part_of = market.v1.balance_transactions.list({"payout": payout.id}, there).data
    assert [(moved.type, moved.amount) for moved in part_of] == [("payout", -600), ("payment", 600)]
    assert [(event["type"], event["account"]) for event in market.delivered(connect)] == [
        ("payout.created", vendor),
        ("payout.paid", vendor),
    ]
    assert market.controls.pay_out(vendor, market.clock.now, "eur") is None


def test_a_payout_that_fails_is_in_the_balance_again(market: Marketplace) -> None:
    vendor, there = paid_vendor(market)
    payout = market.controls.pay_out(vendor, market.clock.now, "eur")
    assert payout is not None
    market.controls.end_payout(payout.id, market.clock.now, succeeds=False)
    shown = market.v1.payouts.retrieve(payout.id, options=there)
    assert (shown.status, shown.failure_code) == ("failed", "account_closed")
    assert market.available(vendor) == 600


def test_a_payout_by_hand_needs_the_balance_and_can_be_canceled(market: Marketplace) -> None:
    vendor, there = paid_vendor(market)
    body = {"amount": 601, "currency": "eur"}
    assert refused(lambda: market.v1.payouts.create(body, there)).code == "balance_insufficient"
    made = market.v1.payouts.create({"amount": 600, "currency": "eur", "metadata": {"a": "b"}}, there)
    assert (made.status, market.available(vendor)) == ("pending", 0)
    assert market.v1.payouts.cancel(made.id, options=there).status == "canceled"
    assert market.available(vendor) == 600


def test_an_account_that_is_stopped_pays_nothing_out(market: Marketplace) -> None:
    vendor, there = paid_vendor(market)
    market.controls.disable(vendor, market.clock.now)
    body = {"amount": 100, "currency": "eur"}
    assert refused(lambda: market.v1.payouts.create(body, there)).code == "payouts_not_allowed"


def test_money_that_was_paid_out_cannot_be_taken_back_without_debt(market: Marketplace) -> None:
    market.fund(1000)
    vendor = market.vendor(controller=STANDARD)
    made = market.transfer(vendor, 600)
    market.controls.pay_out(vendor, market.clock.now, "eur")
    assert refused(lambda: market.v1.transfers.reversals.create(made.id)).code == "balance_insufficient"
