import pytest
import stripe

from saleor_stripe_app.sandbox.stripe.inspection import default_validator
from saleor_stripe_app.sandbox.stripe.problem import Problem
from saleor_stripe_app.sandbox.stripe.validator import Validator

CONNECTED = {"stripe_account": "acct_1", "idempotency_key": "k" * 255}
GOOD = {
    "a split payment with line items": lambda c: c.v1.payment_intents.create(
        {
            "amount": 4200,
            "currency": "eur",
            "capture_method": "manual",
            "automatic_payment_methods": {"enabled": True},
            "metadata": {"saleor_transaction": "VHJ4:1"},
            "transfer_group": "ORDER-9",
            "transfer_data": {"destination": "acct_2"},
            "application_fee_amount": 420,
            "on_behalf_of": "acct_2",
            "shipping": {"name": "A", "address": {"line1": "x", "country": "PL"}},
            "payment_method_options": {
                "card": {"request_three_d_secure": "challenge", "request_multicapture": "if_available"}
            },
            "payment_details": {"order_reference": "9", "customer_reference": "c"},
            "amount_details": {
                "line_items": [
                    {"product_name": "Mug", "quantity": 2, "unit_cost": 2100, "tax": {"total_tax_amount": 0}}
                ],
                "shipping": {"amount": 0},
            },
            "expand": ["latest_charge.balance_transaction"],
        }
    ),
    "a payment without the shopper": lambda c: c.v1.payment_intents.create(
        {
            "amount": 100,
            "currency": "jpy",
            "confirm": True,
            "off_session": True,
            "customer": "cus_1",
            "payment_method": "pm_1",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        },
        CONNECTED,
    ),
    "a capture of a part": lambda c: c.v1.payment_intents.capture(
        "pi_1", {"amount_to_capture": 100, "final_capture": False, "application_fee_amount": 10}
    ),
    "a cancel": lambda c: c.v1.payment_intents.cancel("pi_1", {"cancellation_reason": "requested_by_customer"}),
    "an increment": lambda c: c.v1.payment_intents.increment_authorization("pi_1", {"amount": 300}),
    "a setup intent": lambda c: c.v1.setup_intents.create(
        {"customer": "cus_1", "usage": "off_session", "automatic_payment_methods": {"enabled": True}}
    ),
    "a refund that reverses a transfer": lambda c: c.v1.refunds.create(
        {
            "payment_intent": "pi_1",
            "amount": 100,
            "reason": "requested_by_customer",
            "reverse_transfer": True,
            "refund_application_fee": True,
            "metadata": {"r": "1"},
        }
    ),
    "a customer": lambda c: c.v1.customers.create(
        {"email": "a@b.c", "name": "N", "address": {"line1": "x"}, "metadata": {"saleor_user": "1"}}
    ),
    "a customer's payment methods": lambda c: c.v1.customers.payment_methods.list(
        "cus_1", {"type": "card", "allow_redisplay": "always", "limit": 100}
    ),
    "an attached payment method": lambda c: c.v1.payment_methods.attach("pm_1", {"customer": "cus_1"}),
    "a transfer": lambda c: c.v1.transfers.create(
        {
            "amount": 1,
            "currency": "eur",
            "destination": "acct_1",
            "source_transaction": "ch_1",
            "transfer_group": "g",
        }
    ),
    "a reversal": lambda c: c.v1.transfers.reversals.create("tr_1", {"amount": 5, "refund_application_fee": True}),
    "a webhook endpoint": lambda c: c.v1.webhook_endpoints.create(
        {
            "url": "https://x/y",
            "enabled_events": ["payment_intent.succeeded", "refund.updated", "charge.dispute.created"],
            "api_version": "2026-10-28.endive",
            "connect": True,
        }
    ),
    "a connected account": lambda c: c.v1.accounts.create(
        {
            "country": "PL",
            "controller": {
                "fees": {"payer": "application"},
                "losses": {"payments": "application"},
                "stripe_dashboard": {"type": "express"},
                "requirement_collection": "stripe",
            },
            "capabilities": {"transfers": {"requested": True}},
        }
    ),
    "an account link": lambda c: c.v1.account_links.create(
        {
            "account": "acct_1",
            "type": "account_onboarding",
            "refresh_url": "https://a",
            "return_url": "https://b",
        }
    ),
    "an account session": lambda c: c.v1.account_sessions.create(
        {
            "account": "acct_1",
            "components": {"payments": {"enabled": True, "features": {"refund_management": True}}},
        }
    ),
    "evidence of 20,000 characters": lambda c: c.v1.disputes.update(
        "dp_1", {"evidence": {"uncategorized_text": "t" * 20000}, "submit": True}
    ),
    "cleared metadata": lambda c: c.v1.payment_intents.update("pi_1", {"metadata": "", "shipping": ""}),
    "a list of events": lambda c: c.v1.events.list(
        {"types": ["payment_intent.succeeded"], "created": {"gte": 1}, "delivery_success": False}
    ),
    "a customer session": lambda c: c.v1.customer_sessions.create(
        {
            "customer": "cus_1",
            "components": {"payment_element": {"enabled": True, "features": {"payment_method_redisplay": "enabled"}}},
        }
    ),
    "an account of the second version": lambda c: c.v2.core.accounts.create(
        {"contact_email": "a@b.c", "display_name": "x", "identity": {"country": "pl"}, "include": ["identity"]}
    ),
    "an event destination": lambda c: c.v2.core.event_destinations.create(
        {
            "name": "n",
            "type": "webhook_endpoint",
            "event_payload": "thin",
            "enabled_events": ["v2.core.account.updated"],
            "webhook_endpoint": {"url": "https://x"},
        }
    ),
    "an item of a list of Radar": lambda c: c.v1.radar.value_list_items.create(
        {"value_list": "rsl_1", "value": "1.2.3.4"}
    ),
}


