"""An account and all that it holds in one mode."""

from dataclasses import dataclass, field

from saleor_stripe_app.sandbox.stripe.connect_objects import AccountLink, Connection
from saleor_stripe_app.sandbox.stripe.conversion import Conversion
from saleor_stripe_app.sandbox.stripe.customer_objects import (
    ConfirmationToken,
    Customer,
    MethodConfiguration,
    PaymentMethod,
    SetupIntent,
)
from saleor_stripe_app.sandbox.stripe.errors import missing
from saleor_stripe_app.sandbox.stripe.event_object import Event
from saleor_stripe_app.sandbox.stripe.idempotency import Remembered
from saleor_stripe_app.sandbox.stripe.method_types import METHOD_TYPES
from saleor_stripe_app.sandbox.stripe.objects import (
    BalanceTransaction,
    Charge,
    Dispute,
    PaymentIntent,
    Refund,
    WebhookEndpoint,
)
from saleor_stripe_app.sandbox.stripe.radar_objects import EarlyFraudWarning, Review
from saleor_stripe_app.sandbox.stripe.transfer_records import (
    ApplicationFee,
    DestinationPayment,
    FeeRefund,
    Payout,
    Transfer,
    TransferReversal,
)


@dataclass(slots=True)
class Account:
    """A merchant. `multicapture`, `incremental` and `extended` authorization Stripe grants to some accounts only.

    `platform` is the account that may act for this one through Stripe-Account, `connection` how it is connected to it.
    `accounts_v1` and `accounts_v2` say by which API it may make connected accounts, if it is a platform itself.
    """

    id: str
    name: str
    country: str
    currency: str
    created: int
    secret_key: str
    publishable_key: str
    methods: list[str] = field(default_factory=lambda: list(METHOD_TYPES))
    multicapture: bool = True
    incremental: bool = True
    extended: bool = True
    platform: str | None = None
    connection: Connection | None = None
    conversions: dict[str, Conversion] = field(default_factory=dict)
    """What payments are turned into, by the currency in which they are charged; all others settle as they are."""
    accounts_v1: bool = True
    accounts_v2: bool = True


@dataclass(slots=True)
class Books:
    """The objects of one account in one mode, each kind in the order in which it was made."""

    account: Account
    livemode: bool
    payment_intents: dict[str, PaymentIntent] = field(default_factory=dict)
    charges: dict[str, Charge] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    disputes: dict[str, Dispute] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)
    balance_transactions: dict[str, BalanceTransaction] = field(default_factory=dict)
    payment_methods: dict[str, PaymentMethod] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    setup_intents: dict[str, SetupIntent] = field(default_factory=dict)
    confirmation_tokens: dict[str, ConfirmationToken] = field(default_factory=dict)
    method_configurations: dict[str, MethodConfiguration] = field(default_factory=dict)
    warnings: dict[str, EarlyFraudWarning] = field(default_factory=dict)
    webhook_endpoints: dict[str, WebhookEndpoint] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    charges_of: dict[str, list[str]] = field(default_factory=dict)
    """Charges of an intent, oldest first."""
    refunds_of: dict[str, list[str]] = field(default_factory=dict)
    """Refunds of a charge, oldest first."""
    account_links: dict[str, AccountLink] = field(default_factory=dict)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    transfer_reversals: dict[str, TransferReversal] = field(default_factory=dict)
    transfers_of: dict[str, list[str]] = field(default_factory=dict)
    """Transfers that name a charge as their source, oldest first."""
    destination_payments: dict[str, DestinationPayment] = field(default_factory=dict)
    application_fees: dict[str, ApplicationFee] = field(default_factory=dict)
    fee_refunds: dict[str, FeeRefund] = field(default_factory=dict)
    payouts: dict[str, Payout] = field(default_factory=dict)
    remembered: dict[str, Remembered] = field(default_factory=dict)

    def intent(self, identifier: str, param: str = "intent") -> PaymentIntent:
        """The intent with an id, or 404."""
        found = self.payment_intents.get(identifier)
        if found is None:
            raise missing("payment_intent", identifier, param)
        return found

    def charge(self, identifier: str, param: str = "charge") -> Charge:
        """The charge with an id, or 404."""
        found = self.charges.get(identifier)
        if found is None:
            raise missing("charge", identifier, param)
        return found

    def latest_charge(self, intent: PaymentIntent) -> Charge:
        """The charge of an intent that has one."""
        assert intent.latest_charge is not None
        return self.charges[intent.latest_charge]

    def refund(self, identifier: str, param: str = "refund") -> Refund:
        """The refund with an id, or 404."""
        found = self.refunds.get(identifier)
        if found is None:
            raise missing("refund", identifier, param)
        return found

    def dispute(self, identifier: str) -> Dispute:
        """The dispute with an id, or 404."""
        found = self.disputes.get(identifier)
        if found is None:
            raise missing("dispute", identifier, "dispute")
        return found

    def review(self, identifier: str) -> Review:
        """The review with an id, or 404."""
        found = self.reviews.get(identifier)
        if found is None:
            raise missing("review", identifier, "review")
        return found

    def customer(self, identifier: str, status: int = 404, *, even_deleted: bool = False) -> Customer:
        """The customer with an id; 404 without, or 400 where a payment only mentions it."""
        found = self.customers.get(identifier)
        if found is None or (found.deleted and not even_deleted):
            raise missing("customer", identifier, "customer", status)
        return found
