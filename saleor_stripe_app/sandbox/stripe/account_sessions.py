"""Account sessions, for Stripe's components in the platform's own pages, and links to the Express Dashboard.

https://docs.stripe.com/api/account_sessions and https://docs.stripe.com/api/accounts/login_link
"""

from saleor_stripe_app.sandbox.stripe.account_links import mentioned
from saleor_stripe_app.sandbox.stripe.accounts import connected
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.parameters import Parameters

LIVES = 60 * 60

_ENTRY = ("disable_stripe_user_authentication", "external_account_collection")
_PAYOUTS = (*_ENTRY, "edit_payout_schedule", "instant_payouts", "standard_payouts")
_DISPUTES = (
    "destination_on_behalf_of_charge_management",
    "dispute_management",
    "refund_management",
    "smart_disputes_management",
)
_CARDS = ("card_management", "card_spend_dispute_management", "cardholder_management", "spend_control_management")
_FEATURES: dict[str, tuple[str, ...]] = {
    "account_management": _ENTRY,
    "account_onboarding": _ENTRY,
    "balance_report": (),
    "balances": _PAYOUTS,
    "disputes_list": ("capture_payments", *_DISPUTES),
    "documents": (),
    "financial_account": (*_ENTRY, "send_money", "transfer_balance"),
    "financial_account_transactions": ("card_spend_dispute_management",),
    "instant_payouts_promotion": (*_ENTRY, "instant_payouts"),
    "issuing_card": _CARDS,
    "issuing_cards_list": ("disable_stripe_user_authentication", *_CARDS),
    "notification_banner": _ENTRY,
    "payment_details": ("capture_payments", *_DISPUTES),
    "payment_disputes": _DISPUTES,
    "payment_method_settings": ("disable_stripe_user_authentication",),
    "payments": ("capture_payments", *_DISPUTES),
    "payout_details": (),
    "payout_reconciliation_report": (),
    "payouts": _PAYOUTS,
    "payouts_list": (),
    "reporting_chart": (),
    "tax_registrations": (),
    "tax_settings": (),
    "terminal_hardware_orders": (),
    "terminal_hardware_shop": (),
}
_UNLESS_SAID = frozenset({"external_account_collection", "standard_payouts", "dispute_management", "refund_management"})
"""Features that a component has unless it is told otherwise."""


def create(call: Call) -> dict[str, Json]:
    """POST /v1/account_sessions: for at least one component."""
    account, connection = mentioned(call.context, call.parameters.required_text("account"))
    asked = call.parameters.hash("components")
    if not any(asked.hash(name).flag("enabled") for name in asked.values):
        raise invalid("At least one component must be enabled.", "components")
    for name in asked.values:
        unattended = asked.hash(name).hash("features").flag("disable_stripe_user_authentication")
        if unattended and connection.responsibilities.requirement_collection != "application":
            raise invalid(
                "disable_stripe_user_authentication can only be set for accounts where the platform collects the "
                "requirements.",
                f"components[{name}][features][disable_stripe_user_authentication]",
            )
    return {
        "object": "account_session",
        "account": account.id,
        "client_secret": f"accs_secret__{call.context.ids.text(56)}",
        "components": {name: _component(asked.hash(name), features) for name, features in _FEATURES.items()},
        "expires_at": call.context.now + LIVES,
        "livemode": call.books.livemode,
    }


def create_login_link(call: Call) -> dict[str, Json]:
    """POST /v1/accounts/{account}/login_links: into the Express Dashboard, once the account has been onboarded."""
    account, connection = connected(call)
    if connection.responsibilities.dashboard != "express":
        raise invalid(f"Account {account.id} does not have access to the Express Dashboard.", "account")
    if not connection.details_submitted:
        raise invalid("Cannot create a login link for an account that has not completed onboarding.", "account")
    context = call.context
    url = f"{context.pages}/_sandbox/express/{account.id}/{context.ids.text(12)}"
    return {"object": "login_link", "created": context.now, "url": url}


def _component(asked: Parameters, features: tuple[str, ...]) -> dict[str, Json]:
    enabled, given = bool(asked.flag("enabled")), asked.hash("features")

    def has(name: str) -> bool:
        said = given.flag(name)
        return enabled and (name in _UNLESS_SAID if said is None else said)

    return {"enabled": enabled, "features": {name: has(name) for name in features}}
