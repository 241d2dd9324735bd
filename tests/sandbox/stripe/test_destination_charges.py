import pytest

from tests.sandbox.stripe.conftest import EXPRESS, STANDARD, Marketplace
from tests.sandbox.stripe.test_connected_accounts import refused


def test_a_payment_with_a_destination_moves_on_less_the_fee(market: Marketplace) -> None:
    vendor = market.vendor()
    intent = market.pay(transfer_data={"destination": vendor}, application_fee_amount=150)
    market.server.advance(market.clock.now)
    charge = market.v1.charges.retrieve(intent.latest_charge, {"expand": ["transfer", "application_fee"]})
    assert (charge.transfer.amount, charge.transfer.destination) == (1000, vendor)
    assert (charge.transfer.source_transaction, charge.transfer.transfer_group) == (charge.id, f"group_{intent.id}")
    fee = charge.application_fee
    assert (fee.amount, fee.account, fee.originating_transaction) == (150, vendor, charge.id)
    assert market.controls.balance(vendor, market.clock.now, "eur") == (0, 850)
    assert market.controls.balance(market.account.id, market.clock.now, "eur") == (0, 150 - 59)
    there = {"stripe_account": vendor}
    [moved] = market.v1.balance_transactions.list({"type": "payment"}, there).data
    assert (moved.net, moved.fee_details[0].type) == (850, "application_fee")
    assert market.event_types().count("application_fee.created") == 1


def test_a_part_can_be_passed_on_in_place_of_a_fee(market: Marketplace) -> None:
    vendor = market.vendor()
    market.pay(transfer_data={"destination": vendor, "amount": 850})
    market.server.advance(market.clock.now)
    [transfer] = market.v1.transfers.list().data
    assert transfer.amount == 850
    assert market.v1.application_fees.list().data == []


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"application_fee_amount": 1001}, "application_fee_amount"),
        ({"transfer_data": {"amount": 1001}}, "transfer_data[amount]"),
    ],
)
def test_no_more_can_be_kept_or_passed_on_than_is_paid(market: Marketplace, given: dict, param: str) -> None:
    vendor = market.vendor()
    asked = {"amount": 2000, "currency": "eur", "transfer_data": {"destination": vendor}}
    intent = market.v1.payment_intents.create(asked)
    error = refused(lambda: market.v1.payment_intents.update(intent.id, {"amount": 1000, **given}))
    assert error.param == param


def test_the_destination_must_be_able_to_take_transfers(market: Marketplace) -> None:
    asked = {"amount": 1000, "currency": "eur"}

    def create(destination: str):
        return market.v1.payment_intents.create({**asked, "transfer_data": {"destination": destination}})

    assert refused(lambda: create(market.begin())).code == "insufficient_capabilities_for_transfer"
    assert refused(lambda: create("acct_unknown")).code == "resource_missing"
    assert "outside the platform's region" in str(refused(lambda: create(market.vendor("AU"))).user_message)


def test_the_merchant_of_record_needs_card_payments(market: Marketplace) -> None:
    vendor = market.vendor("AU")
    asked = {"amount": 1000, "currency": "eur", "on_behalf_of": vendor, "transfer_data": {"destination": vendor}}
    assert market.v1.payment_intents.create(asked).on_behalf_of == vendor
    market.controls.regress(vendor, market.clock.now, "card_payments")
    assert refused(lambda: market.v1.payment_intents.create(asked)).param == "on_behalf_of"


def held(market: Marketplace, vendor: str, **given: object):
    options = {"card": {"capture_method": "manual"}}
    return market.pay(transfer_data={"destination": vendor}, payment_method_options=options, **given)


def test_the_shares_are_set_anew_at_capture(market: Marketplace) -> None:
    vendor = market.vendor()
    intent = held(market, vendor, application_fee_amount=150)
    assert market.v1.transfers.list().data == []
    market.v1.payment_intents.capture(intent.id, {"amount_to_capture": 600, "application_fee_amount": 90})
    [transfer], [fee] = market.v1.transfers.list().data, market.v1.application_fees.list().data
    assert (transfer.amount, fee.amount) == (600, 90)
    assert market.v1.payment_intents.retrieve(intent.id).application_fee_amount == 90


def test_a_share_set_at_capture_keeps_its_destination(market: Marketplace) -> None:
    vendor = market.vendor()
    intent = held(market, vendor)
    taken = {"amount_to_capture": 600, "transfer_data": {"amount": 601}}
    assert refused(lambda: market.v1.payment_intents.capture(intent.id, taken)).param == "transfer_data[amount]"
    taken["transfer_data"] = {"amount": 500}
    shown = market.v1.payment_intents.capture(intent.id, taken)
    assert (shown.transfer_data.amount, shown.transfer_data.destination) == (500, vendor)
    assert [transfer.amount for transfer in market.v1.transfers.list()] == [500]


def test_a_fee_is_capped_at_what_is_taken(market: Marketplace) -> None:
    vendor = market.vendor()
    intent = held(market, vendor, application_fee_amount=900)
    market.v1.payment_intents.capture(intent.id, {"amount_to_capture": 300})
    assert [fee.amount for fee in market.v1.application_fees.list()] == [300]


