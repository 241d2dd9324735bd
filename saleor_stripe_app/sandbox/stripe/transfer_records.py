"""Money between a platform and its accounts, as plain records. How Stripe shows them is said beside their endpoints."""

from dataclasses import dataclass, field


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
