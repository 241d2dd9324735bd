import pytest
import stripe

from tests.sandbox.stripe.conftest import Shop

RETURN = "https://shop.example.com/return"
MONEY = {"amount": 1000, "currency": "eur", "confirm": True}


def test_what_the_shopper_entered_is_confirmed_by_the_server(shop: Shop) -> None:
    customer = shop.v1.customers.create({}).id
    token = shop.controls.shopper.create_confirmation_token(shop.account.id, shop.clock.now, save="off_session")
    shown = shop.v1.confirmation_tokens.retrieve(token)
    assert (shown.payment_method_preview.card.last4, shown.setup_future_usage) == ("4242", "off_session")
    assert shown.expires_at == shop.clock.now + 12 * 3600
    intent = shop.v1.payment_intents.create({**MONEY, "customer": customer, "confirmation_token": token})
    assert intent.status == "succeeded"
    assert shop.v1.confirmation_tokens.retrieve(token).payment_intent == intent.id
    assert [found.id for found in shop.v1.customers.payment_methods.list(customer).data] == [intent.payment_method]


def test_a_token_is_used_once(shop: Shop) -> None:
    token = shop.controls.shopper.create_confirmation_token(shop.account.id, shop.clock.now)
    shop.v1.payment_intents.create({**MONEY, "confirmation_token": token})
    with pytest.raises(stripe.InvalidRequestError, match="already been used") as error:
        shop.v1.payment_intents.create({**MONEY, "confirmation_token": token})
    assert (error.value.http_status, error.value.param) == (400, "confirmation_token")


def test_a_token_expires(shop: Shop) -> None:
    token = shop.controls.shopper.create_confirmation_token(shop.account.id, shop.clock.now)
    shop.clock.pass_by(12 * 3600)
    with pytest.raises(stripe.InvalidRequestError, match="expired"):
        shop.v1.payment_intents.create({**MONEY, "confirmation_token": token})


def test_an_unknown_token_is_named(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as mentioned:
        shop.v1.payment_intents.create({**MONEY, "confirmation_token": "ctoken_unknown", "return_url": RETURN})
    with pytest.raises(stripe.InvalidRequestError) as asked:
        shop.v1.confirmation_tokens.retrieve("ctoken_unknown")
    assert (mentioned.value.http_status, asked.value.http_status) == (400, 404)
    assert mentioned.value.code == asked.value.code == "resource_missing"


def test_the_challenge_of_a_tokens_card_is_for_stripe_js(shop: Shop) -> None:
    shopper, now = shop.controls.shopper, shop.clock.now
    token = shopper.create_confirmation_token(shop.account.id, now, "pm_card_threeDSecure2Required")
    intent = shop.v1.payment_intents.create({**MONEY, "confirmation_token": token})
    assert (intent.status, intent.next_action.type) == ("requires_action", "use_stripe_sdk")
    shop.controls.authenticate(intent.id, now)
    assert shop.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_the_request_comes_before_the_token(shop: Shop) -> None:
    token = shop.controls.shopper.create_confirmation_token(shop.account.id, shop.clock.now, "pm_card_mastercard")
    intent = shop.v1.payment_intents.create(
        {**MONEY, "confirmation_token": token, "payment_method": "pm_card_amex", "expand": ["payment_method"]}
    )
    assert intent.payment_method.card.brand == "amex"


def test_the_server_makes_tokens_for_its_own_tests(shop: Shop) -> None:
    made = shop.v1.test_helpers.confirmation_tokens.create({"payment_method": "pm_card_visa", "return_url": RETURN})
    intent = shop.v1.setup_intents.create({"confirm": True, "confirmation_token": made.id})
    assert intent.status == "succeeded"
    assert shop.v1.confirmation_tokens.retrieve(made.id).setup_intent == intent.id
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.test_helpers.confirmation_tokens.create({})


def test_a_debit_entered_in_the_payment_element_brings_its_mandate(shop: Shop) -> None:
    token = shop.controls.shopper.create_confirmation_token(shop.account.id, shop.clock.now, "sepa_debit")
    assert shop.v1.payment_intents.create({**MONEY, "confirmation_token": token}).status == "processing"
