import pytest
import stripe

from saleor_stripe_app.sandbox.stripe.description import load
from saleor_stripe_app.sandbox.stripe.method_types import METHOD_TYPES, SAVED_AS
from tests.sandbox.stripe.conftest import Shop

RETURN = "https://shop.example.com/return"
FOR_LATER = {"setup_future_usage": "off_session"}


@pytest.fixture
def customer(shop: Shop) -> str:
    return shop.v1.customers.create({"email": "ada@example.com"}).id


def kept(shop: Shop, customer: str) -> list[str]:
    return [method.id for method in shop.v1.customers.payment_methods.list(customer).data]


def confirm_by_hand(shop: Shop, intent, **given: object):
    """As Stripe.js does it, with the client secret."""
    public = shop.client(shop.account.publishable_key)
    return public.payment_intents.confirm(
        intent.id, {"client_secret": intent.client_secret, "return_url": RETURN, **given}
    )


def test_the_types_that_can_be_kept_are_those_that_stripe_lets_be_set_to_more_than_none() -> None:
    description = load()
    create = description.resolve(description.operations["/v1/payment_intents"]["post"].parameters)
    options = description.resolve(create.properties["payment_method_options"]).properties
    for name in METHOD_TYPES:
        if name in options and "setup_future_usage" in (
            given := description.resolve(description.resolve(options[name]).any_of[0]).properties
        ):
            usage = description.resolve(given["setup_future_usage"])
            values = {value for part in [usage, *usage.any_of] for value in description.resolve(part).enum}
            assert ("off_session" in values) == (name in SAVED_AS), name


@pytest.mark.parametrize("given", [FOR_LATER, {"payment_method_options": {"card": FOR_LATER}}])
def test_what_was_paid_with_is_kept_for_the_customer(shop: Shop, customer: str, given: dict[str, object]) -> None:
    intent = shop.pay(customer=customer, **given)
    assert kept(shop, customer) == [intent.payment_method]
    assert "payment_method.attached" in shop.event_types()
    again = shop.pay(intent.payment_method, customer=customer, off_session=True)
    assert (again.status, again.payment_method) == ("succeeded", intent.payment_method)


def test_the_shopper_ticks_the_box_in_the_payment_element(shop: Shop, customer: str) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", "customer": customer})
    data = {"type": "card", "card": {"number": "4242424242424242"}, "allow_redisplay": "always"}
    shown = confirm_by_hand(
        shop, intent, payment_method_data=data, payment_method_options={"card": {"setup_future_usage": "off_session"}}
    )
    [method] = shop.v1.customers.payment_methods.list(customer, {"allow_redisplay": "always"}).data
    assert (shown.status, method.id) == ("succeeded", shown.payment_method)
    assert shop.v1.payment_methods.list({"customer": customer, "allow_redisplay": "limited"}).data == []


def test_a_publishable_key_can_only_widen_what_the_server_chose(shop: Shop, customer: str) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", "customer": customer, **FOR_LATER})
    with pytest.raises(stripe.InvalidRequestError, match="on_session to off_session"):
        confirm_by_hand(shop, intent, payment_method="pm_card_visa", setup_future_usage="on_session")


def test_none_for_a_type_keeps_nothing(shop: Shop, customer: str) -> None:
    options = {"card": {"setup_future_usage": "none"}}
    shop.pay(customer=customer, payment_method_options=options, **FOR_LATER)
    assert kept(shop, customer) == []


def test_without_a_customer_it_can_still_be_attached_after_the_payment(shop: Shop, customer: str) -> None:
    intent = shop.pay(**FOR_LATER)
    shop.v1.payment_methods.attach(intent.payment_method, {"customer": customer})
    assert kept(shop, customer) == [intent.payment_method]


def test_a_method_used_without_a_customer_cannot_be_used_again(shop: Shop, customer: str) -> None:
    used = shop.pay().payment_method
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again") as error:
        shop.pay(used)
    assert (error.value.http_status, error.value.param) == (400, "payment_method")
    with pytest.raises(stripe.InvalidRequestError, match="previously used"):
        shop.v1.payment_methods.attach(used, {"customer": customer})


def test_nothing_is_kept_of_a_payment_that_is_declined(shop: Shop, customer: str) -> None:
    with pytest.raises(stripe.CardError):
        shop.pay("pm_card_chargeDeclined", customer=customer, **FOR_LATER)
    assert kept(shop, customer) == []


