import pytest
import stripe

from tests.sandbox.stripe.conftest import Shop

RETURN = "https://shop.example.com/return"


def state(intent) -> tuple[str, int, int]:
    return intent.status, intent.amount_capturable, intent.amount_received


def refused(error: pytest.ExceptionInfo[stripe.StripeError]) -> tuple[int | None, str | None]:
    return error.value.http_status, error.value.code


def test_an_intent_is_born_without_a_payment_method(shop: Shop) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", "metadata": {"order": "9"}})
    assert state(intent) == ("requires_payment_method", 0, 0)
    assert intent.metadata["order"] == "9"
    assert intent.client_secret.startswith(f"{intent.id}_secret_")
    assert intent.capture_method == "automatic_async"
    assert {"card", "ideal", "sepa_debit"} < set(intent.payment_method_types)
    assert "blik" not in intent.payment_method_types
    assert shop.event_types() == ["payment_intent.created"]


def test_a_payment_method_alone_waits_for_confirmation(shop: Shop) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", "payment_method": "pm_card_visa"})
    assert intent.status == "requires_confirmation"
    assert shop.v1.payment_intents.confirm(intent.id, {"return_url": RETURN}).status == "succeeded"


def test_a_card_is_charged_at_once(shop: Shop) -> None:
    intent = shop.pay("pm_card_visa", 1000)
    assert state(intent) == ("succeeded", 0, 1000)
    charge = shop.v1.charges.retrieve(intent.latest_charge)
    assert (charge.status, charge.captured, charge.amount_captured) == ("succeeded", True, 1000)
    assert charge.payment_method_details.card.last4 == "4242"
    assert shop.event_types()[:3] == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def test_each_use_of_a_test_id_is_a_payment_method_of_its_own(shop: Shop) -> None:
    first, second = shop.pay(), shop.pay()
    assert first.payment_method != second.payment_method
    assert shop.v1.payment_methods.retrieve(first.payment_method).card.brand == "visa"


def test_an_automatic_charge_is_booked_after_the_answer(shop: Shop) -> None:
    intent = shop.pay(expand=["latest_charge"])
    assert intent.latest_charge.balance_transaction is None
    later = shop.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge.balance_transaction"]})
    assert later.latest_charge.balance_transaction.amount == 1000
    assert shop.event_types()[-1] == "charge.updated"


def test_a_hold_for_cards_alone_leaves_other_types_automatic(shop: Shop) -> None:
    options = {"card": {"capture_method": "manual"}}
    held = shop.pay("pm_card_visa", payment_method_options=options)
    assert state(held) == ("requires_capture", 1000, 0)
    data = {"type": "ideal"}
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", "payment_method_options": options})
    waiting = shop.v1.payment_intents.confirm(intent.id, {"payment_method_data": data, "return_url": RETURN})
    assert waiting.next_action.type == "redirect_to_url"
    shop.controls.authenticate(intent.id, shop.clock.now)
    assert state(shop.v1.payment_intents.retrieve(intent.id)) == ("succeeded", 0, 1000)


def test_a_hold_for_the_whole_intent_hides_types_that_cannot(shop: Shop) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", "capture_method": "manual"})
    assert {"card", "klarna", "link"} < set(intent.payment_method_types)
    assert not {"ideal", "sepa_debit"} & set(intent.payment_method_types)
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_sepaDebit", "return_url": RETURN})
    assert refused(error) == (400, "payment_intent_incompatible_payment_method")


def test_klarna_can_be_held_after_its_redirect(shop: Shop) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", "capture_method": "manual"})
    shop.v1.payment_intents.confirm(intent.id, {"payment_method_data": {"type": "klarna"}, "return_url": RETURN})
    shop.controls.authenticate(intent.id, shop.clock.now)
    assert state(shop.v1.payment_intents.retrieve(intent.id)) == ("requires_capture", 1000, 0)
    assert state(shop.v1.payment_intents.capture(intent.id)) == ("succeeded", 0, 1000)


@pytest.mark.parametrize(
    ("method", "currency"), [("bancontact", "eur"), ("blik", "pln"), ("p24", "pln"), ("swish", "sek")]
)
def test_a_redirect_that_fails_asks_for_another_payment_method(shop: Shop, method: str, currency: str) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": currency})
    waiting = shop.v1.payment_intents.confirm(
        intent.id, {"payment_method_data": {"type": method}, "return_url": RETURN}
    )
    assert waiting.status == "requires_action"
    shop.controls.authenticate(intent.id, shop.clock.now, succeeds=False)
    failed = shop.v1.payment_intents.retrieve(intent.id)
    assert failed.status == "requires_payment_method"
    assert failed.payment_method is None
    assert failed.last_payment_error.code == "payment_intent_payment_attempt_failed"
    assert shop.event_types()[-1] == "payment_intent.payment_failed"


