"""How accounts look in v1 (https://docs.stripe.com/api/accounts/object)."""

from collections.abc import Sequence

from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.connect_objects import Capability, Connection
from saleor_stripe_app.sandbox.stripe.connections import pays_out, takes_payments
from saleor_stripe_app.sandbox.stripe.form import Json


def render(account: Account, *, to_platform: bool = False) -> dict[str, Json]:
    """An account as its own keys see it, or as the platform does that it is connected to."""
    connection = account.connection
    if connection is None or not to_platform:
        return _own(account)
    fields = connection.fields
    return {
        **_common(account),
        "business_profile": {**_profile(None, None), **_mapping(fields.get("business_profile"))},
        "business_type": fields.get("business_type"),
        "capabilities": {capability.name: capability.status for capability in connection.capabilities.values()},
        "charges_enabled": takes_payments(connection),
        "controller": _controller(connection),
        "details_submitted": connection.details_submitted,
        "email": fields.get("email"),
        "external_accounts": {
            "object": "list",
            "data": [],
            "has_more": False,
            "total_count": 0,
            "url": f"/v1/accounts/{account.id}/external_accounts",
        },
        "future_requirements": _requirements(),
        "metadata": dict(connection.metadata),
        "payouts_enabled": pays_out(connection),
        "requirements": _requirements(
            connection.currently_due,
            connection.past_due,
            disabled_reason=connection.disabled_reason,
            deadline=connection.current_deadline,
        ),
        "settings": {**_settings(account), "payouts": _payouts(connection)},
        "tos_acceptance": {"service_agreement": connection.service_agreement},
        "type": connection.responsibilities.account_type,
    }


def render_capability(account: Account, capability: Capability) -> dict[str, Json]:
    """https://docs.stripe.com/api/capabilities/object."""
    requirements = _requirements(
        capability.currently_due,
        capability.past_due,
        disabled_reason=capability.disabled_reason,
        deadline=account.connection.current_deadline if account.connection else None,
    )
    return {
        "id": capability.name,
        "object": "capability",
        "account": account.id,
        "future_requirements": _requirements(),
        "requested": True,
        "requested_at": capability.requested_at,
        "requirements": requirements,
        "status": capability.status,
    }


def _own(account: Account) -> dict[str, Json]:
    return {
        **_common(account),
        "business_profile": _profile(account.name, "https://shop.example.com"),
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {"type": "account"},
        "details_submitted": True,
        "email": "merchant@example.com",
        "future_requirements": _requirements(),
        "metadata": {},
        "payouts_enabled": True,
        "requirements": _requirements(),
        "settings": _settings(account),
        "type": "standard",
    }


def _common(account: Account) -> dict[str, Json]:
    return {
        "id": account.id,
        "object": "account",
        "country": account.country,
        "created": account.created,
        "default_currency": account.currency,
    }


def _controller(connection: Connection) -> dict[str, Json]:
    duties = connection.responsibilities
    return {
        "fees": {"payer": duties.fees_payer},
        "is_controller": True,
        "losses": {"payments": duties.losses},
        "requirement_collection": duties.requirement_collection,
        "stripe_dashboard": {"type": duties.dashboard},
        "type": "application",
    }


def _profile(name: str | None, url: str | None) -> dict[str, Json]:
    return {
        "annual_revenue": None,
        "estimated_worker_count": None,
        "mcc": "5734" if name else None,
        "name": name,
        "support_address": None,
        "support_email": None,
        "support_phone": None,
        "support_url": None,
        "url": url,
    }


def _requirements(
    currently_due: Sequence[str] = (),
    past_due: Sequence[str] = (),
    *,
    disabled_reason: str | None = None,
    deadline: int | None = None,
) -> dict[str, Json]:
    return {
        "alternatives": [],
        "current_deadline": deadline,
        "currently_due": list(currently_due),
        "disabled_reason": disabled_reason,
        "errors": [],
        "eventually_due": list(currently_due),
        "past_due": list(past_due),
        "pending_verification": [],
    }


def _settings(account: Account) -> dict[str, Json]:
    return {
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
    }


def _payouts(connection: Connection) -> dict[str, Json]:
    return {
        "debit_negative_balances": connection.responsibilities.losses == "stripe",
        "schedule": {"delay_days": 2, "interval": "daily"},
        "statement_descriptor": None,
    }


def _mapping(value: Json) -> dict[str, Json]:
    return dict(value) if isinstance(value, dict) else {}