def intent(**given):
    return lambda c: c.v1.payment_intents.create({"amount": 100, "currency": "eur", **given})


BAD = {
    "payment_method_types, gone since endive": ("parameter_unknown", intent(payment_method_types=["card"])),
    "an unknown field deep inside": (
        "parameter_unknown",
        intent(shipping={"name": "x", "address": {"line1": "a", "zip": "1"}}),
    ),
    "no currency": ("parameter_missing", lambda c: c.v1.payment_intents.create({"amount": 1})),
    "a required field missing deep inside": (
        "parameter_missing",
        intent(amount_details={"line_items": [{"product_name": "x", "quantity": 1}]}),
    ),
    "a fraction": ("parameter_invalid_integer", intent(amount=10.5)),
    "an unknown value": ("bad_enum", intent(capture_method="later")),
    "an unknown value deep inside": (
        "bad_enum",
        intent(payment_method_options={"card": {"request_three_d_secure": "always"}}),
    ),
    "neither true nor false": (
        "parameter_invalid_boolean",
        lambda c: c.v1.refunds.create({"payment_intent": "pi_1", "reverse_transfer": "yes"}),
    ),
    "a flag for a hash": ("bad_type", intent(automatic_payment_methods=True)),
    "a long descriptor": ("too_long", intent(statement_descriptor_suffix="x" * 23)),
    "a long key of metadata": ("rule:metadata", intent(metadata={"k" * 41: "v"})),
    "51 keys of metadata": ("rule:metadata", intent(metadata={f"k{i}": "v" for i in range(51)})),
    "a long value of metadata": ("rule:metadata", intent(metadata={"k": "v" * 501})),
    "a long idempotency key": (
        "rule:idempotency",
        lambda c: c.v1.payment_intents.create({"amount": 100, "currency": "eur"}, {"idempotency_key": "k" * 256}),
    ),
    "a fee without a destination": ("rule:connect", intent(application_fee_amount=1)),
    "off_session without confirm": ("rule:confirm", intent(off_session=True)),
    "a refund of two things": (
        "rule:refund",
        lambda c: c.v1.refunds.create({"payment_intent": "pi_1", "charge": "ch_1"}),
    ),
    "a reason in free text": (
        "bad_enum",
        lambda c: c.v1.refunds.create({"payment_intent": "pi_1", "reason": "customer changed mind"}),
    ),
    "an unknown event": (
        "bad_enum",
        lambda c: c.v1.webhook_endpoints.create({"url": "https://x", "enabled_events": ["payment_intent.success"]}),
    ),
    "a currency in capitals": ("rule:currency", intent(currency="EUR")),
    "a limit of 1000": ("rule:limit", lambda c: c.v1.customers.list({"limit": 1000})),
    "a deep expansion": (
        "rule:expand",
        lambda c: c.v1.payment_intents.retrieve("pi_1", {"expand": ["a.b.c.d.e"]}),
    ),
    "a fraction of a króna": ("rule:amount", intent(amount=1050, currency="isk")),
    "a last digit of a dinar": ("rule:amount", intent(amount=5124, currency="kwd")),
    "confirm without return_url": ("rule:confirm", intent(confirm=True, payment_method="pm_1")),
    "an unknown field in the second version": (
        "parameter_unknown",
        lambda c: c.v2.core.accounts.create({"emial": "x"}),
    ),
}


