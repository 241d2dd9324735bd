import base64

import pytest
import stripe

from saleor_stripe_app.sandbox.stripe.router import PERMISSIONS
from tests.sandbox.stripe.conftest import Shop

WRITES = {
    "rak_payment_intent_write": lambda v1: v1.payment_intents.cancel("pi_unknown"),
    "rak_charge_write": lambda v1: v1.refunds.create({"payment_intent": "pi_unknown"}),
    "rak_webhook_write": lambda v1: v1.webhook_endpoints.delete("we_unknown"),
    "rak_customer_write": lambda v1: v1.customers.delete("cus_unknown"),
    "rak_payment_method_write": lambda v1: v1.payment_methods.detach("pm_unknown"),
    "rak_setup_intent_write": lambda v1: v1.setup_intents.cancel("seti_unknown"),
    "rak_transfer_write": lambda v1: v1.transfers.reversals.create("tr_unknown"),
    "rak_application_fee_write": lambda v1: v1.application_fees.refunds.create("fee_unknown"),
    "rak_payout_write": lambda v1: v1.payouts.cancel("po_unknown"),
}
READS = {
    "rak_payment_intent_read": lambda v1: v1.payment_intents.list(),
    "rak_charge_read": lambda v1: v1.refunds.list(),
    "rak_webhook_read": lambda v1: v1.webhook_endpoints.list(),
    "rak_customer_read": lambda v1: v1.customers.list(),
    "rak_setup_intent_read": lambda v1: v1.setup_intents.list(),
    "rak_payment_method_configuration_read": lambda v1: v1.payment_method_configurations.list(),
    "rak_early_fraud_warning_read": lambda v1: v1.radar.early_fraud_warnings.list(),
    "rak_event_read": lambda v1: v1.events.list(),
    "rak_balance_read": lambda v1: v1.balance.retrieve(),
    "rak_balance_transaction_source_read": lambda v1: v1.balance_transactions.list(),
    "rak_accounts_kyc_basic_read": lambda v1: v1.accounts.retrieve_current(),
    "rak_connected_account_read": lambda v1: v1.accounts.list(),
    "rak_transfer_read": lambda v1: v1.transfers.list(),
    "rak_application_fee_read": lambda v1: v1.application_fees.list(),
    "rak_payout_read": lambda v1: v1.payouts.list(),
}


def test_an_unknown_key_is_refused_without_being_repeated(shop: Shop) -> None:
    with pytest.raises(stripe.AuthenticationError, match=r"Invalid API Key provided: sk_test_\*+nown"):
        shop.client("sk_test_unknown").payment_intents.list()


def test_a_rolled_key_is_refused_by_its_own_code(shop: Shop) -> None:
    key = shop.server.create_key(shop.account.id, "sk").value
    assert shop.client(key).payment_intents.list().data == []
    shop.controls.expire_key(key)
    with pytest.raises(stripe.AuthenticationError) as error:
        shop.client(key).payment_intents.list()
    assert error.value.error.code == "api_key_expired"


@pytest.mark.parametrize("permission", WRITES)
def test_a_write_naming_an_unknown_id_is_403_without_the_permission_and_404_with_it(
    shop: Shop, permission: str
) -> None:
    key = shop.server.create_key(shop.account.id, permissions=set(PERMISSIONS - {permission})).value
    with pytest.raises(stripe.PermissionError, match=f"Having the '{permission}' permission") as error:
        WRITES[permission](shop.client(key))
    assert error.value.http_status == 403
    shop.controls.grant(key, permission)
    with pytest.raises(stripe.InvalidRequestError) as found:
        WRITES[permission](shop.client(key))
    assert found.value.http_status == 404
    shop.controls.revoke(key, permission)
    with pytest.raises(stripe.PermissionError):
        WRITES[permission](shop.client(key))


@pytest.mark.parametrize("permission", READS)
def test_reading_needs_a_permission_of_its_own_or_the_one_to_write(shop: Shop, permission: str) -> None:
    key = shop.server.create_key(shop.account.id).value
    with pytest.raises(stripe.PermissionError, match=permission):
        READS[permission](shop.client(key))
    shop.controls.grant(key, permission.replace("_read", "_write"))
    READS[permission](shop.client(key))


def test_permissions_come_before_parameters(shop: Shop) -> None:
    key = shop.server.create_key(shop.account.id).value
    with pytest.raises(stripe.PermissionError):
        shop.client(key).payment_intents.create({"amount": 1})


def test_a_key_that_may_only_read_does_not_see_the_client_secret(shop: Shop) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur"})
    key = shop.server.create_key(shop.account.id, permissions={"rak_payment_intent_read"}).value
    assert shop.client(key).payment_intents.retrieve(intent.id).client_secret is None


def test_a_publishable_key_reads_an_intent_by_its_secret_and_sees_less(shop: Shop) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", "metadata": {"a": "b"}})
    public = shop.client(shop.account.publishable_key)
    shown = public.payment_intents.retrieve(intent.id, {"client_secret": intent.client_secret})
    assert (shown.id, shown.amount) == (intent.id, 1000)
    assert "metadata" not in shown
    with pytest.raises(stripe.InvalidRequestError, match="client_secret"):
        public.payment_intents.retrieve(intent.id, {"client_secret": f"{intent.id}_secret_guess"})
    with pytest.raises(stripe.InvalidRequestError, match="client_secret"):
        public.payment_intents.retrieve(intent.id)


def test_a_publishable_key_cannot_do_what_secret_keys_do(shop: Shop) -> None:
    public = shop.client(shop.account.publishable_key)
    for call in (public.payment_intents.list, lambda: public.refunds.create({"payment_intent": "pi_1"})):
        with pytest.raises(stripe.PermissionError) as error:
            call()
        assert error.value.error.code == "secret_key_required"


