import pytest
import stripe

from saleor_stripe_app.sandbox.stripe.context import Delays
from tests.sandbox.stripe.conftest import EXPRESS, STANDARD, Marketplace
from tests.sandbox.stripe.test_connected_accounts import refused

TWO_DAYS = 2 * 86_400


def charged(market: Marketplace, amount: int = 1000, **given: object) -> str:
    return str(market.pay(amount=amount, **given).latest_charge)


def test_money_that_is_available_is_moved_at_once(market: Marketplace) -> None:
    vendor = market.vendor()
    market.fund(1000)
    made = market.transfer(vendor, 600, transfer_group="order-1", metadata={"key": "mugs"})
    assert (made.amount, made.destination, made.reversed, made.transfer_group) == (600, vendor, False, "order-1")
    assert (market.available(), market.available(vendor)) == (400, 600)
    assert "transfer.created" in market.event_types()


def test_an_empty_balance_is_refused_by_its_code(market: Marketplace) -> None:
    vendor = market.vendor()
    charged(market)
    error = refused(lambda: market.transfer(vendor, 500))
    assert (error.code, error.http_status) == ("balance_insufficient", 400)
    assert str(error.user_message).startswith("You have insufficient available funds in your Stripe account.")
    market.clock.pass_by(TWO_DAYS)
    assert market.transfer(vendor, 500).amount == 500


def test_the_card_that_bypasses_pending_fills_the_balance_at_once(market: Marketplace) -> None:
    charged(market, method="pm_card_bypassPending")
    assert market.available() == 1000 - 29 - 30


def test_a_balance_is_kept_for_each_currency(market: Marketplace) -> None:
    vendor = market.vendor()
    market.fund(1000, "usd")
    assert refused(lambda: market.transfer(vendor, 500, "eur")).code == "balance_insufficient"
    assert market.transfer(vendor, 500, "usd").currency == "usd"


def test_a_charge_as_source_needs_no_balance_and_passes_its_waiting_on(market: Marketplace) -> None:
    vendor = market.vendor()
    charge = charged(market)
    made = market.transfer(vendor, 600, source_transaction=charge)
    assert market.available(vendor) == 0
    assert market.controls.balance(vendor, market.clock.now, "eur") == (0, 600)
    market.clock.pass_by(TWO_DAYS)
    assert market.available(vendor) == 600
    expanded = market.v1.transfers.retrieve(made.id, {"expand": ["balance_transaction", "destination_payment"]})
    assert expanded.balance_transaction.status == "available"
    assert expanded.destination_payment.source_transfer == made.id


def test_a_source_that_is_not_booked_yet_is_no_shortcut(market: Marketplace) -> None:
    market.server.delays = Delays(settlement=60)
    vendor = market.vendor()
    charge = charged(market)
    assert market.v1.charges.retrieve(charge).balance_transaction is None
    market.transfer(vendor, 600, source_transaction=charge)
    assert market.controls.balance(vendor, market.clock.now, "eur") == (0, 600)


def test_transfers_of_one_charge_share_its_group_and_its_amount(market: Marketplace) -> None:
    first, second = market.vendor(), market.vendor("FR")
    intent = market.pay(transfer_group="order-7")
    market.transfer(first, 600, source_transaction=intent.latest_charge)
    error = refused(lambda: market.transfer(second, 401, source_transaction=intent.latest_charge))
    assert str(error.user_message) == (
        "Transfers using this transaction as a source must not exceed the source amount of €10.00. "
        "(There is already a transfer using this source, amounting to €6.00.)"
    )
    made = market.transfer(second, 400, source_transaction=intent.latest_charge)
    assert made.transfer_group == "order-7"
    assert market.v1.transfers.list({"transfer_group": "order-7"}).data[0].id == made.id
    assert [transfer.amount for transfer in market.v1.transfers.list({"destination": first})] == [600]


def test_a_charge_without_a_group_gets_one_from_its_first_transfer(market: Marketplace) -> None:
    intent, vendor = market.pay(), market.vendor()
    made = market.transfer(vendor, 100, source_transaction=intent.latest_charge)
    assert made.transfer_group == f"group_{intent.id}"
    assert market.v1.charges.retrieve(intent.latest_charge).transfer_group == made.transfer_group
    error = refused(lambda: market.transfer(vendor, 100, source_transaction=intent.latest_charge, transfer_group="x"))
    assert error.param == "transfer_group"


