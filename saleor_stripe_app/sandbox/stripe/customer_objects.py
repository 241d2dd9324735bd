"""What an account holds of its customers, as plain records: who they are, how they pay, and what they agreed to."""

from dataclasses import dataclass, field

from saleor_stripe_app.sandbox.stripe.card_numbers import Behaviour, Card
from saleor_stripe_app.sandbox.stripe.form import Json


@dataclass(slots=True)
class Customer:
    """A customer; `fields` as they were set. A deleted one can still be retrieved."""

    id: str
    created: int
    livemode: bool
    fields: dict[str, Json]
    metadata: dict[str, str]
    deleted: bool = False


@dataclass(slots=True)
class PaymentMethod:
    """A payment method; `details` is the part under the name of its type.

    `used_up`: it was used without a customer, or detached, and cannot be used again. `set_up`: the shopper
    authenticated it for payments without them. `mandated`: the shopper accepted the mandate that it needs.
    """

    id: str
    type: str
    created: int
    livemode: bool
    billing: Json
    details: dict[str, Json]
    card: Card | None = None
    behaviour: Behaviour = field(default_factory=Behaviour)
    customer: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    allow_redisplay: str = "unspecified"
    used_up: bool = False
    set_up: bool = False
    mandated: bool = False


@dataclass(slots=True)
class SetupIntent:
    """An intent to keep a payment method for later, without a payment."""

    id: str
    created: int
    livemode: bool
    client_secret: str
    usage: str
    automatic: dict[str, Json]
    options: dict[str, dict[str, Json]]
    metadata: dict[str, str]
    method_types: list[str] = field(default_factory=list)
    allowed: list[str] | None = None
    excluded: list[str] | None = None
    configuration: str | None = None
    description: Json = None
    status: str = "requires_payment_method"
    customer: str | None = None
    payment_method: str | None = None
    latest_attempt: str | None = None
    cancellation_reason: str | None = None
    last_setup_error: dict[str, Json] | None = None
    next_action: dict[str, Json] | None = None
    return_url: str | None = None
    use_stripe_sdk: bool = False


@dataclass(slots=True)
class ConfirmationToken:
    """What a shopper entered, to be confirmed by the server once.

    `values` are parameters of a confirmation; `preview` is the payment method as it will be.
    """

    id: str
    created: int
    expires_at: int
    livemode: bool
    values: dict[str, Json]
    preview: dict[str, Json]
    payment_intent: str | None = None
    setup_intent: str | None = None


@dataclass(slots=True)
class MethodConfiguration:
    """Which payment methods a shop shows; `methods` None are all that the account has switched on."""

    id: str
    created: int
    name: str
    is_default: bool
    methods: list[str] | None = None
    active: bool = True
