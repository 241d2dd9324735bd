"""Stripe's refusals, in Stripe's shapes (https://docs.stripe.com/api/errors)."""

from collections.abc import Mapping

from saleor_stripe_app.sandbox.stripe.form import Json


class StripeFailure(Exception):
    """An error answer.

    `keeps` says whether an idempotency key remembers it: what is refused before the work begins is not remembered
    (https://docs.stripe.com/api/idempotent_requests).
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = "invalid_request_error",  # noqa: A002 - Stripe's name
        code: str | None = None,
        param: str | None = None,
        more: Mapping[str, Json] | None = None,
        headers: Mapping[str, str] | None = None,
        keeps: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.keeps = keeps
        self.error: dict[str, Json] = {}
        if code:
            self.error |= {"code": code, "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"}
        self.error["message"] = message
        if param:
            self.error["param"] = param
        self.error |= {"type": type, **(more or {})}

    def payload(self) -> dict[str, Json]:
        """The body of the answer."""
        return {"error": self.error}


def missing(noun: str, identifier: str, param: str, status: int = 404) -> StripeFailure:
    """An id that the account does not have: 404 where it is what the request is about, 400 where it is mentioned."""
    return StripeFailure(status, f"No such {noun}: '{identifier}'", code="resource_missing", param=param)


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeFailure:
    """400 for a request that cannot be met."""
    return StripeFailure(400, message, code=code, param=param)


def unexpected_state(intent: Mapping[str, Json], message: str) -> StripeFailure:
    """400 for an action that an intent's status does not allow; the intent comes with it."""
    return StripeFailure(400, message, code="payment_intent_unexpected_state", more={"payment_intent": intent})