def test_the_currency_is_the_one_that_the_charge_settled_in(market: Marketplace) -> None:
    charge, vendor = charged(market, currency="usd"), market.vendor()
    error = refused(lambda: market.transfer(vendor, 100, "eur", source_transaction=charge))
    assert "(usd) must be the same as the transfer currency (eur)" in str(error.user_message)


def test_only_money_that_was_taken_is_a_source(market: Marketplace) -> None:
    vendor = market.vendor()
    held = market.authorize()
    assert refused(lambda: market.transfer(vendor, 100, source_transaction=held.latest_charge)).http_status == 400
    with pytest.raises(stripe.CardError) as declined:
        market.pay("pm_card_chargeDeclined")
    failed = declined.value.error.payment_intent.latest_charge
    assert refused(lambda: market.transfer(vendor, 100, source_transaction=failed)).http_status == 400
    unknown = refused(lambda: market.transfer(vendor, 100, source_transaction="ch_unknown"))
    assert (unknown.code, unknown.param) == ("resource_missing", "source_transaction")


def test_a_bank_debit_that_may_still_fail_is_a_source_at_the_platforms_risk(market: Marketplace) -> None:
    vendor = market.vendor()
    waiting = market.pay("pm_sepaDebit")
    market.transfer(vendor, 600, source_transaction=waiting.latest_charge)
    market.controls.complete_processing(waiting.id, market.clock.now, succeeds=False)
    assert refused(lambda: market.transfer(vendor, 100, source_transaction=waiting.latest_charge)).http_status == 400
    market.clock.pass_by(TWO_DAYS)
    assert (market.available(), market.available(vendor)) == (-600, 600)


def test_a_charge_taken_in_several_parts_is_no_source(market: Marketplace) -> None:
    vendor = market.vendor()
    intent = market.authorize(request_multicapture="if_available")
    for amount, final in ((300, False), (200, True)):
        market.v1.payment_intents.capture(intent.id, {"amount_to_capture": amount, "final_capture": final})
        error = refused(lambda: market.transfer(vendor, 100, source_transaction=intent.latest_charge))
        assert "multiple captures" in str(error.user_message)


def test_a_part_taken_for_good_is_the_most_that_can_be_passed_on(market: Marketplace) -> None:
    vendor = market.vendor()
    intent = market.authorize()
    market.v1.payment_intents.capture(intent.id, {"amount_to_capture": 300})
    assert refused(lambda: market.transfer(vendor, 301, source_transaction=intent.latest_charge)).param == "amount"
    assert market.transfer(vendor, 300, source_transaction=intent.latest_charge).amount == 300


def test_an_account_without_the_capability_is_refused(market: Marketplace) -> None:
    market.fund()
    account = market.begin()
    assert refused(lambda: market.transfer(account)).code == "insufficient_capabilities_for_transfer"
    vendor = market.vendor()
    market.controls.regress(vendor, market.clock.now)
    assert refused(lambda: market.transfer(vendor)).code == "insufficient_capabilities_for_transfer"


def test_an_unknown_account_is_missing(market: Marketplace) -> None:
    market.fund()
    error = refused(lambda: market.transfer("acct_unknown"))
    assert (error.code, error.param, error.http_status) == ("resource_missing", "destination", 400)


@pytest.mark.parametrize(("country", "currency"), [("AU", "aud"), ("JP", "jpy")])
def test_money_does_not_leave_the_region(market: Marketplace, country: str, currency: str) -> None:
    market.fund()
    vendor = market.vendor(country)
    assert market.v1.accounts.retrieve(vendor).default_currency == currency
    error = refused(lambda: market.transfer(vendor))
    assert error.code == "transfers_not_allowed"
    assert f"Funds can't be sent to accounts located in {country}" in str(error.user_message)


@pytest.mark.parametrize("country", ["US", "GB", "CH", "CA", "NO"])
def test_money_goes_across_the_large_region(market: Marketplace, country: str) -> None:
    market.fund()
    assert market.transfer(market.vendor(country)).amount == 500


def test_the_same_request_is_one_transfer(market: Marketplace) -> None:
    market.fund()
    vendor = market.vendor()
    body = {"amount": 500, "currency": "eur", "destination": vendor}
    made = [market.v1.transfers.create(body, {"idempotency_key": "one"}).id for _ in range(2)]
    assert made[0] == made[1]
    assert market.available(vendor) == 500


