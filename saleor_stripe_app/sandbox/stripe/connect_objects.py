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


@dataclass(slots=True)
class Transfer:
    """Money from a platform to a connected account; `automatic` ones come of a destination charge."""

    id: str
    amount: int
    currency: str
    created: int
    livemode: bool
    destination: str
    destination_payment: str
    balance_transaction: str
    metadata: dict[str, str]
    source_transaction: str | None = None
    transfer_group: str | None = None
    description: str | None = None
    amount_reversed: int = 0
    reversals: list[str] = field(default_factory=list)
    application_fee: str | None = None
    automatic: bool = False

    @property
    def left(self) -> int:
        """What has not been reversed."""
        return self.amount - self.amount_reversed


@dataclass(slots=True)
class TransferReversal:
    """A transfer, or a part of it, taken back."""

    id: str
    transfer: str
    amount: int
    currency: str
    created: int
    balance_transaction: str
    destination_payment_refund: str
    metadata: dict[str, str]
    source_refund: str | None = None


@dataclass(slots=True)
class DestinationPayment:
    """A transfer as the connected account sees it: a payment without an intent."""

    id: str
    amount: int
    currency: str
    created: int
    livemode: bool
    source_transfer: str
    balance_transaction: str
    amount_refunded: int = 0
    application_fee: str | None = None
    application_fee_amount: int | None = None


@dataclass(slots=True)
class ApplicationFee:
    """What a platform keeps of a connected account's payment; it stands in the platform's books."""

    id: str
    account: str
    amount: int
    currency: str
    created: int
    livemode: bool
    charge: str
    balance_transaction: str
    originating_transaction: str | None = None
    amount_refunded: int = 0
    refunds: list[str] = field(default_factory=list)

    @property
    def left(self) -> int:
        """What has not been given back."""
        return self.amount - self.amount_refunded


@dataclass(slots=True)
class FeeRefund:
    """An application fee, or a part of it, given back to the connected account."""

    id: str
    fee: str
    amount: int
    currency: str
    created: int
    balance_transaction: str
    metadata: dict[str, str]


@dataclass(slots=True)
class Payout:
    """Money on its way from a balance to a bank."""

    id: str
    amount: int
    currency: str
    created: int
    livemode: bool
    automatic: bool
    balance_transaction: str
    arrival_date: int
    destination: str
    metadata: dict[str, str]
    status: str = "pending"
    failure_balance_transaction: str | None = None
    failure_code: str | None = None
    description: str | None = None
    statement_descriptor: str | None = None