def test_stripe_js_confirms_with_a_publishable_key_and_a_test_card_number(shop: Shop) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur"})
    body = (
        f"payment_method_data[type]=card&payment_method_data[card][number]=4242424242424242"
        f"&payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=34"
        f"&payment_method_data[billing_details][name]=Ada&use_stripe_sdk=true"
        f"&key={shop.account.publishable_key}&client_secret={intent.client_secret}&_stripe_version=2026-10-28.endive"
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"/v1/payment_intents/{intent.id}/confirm"
    answer = shop.server.handle("POST", url, headers, body.encode(), shop.clock.now)
    assert (answer.status, answer.json()["status"]) == (200, "succeeded")
    assert "latest_charge" not in answer.json()


def test_a_card_that_is_no_test_card_is_declined(shop: Shop) -> None:
    body = b"type=card&card[number]=4111111111111111&key=" + shop.account.publishable_key.encode()
    answer = shop.server.handle("POST", "/v1/payment_methods", {}, body, shop.clock.now)
    assert answer.status == 402


def test_test_and_live_mode_are_apart(shop: Shop) -> None:
    live = shop.server.create_key(shop.account.id, "sk", livemode=True).value
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur"})
    assert intent.livemode is False
    assert shop.client(live).payment_intents.create({"amount": 1000, "currency": "eur"}).livemode is True
    with pytest.raises(stripe.InvalidRequestError):
        shop.client(live).payment_intents.retrieve(intent.id)
    with pytest.raises(stripe.InvalidRequestError, match="No such PaymentMethod"):
        shop.client(live).payment_intents.create({"amount": 1000, "currency": "eur", "payment_method": "pm_card_visa"})


def test_a_platform_acts_for_its_connected_accounts_alone(shop: Shop) -> None:
    connected = shop.server.create_account("Vendor", platform=shop.account.id)
    stranger = shop.server.create_account("Stranger")
    options = {"stripe_account": connected.id}
    made = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur"}, options)
    assert shop.v1.payment_intents.list().data == []
    assert shop.client(connected.secret_key).payment_intents.retrieve(made.id).id == made.id
    with pytest.raises(stripe.PermissionError, match="does not have access to account"):
        shop.v1.payment_intents.list(options={"stripe_account": stranger.id})


def test_keys_travel_by_basic_authentication_too(shop: Shop) -> None:
    credentials = base64.b64encode(f"{shop.account.secret_key}:".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Stripe-Version": "2026-10-28.endive"}
    answer = shop.server.handle("GET", "/v1/account", headers, b"", shop.clock.now)
    assert answer.json()["id"] == shop.account.id


def test_no_key_at_all_is_401(shop: Shop) -> None:
    assert shop.server.handle("GET", "/v1/account", {}, b"", shop.clock.now).status == 401


def test_expanding_shows_a_restricted_key_no_more_than_it_may_read(shop: Shop) -> None:
    intent = shop.client().payment_intents.create(
        {"amount": 1000, "currency": "usd", "confirm": True, "payment_method": "pm_card_visa"}
        | {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    )
    key = shop.server.create_key(shop.account.id, permissions={"rak_payment_intent_read", "rak_charge_read"}).value
    settled = {"expand": ["latest_charge.balance_transaction"]}
    assert shop.client(key).payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]}).latest_charge.amount
    with pytest.raises(stripe.PermissionError, match="rak_balance_transaction_source_read"):
        shop.client(key).payment_intents.retrieve(intent.id, settled)
    shop.controls.grant(key, "rak_balance_transaction_source_read")
    assert shop.client(key).payment_intents.retrieve(intent.id, settled).latest_charge.balance_transaction.fee


def test_a_customer_session_and_a_token_need_permissions_of_their_own(shop: Shop) -> None:
    customer = shop.v1.customers.create({}).id
    v1 = shop.client(shop.server.create_key(shop.account.id, permissions={"rak_customer_write"}).value)
    with pytest.raises(stripe.PermissionError, match="rak_customer_session_write"):
        v1.customer_sessions.create({"customer": customer, "components": {"payment_element": {"enabled": True}}})
    with pytest.raises(stripe.PermissionError, match="rak_confirmation_token_client_read"):
        v1.confirmation_tokens.retrieve("ctoken_unknown")
    with pytest.raises(stripe.PermissionError, match="rak_payment_method_read"):
        v1.payment_methods.list({"customer": customer})


def test_a_shopper_cannot_touch_customers_and_their_payment_methods(shop: Shop) -> None:
    customer = shop.v1.customers.create({}).id
    public = shop.client(shop.account.publishable_key)
    for use in (
        lambda: public.customers.retrieve(customer),
        lambda: public.customers.payment_methods.list(customer),
        lambda: public.setup_intents.create({"customer": customer}),
        lambda: public.payment_methods.attach("pm_card_visa", {"customer": customer}),
    ):
        with pytest.raises(stripe.PermissionError) as error:
            use()
        assert error.value.error.code == "secret_key_required"


def test_each_thing_that_connect_makes_needs_a_permission_of_its_own(shop: Shop) -> None:
    v1 = shop.client(shop.server.create_key(shop.account.id).value)
    asked = {
        "rak_connected_account_write": lambda: v1.accounts.create({"type": "express"}),
        "rak_account_link_write": lambda: v1.account_links.create({"account": "acct_1", "type": "account_onboarding"}),
        "rak_account_session_write": lambda: v1.account_sessions.create({"account": "acct_1", "components": {}}),
        "rak_transfer_write": lambda: v1.transfers.create({"amount": 1, "currency": "usd", "destination": "acct_1"}),
    }
    for permission, call in asked.items():
        with pytest.raises(stripe.PermissionError, match=permission):
            call()
