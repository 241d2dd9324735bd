"""A customer saves a payment method in their account, sees it once, and deletes it; nobody else ever does."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from saleor_stripe_app.domain.options import Options, SaveMethods, ThreeDSecure
from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.payment_methods import StoredPaymentMethod
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.shopper import Shopper
from saleor_stripe_app.sandbox.saleor.stored_method_answers import Outcome
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import configurations
from tests.acceptance import headless
from tests.acceptance.test_app_problems import use_key
from tests.acceptance.world import GATEWAY, World

VISA, MASTERCARD, CHALLENGED = "pm_card_visa", "pm_card_mastercard", "pm_card_authenticationRequiredOnSetup"


def shopper(world: World, email: str = "ada@shop.example") -> Shopper:
    """Somebody who is logged in."""
    return Shopper(world.served.courier, world.saleor.add_user(email, first_name="Ada"))


async def choose(world: World, options: Options) -> None:
    """Staff choose options of the configuration."""
    assert world.configuration is not None
    world.configuration = replace(world.configuration, options=options)
    assert await configurations.update(world.backends.storage, world.configuration)


async def begin(who: Shopper, **said: str) -> Outcome:
    """paymentMethodInitializeTokenization."""
    return await who.payment_method_initialize_tokenization(GATEWAY, data={"setupIntent": said} if said else None)


def setup_of(outcome: Outcome) -> str:
    """The setup intent whose client secret the storefront got."""
    data: Any = outcome.data
    return str(data["setupIntent"]["stripeClientSecret"]).split("_secret_", maxsplit=1)[0]


async def save(world: World, who: Shopper, method: str = VISA) -> Outcome:
    """The shopper enters a card on the page of their account, as Stripe.js has it."""
    begun = await begin(who)
    assert begun.result == "ADDITIONAL_ACTION_REQUIRED"
    world.hands.shopper.confirm_setup(setup_of(begun), world.clock.seconds(), method)
    world.clock.advance(1)
    return await who.payment_method_process_tokenization(str(begun.id))


async def listed(who: Shopper) -> list[StoredPaymentMethod]:
    return await who.stored_payment_methods()


def at_stripe(world: World) -> list[dict[str, Any]]:
    """What the customers have at Stripe."""
    found = []
    for customer in world.ask_stripe("GET", "/v1/customers")["data"]:
        found += world.ask_stripe("GET", f"/v1/payment_methods?customer={customer['id']}")["data"]
    return found


async def test_a_card_saved_in_the_account_is_shown_with_what_a_shopper_knows_it_by(world: World) -> None:
    who = shopper(world)
    saved = await save(world, who)
    assert (saved.result, str(saved.id).rsplit(":", maxsplit=1)[0]) == ("SUCCESSFULLY_TOKENIZED", f"app:{GATEWAY}")
    [card] = await listed(who)
    assert card.id == saved.id
    assert (card.type, card.method.name, card.method.supported_payment_flows) == (
        "card",
        "Visa •••• 4242",
        ("INTERACTIVE",),
    )
    assert card.method.data == {"type": "card", "expired": False, "lastDigits": "4242"}
    info = card.method.credit_card_info
    assert info is not None
    assert (info.brand, info.last_digits, info.exp_month, info.exp_year) == ("visa", "4242", 8, 2034)
    [method] = at_stripe(world)
    assert method["allow_redisplay"] == "always"


async def test_nobody_is_asked_and_nothing_is_made_at_stripe_for_a_list_of_nothing(world: World) -> None:
    assert await listed(shopper(world)) == []
    assert world.ask_stripe("GET", "/v1/customers")["data"] == []


async def test_the_storefront_is_told_what_elements_need(world: World) -> None:
    who = shopper(world)
    greeted = await who.payment_gateway_initialize_tokenization(GATEWAY)
    assert greeted.result == "SUCCESSFULLY_INITIALIZED"
    assert greeted.data == {"stripePublishableKey": world.account.publishable_key}
    assert world.ask_stripe("GET", "/v1/customers")["data"] == []
    greeted = await who.payment_gateway_initialize_tokenization(GATEWAY, data={"customerSession": True})
    data: Any = greeted.data
    assert data["customerSessionClientSecret"].startswith("cuss_secret_")


async def test_a_setup_intent_says_whose_it_is_and_what_it_is_for(world: World) -> None:
    await choose(world, Options(three_d_secure=ThreeDSecure.CHALLENGE))
    who = shopper(world)
    setup = world.ask_stripe("GET", f"/v1/setup_intents/{setup_of(await begin(who))}")
    assert setup["metadata"]["saleor_user_id"] == who.user.id
    assert setup["metadata"]["saleor_api_url"] == world.saleor.api_url
    assert setup["usage"] == "off_session"
    assert setup["payment_method_options"]["card"]["request_three_d_secure"] == "challenge"
    assert (world.ask_stripe("GET", f"/v1/customers/{setup['customer']}"))["metadata"]["saleor_user_id"] == who.user.id


async def test_a_card_that_needs_3d_secure_is_saved_once_the_shopper_has_met_it(world: World) -> None:
    who = shopper(world)
    begun = await begin(who)
    world.hands.shopper.confirm_setup(setup_of(begun), world.clock.seconds(), CHALLENGED)
    waits = await who.payment_method_process_tokenization(str(begun.id))
    assert (waits.result, waits.id, setup_of(waits)) == ("ADDITIONAL_ACTION_REQUIRED", begun.id, setup_of(begun))
    world.hands.authenticate_setup(setup_of(begun), world.clock.seconds())
    assert (await who.payment_method_process_tokenization(str(begun.id))).result == "SUCCESSFULLY_TOKENIZED"
    assert len(await listed(who)) == 1


async def test_a_shopper_who_fails_3d_secure_may_try_another_card_on_the_same_attempt(world: World) -> None:
    who = shopper(world)
    begun = await begin(who)
    world.hands.shopper.confirm_setup(setup_of(begun), world.clock.seconds(), CHALLENGED)
    world.hands.authenticate_setup(setup_of(begun), world.clock.seconds(), succeeds=False)
    failed = await who.payment_method_process_tokenization(str(begun.id))
    assert failed.result == "FAILED_TO_TOKENIZE"
    assert "authentication" in str(failed.error)
    assert await listed(who) == []
    world.hands.shopper.confirm_setup(setup_of(begun), world.clock.seconds(), MASTERCARD)
    assert (await who.payment_method_process_tokenization(str(begun.id))).result == "SUCCESSFULLY_TOKENIZED"
    assert [card.method.name for card in await listed(who)] == ["Mastercard •••• 4444"]


async def test_a_declined_card_is_not_saved_and_the_shopper_reads_why(world: World) -> None:
    who = shopper(world)
    begun = await begin(who)
    with pytest.raises(StripeFailure):
        world.hands.shopper.confirm_setup(setup_of(begun), world.clock.seconds(), "pm_card_chargeDeclined")
    failed = await who.payment_method_process_tokenization(str(begun.id))
    assert (failed.result, failed.error) == ("FAILED_TO_TOKENIZE", "Your card was declined.")


async def test_a_token_of_stripe_js_is_confirmed_at_once(world: World) -> None:
    who = shopper(world)
    done = await begin(who, confirmationToken=headless.token(world))
    assert (done.result, str(done.id).split(":")[-1][:3]) == ("SUCCESSFULLY_TOKENIZED", "pm_")
    assert [card.id for card in await listed(who)] == [done.id]


async def test_a_token_whose_card_needs_3d_secure_leaves_that_to_stripe_js(world: World) -> None:
    who = shopper(world)
    waits = await begin(who, confirmationToken=headless.token(world, CHALLENGED))
    assert waits.result == "ADDITIONAL_ACTION_REQUIRED"
    world.hands.authenticate_setup(setup_of(waits), world.clock.seconds())
    assert (await who.payment_method_process_tokenization(str(waits.id))).result == "SUCCESSFULLY_TOKENIZED"


async def test_a_token_of_a_declined_card_saves_nothing(world: World) -> None:
    who = shopper(world)
    failed = await begin(who, confirmationToken=headless.token(world, "pm_card_chargeDeclined"))
    assert (failed.result, failed.error) == ("FAILED_TO_TOKENIZE", "Your card was declined.")
    assert await listed(who) == []


async def test_a_double_click_with_one_token_makes_one_setup_intent(world: World) -> None:
    who, token = shopper(world), headless.token(world)
    first, second = await begin(who, confirmationToken=token), await begin(who, confirmationToken=token)
    assert (first.result, second.result, first.id) == ("SUCCESSFULLY_TOKENIZED", "SUCCESSFULLY_TOKENIZED", second.id)
    assert len(world.ask_stripe("GET", "/v1/setup_intents")["data"]) == 1


async def test_whoever_tries_one_card_after_the_other_has_to_wait(world: World) -> None:
    who = shopper(world)
    for _ in range(10):
        await begin(who, confirmationToken=headless.token(world, "pm_card_chargeDeclined"))
    refused = await begin(who, confirmationToken=headless.token(world))
    assert refused == Outcome(
        "FAILED_TO_TOKENIZE", error="Too many payment methods were tried. Please wait an hour and try again."
    )
    assert (await begin(shopper(world, "eve@shop.example"))).result == "ADDITIONAL_ACTION_REQUIRED"
    world.clock.advance(3601)
    assert (await begin(who, confirmationToken=headless.token(world))).result == "SUCCESSFULLY_TOKENIZED"


@pytest.mark.parametrize("bank", ["ideal", "bancontact"])
async def test_ideal_and_bancontact_leave_a_bank_debit_behind_that_is_saved_instead(world: World, bank: str) -> None:
    who = shopper(world)
    begun = await begin(who)
    world.hands.shopper.confirm_setup(setup_of(begun), world.clock.seconds(), bank)
    world.hands.authenticate_setup(setup_of(begun), world.clock.seconds())
    done = await who.payment_method_process_tokenization(str(begun.id))
    assert done.result == "SUCCESSFULLY_TOKENIZED"
    [debit] = await listed(who)
    assert (debit.id, debit.type, debit.method.name) == (done.id, "sepa_debit", "SEPA Debit •••• 5264")
    assert debit.method.credit_card_info is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"confirmationToken": "pm_card_visa"}, "confirmationToken"),
        ({"confirmationToken": "ctoken_1", "returnUrl": "http://shop.example/"}, "returnUrl"),
    ],
)
async def test_data_that_cannot_be_used_is_refused_with_the_place(world: World, said: dict[str, str], why: str) -> None:
    failed = await begin(shopper(world), **said)
    assert failed.result == "FAILED_TO_TOKENIZE"
    assert why in str(failed.error)
    assert world.ask_stripe("GET", "/v1/setup_intents")["data"] == []


async def test_a_card_saved_twice_is_shown_once_and_deleted_with_all_its_copies(world: World) -> None:
    who = shopper(world)
    await save(world, who)
    newest = await save(world, who)
    await save(world, who, MASTERCARD)
    mastercard, visa = await listed(who)
    assert visa.id == newest.id
    deleted = await who.stored_payment_method_request_delete(visa.id)
    assert deleted == Outcome("SUCCESSFULLY_DELETED")
    assert [card.id for card in await listed(who)] == [mastercard.id]
    assert [method["card"]["last4"] for method in at_stripe(world)] == ["4444"]
    assert (await who.stored_payment_method_request_delete(visa.id)).result == "SUCCESSFULLY_DELETED"


async def test_two_requests_at_once_delete_it_once_and_both_succeed(world: World) -> None:
    who = shopper(world)
    await save(world, who)
    await save(world, who)
    [visa] = await listed(who)
    outcomes = await asyncio.gather(*(who.stored_payment_method_request_delete(visa.id) for _ in range(2)))
    assert {outcome.result for outcome in outcomes} == {"SUCCESSFULLY_DELETED"}
    assert at_stripe(world) == []


async def test_saleor_keeps_the_list_until_something_is_saved_or_deleted(world: World) -> None:
    who = shopper(world)
    await save(world, who)
    [visa] = await listed(who)
    world.ask_stripe("POST", f"/v1/payment_methods/{visa.method.id}/detach", {})
    assert len(await listed(who)) == 1, "Saleor shows what it was told less than five minutes ago"
    await save(world, who, MASTERCARD)
    assert [card.method.name for card in await listed(who)] == ["Mastercard •••• 4444"]


async def test_another_shopper_neither_sees_nor_deletes_nor_finishes_what_is_not_theirs(world: World) -> None:
    who, stranger = shopper(world), shopper(world, "eve@shop.example")
    saved = await save(world, who)
    await save(world, stranger, MASTERCARD)
    assert [card.method.name for card in await listed(stranger)] == ["Mastercard •••• 4444"]
    refused = await stranger.stored_payment_method_request_delete(str(saved.id))
    unknown = await stranger.stored_payment_method_request_delete(f"app:{GATEWAY}:pm_nobodys")
    assert refused == unknown == Outcome("FAILED_TO_DELETE", error="There is no such saved payment method.")
    begun = await begin(who)
    world.hands.shopper.confirm_setup(setup_of(begun), world.clock.seconds(), VISA)
    taken = await stranger.payment_method_process_tokenization(str(begun.id))
    assert taken.result == "FAILED_TO_TOKENIZE"
    assert len(await listed(who)) == 1


async def test_users_with_one_email_do_not_share_what_they_saved(world: World) -> None:
    await save(world, shopper(world, "shared@shop.example"))
    assert await listed(shopper(world, "shared@shop.example")) == []


async def test_an_expired_card_is_marked_and_gives_way_to_the_renewed_one(world: World) -> None:
    who = shopper(world)
    saved = await save(world, who)
    number = str(saved.id).split(":")[-1]
    world.ask_stripe("POST", f"/v1/payment_methods/{number}", {"card[exp_month]": "10", "card[exp_year]": "2026"})
    [old] = await listed(who)
    assert (old.method.name, old.method.data) == (
        "Visa •••• 4242 (expired)",
        {"type": "card", "expired": True, "lastDigits": "4242"},
    )
    renewed = await save(world, who)
    assert [card.id for card in await listed(who)] == [renewed.id]


async def test_what_was_kept_without_consent_to_show_it_is_not_shown_unless_the_shop_always_saves(world: World) -> None:
    who = shopper(world)
    saved = await save(world, who)
    number = str(saved.id).split(":")[-1]
    world.ask_stripe("POST", f"/v1/payment_methods/{number}", {"allow_redisplay": "limited"})
    assert await listed(who) == []
    await choose(world, Options(save_methods=SaveMethods.ALWAYS))
    world.clock.advance(600)
    assert [card.id for card in await listed(who)] == [saved.id]


async def test_a_shop_that_never_saves_says_so_and_lets_what_is_there_be_deleted(world: World) -> None:
    who = shopper(world)
    await save(world, who)
    await choose(world, Options(save_methods=SaveMethods.NEVER))
    for outcome in (await who.payment_gateway_initialize_tokenization(GATEWAY), await begin(who)):
        assert outcome.result in ("FAILED_TO_INITIALIZE", "FAILED_TO_TOKENIZE")
        assert outcome.error == "This shop does not save payment methods."
    [visa] = await listed(who)
    assert (await who.stored_payment_method_request_delete(visa.id)).result == "SUCCESSFULLY_DELETED"


async def test_where_stripe_is_not_told_of_customers_nothing_can_be_saved(world: World) -> None:
    await choose(world, Options(send_customer=False))
    assert (await begin(shopper(world))).error == "This shop does not save payment methods."
    assert world.ask_stripe("GET", "/v1/customers")["data"] == []


async def test_a_channel_without_stripe_has_nothing_saved_and_saves_nothing(world: World) -> None:
    who = shopper(world)
    saved = await save(world, who)
    await world.unassign("default-channel")
    world.clock.advance(600)
    assert await listed(who) == []
    assert (await begin(who)).result == "FAILED_TO_TOKENIZE"
    assert (await who.stored_payment_method_request_delete(str(saved.id))).result == "FAILED_TO_DELETE"
    assert len(at_stripe(world)) == 1


async def test_a_customer_that_stripe_forgot_is_made_anew_to_save_a_card(world: World) -> None:
    who = shopper(world)
    await save(world, who)
    [customer] = world.ask_stripe("GET", "/v1/customers")["data"]
    world.ask_stripe("DELETE", f"/v1/customers/{customer['id']}")
    world.clock.advance(600)
    assert await listed(who) == []
    assert (await save(world, who)).result == "SUCCESSFULLY_TOKENIZED"
    assert len(await listed(who)) == 1


async def test_what_stripe_did_not_answer_is_not_called_failed_and_can_be_repeated(world: World) -> None:
    who = shopper(world)
    await save(world, who)
    [visa] = await listed(who)
    world.stripe.faults.add(Fault(FaultKind.SERVER_ERROR, path="/v1/payment_methods/.*/detach"))
    unknown = await who.stored_payment_method_request_delete(visa.id)
    assert unknown.result == "FAILED_TO_DELIVER"
    assert "try again" in str(unknown.error)
    assert (await who.stored_payment_method_request_delete(visa.id)).result == "SUCCESSFULLY_DELETED"
    assert at_stripe(world) == []


async def test_a_list_that_cannot_be_read_is_not_kept_as_an_empty_one(world: World) -> None:
    who = shopper(world)
    await save(world, who)
    key = await use_key(world)
    world.hands.revoke(key, "rak_payment_method_write")
    assert await listed(who) == []
    await use_key(world)
    world.clock.advance(2)
    assert len(await listed(who)) == 1


async def test_what_was_saved_in_the_account_pays_and_pays_for_nobody_else(world: World) -> None:
    who, stranger = shopper(world), shopper(world, "eve@shop.example")
    await save(world, who)
    [card] = await listed(who)
    paid = await headless.begin(world, user=who.user, by=who.requestor, paymentMethodId=card.id)
    assert paid.event.type == "CHARGE_SUCCESS"
    await world.settle()
    payment, _ = await world.assert_equal(paid)
    assert payment.amount_received == 10000
    taken = await headless.begin(world, user=stranger.user, by=stranger.requestor, paymentMethodId=card.id)
    assert taken.event.type != "CHARGE_SUCCESS"
    assert (await who.stored_payment_method_request_delete(card.id)).result == "SUCCESSFULLY_DELETED"
    gone = await headless.begin(world, user=who.user, by=who.requestor, paymentMethodId=card.id)
    assert gone.event.type != "CHARGE_SUCCESS"


async def test_a_card_kept_by_a_payment_with_consent_to_show_it_is_listed_at_once(world: World) -> None:
    """Saleor asks again, since a payment may have saved something."""
    who = shopper(world)
    assert await listed(who) == []
    checkout = purchases.create_checkout(world.saleor, [Item("Monospace Tee", Decimal(20))], user=who.user)
    session = await who.transaction_initialize(
        checkout.id, GATEWAY, data={"paymentIntent": {"savePaymentMethod": True}}
    )
    entered = {"type": "card", "card[number]": "4242424242424242", "allow_redisplay": "always"}
    number = world.ask_stripe("POST", "/v1/payment_methods", entered, key=world.account.publishable_key)["id"]
    await world.pay(session, number)
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    assert [card.method.id for card in await listed(who)] == [number]