@pytest.mark.parametrize(
    ("method", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
        ("pm_card_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ],
)
def test_a_declined_card_leaves_the_intent_open(shop: Shop, method: str, code: str, decline_code: str) -> None:
    with pytest.raises(stripe.CardError) as error:
        shop.pay(method)
    assert refused(error) == (402, code)
    assert error.value.error.decline_code == decline_code
    shown = error.value.error.payment_intent
    assert shown.status == "requires_payment_method"
    intent = shop.v1.payment_intents.retrieve(shown.id, {"expand": ["latest_charge"]})
    assert intent.last_payment_error.decline_code == decline_code
    assert (intent.latest_charge.status, intent.latest_charge.failure_code) == ("failed", code)
    assert shop.event_types()[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    again = shop.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert state(again) == ("succeeded", 0, 1000)
    assert again.last_payment_error is None
    assert len(shop.v1.charges.list({"payment_intent": intent.id}).data) == 2


@pytest.mark.parametrize("method", ["pm_card_threeDSecure2Required", "pm_card_authenticationRequired"])
def test_a_challenge_that_is_met_lets_the_payment_through(shop: Shop, method: str) -> None:
    intent = shop.pay(method)
    assert intent.status == "requires_action"
    assert intent.next_action.redirect_to_url.return_url == RETURN
    assert intent.latest_charge is None
    shop.controls.authenticate(intent.id, shop.clock.now)
    done = shop.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert done.status == "succeeded"
    assert done.latest_charge.payment_method_details.card.three_d_secure.result == "authenticated"


def test_a_challenge_that_is_failed_makes_no_charge(shop: Shop) -> None:
    intent = shop.pay("pm_card_threeDSecure2Required")
    shop.controls.authenticate(intent.id, shop.clock.now, succeeds=False)
    failed = shop.v1.payment_intents.retrieve(intent.id)
    assert failed.last_payment_error.code == "payment_intent_authentication_failure"
    assert (failed.status, failed.latest_charge) == ("requires_payment_method", None)


def test_a_card_may_be_declined_after_its_challenge(shop: Shop) -> None:
    intent = shop.pay("pm_card_threeDSecureRequiredChargeDeclined")
    shop.controls.authenticate(intent.id, shop.clock.now)
    assert shop.v1.payment_intents.retrieve(intent.id).last_payment_error.decline_code == "generic_decline"


def test_an_optional_challenge_comes_where_it_is_asked_for(shop: Shop) -> None:
    assert shop.pay("pm_card_threeDSecureOptional").status == "succeeded"
    options = {"card": {"request_three_d_secure": "any"}}
    assert shop.pay("pm_card_threeDSecureOptional", payment_method_options=options).status == "requires_action"


def test_stripe_js_handles_the_challenge_itself_when_told_so(shop: Shop) -> None:
    intent = shop.pay("pm_card_threeDSecure2Required", use_stripe_sdk=True)
    assert intent.next_action.type == "use_stripe_sdk"


def test_a_challenge_without_the_shopper_is_a_decline(shop: Shop) -> None:
    with pytest.raises(stripe.CardError) as error:
        shop.pay("pm_card_authenticationRequired", off_session=True)
    assert refused(error) == (402, "authentication_required")


def test_a_challenge_can_be_made_an_error(shop: Shop) -> None:
    with pytest.raises(stripe.CardError) as error:
        shop.pay("pm_card_authenticationRequired", error_on_requires_action=True)
    assert refused(error) == (402, "authentication_required")
    assert shop.v1.charges.list().data == []


@pytest.mark.parametrize(("method", "currency"), [("pm_sepaDebit", "eur"), ("pm_usBankAccount_success", "usd")])
def test_a_bank_debit_is_processing_until_the_bank_reports(shop: Shop, method: str, currency: str) -> None:
    intent = shop.pay(method, currency=currency)
    assert state(intent) == ("processing", 0, 0)
    assert shop.v1.charges.retrieve(intent.latest_charge).status == "pending"
    assert shop.event_types()[-2:] == ["charge.pending", "payment_intent.processing"]
    shop.controls.complete_processing(intent.id, shop.clock.now)
    assert state(shop.v1.payment_intents.retrieve(intent.id)) == ("succeeded", 0, 1000)
    assert shop.event_types()[-2:] == ["charge.succeeded", "payment_intent.succeeded"]


def test_a_bank_debit_may_fail(shop: Shop) -> None:
    intent = shop.pay("pm_sepaDebit")
    shop.controls.complete_processing(intent.id, shop.clock.now, succeeds=False)
    failed = shop.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert failed.status == "requires_payment_method"
    assert (failed.latest_charge.status, failed.latest_charge.captured) == ("failed", False)
    assert shop.event_types()[-2:] == ["charge.failed", "payment_intent.payment_failed"]


def test_a_voucher_is_paid_elsewhere_and_reported_later(shop: Shop) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "jpy"})
    shop.v1.payment_intents.confirm(intent.id, {"payment_method_data": {"type": "konbini"}, "return_url": RETURN})
    shop.controls.authenticate(intent.id, shop.clock.now)
    assert shop.v1.payment_intents.retrieve(intent.id).status == "processing"


def test_a_server_must_say_where_a_redirect_returns_to(shop: Shop) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur"})
    with pytest.raises(stripe.InvalidRequestError, match="return_url"):
        shop.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    never = {"enabled": True, "allow_redirects": "never"}
    cards = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", "automatic_payment_methods": never})
    assert "ideal" not in cards.payment_method_types
    assert shop.v1.payment_intents.confirm(cards.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


def test_an_intent_can_be_changed_until_it_is_paid(shop: Shop) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", "metadata": {"a": "1", "b": "2"}})
    changed = shop.v1.payment_intents.update(intent.id, {"amount": 2000, "metadata": {"a": "", "c": "3"}})
    assert (changed.amount, changed.metadata.to_dict()) == (2000, {"b": "2", "c": "3"})
    paid = shop.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN})
    assert paid.amount_received == 2000
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.payment_intents.update(intent.id, {"amount": 3000})
    assert refused(error) == (400, "payment_intent_unexpected_state")
    assert shop.v1.payment_intents.update(intent.id, {"metadata": ""}).metadata.to_dict() == {}