def test_a_type_that_cannot_be_kept_is_not_offered(shop: Shop) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", **FOR_LATER})
    assert {"card", "ideal", "sepa_debit", "klarna"} < set(intent.payment_method_types)
    assert not {"eps", "multibanco"} & set(intent.payment_method_types)
    options = {"eps": {"setup_future_usage": "none"}}
    shown = shop.v1.payment_intents.update(intent.id, {"payment_method_options": options})
    assert "eps" in shown.payment_method_types


@pytest.mark.parametrize("name", ["ideal", "bancontact"])
def test_a_bank_redirect_is_kept_as_a_debit(shop: Shop, customer: str, name: str) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", "customer": customer, **FOR_LATER})
    confirm_by_hand(shop, intent, payment_method_data={"type": name})
    assert kept(shop, customer) == []
    shop.controls.authenticate(intent.id, shop.clock.now)
    [debit] = shop.v1.customers.payment_methods.list(customer).data
    charge = shop.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]}).latest_charge
    assert (debit.type, debit.sepa_debit.generated_from.charge) == ("sepa_debit", charge.id)
    assert charge.payment_method_details[name].generated_sepa_debit == debit.id
    paid = shop.pay(debit.id, customer=customer, off_session=True)
    assert paid.status == "processing"


def test_a_debit_by_the_server_needs_the_shoppers_mandate_once(shop: Shop, customer: str) -> None:
    given = {"amount": 1000, "currency": "eur", "customer": customer, "confirm": True, "return_url": RETURN}
    with pytest.raises(stripe.InvalidRequestError, match="requires a mandate") as error:
        shop.v1.payment_intents.create({**given, "payment_method": "pm_sepaDebit"})
    assert error.value.error.payment_intent.status == "requires_confirmation"
    paid = shop.pay("pm_sepaDebit", customer=customer, **FOR_LATER)
    again = shop.v1.payment_intents.create({**given, "payment_method": paid.payment_method})
    assert again.status == "processing"


def test_an_off_session_payment_sets_nothing_up(shop: Shop, customer: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="cannot set up future usages") as error:
        shop.pay(customer=customer, off_session=True, **FOR_LATER)
    assert error.value.http_status == 400


def test_cards_that_want_the_shopper_when_they_are_away(shop: Shop, customer: str) -> None:
    """4000002500003155 works once set up, 4000002760003184 never does, 4000008260003178 has no money either."""
    saved = {}
    for name in ("OnSetup", "", "ChargeDeclinedInsufficientFunds"):
        intent = shop.pay(f"pm_card_authenticationRequired{name}", customer=customer, **FOR_LATER)
        assert intent.status == "requires_action"
        shop.controls.authenticate(intent.id, shop.clock.now)
        saved[name] = shop.v1.payment_intents.retrieve(intent.id).payment_method
    assert saved["ChargeDeclinedInsufficientFunds"] is None
    assert shop.pay(saved["OnSetup"], customer=customer, off_session=True).status == "succeeded"
    assert shop.pay(saved["OnSetup"], customer=customer).status == "requires_action"
    with pytest.raises(stripe.CardError) as error:
        shop.pay(saved[""], customer=customer, off_session=True)
    assert (error.value.http_status, error.value.code) == (402, "authentication_required")
    left = error.value.error.payment_intent
    assert (left.status, left.payment_method) == ("requires_payment_method", None)
    assert error.value.error.payment_method.id == saved[""]


def test_a_card_that_was_never_set_up_is_declined_without_the_shopper(shop: Shop, customer: str) -> None:
    with pytest.raises(stripe.CardError) as error:
        shop.pay("pm_card_authenticationRequiredOnSetup", customer=customer, off_session=True)
    assert error.value.code == "authentication_required"
    set_up_elsewhere = shop.pay("pm_card_authenticationRequiredSetupForOffSession", off_session=True)
    assert set_up_elsewhere.status == "succeeded"


def test_a_merchants_hold_on_a_visa_lasts_four_days_and_eighteen_hours(shop: Shop, customer: str) -> None:
    manual = {"payment_method_options": {"card": {"capture_method": "manual"}}, "customer": customer}
    for method, away, hours in (("visa", True, 114), ("visa", False, 168), ("mastercard", True, 168)):
        intent = shop.pay(f"pm_card_{method}", off_session=away, expand=["latest_charge"], **manual)
        details = intent.latest_charge.payment_method_details.card
        assert details.capture_before == shop.clock.now + hours * 3600