def test_every_part_that_is_taken_moves_on(market: Marketplace) -> None:
    vendor = market.vendor()
    options = {"card": {"capture_method": "manual", "request_multicapture": "if_available"}}
    intent = market.pay(transfer_data={"destination": vendor}, payment_method_options=options)
    for amount, final in ((300, False), (200, True)):
        market.v1.payment_intents.capture(intent.id, {"amount_to_capture": amount, "final_capture": final})
    assert [transfer.amount for transfer in market.v1.transfers.list()] == [200, 300]


def settled(market: Marketplace, **given: object) -> tuple[str, str]:
    vendor = market.vendor(controller=given.pop("controller", EXPRESS))
    intent = market.pay(transfer_data={"destination": vendor}, application_fee_amount=150, **given)
    market.server.advance(market.clock.now)
    return intent.id, vendor


def test_a_refund_leaves_the_account_alone_unless_told_otherwise(market: Marketplace) -> None:
    intent, vendor = settled(market)
    refund = market.v1.refunds.create({"payment_intent": intent})
    assert refund.transfer_reversal is None
    assert market.controls.balance(vendor, market.clock.now, "eur") == (0, 850)
    assert market.controls.balance(market.account.id, market.clock.now, "eur") == (0, 150 - 59 - 1000)


def test_a_refund_takes_back_and_gives_back_in_proportion(market: Marketplace) -> None:
    intent, vendor = settled(market)
    returns = {"payment_intent": intent, "reverse_transfer": True, "refund_application_fee": True}
    first = market.v1.refunds.create({**returns, "amount": 333})
    [transfer], [fee] = market.v1.transfers.list().data, market.v1.application_fees.list().data
    assert (transfer.amount_reversed, fee.amount_refunded) == (333, 50)
    assert transfer.reversals.data[0].source_refund == first.id
    assert first.transfer_reversal == transfer.reversals.data[0].id
    market.v1.refunds.create(returns)
    [transfer], [fee] = market.v1.transfers.list().data, market.v1.application_fees.list().data
    assert (transfer.reversed, fee.refunded, fee.amount_refunded) == (True, True, 150)
    assert market.controls.balance(vendor, market.clock.now, "eur") == (0, 0)
    assert len(market.v1.application_fees.refunds.list(fee.id).data) == 2


def test_a_refund_that_cannot_take_back_moves_nothing(market: Marketplace) -> None:
    intent, vendor = settled(market, controller=STANDARD)
    market.clock.pass_by(3 * 86_400)
    market.controls.pay_out(vendor, market.clock.now, "eur")
    asked = {"payment_intent": intent, "reverse_transfer": True}
    assert refused(lambda: market.v1.refunds.create(asked)).code == "balance_insufficient"
    assert market.v1.refunds.list().data == []


def test_what_there_is_not_cannot_be_returned(market: Marketplace) -> None:
    intent = market.pay().id
    for name in ("reverse_transfer", "refund_application_fee"):
        asked = {"payment_intent": intent, name: True}
        assert refused(lambda asked=asked: market.v1.refunds.create(asked)).param == name


def test_a_dispute_is_the_platforms_loss(market: Marketplace) -> None:
    intent, vendor = settled(market)
    market.controls.dispute(intent, market.clock.now)
    assert market.controls.balance(vendor, market.clock.now, "eur") == (0, 850)
    assert market.available() == -1000 - 1500


def test_a_fee_is_given_back_by_itself_or_with_a_reversal(market: Marketplace) -> None:
    settled(market)
    [fee] = market.v1.application_fees.list().data
    part = market.v1.application_fees.refunds.create(fee.id, {"amount": 50})
    assert market.v1.application_fees.refunds.retrieve(fee.id, part.id).amount == 50
    assert refused(lambda: market.v1.application_fees.refunds.create(fee.id, {"amount": 101})).param == "amount"
    [transfer] = market.v1.transfers.list().data
    market.v1.transfers.reversals.create(transfer.id, {"refund_application_fee": True})
    assert market.v1.application_fees.retrieve(fee.id).refunded
    assert refused(lambda: market.v1.application_fees.refunds.create(fee.id)).http_status == 400
    assert market.event_types().count("application_fee.refunded") == 2


def test_a_fee_of_a_direct_charge_goes_to_the_platform(market: Marketplace) -> None:
    vendor = market.vendor()
    there = {"stripe_account": vendor}
    asked = {"amount": 1000, "currency": "eur", "confirm": True, "payment_method": "pm_card_visa"}
    asked |= {"return_url": "https://shop.example.com/return", "application_fee_amount": 100}
    intent = market.v1.payment_intents.create(asked, there)
    market.server.advance(market.clock.now)
    [fee] = market.v1.application_fees.list().data
    assert (fee.charge, fee.amount, fee.account) == (intent.latest_charge, 100, vendor)
    assert market.controls.balance(vendor, market.clock.now, "eur") == (0, 1000 - 59 - 100)
    returned = {"payment_intent": intent.id, "refund_application_fee": True}
    market.v1.refunds.create(returned, there)
    assert market.v1.application_fees.retrieve(fee.id).refunded


def test_a_payment_with_a_destination_is_no_source_for_more(market: Marketplace) -> None:
    settled(market)
    [transfer] = market.v1.transfers.list().data
    error = refused(lambda: market.transfer(market.vendor(), 1, source_transaction=transfer.source_transaction))
    assert error.param == "amount"
