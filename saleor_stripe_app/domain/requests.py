"""What Saleor asks of the app: the gateway's greeting, the two session requests and the three actions on a payment."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from saleor_stripe_app.domain.history import History, Kind
from saleor_stripe_app.domain.instruction import NO_INSTRUCTION, Instruction
from saleor_stripe_app.domain.purchase import Address, Purchase
from saleor_stripe_app.domain.reasons import NO_REASON, Reason
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.shopper import Principal, User
from saleor_stripe_app.domain.transaction import Flow, Transaction


@dataclass(frozen=True, slots=True)
class Source:
    """What is paid for: a checkout or an order (`type` is Saleor's type name), and the channel it was made in."""

    type: str
    id: str
    channel_id: str
    channel_slug: str = ""


@dataclass(frozen=True, slots=True)
class GatewayRequest:
    """PAYMENT_GATEWAY_INITIALIZE_SESSION. `app_id` is the recipient, `version` Saleor's major and minor.

    `user` is the customer whose purchase it is, `principal` who asks: None for a guest.
    """

    app_id: str
    version: tuple[int, int]
    source: Source
    amount: Decimal | None = None
    data: Json = field(default=None, repr=False)
    email: str = field(default="", repr=False)
    user: User | None = None
    billing_address: Address | None = field(default=None, repr=False)
    principal: Principal | None = None


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """TRANSACTION_INITIALIZE_SESSION and TRANSACTION_PROCESS_SESSION.

    `idempotency_key` comes with initialize alone. `newest` is the newest time that Saleor's payload shows for the
    transaction, `known` what Saleor was told of it by then. `method` is the payment method that the storefront says it
    will use: a hint, never needed; `instruction` is how it wants the payment made. `purchase` is there where Saleor
    shows it, `principal` who asked: None for a guest.
    """

    app_id: str
    version: tuple[int, int]
    source: Source
    flow: Flow
    amount: Decimal
    currency: str
    transaction_id: str
    reference: str = ""
    idempotency_key: str | None = None
    newest: datetime | None = None
    known: History | None = None
    method: str | None = None
    instruction: Instruction = NO_INSTRUCTION
    purchase: Purchase | None = None
    principal: Principal | None = None
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """TRANSACTION_CHARGE_REQUESTED, _REFUND_REQUESTED and _CANCELATION_REQUESTED.

    `digest` is the SHA-256 of the verified body and the identity of the request; `amount` is None where Saleor names
    none (a cancel of everything). `transaction` is what Saleor showed when it asked, `reason` what staff said of it.
    """

    app_id: str
    version: tuple[int, int]
    kind: Kind
    digest: str
    amount: Decimal | None
    currency: str
    transaction: Transaction
    source: Source | None = None
    reason: Reason = NO_REASON
