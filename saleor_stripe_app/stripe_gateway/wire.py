"""The parts of Stripe's objects that this app reads, and how they are narrowed to them.

https://docs.stripe.com/api/payment_intents/object, https://docs.stripe.com/api/charges/object,
https://docs.stripe.com/api/refunds/object, https://docs.stripe.com/api/disputes/object,
https://docs.stripe.com/api/radar/reviews/object, https://docs.stripe.com/api/webhook_endpoints/object.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

import msgspec
import stripe

from saleor_stripe_app.domain.errors import Unavailable

Wire = TypeVar("Wire", bound=msgspec.Struct)


class Identified(msgspec.Struct, frozen=True):
    """What every object has."""

    id: str


class Failure(msgspec.Struct, frozen=True):
    """`last_payment_error` of an intent."""

    message: str | None = None
    code: str | None = None
    decline_code: str | None = None


class Multicapture(msgspec.Struct, frozen=True):
    """Whether a card payment may be captured several times: available or unavailable."""

    status: str = "unavailable"


class Wallet(msgspec.Struct, frozen=True):
    """apple_pay, google_pay, link ..."""

    type: str | None = None


class CardDetails(msgspec.Struct, frozen=True):
    """The card of a charge. The expiry is absent for some tokens."""

    brand: str | None = None
    last4: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None
    wallet: Wallet | None = None
    capture_before: int | None = None
    multicapture: Multicapture | None = None


class MethodDetails(msgspec.Struct, frozen=True):
    """`payment_method_details` of a charge."""

    type: str
    card: CardDetails | None = None


class OutcomeWire(msgspec.Struct, frozen=True):
    """Why a charge was let through or not; `reason` is the issuer's decline code for a declined one."""

    type: str | None = None
    reason: str | None = None
    seller_message: str | None = None
    risk_level: str | None = None
    risk_score: int | None = None
    network_decline_code: str | None = None
    advice_code: str | None = None


class BalanceTransactionWire(Identified, frozen=True):
    """A movement of the merchant's balance. The rate is the one number with a fraction that Stripe gives."""

    fee: int
    net: int
    currency: str
    exchange_rate: Decimal | None = None


class BillingDetails(msgspec.Struct, frozen=True):
    """What the shopper gave with the payment method."""

    email: str | None = None


class ChargeWire(Identified, frozen=True):
    """A charge; `balance_transaction` is an id where it was not asked for, None until Stripe has booked it."""

    status: str
    amount: int
    created: int
    captured: bool
    disputed: bool = False
    amount_captured: int = 0
    amount_refunded: int = 0
    failure_code: str | None = None
    failure_message: str | None = None
    outcome: OutcomeWire | None = None
    payment_method_details: MethodDetails | None = None
    balance_transaction: BalanceTransactionWire | str | None = None
    billing_details: BillingDetails | None = None


class MethodOptions(msgspec.Struct, frozen=True):
    """`payment_method_options` of one type."""

    capture_method: str | None = None


class Redirect(msgspec.Struct, frozen=True):
    """The page that the shopper has to visit."""

    url: str | None = None


class NextAction(msgspec.Struct, frozen=True):
    """What the shopper has to do next."""

    type: str
    redirect_to_url: Redirect | None = None


class IntentWire(Identified, frozen=True):
    """A payment intent; `latest_charge` is an id where it was not asked for."""

    status: str
    currency: str
    amount: int
    created: int
    livemode: bool
    amount_capturable: int = 0
    amount_received: int = 0
    client_secret: str | None = None
    next_action: NextAction | None = None
    capture_method: str | None = None
    payment_method_options: dict[str, MethodOptions] | None = None
    canceled_at: int | None = None
    cancellation_reason: str | None = None
    last_payment_error: Failure | None = None
    latest_charge: ChargeWire | str | None = None
    review: str | None = None
    customer: Identified | str | None = None
    payment_method: Identified | str | None = None
    metadata: dict[str, str] | None = None


class RefundWire(Identified, frozen=True):
    """A refund."""

    amount: int
    created: int
    status: str | None = None
    failure_reason: str | None = None
    reason: str | None = None
    metadata: dict[str, str] | None = None


class DisputeFundsWire(Identified, frozen=True):
    """A balance transaction of a dispute: an amount below 0 was withdrawn."""

    amount: int
    currency: str
    created: int
    exchange_rate: Decimal | None = None


class EvidenceDetails(msgspec.Struct, frozen=True):
    """Until when a dispute must be answered; 0 or null where it cannot be."""

    due_by: int | None = None


class DisputeWire(Identified, frozen=True):
    """A dispute."""

    amount: int
    currency: str
    created: int
    status: str
    reason: str
    balance_transactions: list[DisputeFundsWire] = []
    evidence_details: EvidenceDetails | None = None


class ReviewWire(Identified, frozen=True):
    """A review by Radar. `open` is false once somebody decided, or the payment made it moot."""

    open: bool
    opened_reason: str
    created: int
    closed_reason: str | None = None


class EarlyFraudWarningWire(Identified, frozen=True):
    """A bank's warning of fraud."""

    actionable: bool
    fraud_type: str
    created: int


class EndpointWire(Identified, frozen=True):
    """A webhook endpoint; `secret` is in the answer to its creation alone."""

    url: str
    status: str
    enabled_events: list[str]
    api_version: str | None = None
    secret: str | None = None
    metadata: dict[str, str] | None = None


def narrowed(answer: stripe.StripeObject, kind: type[Wire]) -> Wire:
    """The parts of an answer that we read. Raises Unavailable where one has a form that Stripe's page does not give."""
    try:
        return msgspec.convert(answer.to_dict(), type=kind)
    except msgspec.ValidationError as error:
        raise Unavailable(f"Stripe's answer could not be read: {error}.") from error


def identifier(reference: Identified | str | None) -> str | None:
    """The id of what another object names, whether or not the object itself was asked for."""
    return reference.id if isinstance(reference, Identified) else reference


def moment(seconds: int) -> datetime:
    """Stripe's Unix time."""
    return datetime.fromtimestamp(seconds, UTC)
