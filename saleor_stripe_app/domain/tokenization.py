"""Saving a payment method without a payment: what to ask of Stripe, and what its setup intent means to Saleor.

https://docs.stripe.com/payments/save-and-reuse, https://docs.stripe.com/api/setup_intents,
https://docs.saleor.io/developer/payments/stored-payments
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from saleor_stripe_app.domain import metadata as marks
from saleor_stripe_app.domain.channel_options import PaymentOptions
from saleor_stripe_app.domain.customer import USER
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.options import ThreeDSecure
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.stored_methods import StoredMethod

MICRODEPOSITS = "verify_with_microdeposits"
# Each is a chance to try cards without paying (https://docs.stripe.com/disputes/prevention/card-testing). A shopper who
# is declined goes on with the same one; the hour is that of domain.attempts.
MOST_BEGUN = 10
NOT_SAVED = "The payment method could not be saved."


class SetupStatus(StrEnum):
    """https://docs.stripe.com/payments/paymentintents/lifecycle: a setup intent has the same states, but for money."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class SetupIntent:
    """A setup intent. `error` is what Stripe says to the shopper of the last try, `action` what they have to do next.

    `verification_url` is where they confirm microdeposits once these have arrived.
    """

    id: str
    status: SetupStatus
    client_secret: str = field(repr=False)
    customer: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    method: StoredMethod | None = None
    attempt: str | None = None
    error: str | None = None
    action: str | None = None
    verification_url: str | None = field(default=None, repr=False)


class Tokenized(StrEnum):
    """The results that Saleor takes for PAYMENT_METHOD_INITIALIZE_ and PROCESS_TOKENIZATION_SESSION."""

    SUCCESS = "SUCCESSFULLY_TOKENIZED"
    ACTION_REQUIRED = "ADDITIONAL_ACTION_REQUIRED"
    PENDING = "PENDING"
    FAILED = "FAILED_TO_TOKENIZE"


@dataclass(frozen=True, slots=True)
class Tokenization:
    """The answer. `id` is the payment method's once it is saved, the setup intent's until then.

    Saleor drops the `data` of a failure, and keeps no state: a storefront may process the same setup intent again.
    """

    result: Tokenized
    id: str | None = None
    data: Mapping[str, Json] | None = field(default=None, repr=False)
    error: str = ""


def owned(saleor_api_url: str, app_id: str, user_id: str) -> dict[str, str]:
    """The metadata of a setup intent: which Saleor, which app, whose."""
    return {marks.API_URL: saleor_api_url, marks.APP: app_id, USER: user_id}


def idempotency_key(saleor_api_url: str, user_id: str, request: str, customer: str) -> str:
    """The key of a setup intent.

    Saleor gives none. `request` is the confirmation token, which serves once, so that a double click makes one intent;
    without one the digest of Saleor's body, which names the time. Another customer is another request.
    """
    whole = f"{saleor_api_url}\n{user_id}\n{request}\n{customer}"
    return f"saleor-setup-{hashlib.sha256(whole.encode()).hexdigest()[:40]}"


def require_few(begun: int) -> None:
    """Raises Refusal, in words for a shopper, where a customer began too many within the hour to begin one more."""
    if begun >= MOST_BEGUN:
        raise Refusal("Too many payment methods were tried. Please wait an hour and try again.", code="TooManyAttempts")


def create_parameters(
    customer: str,
    options: PaymentOptions,
    metadata: Mapping[str, str],
    *,
    confirmation_token: str | None = None,
    return_url: str | None = None,
) -> dict[str, Json]:
    """A setup intent for what the channel offers, confirmed at once with a token.

    Whatever the shopper has to do then is left to Stripe.js, unless a return URL says that they are to be sent to a
    page and back again; without one no method that redirects is taken.
    """
    asked: dict[str, Json] = {
        "customer": customer,
        "usage": "off_session",
        "automatic_payment_methods": {"enabled": True},
        "metadata": dict(metadata),
        "expand": ["payment_method"],
    }
    if options.channel.method_configuration:
        asked["payment_method_configuration"] = options.channel.method_configuration
    if options.channel.excluded_methods:
        asked["excluded_payment_method_types"] = list(options.channel.excluded_methods)
    if options.three_d_secure is not ThreeDSecure.AUTOMATIC and "card" not in options.channel.excluded_methods:
        asked["payment_method_options"] = {"card": {"request_three_d_secure": options.three_d_secure.value}}
    if confirmation_token is None:
        return asked
    asked |= {"confirm": True, "confirmation_token": confirmation_token}
    if return_url is not None:
        return asked | {"return_url": return_url, "use_stripe_sdk": False}
    return asked | {
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        "use_stripe_sdk": True,
    }


def outcome(setup: SetupIntent) -> Tokenization:
    """What a setup intent that is not done yet, or never will be, means to Saleor."""
    match setup.status:
        case SetupStatus.PROCESSING:
            return Tokenization(Tokenized.PENDING, setup.id, _data(setup))
        case SetupStatus.REQUIRES_ACTION if setup.action == MICRODEPOSITS:
            return Tokenization(Tokenized.PENDING, setup.id, _data(setup))
        case SetupStatus.CANCELED:
            return Tokenization(Tokenized.FAILED, error="This attempt to save a payment method has ended. Begin anew.")
        case SetupStatus.REQUIRES_PAYMENT_METHOD if setup.error is not None:
            return Tokenization(Tokenized.FAILED, error=setup.error)
    return Tokenization(Tokenized.ACTION_REQUIRED, setup.id, _data(setup))


def _data(setup: SetupIntent) -> dict[str, Json]:
    shown: dict[str, Json] = {"stripeClientSecret": setup.client_secret}
    if setup.verification_url is not None:
        shown["verificationUrl"] = setup.verification_url
    return {"setupIntent": shown}
