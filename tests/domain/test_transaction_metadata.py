"""What a transaction should say beside its ledger."""

from dataclasses import replace
from decimal import Decimal

from saleor_stripe_app.domain.charge_record import ChargeRecord, Outcome, Settlement
from saleor_stripe_app.domain.outstanding import outstanding
from saleor_stripe_app.domain.transaction import Metadata
from saleor_stripe_app.domain.transaction_metadata import LONGEST_VALUE, missing
from tests.domain.payments import at, charge, described, event, paid, payment, transaction

CHARGED = {"charged": "100.00", "actions": ("REFUND",)}


def shown(metadata):
    """A charged transaction that says something already."""
    return replace(transaction(event("CHARGE_SUCCESS"), **CHARGED), metadata=metadata)


SILENT = replace(transaction(), metadata=Metadata())


def test_everything_that_stripe_knows_is_said_and_what_is_not_for_everybody_in_private():
    assert missing(described(), SILENT) == Metadata(
        public={
            "stripe.charge": "ch_1",
            "stripe.balance_transaction": "txn_1",
            "stripe.customer": "cus_1",
            "stripe.wallet": "apple_pay",
            "stripe.capture_before": at(60).isoformat(),
        },
        private={
            "stripe.email": "shopper@example.com",
            "stripe.outcome_type": "authorized",
            "stripe.outcome_reason": "elevated_risk_level",
            "stripe.seller_message": "Payment complete.",
            "stripe.network_decline_code": "51",
            "stripe.advice_code": "try_again_later",
            "stripe.risk_level": "elevated",
            "stripe.risk_score": "65",
            "stripe.fee": "3.50",
            "stripe.net": "105.00",
            "stripe.settlement_currency": "USD",
            "stripe.exchange_rate": "1.0850",
        },
    )


def test_what_is_said_already_is_not_said_again():
    seen = described()
    assert not missing(seen, shown(missing(seen, SILENT)))


def test_without_a_charge_there_is_nothing_to_say():
    assert not missing(payment(customer="cus_1"), shown(Metadata({"stripe.charge": "ch_0"})))


def test_a_value_that_stripe_no_longer_shows_is_emptied_and_keys_of_others_are_left_alone():
    before = Metadata({"stripe.charge": "ch_1", "stripe.wallet": "apple_pay", "erp": "7"}, {"stripe.risk_score": "65"})
    assert missing(paid(), shown(before)) == Metadata({"stripe.wallet": ""}, {"stripe.risk_score": ""})


def test_what_the_key_may_not_read_stays_as_another_key_read_it():
    record = ChargeRecord("txn_1")
    before = Metadata({"stripe.charge": "ch_1", "stripe.balance_transaction": "txn_1"}, {"stripe.fee": "3.50"})
    assert not missing(paid(charge=charge(record=record)), shown(before))


def test_an_amount_in_a_currency_of_unknown_decimals_is_not_guessed():
    record = ChargeRecord("txn_1", Settlement(350, 10500, "usdc"))
    private = missing(paid(charge=charge(record=record)), transaction()).private
    assert private == {"stripe.settlement_currency": "USDC"}


def test_the_settlement_has_the_decimals_of_its_own_currency():
    record = ChargeRecord("txn_1", Settlement(12, -12, "jpy", Decimal("155.2")))
    private = missing(paid(charge=charge(record=record)), transaction()).private
    assert (private["stripe.fee"], private["stripe.net"]) == ("12", "-12")


def test_a_value_is_one_that_saleor_can_keep_so_that_it_is_written_once():
    record = ChargeRecord(outcome=Outcome(seller_message="a\x00" + "b" * 600))
    seen = paid(charge=charge(record=record))
    said = missing(seen, SILENT)
    assert said.private["stripe.seller_message"] == "a" + "b" * (LONGEST_VALUE - 1)
    assert not missing(seen, shown(said))


def test_the_first_report_takes_it_along():
    first, *others = outstanding(replace(described(), amount=12000), SILENT).reports
    assert first.metadata.public["stripe.charge"] == "ch_1"
    assert others
    assert not any(report.metadata for report in others)


def test_without_a_report_it_goes_on_its_own():
    found = outstanding(described(), shown(Metadata()))
    assert found.reports == ()
    assert found.metadata.private["stripe.fee"] == "3.50"


def test_no_address_is_in_a_representation():
    seen = described()
    assert "shopper@example.com" not in f"{seen!r}{outstanding(seen, SILENT)!r}"
