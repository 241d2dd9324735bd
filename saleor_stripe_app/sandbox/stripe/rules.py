"""Documented rules of Stripe's API that no schema states, each with the page that states it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.problem import Problem

WHOLE_UNITS = frozenset({"isk", "ugx"})
"""Two decimals on the wire, the last two always 0 (https://docs.stripe.com/currencies#special-cases)."""
THREE_DECIMALS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
"""The last of three decimals is always 0."""

_INTENTS = "/v1/payment_intents"
_CONFIRM_ONLY = ("return_url", "off_session", "mandate", "mandate_data", "error_on_requires_action")


def documented_rules(
    method: str, template: str, parameters: Mapping[str, Json], headers: Mapping[str, str]
) -> list[Problem]:
    """Rules broken by a request whose header names are in lower case; without headers those rules are left out."""
    problems = list(_headers(method, headers)) if headers else []
    problems += _metadata(parameters, "")
    problems += _paging(parameters)
    problems += _money(method, parameters)
    problems += _descriptors(parameters)
    if method == "POST" and template == _INTENTS:
        problems += _intent_creation(parameters, headers)
    if method == "POST" and template == "/v1/refunds" and not parameters.get("origin"):
        given = [name for name in ("charge", "payment_intent") if parameters.get(name)]
        if len(given) != 1:
            problems.append(_broken("refund", "charge/payment_intent", "Exactly one of the two is expected"))
    if method == "POST" and template == "/v1/setup_intents" and parameters.get("confirm") == "true":
        sources = ("payment_method", "payment_method_data", "confirmation_token")
        if not any(parameters.get(name) for name in sources):
            problems.append(_broken("confirm", "payment_method", "Needed to confirm"))
    return problems


def _broken(rule: str, param: str, message: str) -> Problem:
    return Problem(f"rule:{rule}", param, message)


def _headers(method: str, headers: Mapping[str, str]) -> Iterator[Problem]:
    """https://docs.stripe.com/api/authentication, /idempotent_requests, /versioning, /connected-accounts."""
    authorization = headers.get("authorization", "")
    if not re.fullmatch(r"(Bearer (sk|rk)_(test|live)_\w+|Basic \S+)", authorization):
        yield _broken("auth", "Authorization", "A secret or restricted key is expected")
    key = headers.get("idempotency-key", "")
    if method == "POST" and not key:
        yield _broken("idempotency", "Idempotency-Key", "A POST without one cannot be repeated safely")
    if len(key) > 255:
        yield _broken("idempotency", "Idempotency-Key", "Longer than 255 characters")
    if method == "GET" and key:
        yield _broken("idempotency", "Idempotency-Key", "Has no effect on a GET")
    if not headers.get("stripe-version"):
        yield _broken("version", "Stripe-Version", "Not pinned")
    if headers.get("stripe-account") and not headers["stripe-account"].startswith("acct_"):
        yield _broken("account", "Stripe-Account", "An account's id is expected")


def _metadata(node: Json, at: str) -> Iterator[Problem]:
    """https://docs.stripe.com/api/metadata: 50 keys of 40 characters without brackets, values of 500."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            place = f"{at}[{key}]" if at else key
            if key == "metadata":
                yield from _metadata_map(value, place)
            else:
                yield from _metadata(value, place)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for index, item in enumerate(node):
            yield from _metadata(item, f"{at}[{index}]")


def _metadata_map(value: Json, at: str) -> Iterator[Problem]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = {str(index): item for index, item in enumerate(value)}
    if not isinstance(value, Mapping):
        return
    if len(value) > 50:
        yield _broken("metadata", at, f"{len(value)} keys are more than 50")
    for key, text in value.items():
        if len(key) > 40:
            yield _broken("metadata", f"{at}[{key}]", "Key longer than 40 characters")
        if len(str(text)) > 500:
            yield _broken("metadata", f"{at}[{key}]", "Value longer than 500 characters")
        if "[" in key or "]" in key:
            yield _broken("metadata", f"{at}[{key}]", "Square brackets in a key")


def _paging(parameters: Mapping[str, Json]) -> Iterator[Problem]:
    """https://docs.stripe.com/api/expanding_objects and /pagination."""
    expand = parameters.get("expand")
    if isinstance(expand, Sequence) and not isinstance(expand, str):
        for path in expand:
            if isinstance(path, str) and len(path.removeprefix("data.").split(".")) > 4:
                yield _broken("expand", path, "Deeper than four levels")
    limit = parameters.get("limit")
    if isinstance(limit, str) and limit.isdigit() and not 1 <= int(limit) <= 100:
        yield _broken("limit", "limit", "1 to 100")


def _money(method: str, parameters: Mapping[str, Json]) -> Iterator[Problem]:
    """https://docs.stripe.com/currencies."""
    currency = parameters.get("currency")
    if isinstance(currency, str) and currency and not re.fullmatch(r"[a-z]{3}", currency):
        yield _broken("currency", "currency", "Three letters in lower case are expected")
    for name in ("amount", "amount_to_capture", "application_fee_amount"):
        value = parameters.get(name)
        if not isinstance(value, str) or not re.fullmatch(r"-?\d+", value):
            continue
        amount = int(value)
        if amount < 0:
            yield _broken("amount", name, "Negative")
        if currency in WHOLE_UNITS and amount % 100:
            yield _broken("amount", name, f"{currency} has no fractions: a multiple of 100 is expected")
        if currency in THREE_DECIMALS and amount % 10:
            yield _broken("amount", name, f"The last of the three decimals of {currency} must be 0")
        if name == "amount" and amount == 0 and method == "POST":
            yield _broken("amount", name, "Below the currency's minimum")
        if amount >= 10**12:
            yield _broken("amount", name, "More than twelve digits")


def _descriptors(parameters: Mapping[str, Json]) -> Iterator[Problem]:
    """https://docs.stripe.com/get-started/account/statement-descriptors."""
    for name in ("statement_descriptor", "statement_descriptor_suffix"):
        text = parameters.get(name)
        if not isinstance(text, str) or not text:
            continue
        if re.search(r"[<>\\'\"*]", text):
            yield _broken("descriptor", name, "One of < > \\ ' \" * is in it")
        if not re.search(r"[A-Za-z]", text):
            yield _broken("descriptor", name, "At least one letter is needed")


def _intent_creation(parameters: Mapping[str, Json], headers: Mapping[str, str]) -> Iterator[Problem]:
    """https://docs.stripe.com/api/payment_intents/create."""
    confirmed = parameters.get("confirm") == "true"
    if not confirmed:
        for name in _CONFIRM_ONLY:
            if name in parameters:
                yield _broken("confirm", name, "Only with confirm=true")
    elif _needs_return_url(parameters):
        message = "Needed to confirm while payment methods that redirect are allowed"
        yield _broken("confirm", "return_url", message)
    fee = parameters.get("application_fee_amount")
    if fee is None:
        return
    transfer = parameters.get("transfer_data")
    transfer = transfer if isinstance(transfer, Mapping) else {}
    if not (transfer.get("destination") or headers.get("stripe-account")):
        yield _broken("connect", "application_fee_amount", "Needs Stripe-Account or transfer_data[destination]")
    if "amount" in transfer:
        yield _broken("connect", "transfer_data[amount]", "Excludes application_fee_amount")
    amount = parameters.get("amount")
    plain = isinstance(fee, str) and isinstance(amount, str) and fee.isdigit() and amount.isdigit()
    if plain and int(str(fee)) > int(str(amount)):
        yield _broken("connect", "application_fee_amount", "Above the amount")


def _needs_return_url(parameters: Mapping[str, Json]) -> bool:
    automatic = parameters.get("automatic_payment_methods")
    never = isinstance(automatic, Mapping) and automatic.get("allow_redirects") == "never"
    excused = ("return_url", "use_stripe_sdk", "allowed_payment_method_types", "confirmation_token")
    off_session = parameters.get("off_session") not in (None, "false")
    return not never and not off_session and not any(parameters.get(name) for name in excused)