class Recorder(stripe.HTTPClient):
    """Checks what the SDK sends and answers an empty object."""

    name = "recorder"

    def __init__(self, validator: Validator) -> None:
        super().__init__()
        self.validator = validator
        self.problems: list[Problem] = []

    def request(self, method, url, headers, post_data=None, *, _usage=None):
        self.problems = self.validator.request(method.upper(), url, post_data or "", headers)
        return '{"id": "x_1", "object": "payment_intent"}', 200, {}


def problems_of(call) -> list[Problem]:
    recorder = Recorder(default_validator())
    call(stripe.StripeClient("sk_test_123", http_client=recorder))
    return recorder.problems


@pytest.mark.parametrize("case", GOOD)
def test_a_valid_request_passes(case: str) -> None:
    assert problems_of(GOOD[case]) == []


@pytest.mark.parametrize("case", BAD)
def test_an_invalid_request_is_named(case: str) -> None:
    code, call = BAD[case]
    assert code in {problem.code for problem in problems_of(call)}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("amount=1&amount=2&currency=eur", "duplicate_key"),
        ("amount=100&currency=eur&metadata[a=1", "malformed_key"),
        ("amount=100&currency=eur&metadata=1&metadata[a]=1", "bad_type"),
        ("amount=&currency=eur", "parameter_invalid_integer"),
        ("amount=100&currency=", "parameter_invalid_empty"),
    ],
)
def test_faulty_notation_is_named(body: str, code: str) -> None:
    problems = default_validator().request("POST", "/v1/payment_intents", body)
    assert code in {problem.code for problem in problems}


def test_an_unknown_path_and_a_wrong_verb_are_named() -> None:
    validator = default_validator()
    assert validator.request("GET", "/v1/payment_intent")[0].code == "unknown_path"
    assert validator.request("DELETE", "/v1/payment_intents/pi_1")[0].message == (
        "No DELETE on /v1/payment_intents/{intent}"
    )


def test_an_object_must_be_whole_and_hold_nothing_else() -> None:
    endpoint = {
        "id": "we_1",
        "object": "webhook_endpoint",
        "api_version": None,
        "created": 1,
        "enabled_events": ["*"],
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": "https://x",
    }
    validator = default_validator()
    assert validator.object(endpoint) == []
    lacking = {name: value for name, value in endpoint.items() if name != "status"}
    assert [problem.code for problem in validator.object(lacking)] == ["missing"]
    assert [problem.code for problem in validator.object({**endpoint, "colour": "red"})] == ["extra"]
    assert [problem.code for problem in validator.object({**endpoint, "created": "1"})] == ["bad_type"]
    assert [problem.code for problem in validator.object({**endpoint, "url": None})] == ["null"]
    assert validator.object({"id": "we_1", "object": "webhook_endpoint", "deleted": True}) == []


def test_open_values_pass_on_demand_only() -> None:
    lenient = Validator(default_validator().description, open_enums=True)
    body = "amount=100&currency=eur&payment_method_options[card][request_three_d_secure]=perhaps"
    assert lenient.request("POST", "/v1/payment_intents", body) == []
    assert default_validator().request("POST", "/v1/payment_intents", body)[0].code == "bad_enum"