def test_a_paid_intent_cannot_be_confirmed_again(shop: Shop) -> None:
    intent = shop.pay()
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert refused(error) == (400, "payment_intent_unexpected_state")
    assert error.value.error.payment_intent.id == intent.id


@pytest.mark.parametrize(
    ("amount", "currency", "code"), [(49, "eur", "amount_too_small"), (29, "gbp", "amount_too_small")]
)
def test_an_amount_below_the_minimum_is_refused(shop: Shop, amount: int, currency: str, code: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.payment_intents.create({"amount": amount, "currency": currency})
    assert refused(error) == (400, code)


def test_intents_are_listed_newest_first_in_pages(shop: Shop) -> None:
    made = []
    for _ in range(5):
        made.append(shop.v1.payment_intents.create({"amount": 1000, "currency": "eur"}).id)
        shop.clock.pass_by(10)
    first = shop.v1.payment_intents.list({"limit": 2})
    assert ([intent.id for intent in first.data], first.has_more) == ([made[4], made[3]], True)
    rest = shop.v1.payment_intents.list({"limit": 10, "starting_after": made[3]})
    assert ([intent.id for intent in rest.data], rest.has_more) == ([made[2], made[1], made[0]], False)
    back = shop.v1.payment_intents.list({"limit": 2, "ending_before": made[0]})
    assert ([intent.id for intent in back.data], back.has_more) == ([made[2], made[1]], True)
    since = shop.v1.payment_intents.list({"created": {"gte": shop.clock.now - 20}})
    assert [intent.id for intent in since.data] == [made[4], made[3]]
    assert [intent.id for intent in shop.v1.payment_intents.list({"limit": 2}).auto_paging_iter()] == made[::-1]


def test_an_unknown_intent_is_404(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.payment_intents.retrieve("pi_unknown")
    assert refused(error) == (404, "resource_missing")
    assert error.value.param == "intent"


def test_a_property_that_is_no_object_cannot_be_expanded(shop: Shop) -> None:
    intent = shop.pay()
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        shop.v1.payment_intents.retrieve(intent.id, {"expand": ["amount"]})


def test_objects_are_expanded_in_lists_too(shop: Shop) -> None:
    shop.pay()
    found = shop.v1.payment_intents.list({"expand": ["data.latest_charge.refunds", "data.payment_method"]})
    assert found.data[0].latest_charge.refunds.data == []
    assert found.data[0].payment_method.type == "card"


@pytest.mark.parametrize("named", [{"customer": "cus_unknown"}, {"payment_method": "pm_unknown"}])
def test_a_payment_that_mentions_an_unknown_object_is_400(shop: Shop, named: dict[str, str]) -> None:
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", **named})
    assert refused(error) == (400, "resource_missing")


def test_a_customers_payments_and_payment_methods_are_found(shop: Shop) -> None:
    customer = shop.v1.customers.create({"email": "ada@example.com"})
    method = shop.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    shop.v1.payment_methods.attach(method.id, {"customer": customer.id})
    assert [found.id for found in shop.v1.customers.payment_methods.list(customer.id).data] == [method.id]
    with pytest.raises(stripe.InvalidRequestError, match=f"belongs to the Customer {customer.id}"):
        shop.pay(method.id)
    intent = shop.pay(method.id, customer=customer.id, expand=["customer"])
    assert (intent.status, intent.customer.email) == ("succeeded", "ada@example.com")
    assert [found.id for found in shop.v1.payment_intents.list({"customer": customer.id}).data] == [intent.id]
    assert shop.v1.payment_methods.detach(method.id).customer is None
    assert shop.v1.customers.update(customer.id, {"name": "Ada"}).name == "Ada"
    assert shop.v1.customers.list({"email": "ada@example.com"}).data[0].id == customer.id
    assert shop.v1.customers.delete(customer.id).deleted is True
