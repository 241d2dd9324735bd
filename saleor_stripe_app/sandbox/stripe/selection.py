"""The part of Stripe's API that a payment app may use, and the documented limits that the SDK does not carry."""

import re
from collections.abc import Iterator
from importlib import resources

import msgspec

from saleor_stripe_app.sandbox.stripe.schema import Description, Schema

_PATHS = re.compile(
    r"""^/v1/(
      (payment_intents|setup_intents|refunds|payment_methods|payment_method_domains|payment_method_configurations
        |confirmation_tokens|mandates|tokens|transfers|application_fees|webhook_endpoints|events|disputes|charges
        |balance_transactions|payouts|topups|files|file_links|payment_records|payment_attempt_records|radar|reviews
        |country_specs|exchange_rates|apps/secrets)(/.*)?
      |setup_attempts|customer_sessions|ephemeral_keys|account|account_links|account_sessions|balance|balance_settings
      |customers|customers/search|customers/\{\w+\}|customers/\{\w+\}/payment_methods(/.*)?
      |customers/\{\w+\}/balance_transactions
      |accounts|accounts/\{\w+\}|accounts/\{\w+\}/(capabilities|login_links|persons|reject)(/.*)?
      |tax/(calculations|transactions|settings)(/.*)?
      |test_helpers/(confirmation_tokens|refunds/.*)
    )$
    |^/v2/core/(accounts|accounts/\{\w+\}|accounts/\{\w+\}/close|account_links|events|events/\{\w+\}
      |event_destinations.*)$""",
    re.VERBOSE,
)

RESOURCES = frozenset(
    """account account_link account_session application application_fee apps.secret balance balance_settings
    balance_transaction bank_account capability card cash_balance charge confirmation_token country_spec customer
    customer_balance_transaction customer_cash_balance_transaction customer_session discount dispute ephemeral_key event
    exchange_rate fee_refund file file_link login_link mandate payment_attempt_record payment_intent
    payment_intent_amount_details_line_item payment_method payment_method_configuration payment_method_domain
    payment_record payout person radar.early_fraud_warning radar.payment_evaluation radar.value_list
    radar.value_list_item refund review setup_attempt setup_intent tax.calculation tax.calculation_line_item
    tax.settings tax.transaction tax.transaction_line_item tax_id token topup transfer transfer_reversal
    webhook_endpoint v2.core.account v2.core.account_link v2.core.event v2.core.event_destination""".split()
)


class Limits(msgspec.Struct, frozen=True):
    """Maximum lengths by the version of Stripe's description that states them, path and parameter."""

    note: str
    sources: dict[str, dict[str, dict[str, int]]]


def wanted(path: str) -> bool:
    """Whether the operations on a path template belong to the description."""
    return _PATHS.match(path) is not None


def apply_limits(description: Description) -> int:
    """Set the documented lengths of texts; answers how many were set.

    `limits.json` names for each path the parameters and their maximum, as Stripe's own description states them at the
    version given beside; texts without one are held to Stripe's general 5,000 characters.
    """
    content = resources.files(__package__).joinpath("limits.json").read_bytes()
    limits = msgspec.json.decode(content, type=Limits)
    applied = 0
    for by_path in limits.sources.values():
        for path, lengths in by_path.items():
            operation = description.operations.get(path, {}).get("post")
            for dotted, maximum in lengths.items() if operation else ():
                assert operation is not None
                parts = dotted.replace("[]", ".[]").split(".")
                for schema in _at(description, operation.parameters, parts):
                    if schema.type == "string" and not schema.enum:
                        schema.max_length = maximum
                        applied += 1
    return applied


def _at(description: Description, schema: Schema, parts: list[str]) -> Iterator[Schema]:
    schema = description.resolve(schema)
    for option in schema.any_of:
        yield from _at(description, option, parts)
    if not parts:
        yield schema
    elif parts[0] == "[]":
        if schema.items:
            yield from _at(description, schema.items, parts[1:])
    elif schema.properties and parts[0] in schema.properties:
        yield from _at(description, schema.properties[parts[0]], parts[1:])
