"""Probes: connected accounts, their links, transfers and reversals, destination charges, and what keys may do."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
import stripe

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.controls import Controls
from saleor_stripe_app.stripe_gateway.calls import answered
from tests.stripe_probes.conftest import NOW
from tests.stripe_probes.test_saved_methods import ask, pay, refusal, told
from tests.stripe_probes.till import CURRENCY, TOTAL, Till

CUSTOM: Any = {
    "fees": {"payer": "application"},
    "losses": {"payments": "application"},
    "requirement_collection": "application",
    "stripe_dashboard": {"type": "none"},
}
BOTH: Any = {"card_payments": {"requested": True}, "transfers": {"requested": True}}
# https://docs.stripe.com/connect/testing: an individual whom Stripe's test mode takes for verified.
VERIFIED: dict[str, Any] = {
    "business_type": "individual",
    "business_profile": {"mcc": "5734", "url": "https://shop.example.com"},
    "individual": {
        "first_name": "Ada",
        "last_name": "Probe",
        "email": "ada@example.com",
        "phone": "+16505551234",
        "dob": {"day": "1", "month": "1", "year": "1901"},
        "address": {"line1": "address_full_match", "city": "Columbus", "state": "OH", "postal_code": "43214"},
        "id_number": "000000000",
        "ssn_last_4": "0000",
    },
    "external_account": "btok_us_verified",
}


async def begin(till: Till, **given: Any) -> str:
    parameters: Any = {"controller": CUSTOM, "country": "US", "capabilities": BOTH, **given}
    return (await ask(till, lambda: till.client.v1.accounts.create_async(parameters))).id


@pytest.fixture
async def account(till: Till) -> AsyncIterator[str]:
    """An account of which everything is still asked."""
    made = await begin(till)
    yield made
    await till.client.v1.accounts.delete_async(made)


@pytest.fixture
async def vendor(till: Till, stand_in: Stripe) -> AsyncIterator[str]:
    """An account that can be paid."""
    accepted = {"tos_acceptance": {"date": int(till.begun.timestamp()), "ip": "192.0.2.1"}}
    made = await begin(till, **(VERIFIED | accepted if till.at_stripe else {}))
    if not till.at_stripe:
        Controls(stand_in).finish_onboarding(made, int(NOW.timestamp()))
    shown = await till.client.v1.accounts.retrieve_async(made)
    if till.at_stripe and shown.capabilities is not None and shown.capabilities.transfers != "active":
        await till.client.v1.accounts.delete_async(made)
        pytest.skip("Stripe has not verified the account at once")
    yield made
    await till.client.v1.accounts.delete_async(made)


async def transfer(till: Till, destination: str, amount: int, charge: object, **given: Any) -> stripe.Transfer:
    parameters: Any = {
        "amount": amount,
        "currency": CURRENCY,
        "destination": destination,
        "source_transaction": charge,
        **given,
    }
    return await answered(lambda: till.client.v1.transfers.create_async(parameters))


async def charged(till: Till, **given: Any) -> stripe.Charge:
    intent = await pay(till, expand=["latest_charge"], **given)
    assert isinstance(intent.latest_charge, stripe.Charge)
    return intent.latest_charge


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "express", "controller": CUSTOM},
        {"controller": {"losses": {"payments": "application"}}},
        {"controller": {**CUSTOM, "stripe_dashboard": {"type": "express"}}},
    ],
)
async def test_responsibilities_that_do_not_go_together(till: Till, account: str, wrong: dict[str, Any]) -> None:
    assert account
    parameters: Any = {"country": "US", "capabilities": BOTH, **wrong}
    error = await refusal(lambda: till.client.v1.accounts.create_async(parameters))
    assert error.http_status == 400


async def test_a_new_account_says_what_it_lacks(till: Till, account: str) -> None:
    shown = await till.client.v1.accounts.retrieve_async(account)
    assert (shown.charges_enabled, shown.payouts_enabled, shown.details_submitted) == (False, False, False)
    assert shown.requirements is not None
    assert shown.requirements.disabled_reason == "requirements.past_due"
    assert "external_account" in (shown.requirements.past_due or [])
    capability = await till.client.v1.accounts.capabilities.retrieve_async(account, "transfers")
    assert (capability.status, capability.requested) == ("inactive", True)


async def test_a_new_account_cannot_be_paid(till: Till, account: str) -> None:
    charge = await charged(till)
    error = await refusal(lambda: transfer(till, account, 100, charge.id))
    assert (error.http_status, error.code) == (400, "insufficient_capabilities_for_transfer")
    destination = {"destination": account}
    routed = await refusal(lambda: pay(till, transfer_data=destination))
    assert (routed.http_status, routed.code) == (400, "insufficient_capabilities_for_transfer")


async def test_a_link_lives_for_minutes_and_updating_is_for_who_collects(till: Till, account: str) -> None:
    links, back = till.client.v1.account_links, "https://shop.example.com/"
    addresses: Any = {"account": account, "refresh_url": back, "return_url": back}
    made = await answered(lambda: links.create_async(addresses | {"type": "account_onboarding"}))
    assert 0 < made.expires_at - made.created <= 600
    assert await answered(lambda: links.create_async(addresses | {"type": "account_update"}))


async def test_an_unknown_account_is_missing(till: Till, account: str) -> None:
    assert account
    error = await refusal(lambda: transfer(till, "acct_1000000000000000", 100, None))
    assert (error.http_status, error.code, error.param) == (400, "resource_missing", "destination")


async def test_more_than_the_balance_is_refused(till: Till, vendor: str) -> None:
    error = await refusal(lambda: transfer(till, vendor, 99_999_999, None))
    assert (error.http_status, error.code) == (400, "balance_insufficient")


async def test_a_source_lends_its_group_and_no_more_than_its_amount(till: Till, vendor: str) -> None:
    charge = await charged(till)
    made = await transfer(till, vendor, 600, charge.id)
    assert made.transfer_group == f"group_{charge.payment_intent}"
    for wrong in (
        lambda: transfer(till, vendor, TOTAL - 599, charge.id),
        lambda: transfer(till, vendor, 100, charge.id, currency="eur"),
        lambda: transfer(till, vendor, 100, charge.id, transfer_group="other"),
    ):
        assert (await refusal(wrong)).http_status == 400


async def test_what_was_taken_back_is_not_lent_again(till: Till, vendor: str) -> None:
    charge = await charged(till)
    made = await transfer(till, vendor, TOTAL, charge.id)
    reversals = till.client.v1.transfers.reversals
    assert (await answered(lambda: reversals.create_async(made.id))).amount == TOTAL
    assert (await till.client.v1.transfers.retrieve_async(made.id)).reversed
    assert (await refusal(lambda: reversals.create_async(made.id))).http_status == 400
    assert (await refusal(lambda: transfer(till, vendor, 100, charge.id))).http_status == 400


async def test_more_than_is_left_cannot_be_taken_back(till: Till, vendor: str) -> None:
    made = await transfer(till, vendor, 600, (await charged(till)).id)
    reversals = till.client.v1.transfers.reversals
    await answered(lambda: reversals.create_async(made.id, {"amount": 200}))
    error = await refusal(lambda: reversals.create_async(made.id, {"amount": 401}))
    assert (error.http_status, error.code) == (400, None)


async def test_money_that_was_not_taken_is_no_source(till: Till, vendor: str) -> None:
    manual = {"card": {"capture_method": "manual"}}
    held = await charged(till, payment_method_options=manual)
    assert (await refusal(lambda: transfer(till, vendor, 100, held.id))).http_status == 400


async def test_a_charge_taken_in_parts_is_no_source(till: Till, vendor: str) -> None:
    options = {"card": {"capture_method": "manual", "request_multicapture": "if_available"}}
    held = await charged(till, payment_method_options=options)
    details: Any = held.payment_method_details
    if till.at_stripe and details.card.multicapture.status != "available":
        pytest.skip("not offered to this Stripe account: multicapture")
    intents, intent = till.client.v1.payment_intents, str(held.payment_intent)
    await intents.capture_async(intent, {"amount_to_capture": 300, "final_capture": False})
    await intents.capture_async(intent, {"amount_to_capture": 200})
    assert (await refusal(lambda: transfer(till, vendor, 100, held.id))).http_status == 400


async def test_money_does_not_leave_the_region(till: Till, stand_in: Stripe) -> None:
    made = await begin(till, country="AU")
    try:
        if till.at_stripe:
            pytest.skip("an account in Australia cannot be verified by a probe")
        Controls(stand_in).finish_onboarding(made, int(NOW.timestamp()))
        error = await refusal(lambda: transfer(till, made, 100, None))
        assert (error.http_status, error.code) == (400, "transfers_not_allowed")
    finally:
        await till.client.v1.accounts.delete_async(made)


async def test_halves_of_a_minor_unit_are_rounded_up_in_what_goes_back(till: Till, vendor: str) -> None:
    routed: Any = {"transfer_data": {"destination": vendor}, "application_fee_amount": 101}
    intent = await pay(till, **routed)
    returns: Any = {"payment_intent": intent.id, "reverse_transfer": True, "refund_application_fee": True}
    await answered(lambda: till.client.v1.refunds.create_async(returns | {"amount": 500}))
    shown = await till.client.v1.payment_intents.retrieve_async(
        intent.id, {"expand": ["latest_charge.transfer", "latest_charge.application_fee"]}
    )
    charge: Any = shown.latest_charge
    assert (charge.transfer.amount_reversed, charge.application_fee.amount_refunded) == (500, 51)
    await answered(lambda: till.client.v1.refunds.create_async(returns))
    fee = await till.client.v1.application_fees.retrieve_async(charge.application_fee.id)
    assert fee.refunded


async def test_a_refund_returns_only_what_there_is(till: Till, account: str) -> None:
    assert account
    intent = await pay(till)
    asked: tuple[Any, Any] = ({"reverse_transfer": True}, {"refund_application_fee": True})
    for returns in asked:
        error = await refusal(partial(till.client.v1.refunds.create_async, returns | {"payment_intent": intent.id}))
        assert error.http_status == 400


async def test_a_capture_says_anew_what_is_passed_on(till: Till, vendor: str) -> None:
    manual = {"card": {"capture_method": "manual"}}
    intent = await pay(till, transfer_data={"destination": vendor}, payment_method_options=manual)
    taken: Any = {"amount_to_capture": 600, "transfer_data": {"amount": 500}}
    shown = await answered(lambda: till.client.v1.payment_intents.capture_async(intent.id, taken))
    assert shown.transfer_data is not None
    assert (shown.transfer_data.amount, shown.transfer_data.destination) == (500, vendor)


async def test_a_key_is_told_what_it_lacks(till: Till) -> None:
    if till.restricted_key is None:
        pytest.skip("STRIPE_TEST_KEY is a secret key: what a missing permission does needs rk_test_...")
    v1 = till.connections.client(till.restricted_key).v1
    asks = {
        "rak_connected_account_write": lambda: v1.accounts.create_async({"controller": CUSTOM}),
        "rak_account_link_write": lambda: v1.account_links.create_async(
            {"account": "acct_1", "type": "account_onboarding"}
        ),
        "rak_account_session_write": lambda: v1.account_sessions.create_async({"account": "acct_1", "components": {}}),
        "rak_transfer_write": lambda: v1.transfers.reversals.create_async("tr_0000probe"),
        "rak_application_fee_read": v1.application_fees.list_async,
        "rak_payout_read": v1.payouts.list_async,
    }
    for permission, call in asks.items():
        said = await told(call)
        assert permission in said or (till.at_stripe and not said)
