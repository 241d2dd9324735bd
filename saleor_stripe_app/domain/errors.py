"""Errors by meaning. Doors map each meaning to one form of answer; nothing else decides on HTTP.

AppError
├── Refusal        an answer: the request was understood and is declined (200 with a *_FAILURE to Saleor)
│   ├── Declined       Stripe or the issuer declined, with Stripe's codes
│   └── Unrepresentable an amount or currency that Stripe cannot take
├── Malformed      the sender's request cannot be read (400)
├── Untrusted      the sender is not who it must be, or may not do this (401, 403)
└── Unavailable    the outcome is unknown: a time limit, a lost connection, a fault of the other side
"""


class AppError(Exception):
    """Anything this app raises on purpose. `str()` of it may be shown to its sender."""


class Refusal(AppError):
    """Declined by us or by Stripe; nothing moved. `code` is public and stable, the message is for people."""

    def __init__(self, message: str, *, code: str = "Refused") -> None:
        super().__init__(message)
        self.code = code


class Declined(Refusal):
    """Stripe refused the request. The codes are Stripe's: https://docs.stripe.com/error-codes.

    `unknown_customer` is the customer (`cus_...`) that the request named and that Stripe does not know (any more).
    `parameter` is the one that Stripe does not take, where it names one: `shipping[address][country]`.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "StripeApiError",
        stripe_code: str | None = None,
        decline_code: str | None = None,
        status: int | None = None,
        unknown_customer: str | None = None,
        parameter: str | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.parameter = parameter
        self.unknown_customer = unknown_customer
        self.stripe_code = stripe_code
        self.decline_code = decline_code
        self.status = status


class Unrepresentable(Refusal):
    """An amount that has no exact form in Stripe's minor units, or a currency that Stripe does not take."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="UnrepresentableAmount")


class Malformed(AppError):
    """The request cannot be read; nothing was done."""


class Untrusted(AppError):
    """The signature, token or origin is wrong, or the sender lacks a permission (`forbidden`)."""

    def __init__(self, message: str, *, forbidden: bool = False) -> None:
        super().__init__(message)
        self.forbidden = forbidden


class Unavailable(AppError):
    """The outcome is not known. `stored` says that Stripe keeps this 5xx under its idempotency key.

    Stripe replays a stored answer for the key's life (https://docs.stripe.com/api/idempotent_requests),
    so sending the same request again would only repeat it.
    """

    def __init__(self, message: str, *, stored: bool = False) -> None:
        super().__init__(message)
        self.stored = stored
