"""Accounts as their keys see them (https://docs.stripe.com/api/accounts)."""

from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.form import Json


def retrieve_own(call: Call) -> dict[str, Json]:
    """GET /v1/account."""
    return render(call.books.account)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/accounts/{account}: the key's own."""
    if call.path[0] != call.books.account.id:
        raise no_access(call.key.masked(), call.path[0])
    return render(call.books.account)


def no_access(key: str, account: str) -> StripeFailure:
    """403 for an account that is not the key's, nor connected to it."""
    return StripeFailure(
        403,
        f"The provided key '{key}' does not have access to account '{account}' (or that account does not exist). "
        "Application access may have been revoked.",
        code="account_invalid",
        keeps=False,
    )


def render(account: Account) -> dict[str, Json]:
    """https://docs.stripe.com/api/accounts/object, for a standard account in good standing."""
    requirements: dict[str, Json] = {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": [],
        "disabled_reason": None,
        "errors": [],
        "eventually_due": [],
        "past_due": [],
        "pending_verification": [],
    }
    return {
        "id": account.id,
        "object": "account",
        "business_profile": {
            "annual_revenue": None,
            "estimated_worker_count": None,
            "mcc": "5734",
            "name": account.name,
            "support_address": None,
            "support_email": None,
            "support_phone": None,
            "support_url": None,
            "url": "https://shop.example.com",
        },
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {"type": "account"},
        "country": account.country,
        "created": account.created,
        "default_currency": account.currency,
        "details_submitted": True,
        "email": "merchant@example.com",
        "future_requirements": requirements,
        "metadata": {},
        "payouts_enabled": True,
        "requirements": requirements,
        "settings": {
            "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
            "card_payments": {
                "decline_on": {"avs_failure": False, "cvc_failure": True},
                "statement_descriptor_prefix": "SANDBOX",
                "statement_descriptor_prefix_kana": None,
                "statement_descriptor_prefix_kanji": None,
            },
            "dashboard": {"display_name": account.name, "timezone": "Etc/UTC"},
            "payments": {
                "statement_descriptor": "SANDBOX",
                "statement_descriptor_kana": None,
                "statement_descriptor_kanji": None,
            },
        },
        "type": "standard",
    }
