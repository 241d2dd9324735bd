"""A merchant's keys, examined."""

import asyncio

import pytest
import stripe

from saleor_stripe_app.domain.errors import Refusal, Unavailable
from saleor_stripe_app.stripe_gateway.accounts import KeyReport, examine_keys
from saleor_stripe_app.stripe_gateway.keys import paired
from saleor_stripe_app.stripe_gateway.permissions import account_named, missing_permission
from tests.stripe_gateway.stripe_objects import an_intent

PUBLISHABLE = "pk_test_51Nm3yLqKzv0Qw2Er8TyU"
SECRET = "sk_test_51Nm3yLqKzv0Qw2Er8TyU"
RESTRICTED = "rk_test_51Nm3yLqKzv0Qw2Er8TyU"
MISSING = {"code": "resource_missing", "message": "No such object"}


def forbidden(wire, permission: str, account: str = "acct_1Nm3yLqKzv0") -> None:
    wire.fail(
        403,
        message=f"The provided key 'rk_test_***yU' does not have the required permissions for this endpoint on account "
        f"'{account}'. Having the '{permission}' permission would allow this request to continue.",
    )


def knows_the_account(wire, currency: str = "jpy") -> None:
    wire.answer({"id": "acct_1Nm3yLqKzv0", "object": "account", "default_currency": currency})


def permits_all(wire) -> None:
    for _ in range(8):
        wire.fail(404, **MISSING)


def steps(wire) -> list[tuple[str, str]]:
    return [(sent.method, sent.path) for sent in wire.sent]


async def test_good_keys_are_told_by_account_mode_and_rights_and_leave_nothing_behind(connections, wire):
    knows_the_account(wire)
    permits_all(wire)
    for _ in range(3):
        wire.answer(an_intent())

    report = await examine_keys(connections, PUBLISHABLE, SECRET)

    assert report == KeyReport("acct_1Nm3yLqKzv0", livemode=False, restricted=False, missing=(), warnings=())
    assert steps(wire) == [
        ("get", "/v1/account"),
        ("post", "/v1/payment_intents/pi_0000permissionprobe/cancel"),
        ("post", "/v1/refunds"),
        ("get", "/v1/disputes/du_0000permissionprobe"),
        ("delete", "/v1/webhook_endpoints/we_0000permissionprobe"),
        ("delete", "/v1/customers/cus_0000permissionprobe"),
        ("post", "/v1/payment_methods/pm_0000permissionprobe/detach"),
        ("post", "/v1/setup_intents/seti_0000permissionprobe/cancel"),
        ("post", "/v1/customer_sessions"),
        ("post", "/v1/payment_intents"),
        ("get", "/v1/payment_intents/pi_1"),
        ("post", "/v1/payment_intents/pi_1/cancel"),
    ]
    made, seen = wire.sent[9], wire.sent[10]
    assert dict(made.form)["amount"] == "1000"
    assert dict(made.form)["currency"] == "jpy"
    assert seen.headers["Authorization"] == f"Bearer {PUBLISHABLE}"
    assert seen.form == [("client_secret", "pi_1_secret_2")]


async def test_missing_permissions_are_named_as_the_dashboard_names_them(connections, wire):
    forbidden(wire, "rak_accounts_kyc_basic_read")
    forbidden(wire, "rak_payment_intent_write")
    forbidden(wire, "rak_charge_write")
    forbidden(wire, "rak_dispute_read")
    forbidden(wire, "rak_webhook_write")
    forbidden(wire, "rak_customer_write")
    forbidden(wire, "rak_payment_method_write")
    forbidden(wire, "rak_setup_intent_write")
    forbidden(wire, "rak_customer_session_write")

    report = await examine_keys(connections, PUBLISHABLE, RESTRICTED)

    assert report.restricted
    assert report.account == "acct_1Nm3yLqKzv0"
    assert report.missing == (
        "PaymentIntents: Write",
        "Charges and Refunds: Write",
        "Disputes: Read",
        "Webhook Endpoints: Write",
        "Customers: Write",
        "Payment Methods: Write",
        "Setup Intents: Write",
        "Customer Session: Write",
    )
    assert len(wire.sent) == 9


async def test_webhook_rights_are_not_asked_for_where_the_endpoint_is_made_by_hand(connections, wire):
    knows_the_account(wire)
    forbidden(wire, "rak_payment_intent_write")
    for _ in range(6):
        wire.fail(404, **MISSING)

    report = await examine_keys(connections, PUBLISHABLE, RESTRICTED, with_webhooks=False)

    assert report.missing == ("PaymentIntents: Write",)


