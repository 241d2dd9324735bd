"""Probes: customers, payment methods that are kept, setups, and tokens to confirm with."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import pytest
import stripe

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.stripe_gateway.calls import answered
from tests.stripe_probes.till import CURRENCY, RETURN_URL, TOTAL, Till

AWAY_FOR = (4 * 24 + 18) * 3600  # https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
SECONDS = 120  # between Stripe's clocks
T = TypeVar("T")


async def ask(till: Till, call: Callable[[], Awaitable[T]]) -> T:
    with till.where_offered():
        return await answered(call)


async def refusal(call: Callable[[], Awaitable[object]]) -> Any:
    """Stripe's own error, whose shape is what is probed."""
    with pytest.raises(Declined) as raised:
        await answered(call)
    assert isinstance(raised.value.__cause__, stripe.StripeError)
    return raised.value.__cause__


@pytest.fixture
async def customer(till: Till) -> AsyncIterator[str]:
    made = await ask(till, lambda: till.client.v1.customers.create_async({"metadata": {"probe": till.run}}))
    yield made.id
    shown = await till.client.v1.customers.retrieve_async(made.id)
    if not getattr(shown, "deleted", False):
        await till.client.v1.customers.delete_async(made.id)


async def pay(till: Till, card: str = "pm_card_visa", **given: object) -> stripe.PaymentIntent:
    parameters: Any = {
        "amount": TOTAL,
        "currency": CURRENCY,
        "confirm": True,
        "payment_method": card,
        "return_url": RETURN_URL,
        "metadata": till.owner,
        **given,
    }
    return await ask(till, lambda: till.client.v1.payment_intents.create_async(parameters))


async def attach(till: Till, customer: str, card: str = "pm_card_visa") -> str:
    method = await ask(till, lambda: till.client.v1.payment_methods.attach_async(card, {"customer": customer}))
    return method.id


async def test_a_kept_card_is_attached_by_the_payment_and_charged_without_the_shopper(
    till: Till, customer: str
) -> None:
    first = await pay(till, customer=customer, setup_future_usage="off_session")
    listed = await till.client.v1.customers.payment_methods.list_async(customer)
    assert [method.id for method in listed.data] == [first.payment_method]

    manual = {"card": {"capture_method": "manual"}}
    held = await pay(
        till,
        str(first.payment_method),
        customer=customer,
        off_session=True,
        payment_method_options=manual,
        expand=["latest_charge"],
    )

    charge: Any = held.latest_charge
    assert abs(charge.payment_method_details.card.capture_before - charge.created - AWAY_FOR) < SECONDS


async def test_a_type_that_cannot_be_kept_is_hidden(till: Till) -> None:
    kept: Any = {"amount": TOTAL, "currency": "eur", "metadata": till.owner, "setup_future_usage": "off_session"}
    intent = await ask(till, lambda: till.client.v1.payment_intents.create_async(kept))
    assert not {"eps", "multibanco", "p24"} & set(intent.payment_method_types)


async def test_nothing_is_set_up_while_the_shopper_is_away(till: Till, customer: str) -> None:
    method = await attach(till, customer)
    error = await refusal(
        lambda: pay(till, method, customer=customer, off_session=True, setup_future_usage="off_session")
    )
    assert (error.http_status, error.code) == (400, None)


@pytest.mark.parametrize("card", ["pm_card_visa", "pm_card_chargeDeclined"])
async def test_a_method_used_without_a_customer_is_used_up(till: Till, customer: str, card: str) -> None:
    token = card.replace("pm_card_", "tok_")
    loose = await ask(
        till, lambda: till.client.v1.payment_methods.create_async({"type": "card", "card": {"token": token}})
    )
    try:
        await pay(till, loose.id)
    except Declined:
        assert "Declined" in card
    again = await refusal(lambda: pay(till, loose.id))
    attached = await refusal(lambda: till.client.v1.payment_methods.attach_async(loose.id, {"customer": customer}))
    assert (again.http_status, again.code, again.param) == (400, None, "payment_method")
    assert (attached.http_status, attached.code) == (400, None)


async def test_a_detached_method_is_used_up_and_only_a_kept_one_is_updated(till: Till, customer: str) -> None:
    method = await attach(till, customer)
    await till.client.v1.payment_methods.update_async(method, {"allow_redisplay": "always"})
    await till.client.v1.payment_methods.detach_async(method)
    errors = [
        await refusal(lambda: pay(till, method, customer=customer)),
        await refusal(lambda: till.client.v1.payment_methods.attach_async(method, {"customer": customer})),
        await refusal(lambda: till.client.v1.payment_methods.detach_async(method)),
        await refusal(lambda: till.client.v1.payment_methods.update_async(method, {"allow_redisplay": "always"})),
    ]
    assert [(error.http_status, error.code) for error in errors] == [(400, None)] * 4


async def test_a_redirect_cannot_be_attached(till: Till, customer: str) -> None:
    method = await ask(till, lambda: till.client.v1.payment_methods.create_async({"type": "eps"}))
    error = await refusal(lambda: till.client.v1.payment_methods.attach_async(method.id, {"customer": customer}))
    assert error.http_status == 400


