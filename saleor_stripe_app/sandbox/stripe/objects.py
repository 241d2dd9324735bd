"""What an account holds, as plain records. How Stripe shows them is said beside their endpoints."""

from dataclasses import dataclass, field
from decimal import Decimal

from saleor_stripe_app.sandbox.stripe.form import Json


@dataclass(slots=True)
class PaymentIntent:
    """An intent to take money once. `fields` are the texts and hashes that it shows as they were set."""

    id: str
    amount: int
    currency: str
    created: int
    livemode: bool
    client_secret: str
    capture_method: str
    confirmation_method: str
    method_types: list[str]
    options: dict[str, dict[str, Json]]
    automatic: dict[str, Json] | None
    fields: dict[str, Json]
    metadata: dict[str, str]
    allowed: list[str] | None = None
    excluded: list[str] | None = None
    status: str = "requires_payment_method"
    customer: str | None = None
    payment_method: str | None = None
    latest_charge: str | None = None
    amount_capturable: int = 0
    amount_received: int = 0
    canceled_at: int | None = None
    cancellation_reason: str | None = None
    last_payment_error: dict[str, Json] | None = None
    next_action: dict[str, Json] | None = None
    return_url: str | None = None
    use_stripe_sdk: bool = False
    review: str | None = None
    configuration: str | None = None


@dataclass(slots=True)
class Charge:
    """One try to move an intent's money. `captures` counts the parts taken so far."""

    id: str
    intent: str
    payment_method: str
    type: str
    amount: int
    currency: str
    created: int
    livemode: bool
    billing: Json
    fields: dict[str, Json]
    metadata: dict[str, str]
    customer: str | None = None
    status: str = "succeeded"
    paid: bool = True
    captured: bool = True
    captures: int = 0
    amount_captured: int = 0
    amount_refunded: int = 0
    refunded: bool = False
    disputed: bool = False
    balance_transaction: str | None = None
    failure_balance_transaction: str | None = None
    failure_code: str | None = None
    failure_message: str | None = None
    outcome: dict[str, Json] | None = None
    capture_before: int | None = None
    multicapture: bool = False
    incremental: bool = False
    extended: bool = False
    authenticated: bool = False
    off_session: bool = False
    transfer: str | None = None
    application_fee: str | None = None
    generated: str | None = None
    """The bank debit that was kept of a method which can only be paid with once."""


@dataclass(slots=True)
class Refund:
    """Money given back for a charge."""

    id: str
    charge: str
    intent: str
    amount: int
    currency: str
    created: int
    status: str
    type: str
    metadata: dict[str, str]
    reason: str | None = None
    pending_reason: str | None = None
    failure_reason: str | None = None
    balance_transaction: str | None = None
    failure_balance_transaction: str | None = None
    instructions_email: str | None = None
    fails_later: bool = False
    transfer_reversal: str | None = None


@dataclass(slots=True)
class Dispute:
    """What a bank takes back, or asks about; `balance_transactions` are its movements of funds."""

    id: str
    charge: str
    intent: str
    amount: int
    currency: str
    created: int
    livemode: bool
    reason: str
    status: str
    due_by: int
    brand: str
    balance_transactions: list[str] = field(default_factory=list)
    submissions: int = 0

    @property
    def is_inquiry(self) -> bool:
        """Whether no money has moved."""
        return self.status.startswith("warning_")

    @property
    def refundable(self) -> bool:
        """Whether the charge may be refunded all the same."""
        return self.is_inquiry or self.status == "won"


@dataclass(slots=True)
class BalanceTransaction:
    """A movement of the account's balance; `source` is the object behind it, empty where there is none.

    `presented` is the amount in the currency of that object, `exchange_rate` what it was turned at.
    `application_fee` is the part of the fee that a platform keeps.
    """

    id: str
    type: str
    source: str
    amount: int
    fee: int
    currency: str
    created: int
    reporting_category: str
    available_on: int
    presented: int
    exchange_rate: Decimal | None = None
    application_fee: int = 0
    payout: str | None = None
    """The automatic payout that it became a part of."""

    @property
    def net(self) -> int:
        """What it makes of the balance."""
        return self.amount - self.fee


@dataclass(slots=True)
class WebhookEndpoint:
    """An address that wants to hear of events."""

    id: str
    url: str
    secret: str
    enabled_events: list[str]
    created: int
    livemode: bool
    api_version: str | None
    connect: bool
    description: str | None
    metadata: dict[str, str]
    enabled: bool = True

    def wants(self, event_type: str) -> bool:
        """Whether events of a type are sent here."""
        return self.enabled and ("*" in self.enabled_events or event_type in self.enabled_events)
