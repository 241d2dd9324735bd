"""What an error of Stripe's SDK means to us.

A definite answer (card errors, invalid requests, missing rights) is Declined: nothing moved. Everything else is
Unavailable: the outcome is not known. https://docs.stripe.com/error-handling, https://docs.stripe.com/error-codes.
"""

import re

import stripe

from saleor_stripe_app.domain.errors import AppError, Declined, Unavailable
from saleor_stripe_app.stripe_gateway.permissions import missing_permission

CARD_ERROR = "StripeCardError"
API_ERROR = "StripeApiError"
NOT_CONNECTED = "account_invalid"
OUR_FAULT = "There is a problem with the request to Stripe API"
LONGEST_MESSAGE = 500

# Words that Stripe's messages may hold and no shopper may read: keys, secrets, accounts, addresses.
_PRIVATE = re.compile(
    r"\b(?:[sr]k|pk|ek|whsec)_[A-Za-z0-9_*]+|\bacct_\w+|\b\w+_secret_\w+|[\w.+-]+@[\w-]+\.[\w.-]+", re.ASCII
)

_CUSTOMER = re.compile(r"cus_\w+", re.ASCII)


def translated(error: stripe.StripeError, *, keyed: bool) -> AppError:
    """The error by its meaning. `keyed` says that the request was a POST under an idempotency key of ours.

    A key that was used with other parameters is a definite answer to this request: it did nothing.
    """
    match error:
        case stripe.CardError():
            return _declined(error, public_message(error.user_message), code=CARD_ERROR)
        case stripe.PermissionError():
            return _declined(error, _permission_message(error))
        case stripe.AuthenticationError():
            return _declined(error, _key_message(error))
        case stripe.InvalidRequestError() if not _is_our_fault(error):
            return _declined(error, public_message(error.user_message))
        case stripe.InvalidRequestError() | stripe.IdempotencyError():
            return _declined(error, OUR_FAULT)
    return _unknown(error, keyed=keyed)


def _unknown(error: stripe.StripeError, *, keyed: bool) -> Unavailable:
    """Stripe keeps a 5xx under the key of its request and would only repeat it, unless it asks for another try
    (https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/error-low-level)."""
    status = error.http_status
    if isinstance(error, stripe.RateLimitError):
        return Unavailable("Stripe is limiting requests of this account.")
    if status is None:
        return Unavailable("Stripe could not be reached.")
    if status >= 500:
        again = error.headers is not None and error.headers.get("stripe-should-retry") == "true"
        return Unavailable(f"Stripe answered with status {status}.", stored=keyed and not again)
    if status == 409:
        return Unavailable("Stripe is still busy with an earlier request.")
    return Unavailable(f"Stripe answered with status {status} in an unknown form.")


def public_message(message: str | None) -> str:
    """Stripe's words without anything private, cut to a length that Saleor stores."""
    text = _PRIVATE.sub("(hidden)", (message or "").strip())
    return text[:LONGEST_MESSAGE] or OUR_FAULT


def is_missing(error: AppError) -> bool:
    """Whether Stripe has no object of that id (under this key and mode)."""
    return isinstance(error, Declined) and error.stripe_code == "resource_missing"


def is_forbidden(error: AppError) -> bool:
    """Whether the key lacks a permission; not where it is only an account that is not connected to its own."""
    return isinstance(error, Declined) and error.status == 403 and error.stripe_code != NOT_CONNECTED


def is_key_refused(error: AppError) -> bool:
    """Whether the key was refused altogether, or lacks a permission: a matter for the merchant and not the shopper."""
    return is_forbidden(error) or (isinstance(error, Declined) and error.status == 401)


def _declined(error: stripe.StripeError, message: str, *, code: str = API_ERROR) -> Declined:
    decline = error.error.decline_code if error.error is not None and "decline_code" in error.error else None
    stripe_code = "idempotency_error" if isinstance(error, stripe.IdempotencyError) else _code(error)
    return Declined(
        message,
        code=code,
        stripe_code=stripe_code,
        decline_code=decline,
        status=error.http_status,
        unknown_customer=_unknown_customer(error, stripe_code),
        parameter=getattr(error, "param", None) or None,
    )


def _unknown_customer(error: stripe.StripeError, code: str | None) -> str | None:
    """The customer that the request named, where that is what Stripe does not know: only its message says which."""
    if code != "resource_missing" or getattr(error, "param", None) != "customer":
        return None
    found = _CUSTOMER.search(error.user_message or "")
    return found[0] if found else None


def _code(error: stripe.StripeError) -> str | None:
    """The SDK fills `code` for two kinds of error only; the body has it for all."""
    if error.code:
        return error.code
    return error.error.code if error.error is not None and "code" in error.error else None


def _is_our_fault(error: stripe.InvalidRequestError) -> bool:
    """A parameter of ours that Stripe does not take: its name helps neither shopper nor staff."""
    return (error.code or "").startswith("parameter_") or not error.user_message


def _key_message(error: stripe.AuthenticationError) -> str:
    if _code(error) in {"api_key_expired", "platform_api_key_expired"}:
        return "The shop's Stripe key has expired."
    return "Stripe does not accept the shop's key."


def _permission_message(error: stripe.PermissionError) -> str:
    if _code(error) == NOT_CONNECTED:
        return "The account is not connected to the shop's Stripe account."
    permission = missing_permission(error.user_message or "")
    return (
        f"The shop's Stripe key lacks the permission {permission}."
        if permission
        else "The shop's Stripe key lacks a permission."
    )
