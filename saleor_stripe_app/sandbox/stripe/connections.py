"""What a connected account may do, and what is asked of it (https://docs.stripe.com/connect/account-capabilities)."""

from saleor_stripe_app.sandbox.stripe.connect_objects import Capability, Connection, Responsibilities

ASKED = (
    "business_profile.url",
    "business_type",
    "external_account",
    "tos_acceptance.date",
    "tos_acceptance.ip",
)
"""What Stripe asks of a new account first."""


def standing(created: int) -> Connection:
    """An account in good standing that somebody connected to a platform, with a dashboard of its own."""
    connection = Connection("dashboard", Responsibilities(), reserves=False, details_submitted=True)
    for name in ("card_payments", "transfers"):
        connection.capabilities[name] = Capability(name, created, "active")
    return connection


def begun(made_with: str, responsibilities: Responsibilities) -> Connection:
    """An account that a platform has just made: everything is still asked of it."""
    reserves = responsibilities.losses == "application"
    connection = Connection(made_with, responsibilities, reserves)
    ask(connection, list(ASKED))
    connection.disabled_reason = "requirements.past_due"
    return connection


def ask(connection: Connection, requirements: list[str], *, deadline: int | None = None) -> None:
    """Ask for information; without a deadline it is past due at once and nothing works until it is there."""
    connection.currently_due = _joined(connection.currently_due, requirements)
    if deadline is None:
        connection.past_due = _joined(connection.past_due, requirements)
    else:
        connection.current_deadline = deadline


def request(connection: Connection, name: str, now: int) -> None:
    """Ask for a capability: it is active at once where nothing is missing."""
    if name in connection.capabilities:
        return
    capability = Capability(name, now, currently_due=list(connection.currently_due))
    connection.capabilities[name] = capability
    if connection.details_submitted and not connection.past_due and connection.disabled_reason is None:
        capability.status = "active"
    else:
        capability.past_due = list(connection.past_due)
        capability.disabled_reason = _of_capability(connection)


def complete(connection: Connection) -> None:
    """Everything that was asked for is there: what was requested becomes active."""
    connection.details_submitted = True
    connection.currently_due, connection.past_due, connection.current_deadline = [], [], None
    if connection.rejected:
        return
    connection.disabled_reason = None
    for capability in connection.capabilities.values():
        capability.status, capability.disabled_reason = "active", None
        capability.currently_due, capability.past_due = [], []


def regress(connection: Connection, name: str, requirement: str) -> None:
    """A capability is lost over something that is past due."""
    capability = connection.capabilities[name]
    capability.status, capability.disabled_reason = "inactive", "requirements.fields_needed"
    capability.currently_due = _joined(capability.currently_due, [requirement])
    capability.past_due = _joined(capability.past_due, [requirement])
    ask(connection, [requirement])


def stop(connection: Connection, reason: str) -> None:
    """Nothing works any more, for a reason of Stripe's as `under_review` or `rejected.fraud`."""
    connection.disabled_reason = reason
    for capability in connection.capabilities.values():
        capability.status, capability.disabled_reason = "inactive", _of_capability(connection)


def takes_payments(connection: Connection) -> bool:
    """`charges_enabled` of the account."""
    return connection.details_submitted and connection.disabled_reason is None and connection.may("card_payments")


def pays_out(connection: Connection) -> bool:
    """`payouts_enabled` of the account."""
    works = any(capability.status == "active" for capability in connection.capabilities.values())
    return (
        connection.details_submitted and works and connection.disabled_reason is None and not connection.payouts_paused
    )


def _of_capability(connection: Connection) -> str:
    """What a capability says of what has stopped the account."""
    reason = connection.disabled_reason or ""
    if not connection.details_submitted:
        return "pending.onboarding"
    if connection.rejected:
        return "rejected.other"
    known = {"under_review": "pending.review", "platform_paused": "platform_paused", "requirements.past_due": ""}
    return known.get(reason, "other") or "requirements.fields_needed"


def _joined(known: list[str], more: list[str]) -> list[str]:
    return sorted({*known, *more})
