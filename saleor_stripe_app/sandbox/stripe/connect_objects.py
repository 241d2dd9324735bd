"""What Connect adds to an account, as plain records. How Stripe shows them is said beside their endpoints."""

from dataclasses import dataclass, field

from saleor_stripe_app.sandbox.stripe.form import Json


@dataclass(slots=True)
class Capability:
    """What an account may do once its requirements are met, as `transfers`; `past_due` ones have cost it that."""

    name: str
    requested_at: int
    status: str = "inactive"
    currently_due: list[str] = field(default_factory=list)
    past_due: list[str] = field(default_factory=list)
    disabled_reason: str | None = None


@dataclass(slots=True)
class Responsibilities:
    """Who does what for an account (https://docs.stripe.com/connect/design-an-integration)."""

    fees_payer: str = "account"
    losses: str = "stripe"
    requirement_collection: str = "stripe"
    dashboard: str = "full"

    @property
    def account_type(self) -> str:
        """The word that answers show: what the older account types would be called, `none` where there is none."""
        shapes = {
            ("account", "stripe", "stripe", "full"): "standard",
            ("application", "application", "stripe", "express"): "express",
            ("application", "application", "application", "none"): "custom",
        }
        return shapes.get((self.fees_payer, self.losses, self.requirement_collection, self.dashboard), "none")


@dataclass(slots=True)
class Connection:
    """How an account is connected to its platform. `made_with` is the API that made it: v1, v2 or dashboard.

    `reserves`: the platform's funds stand in for it, so that its balance may fall below zero
    (https://docs.stripe.com/connect/account-balances#understanding-connected-reserve-balances).
    """

    made_with: str
    responsibilities: Responsibilities
    reserves: bool
    capabilities: dict[str, Capability] = field(default_factory=dict)
    currently_due: list[str] = field(default_factory=list)
    past_due: list[str] = field(default_factory=list)
    current_deadline: int | None = None
    disabled_reason: str | None = None
    details_submitted: bool = False
    payouts_paused: bool = False
    service_agreement: str = "full"
    fields: dict[str, Json] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    configurations: dict[str, dict[str, Json]] = field(default_factory=dict)
    """Of Accounts v2: merchant, recipient and customer, as they were given."""
    closed: bool = False

    def may(self, capability: str) -> bool:
        """Whether a capability is active."""
        found = self.capabilities.get(capability)
        return found is not None and found.status == "active"

    @property
    def rejected(self) -> bool:
        """Whether somebody has put an end to it."""
        return (self.disabled_reason or "").startswith("rejected.")


@dataclass(slots=True)
class AccountLink:
    """A page for somebody of the account; used once, and only until it expires."""

    token: str
    account: str
    kind: str
    refresh_url: str
    return_url: str
    created: int
    expires_at: int
    used: bool = False