async def test_a_deleted_customer_is_missing_wherever_it_is_used(till: Till, customer: str) -> None:
    method, v1 = await attach(till, customer), till.client.v1
    await v1.customers.delete_async(customer)
    uses = {
        "update": (404, lambda: v1.customers.update_async(customer, {"name": "Ada"})),
        "delete": (404, lambda: v1.customers.delete_async(customer)),
        "list": (404, lambda: v1.customers.payment_methods.list_async(customer)),
        "filter": (400, lambda: v1.payment_methods.list_async({"customer": customer})),
        "attach": (400, lambda: v1.payment_methods.attach_async("pm_card_visa", {"customer": customer})),
        "pay": (400, lambda: pay(till, customer=customer)),
    }
    found = {name: await refusal(use) for name, (_, use) in uses.items()}
    assert {name: (error.http_status, error.code) for name, error in found.items()} == {
        name: (status, "resource_missing") for name, (status, _) in uses.items()
    }
    assert (await v1.payment_methods.retrieve_async(method)).customer is None
    assert (await refusal(lambda: pay(till, method))).http_status == 400


async def test_a_debit_by_the_server_needs_a_mandate(till: Till) -> None:
    error = await refusal(lambda: pay(till, "pm_usBankAccount_success"))
    assert (error.http_status, error.code) == (400, None)
    assert error.error is not None
    assert error.error.payment_intent is not None


async def test_a_setup_says_what_it_is_for(till: Till) -> None:
    setup = await ask(till, lambda: till.client.v1.setup_intents.create_async({"usage": "on_session"}))
    try:
        assert (setup.usage, setup.status) == ("on_session", "requires_payment_method")
    finally:
        await till.client.v1.setup_intents.cancel_async(setup.id)


async def test_a_setup_without_a_customer_leaves_a_method_that_can_be_attached(till: Till, customer: str) -> None:
    setup = await ask(
        till,
        lambda: till.client.v1.setup_intents.create_async(
            {"payment_method": "pm_card_visa", "confirm": True, "return_url": RETURN_URL}
        ),
    )
    assert setup.status == "succeeded"
    assert await attach(till, customer, str(setup.payment_method)) == setup.payment_method


async def test_a_token_is_used_once_and_also_by_a_declined_try(till: Till) -> None:
    helpers = till.client.v1.test_helpers.confirmation_tokens
    for card in ("pm_card_visa", "pm_card_chargeDeclined"):
        token = await ask(till, partial(helpers.create_async, {"payment_method": card}))
        assert token.expires_at is not None
        assert abs(token.expires_at - token.created - 12 * 3600) < SECONDS
        given: Any = {"amount": TOTAL, "currency": CURRENCY, "confirm": True, "metadata": till.owner}
        given |= {"confirmation_token": token.id, "return_url": RETURN_URL}
        try:
            await answered(partial(till.client.v1.payment_intents.create_async, given))
        except Declined as declined:
            if declined.status != 402:
                raise
        error = await refusal(partial(till.client.v1.payment_intents.create_async, given))
        assert (error.http_status, error.code, error.param) == (400, None, "confirmation_token")
        assert (await till.client.v1.confirmation_tokens.retrieve_async(token.id)).payment_intent is not None


async def test_an_unknown_configuration_is_missing_and_the_default_is_shown(till: Till) -> None:
    v1 = till.client.v1
    plain: Any = {"amount": TOTAL, "currency": CURRENCY, "metadata": till.owner}
    unknown: Any = {**plain, "payment_method_configuration": "pmc_0000probe"}
    mentioned = await refusal(lambda: v1.payment_intents.create_async(unknown))
    assert (mentioned.http_status, mentioned.code) == (400, "resource_missing")
    shown = await ask(till, lambda: v1.payment_intents.create_async(plain))
    assert shown.payment_method_configuration_details is not None
    asked = await refusal(lambda: v1.payment_method_configurations.retrieve_async("pmc_0000probe"))
    if till.at_stripe and asked.http_status == 403:
        pytest.skip("this key may not read payment method configurations")
    assert (asked.http_status, asked.code) == (404, "resource_missing")


async def test_a_customer_session_has_careful_defaults_and_limits(till: Till, customer: str) -> None:
    sessions = till.client.v1.customer_sessions
    element: Any = {"payment_element": {"enabled": True}}
    session = await ask(till, lambda: sessions.create_async({"customer": customer, "components": element}))
    components: Any = session.components
    features = components.payment_element.features
    assert (features.payment_method_save, features.payment_method_remove) == ("disabled", "disabled")
    assert (features.payment_method_allow_redisplay_filters, features.payment_method_redisplay_limit) == (["always"], 3)
    assert session.expires_at - session.created == 1800
    for components in (
        {"payment_element": {"enabled": False}},
        {"payment_element": {"enabled": True, "features": {"payment_method_redisplay_limit": 11}}},
    ):
        error = await refusal(partial(sessions.create_async, {"customer": customer, "components": components}))
        assert error.http_status == 400


async def test_a_key_lacking_a_permission_is_told_its_name(till: Till) -> None:
    if till.restricted_key is None:
        pytest.skip("STRIPE_TEST_KEY is a secret key: what a missing permission does needs rk_test_...")
    v1 = till.connections.client(till.restricted_key).v1
    asks = {
        "rak_setup_intent_write": lambda: v1.setup_intents.cancel_async("seti_0000probe"),
        "rak_customer_session_write": lambda: v1.customer_sessions.create_async(
            {"customer": "cus_0000probe", "components": {"payment_element": {"enabled": True}}}
        ),
        "rak_confirmation_token_client_read": lambda: v1.confirmation_tokens.retrieve_async("ctoken_0000probe"),
        "rak_payment_method_configuration_read": v1.payment_method_configurations.list_async,
        "rak_early_fraud_warning_read": v1.radar.early_fraud_warnings.list_async,
    }
    for permission, call in asks.items():
        said = await told(call)
        assert permission in said or (till.at_stripe and not said)


async def told(call: Callable[[], Awaitable[object]]) -> str:
    """What a 403 says; empty for any other outcome."""
    try:
        await answered(call)
    except Declined as declined:
        return str(declined.__cause__) if declined.status == 403 else ""
    return ""
