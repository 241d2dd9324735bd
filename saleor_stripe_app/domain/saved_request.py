"""What a logged-in customer asks of what they saved, as Saleor's webhooks of stored payment methods say it."""

from dataclasses import dataclass, field

from saleor_stripe_app.domain.shopper import User


@dataclass(frozen=True, slots=True)
class SavedRequest:
    """Whose methods, and by which channel's configuration. `app_id` is the recipient, `version` Saleor's."""

    app_id: str
    version: tuple[int, int]
    user: User
    channel_id: str
    channel_slug: str = ""


@dataclass(frozen=True, slots=True)
class DeleteRequest(SavedRequest):
    """STORED_PAYMENT_METHOD_DELETE_REQUESTED: `method_id` is what the storefront named, Stripe's id or not."""

    method_id: str = ""


@dataclass(frozen=True, slots=True)
class GreetingRequest(SavedRequest):
    """PAYMENT_GATEWAY_INITIALIZE_TOKENIZATION_SESSION."""

    wants_customer_session: bool = False


@dataclass(frozen=True, slots=True)
class TokenizeRequest(SavedRequest):
    """PAYMENT_METHOD_INITIALIZE_TOKENIZATION_SESSION.

    `digest` is the SHA-256 of the verified body, `confirmation_token` what Stripe.js made of what the shopper entered,
    `return_url` where they come back to from a bank's page.
    """

    digest: str = ""
    confirmation_token: str | None = field(default=None, repr=False)
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class ProcessRequest(SavedRequest):
    """PAYMENT_METHOD_PROCESS_TOKENIZATION_SESSION: `setup_id` is the id of an earlier answer."""

    setup_id: str = ""
