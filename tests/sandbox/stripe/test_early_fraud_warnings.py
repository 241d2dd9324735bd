import pytest
import stripe

from tests.sandbox.stripe.conftest import Shop


def test_a_payment_is_warned_of_and_given_back(shop: Shop) -> None:
    intent, _ = shop.pay(), shop.pay()
    warning = shop.controls.warn(intent.id, shop.clock.now, "made_with_stolen_card")
    assert shop.event_types()[-1] == "radar.early_fraud_warning.created"
    v1 = shop.v1.radar.early_fraud_warnings
    [found] = v1.list({"payment_intent": intent.id}).data
    assert (found.id, found.charge, found.actionable) == (warning.id, intent.latest_charge, True)
    assert [one.id for one in v1.list({"charge": intent.latest_charge}).data] == [warning.id]
    shop.v1.refunds.create({"payment_intent": intent.id, "amount": 400})
    assert v1.retrieve(warning.id).actionable is True
    shop.v1.refunds.create({"payment_intent": intent.id})
    shown = v1.retrieve(warning.id, {"expand": ["charge"]})
    assert (shown.actionable, shown.charge.refunded, shown.fraud_type) == (False, True, "made_with_stolen_card")
    assert shop.event_types()[-1] == "radar.early_fraud_warning.updated"


def test_a_dispute_ends_what_can_be_done(shop: Shop) -> None:
    intent = shop.pay()
    warning = shop.controls.warn(intent.id, shop.clock.now).id
    shop.controls.dispute(intent.id, shop.clock.now)
    assert shop.v1.radar.early_fraud_warnings.retrieve(warning).actionable is False


@pytest.mark.parametrize("held", [False, True])
def test_the_card_made_for_it_is_warned_of_once_it_is_charged(shop: Shop, held: bool) -> None:
    options = {"card": {"capture_method": "manual" if held else "automatic"}} if held else {}
    intent = shop.pay("pm_card_createIssuerFraudRecord", payment_method_options=options)
    if held:
        assert "radar.early_fraud_warning.created" not in shop.event_types()
        shop.v1.payment_intents.capture(intent.id)
    assert "radar.early_fraud_warning.created" in shop.event_types()
    assert len(shop.v1.radar.early_fraud_warnings.list().data) == 1


def test_an_unknown_warning_is_404(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.radar.early_fraud_warnings.retrieve("issfr_unknown")
    assert (error.value.http_status, error.value.code) == (404, "resource_missing")
