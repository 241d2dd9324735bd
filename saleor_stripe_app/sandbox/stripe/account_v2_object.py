"""How accounts look in v2 (https://docs.stripe.com/api/v2/core/accounts/object)."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.connect_objects import Capability, Connection
from saleor_stripe_app.sandbox.stripe.connections import pays_out
from saleor_stripe_app.sandbox.stripe.form import Json

TRANSFERS = "stripe_balance.stripe_transfers"
_COLLECTORS = {"account": "stripe", "application": "application"}


def render(account: Account, include: Collection[str], *, livemode: bool) -> dict[str, Json]:
    """An account; what is not asked for in `include` is null."""
    connection = account.connection
    assert connection is not None
    fields = connection.fields
    parts: dict[str, Json] = {
        "defaults": _defaults(account, connection),
        "future_requirements": {"alternatives": [], "entries": [], "summary": None},
        "identity": fields.get("identity"),
        "requirements": _requirements(connection),
    }
    configuration = {
        name: _configuration(connection, name, given) if f"configuration.{name}" in include else None
        for name, given in connection.configurations.items()
    }
    asked = any(name.startswith("configuration.") for name in include)
    return {
        "id": account.id,
        "object": "v2.core.account",
        "applied_configurations": sorted(connection.configurations),
        "closed": connection.closed,
        "configuration": {**dict.fromkeys(("customer", "merchant", "recipient")), **configuration} if asked else None,
        "contact_email": fields.get("email"),
        "contact_phone": fields.get("contact_phone"),
        "created": moment(account.created),
        "dashboard": connection.responsibilities.dashboard,
        "display_name": fields.get("display_name"),
        "livemode": livemode,
        "metadata": dict(connection.metadata),
        **{name: part if name in include else None for name, part in parts.items()},
    }


def moment(seconds: int) -> str:
    """A time as v2 shows it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _defaults(account: Account, connection: Connection) -> dict[str, Json]:
    duties = connection.responsibilities
    return {
        "currency": account.currency,
        "locales": None,
        "payout_methods": None,
        "profile": connection.fields.get("profile"),
        "responsibilities": {
            "fees_collector": _COLLECTORS[duties.fees_payer],
            "losses_collector": duties.losses,
            "requirements_collector": duties.requirement_collection,
        },
    }


def _configuration(connection: Connection, name: str, given: Mapping[str, Json]) -> dict[str, Json]:
    shown: dict[str, Json] = {"applied": True, **given}
    if name == "merchant":
        shown["capabilities"] = {
            capability.name: _status(connection, capability)
            for capability in connection.capabilities.values()
            if capability.name != "transfers"
        }
    if name == "recipient":
        transfers = connection.capabilities.get("transfers")
        balance = None
        if transfers is not None:
            paid: dict[str, Json] = {"status": "active", "status_details": []}
            payouts = paid if pays_out(connection) else _restricted(connection)
            balance = {"payouts": payouts, "stripe_transfers": _status(connection, transfers)}
        shown["capabilities"] = {"bank_accounts": None, "cards": None, "stripe_balance": balance}
    return shown


def _status(connection: Connection, capability: Capability) -> dict[str, Json]:
    if capability.status == "active":
        return {"status": "active", "status_details": []}
    return _restricted(connection)


def _restricted(connection: Connection) -> dict[str, Json]:
    if connection.rejected:
        return {"status": "rejected", "status_details": [{"code": "rejected_other", "resolution": "contact_stripe"}]}
    if connection.past_due:
        detail = {"code": "requirements_past_due", "resolution": "provide_info"}
    else:
        detail = {"code": "restricted_other", "resolution": "contact_stripe"}
    return {"status": "restricted", "status_details": [detail]}


def _requirements(connection: Connection) -> dict[str, Json]:
    entries: list[Json] = [_entry(connection, requirement) for requirement in connection.currently_due]
    summary: Json = None
    if entries:
        deadline = connection.current_deadline
        summary = {
            "minimum_deadline": {
                "status": "past_due" if connection.past_due else "currently_due",
                "time": moment(deadline) if deadline is not None and not connection.past_due else None,
            }
        }
    return {"alternatives": [], "entries": entries, "summary": summary}


def _entry(connection: Connection, requirement: str) -> Json:
    status = "past_due" if requirement in connection.past_due else "currently_due"
    restricts: list[Json] = [
        {
            "capability": TRANSFERS if name == "transfers" else name,
            "configuration": "recipient" if name == "transfers" else "merchant",
            "deadline": {"status": status},
        }
        for name in connection.capabilities
    ]
    return {
        "awaiting_action_from": "user",
        "description": requirement,
        "errors": [],
        "impact": {"restricts_capabilities": restricts},
        "minimum_deadline": {"status": status},
        "reference": None,
        "requested_reasons": [
            {"code": "routine_verification" if connection.details_submitted else "routine_onboarding"}
        ],
    }
