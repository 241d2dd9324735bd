from tests.sandbox.stripe.conftest import Shop


def test_a_card_is_charged_at_once(shop: Shop) -> None:
    intent = shop.pay("pm_card_visa", 1000)
    assert (intent.status, intent.amount_received, intent.amount_capturable) == ("succeeded", 1000, 0)
    assert shop.event_types()[:3] == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
