import pytest
import stripe

from tests.sandbox.stripe.conftest import MANDATE, Shop

RETURN = "https://shop.example.com/return"


@pytest.fixture
def customer(shop: Shop) -> str:
    return shop.v1.customers.create({"email": "ada@example.com"}).id


def kept(shop: Shop, customer: str) -> list[str]:
    return [method.id for method in shop.v1.customers.payment_methods.list(customer).data]


def set_up(shop: Shop, method: str = "pm_card_visa", **given: object):
    return shop.v1.setup_intents.create({"payment_method": method, "confirm": True, "return_url": RETURN, **given})


def test_a_setup_is_born_without_a_payment_method(shop: Shop, customer: str) -> None:
    intent = shop.v1.setup_intents.create({"customer": customer, "usage": "on_session", "metadata": {"a": "b"}})
    assert (intent.status, intent.usage) == ("requires_payment_method", "on_session")
    assert intent.client_secret.startswith(f"{intent.id}_secret_")
    assert {"card", "sepa_debit", "ideal"} < set(intent.payment_method_types)
    assert "eps" not in intent.payment_method_types
    assert shop.event_types()[-1] == "setup_intent.created"
    assert [found.id for found in shop.v1.setup_intents.list({"customer": customer}).data] == [intent.id]


def test_the_shopper_sets_a_card_up_and_the_customer_has_it(shop: Shop, customer: str) -> None:
    intent = shop.v1.setup_intents.create({"customer": customer})
    shown = shop.controls.shopper.confirm_setup(intent.id, shop.clock.now)
    assert (shown["status"], [shown["payment_method"]]) == ("succeeded", kept(shop, customer))
    assert shop.event_types()[-2:] == ["payment_method.attached", "setup_intent.succeeded"]
    paid = shop.pay(shown["payment_method"], customer=customer, off_session=True)
    assert paid.status == "succeeded"
    public = shop.client(shop.account.publishable_key)
    assert public.setup_intents.retrieve(intent.id, {"client_secret": intent.client_secret}).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError) as error:
        public.setup_intents.retrieve(intent.id, {"client_secret": "seti_wrong"})
    assert error.value.code == "setup_intent_invalid_parameter"


def test_a_challenge_is_met_once_and_for_off_session(shop: Shop, customer: str) -> None:
    intent = set_up(shop, "pm_card_authenticationRequiredOnSetup", customer=customer)
    assert (intent.status, intent.next_action.type) == ("requires_action", "redirect_to_url")
    assert kept(shop, customer) == []
    shop.controls.authenticate_setup(intent.id, shop.clock.now)
    [method] = kept(shop, customer)
    assert shop.pay(method, customer=customer, off_session=True).status == "succeeded"


def test_a_challenge_that_fails_keeps_nothing(shop: Shop, customer: str) -> None:
    intent = set_up(shop, "pm_card_authenticationRequired", customer=customer)
    shop.controls.authenticate_setup(intent.id, shop.clock.now, succeeds=False)
    failed = shop.v1.setup_intents.retrieve(intent.id)
    assert (failed.status, failed.payment_method) == ("requires_payment_method", None)
    assert failed.last_setup_error.code == "setup_intent_authentication_failure"
    assert (kept(shop, customer), shop.event_types()[-1]) == ([], "setup_intent.setup_failed")


def test_a_decline_is_402_and_the_setup_waits_for_another_card(shop: Shop) -> None:
    with pytest.raises(stripe.CardError) as error:
        set_up(shop, "pm_card_chargeDeclined")
    left = error.value.error.setup_intent
    assert (error.value.code, left.status, left.payment_method) == ("card_declined", "requires_payment_method", None)
    assert left.last_setup_error.decline_code == "generic_decline"
    assert set_up(shop, "pm_card_chargeCustomerFail").status == "succeeded"


def test_a_bank_redirect_is_set_up_as_a_debit(shop: Shop, customer: str) -> None:
    intent = shop.v1.setup_intents.create({"customer": customer})
    shop.controls.shopper.confirm_setup(intent.id, shop.clock.now, "ideal")
    shop.controls.authenticate_setup(intent.id, shop.clock.now)
    [debit] = shop.v1.customers.payment_methods.list(customer).data
    shown = shop.v1.setup_intents.retrieve(intent.id)
    assert (debit.type, debit.sepa_debit.generated_from.setup_attempt) == ("sepa_debit", shown.latest_attempt)


def test_a_debit_by_the_server_needs_a_mandate(shop: Shop, customer: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="This SetupIntent requires a mandate"):
        set_up(shop, "pm_usBankAccount", customer=customer)
    assert set_up(shop, "pm_usBankAccount", customer=customer, mandate_data=MANDATE).status == "succeeded"


def test_a_setup_ends_once(shop: Shop) -> None:
    done = set_up(shop)
    open_one = shop.v1.setup_intents.create({"payment_method": "pm_card_visa"})
    assert open_one.status == "requires_confirmation"
    canceled = shop.v1.setup_intents.cancel(open_one.id, {"cancellation_reason": "abandoned"})
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    assert shop.event_types()[-1] == "setup_intent.canceled"
    v1 = shop.v1.setup_intents
    refusals = [
        (lambda: v1.confirm(done.id), "it has already succeeded"),
        (lambda: v1.cancel(done.id), "it has a status of succeeded"),
        (lambda: v1.update(done.id, {"payment_method": "pm_card_visa"}), "it has already succeeded"),
        (lambda: v1.confirm(canceled.id), "it has been canceled"),
        (lambda: v1.cancel(canceled.id), "it is already canceled"),
        (lambda: v1.confirm(v1.create({}).id), "missing a payment method"),
    ]
    for refusal, words in refusals:
        with pytest.raises(stripe.InvalidRequestError, match=words) as error:
            refusal()
        assert error.value.code == "setup_intent_unexpected_state"
    assert v1.update(done.id, {"description": "Later"}).description == "Later"


def test_an_unknown_setup_is_404(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such setupintent") as error:
        shop.v1.setup_intents.retrieve("seti_unknown")
    assert (error.value.http_status, error.value.code, error.value.param) == (404, "resource_missing", "intent")


def test_types_are_left_out_and_another_customers_card_is_refused(shop: Shop, customer: str) -> None:
    method = shop.v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id
    with pytest.raises(stripe.InvalidRequestError, match=f"belongs to the Customer {customer}"):
        shop.v1.setup_intents.create({"payment_method": method})
    intent = shop.v1.setup_intents.create({"excluded_payment_method_types": ["card"]})
    assert "card" not in intent.payment_method_types
    never = {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    assert "ideal" not in shop.v1.setup_intents.create(never).payment_method_types
