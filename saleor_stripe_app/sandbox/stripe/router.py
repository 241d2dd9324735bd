"""Which endpoint answers a request, and what a restricted key needs for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from saleor_stripe_app.sandbox.stripe import (
    accounts,
    balance,
    balances,
    charges,
    confirmation_tokens,
    connect_routes,
    customer_sessions,
    customers,
    disputes,
    early_fraud_warnings,
    events,
    method_configurations,
    payment_intents,
    payment_methods,
    refunds,
    reviews,
    setup_intents,
    webhook_endpoints,
)
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.form import Json

Endpoint = Callable[[Call], dict[str, Json]]


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint; `public` ones are open to publishable keys."""

    method: str
    template: str
    endpoint: Endpoint
    permission: str
    public: bool = False


_TABLE: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", "payment_intents", payment_intents.create),
    ("GET", "payment_intents", payment_intents.list_all),
    ("GET", "payment_intents/*", payment_intents.retrieve),
    ("POST", "payment_intents/*", payment_intents.update),
    ("POST", "payment_intents/*/confirm", payment_intents.confirm),
    ("POST", "payment_intents/*/capture", payment_intents.capture),
    ("POST", "payment_intents/*/cancel", payment_intents.cancel),
    ("POST", "payment_intents/*/increment_authorization", payment_intents.increment_authorization),
    ("POST", "setup_intents", setup_intents.create),
    ("GET", "setup_intents", setup_intents.list_all),
    ("GET", "setup_intents/*", setup_intents.retrieve),
    ("POST", "setup_intents/*", setup_intents.update),
    ("POST", "setup_intents/*/confirm", setup_intents.confirm),
    ("POST", "setup_intents/*/cancel", setup_intents.cancel),
    ("POST", "customer_sessions", customer_sessions.create),
    ("GET", "charges", charges.list_all),
    ("GET", "charges/*", charges.retrieve),
    ("POST", "charges/*", charges.update),
    ("POST", "refunds", refunds.create),
    ("GET", "refunds", refunds.list_all),
    ("GET", "refunds/*", refunds.retrieve),
    ("POST", "refunds/*", refunds.update),
    ("POST", "refunds/*/cancel", refunds.cancel),
    ("GET", "disputes", disputes.list_all),
    ("GET", "disputes/*", disputes.retrieve),
    ("POST", "disputes/*/close", disputes.close),
    ("GET", "reviews", reviews.list_all),
    ("GET", "reviews/*", reviews.retrieve),
    ("POST", "reviews/*/approve", reviews.approve),
    ("GET", "balance", balances.retrieve),
    ("GET", "balance_transactions", balance.list_transactions),
    ("GET", "balance_transactions/*", balance.retrieve_transaction),
    ("POST", "payment_methods", payment_methods.create),
    ("GET", "payment_methods", payment_methods.list_all),
    ("GET", "payment_methods/*", payment_methods.retrieve),
    ("POST", "payment_methods/*", payment_methods.update),
    ("POST", "payment_methods/*/attach", payment_methods.attach),
    ("POST", "payment_methods/*/detach", payment_methods.detach),
    ("POST", "customers", customers.create),
    ("GET", "customers", customers.list_all),
    ("GET", "customers/*", customers.retrieve),
    ("POST", "customers/*", customers.update),
    ("DELETE", "customers/*", customers.delete),
    ("GET", "customers/*/payment_methods", payment_methods.of_customer),
    ("GET", "customers/*/payment_methods/*", payment_methods.one_of_customer),
    ("POST", "confirmation_tokens", confirmation_tokens.create),
    ("POST", "test_helpers/confirmation_tokens", confirmation_tokens.create),
    ("GET", "confirmation_tokens/*", confirmation_tokens.retrieve),
    ("GET", "payment_method_configurations", method_configurations.list_all),
    ("GET", "payment_method_configurations/*", method_configurations.retrieve),
    ("GET", "radar/early_fraud_warnings", early_fraud_warnings.list_all),
    ("GET", "radar/early_fraud_warnings/*", early_fraud_warnings.retrieve),
    ("POST", "webhook_endpoints", webhook_endpoints.create),
    ("GET", "webhook_endpoints", webhook_endpoints.list_all),
    ("GET", "webhook_endpoints/*", webhook_endpoints.retrieve),
    ("POST", "webhook_endpoints/*", webhook_endpoints.update),
    ("DELETE", "webhook_endpoints/*", webhook_endpoints.delete),
    ("GET", "events", events.list_all),
    ("GET", "events/*", events.retrieve),
    ("GET", "account", accounts.retrieve_own),
    ("GET", "accounts/*", accounts.retrieve),
    *connect_routes.TABLE,
)

_PERMISSIONS = {
    "payment_intents": "rak_payment_intent",
    "setup_intents": "rak_setup_intent",
    "customer_sessions": "rak_customer_session",
    "charges": "rak_charge",
    "refunds": "rak_charge",
    "disputes": "rak_dispute",
    "reviews": "rak_review",
    "balance": "rak_balance",
    "balance_transactions": "rak_balance_transaction_source",
    "payment_methods": "rak_payment_method",
    "customers": "rak_customer",
    "confirmation_tokens": "rak_confirmation_token_client",
    "test_helpers": "rak_confirmation_token_client",
    "payment_method_configurations": "rak_payment_method_configuration",
    "radar": "rak_early_fraud_warning",
    "webhook_endpoints": "rak_webhook",
    "events": "rak_event",
    "account": "rak_accounts_kyc_basic",
    "accounts": "rak_accounts_kyc_basic",
    **connect_routes.PERMISSIONS,
}
"""Stripe's names of the permissions of restricted keys, completed by `_read` or `_write`."""

_PUBLIC = {
    payment_intents.retrieve,
    payment_intents.confirm,
    payment_methods.create,
    confirmation_tokens.create,
    setup_intents.retrieve,
    setup_intents.confirm,
}

PERMISSIONS = frozenset(
    f"{stem}_{access}"
    for stem in (*_PERMISSIONS.values(), *connect_routes.SINGLE.values())
    for access in ("read", "write")
)
"""All that a restricted key can be granted here."""


def _route(method: str, template: str, endpoint: Endpoint) -> Route:
    noun = template.split("/", maxsplit=1)[0]
    access = "read" if method == "GET" else "write"
    stem = connect_routes.SINGLE.get(endpoint) or _PERMISSIONS[noun]
    path = template if template.startswith("/") else f"/v1/{template}"
    return Route(method, path, endpoint, f"{stem}_{access}", endpoint in _PUBLIC)


def _index() -> dict[tuple[str, int], list[tuple[re.Pattern[str], Route]]]:
    index: dict[tuple[str, int], list[tuple[re.Pattern[str], Route]]] = {}
    for method, template, endpoint in _TABLE:
        route = _route(method, template, endpoint)
        pattern = re.compile(route.template.replace("*", "([^/]+)"))
        index.setdefault((method, route.template.count("/")), []).append((pattern, route))
    return index


_ROUTES = _index()


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The route of a request and the ids in its path."""
    for pattern, route in _ROUTES.get((method, path.count("/")), ()):
        match = pattern.fullmatch(path)
        if match:
            return route, match.groups()
    return None