async def test_an_account_that_nothing_names_is_the_same_for_the_same_keys(connections, wire):
    reports = []
    for _ in range(2):
        wire.fail(403, message="No.")
        for _ in range(8):
            forbidden(wire, "rak_any_write")
        reports.append(await examine_keys(connections, PUBLISHABLE, RESTRICTED))

    assert reports[0].account == reports[1].account
    assert reports[0].account.startswith("key_")
    assert reports[0].missing[0] == "Accounts: Read"


async def test_a_secret_key_that_stripe_refuses_is_refused(connections, wire):
    wire.fail(401, message="Invalid API Key provided: sk_test_***yU")

    with pytest.raises(Refusal) as raised:
        await examine_keys(connections, PUBLISHABLE, SECRET)

    assert raised.value.code == "SecretKeyRejected"
    assert "sk_test" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (404, MISSING, "KeysOfTwoAccounts"),
        (401, {"message": "Invalid API Key provided"}, "PublishableKeyRejected"),
    ],
)
async def test_a_publishable_key_that_does_not_fit_is_refused_and_the_intent_canceled(
    connections, wire, status, error, code
):
    knows_the_account(wire)
    permits_all(wire)
    wire.answer(an_intent())
    wire.fail(status, **error)
    wire.answer(an_intent(status="canceled"))

    with pytest.raises(Refusal) as raised:
        await examine_keys(connections, PUBLISHABLE, SECRET)

    assert raised.value.code == code
    assert steps(wire)[-1] == ("post", "/v1/payment_intents/pi_1/cancel")


@pytest.mark.parametrize("fault", [asyncio.CancelledError(), stripe.APIConnectionError("reset")])
async def test_whatever_happens_the_intent_is_canceled(connections, wire, fault):
    knows_the_account(wire)
    permits_all(wire)
    wire.answer(an_intent())
    wire.lose(fault)
    wire.answer(an_intent(status="canceled"))

    with pytest.raises((asyncio.CancelledError, Unavailable)):
        await examine_keys(connections, PUBLISHABLE, SECRET)

    assert steps(wire)[-1] == ("post", "/v1/payment_intents/pi_1/cancel")


async def test_an_intent_that_could_not_be_canceled_is_told(connections, wire):
    knows_the_account(wire)
    permits_all(wire)
    wire.answer(an_intent())
    wire.answer(an_intent())
    wire.lose(stripe.APIConnectionError("reset"))

    report = await examine_keys(connections, PUBLISHABLE, SECRET)

    assert report.warnings == ("Payment intent pi_1, made to compare the keys, is still open: cancel it.",)


async def test_an_account_that_cannot_make_an_intent_yet_is_a_warning(connections, wire):
    knows_the_account(wire, currency="of a later version")
    permits_all(wire)
    wire.fail(400, message="Your account cannot currently make charges.")

    report = await examine_keys(connections, PUBLISHABLE, SECRET)

    assert report.warnings == (
        "That both keys are of one account could not be checked: Your account cannot currently make charges.",
    )
    assert dict(wire.sent[9].form)["currency"] == "usd"


@pytest.mark.parametrize(
    ("publishable", "secret", "code"),
    [
        (SECRET, SECRET, "InvalidPublishableKey"),
        ("", SECRET, "InvalidPublishableKey"),
        (f" {PUBLISHABLE}", SECRET, "InvalidPublishableKey"),
        ("pk_51Nm3yLqKzv0", SECRET, "InvalidPublishableKey"),
        (PUBLISHABLE, PUBLISHABLE, "InvalidSecretKey"),
        (PUBLISHABLE, "whsec_1", "InvalidSecretKey"),
        (PUBLISHABLE, "sk_test_1 2", "InvalidSecretKey"),
        (PUBLISHABLE, "sk_live_51Nm3yLqKzv0Qw2Er8TyU", "KeysOfTwoModes"),
        ("pk_live_51Nm3yLqKzv0Qw2Er8TyU", RESTRICTED, "KeysOfTwoModes"),
    ],
)
async def test_keys_of_a_wrong_form_are_refused_before_stripe_is_asked(connections, wire, publishable, secret, code):
    with pytest.raises(Refusal) as raised:
        await examine_keys(connections, publishable, secret)

    assert raised.value.code == code
    assert wire.sent == []
    assert not secret or secret not in str(raised.value)


def test_a_key_of_an_unusual_form_is_only_warned_about():
    pair = paired("pk_live_short", "rk_live_with-a-dash-in-it-1234")

    assert (pair.livemode, pair.restricted) == (True, True)
    assert [warning.split(" key")[0] for warning in pair.warnings] == ["The publishable", "The secret"]


def test_a_refusal_without_names_names_nothing():
    assert missing_permission("You may not.") is None
    assert account_named("You may not.") is None
