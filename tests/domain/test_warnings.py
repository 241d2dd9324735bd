"""Early fraud warnings: what staff are told to do, once."""

from saleor_stripe_app.domain.outstanding import outstanding
from saleor_stripe_app.domain.radar import EarlyFraudWarning
from tests.domain.payments import at, event, paid, told, transaction

SHOWN = transaction(event("CHARGE_SUCCESS"), charged="100", actions=("REFUND",))


def warned(*, actionable=True, fraud_type="made_with_stolen_card"):
    return paid(warnings=(EarlyFraudWarning("issfr_1", actionable, fraud_type, at(30)),))


def test_a_warning_says_that_a_refund_avoids_the_dispute():
    (report,) = outstanding(warned(), SHOWN).reports
    assert (report.type, report.reference, report.time) == ("INFO", "issfr_1", at(30))
    assert report.message == (
        "The bank suspects fraud (made with stolen card): send nothing, and refund now in full to avoid a dispute and "
        "its fee"
    )


def test_a_warning_that_comes_too_late_says_so():
    (report,) = outstanding(warned(actionable=False, fraud_type="misc"), SHOWN).reports
    assert report.message == "The bank suspects fraud: the payment is disputed or refunded in full already"


def test_a_warning_is_told_once_whatever_becomes_of_it():
    known = transaction(
        event("CHARGE_SUCCESS"), event("INFO", reference="issfr_1", second=30), charged="100", actions=("REFUND",)
    )
    assert told(outstanding(warned(), known)) == []
    assert told(outstanding(warned(actionable=False), known)) == []


def test_a_warning_leaves_the_ledger_and_the_offer_of_a_refund_alone():
    (report,) = outstanding(warned(), SHOWN).reports
    assert report.actions == {"REFUND"}