def test_metadata_is_changed_later(market: Marketplace) -> None:
    market.fund()
    made = market.transfer(market.vendor(), metadata={"a": "1"})
    assert market.v1.transfers.update(made.id, {"metadata": {"b": "2"}}).metadata.to_dict() == {"a": "1", "b": "2"}
    assert "transfer.updated" in market.event_types()


def test_a_reversal_brings_money_back(market: Marketplace) -> None:
    market.fund(1000)
    vendor = market.vendor()
    made = market.transfer(vendor, 600)
    part = market.v1.transfers.reversals.create(made.id, {"amount": 200, "metadata": {"why": "refund"}})
    assert (part.amount, part.transfer, part.metadata.why) == (200, made.id, "refund")
    assert (market.available(), market.available(vendor)) == (600, 400)
    shown = market.v1.transfers.retrieve(made.id)
    assert (shown.amount_reversed, shown.reversed, shown.reversals.data[0].id) == (200, False, part.id)
    assert refused(lambda: market.v1.transfers.reversals.create(made.id, {"amount": 401})).param == "amount"
    market.v1.transfers.reversals.create(made.id)
    assert market.v1.transfers.retrieve(made.id).reversed
    assert "already fully reversed" in str(refused(lambda: market.v1.transfers.reversals.create(made.id)).user_message)
    assert len(market.v1.transfers.reversals.list(made.id).data) == 2
    assert market.v1.transfers.reversals.retrieve(made.id, part.id).amount == 200
    assert market.event_types().count("transfer.reversed") == 2


def test_an_account_that_the_platform_answers_for_falls_into_debt(market: Marketplace) -> None:
    market.fund(1000)
    vendor = market.vendor(controller=EXPRESS)
    made = market.transfer(vendor, 600)
    market.controls.set_balance(vendor, market.clock.now, 100, "eur")
    market.v1.transfers.reversals.create(made.id)
    assert market.available(vendor) == -500
    shown = market.v1.balance.retrieve()
    assert [amount.amount for amount in shown.connect_reserved] == [500]
    assert [amount.amount for amount in shown.available] == [1000 - 500]
    assert refused(lambda: market.transfer(market.vendor(), 501)).code == "balance_insufficient"


def test_an_account_that_stripe_answers_for_must_have_the_money(market: Marketplace) -> None:
    market.fund(1000)
    vendor = market.vendor(controller=STANDARD)
    made = market.transfer(vendor, 600)
    market.controls.set_balance(vendor, market.clock.now, 100, "eur")
    error = refused(lambda: market.v1.transfers.reversals.create(made.id))
    assert error.code == "balance_insufficient"
    assert market.v1.transfers.reversals.create(made.id, {"amount": 100}).amount == 100
    market.controls.set_reserves(vendor, reserves=True)
    assert market.v1.transfers.reversals.create(made.id).amount == 500


def test_what_has_not_arrived_yet_can_be_taken_back(market: Marketplace) -> None:
    vendor = market.vendor(controller=STANDARD)
    made = market.transfer(vendor, 600, source_transaction=charged(market))
    market.v1.transfers.reversals.create(made.id)
    assert market.controls.balance(vendor, market.clock.now, "eur") == (0, 0)


def test_both_books_say_the_same(market: Marketplace) -> None:
    market.fund(1000)
    vendor = market.vendor()
    made = market.transfer(vendor, 600)
    market.v1.transfers.reversals.create(made.id, {"amount": 200})
    there = {"stripe_account": vendor}
    ours = {moved.type: moved.amount for moved in market.v1.balance_transactions.list().data}
    theirs = {moved.type: moved.amount for moved in market.v1.balance_transactions.list(options=there).data}
    assert (ours["transfer"], ours["transfer_refund"]) == (-600, 200)
    assert theirs == {"payment": 600, "payment_refund": -200}
    payment = market.v1.charges.retrieve(made.destination_payment, options=there)
    assert (payment.amount, payment.amount_refunded, payment.payment_intent) == (600, 200, None)
    assert market.v1.balance.retrieve(options=there).available[0].amount == 400
    with pytest.raises(stripe.InvalidRequestError):
        market.v1.transfers.retrieve(made.id, options=there)
