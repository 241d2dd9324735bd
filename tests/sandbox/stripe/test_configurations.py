import pytest
import stripe

from tests.sandbox.stripe.conftest import Shop

MONEY = {"amount": 1000, "currency": "eur"}


def test_every_account_has_a_default_configuration(shop: Shop) -> None:
    [default] = shop.v1.payment_method_configurations.list().data
    assert (default.is_default, default.active, default.ideal.display_preference.value) == (True, True, "on")
    intent = shop.v1.payment_intents.create(MONEY)
    assert intent.payment_method_configuration_details.id == default.id


def test_a_configuration_chooses_the_types(shop: Shop) -> None:
    cards = shop.controls.add_configuration(shop.account.id, "Cards", ["card"], now=shop.clock.now).id
    shown = shop.v1.payment_method_configurations.retrieve(cards)
    assert (shown.card.available, shown.ideal.available, shown.is_default) == (True, False, False)
    intent = shop.v1.payment_intents.create({**MONEY, "payment_method_configuration": cards})
    assert (intent.payment_method_types, intent.payment_method_configuration_details.id) == (["card"], cards)
    setup = shop.v1.setup_intents.create({"payment_method_configuration": cards})
    assert (setup.payment_method_types, setup.payment_method_configuration_details.id) == (["card"], cards)


def test_an_unknown_configuration_is_missing(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as asked:
        shop.v1.payment_method_configurations.retrieve("pmc_unknown")
    with pytest.raises(stripe.InvalidRequestError) as mentioned:
        shop.v1.payment_intents.create({**MONEY, "payment_method_configuration": "pmc_unknown"})
    assert (asked.value.http_status, mentioned.value.http_status) == (404, 400)
    assert asked.value.code == mentioned.value.code == "resource_missing"


def test_an_archived_configuration_is_refused(shop: Shop) -> None:
    old = shop.controls.add_configuration(shop.account.id, "Old").id
    shop.controls.set_configuration_active(old, active=False)
    assert [found.id for found in shop.v1.payment_method_configurations.list({"active": False}).data] == [old]
    with pytest.raises(stripe.InvalidRequestError, match="not active"):
        shop.v1.payment_intents.create({**MONEY, "payment_method_configuration": old})


def test_a_customer_session_says_what_the_payment_element_may_do(shop: Shop) -> None:
    customer = shop.v1.customers.create({}).id
    features = {"payment_method_save": "enabled", "payment_method_save_usage": "off_session"}
    session = shop.v1.customer_sessions.create(
        {"customer": customer, "components": {"payment_element": {"enabled": True, "features": features}}}
    )
    shown = session.components.payment_element.features
    assert (shown.payment_method_save, shown.payment_method_redisplay) == ("enabled", "disabled")
    assert (shown.payment_method_allow_redisplay_filters, shown.payment_method_redisplay_limit) == (["always"], 3)
    assert session.expires_at == shop.clock.now + 1800
    assert session.client_secret.startswith("cuss_secret_")


@pytest.mark.parametrize(
    "components",
    [
        {"payment_element": {"enabled": False}},
        {"payment_element": {"enabled": True, "features": {"payment_method_redisplay_limit": 11}}},
    ],
)
def test_a_customer_session_for_nothing_or_too_much_is_refused(shop: Shop, components: dict[str, object]) -> None:
    customer = shop.v1.customers.create({}).id
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.customer_sessions.create({"customer": customer, "components": components})
    assert error.value.http_status == 400


def test_a_customer_session_of_a_deleted_customer_is_refused(shop: Shop) -> None:
    customer = shop.v1.customers.create({}).id
    shop.v1.customers.delete(customer)
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.customer_sessions.create({"customer": customer, "components": {"payment_element": {"enabled": True}}})
    assert (error.value.http_status, error.value.code) == (400, "resource_missing")
