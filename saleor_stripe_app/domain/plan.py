"""What to ask of Stripe: the exact parameters of each operation, stored before they are sent and resent as they are.

Nothing here comes from a storefront. Stripe's pages: https://docs.stripe.com/api/payment_intents/create,
https://docs.stripe.com/payments/place-a-hold-on-a-payment-method, https://docs.stripe.com/payments/multicapture.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from saleor_stripe_app.domain import metadata as marks
from saleor_stripe_app.domain.errors import Unrepresentable
from saleor_stripe_app.domain.money import MAXIMUM_DIGITS, decimals
from saleor_stripe_app.domain.payment_method import MANUAL_CAPTURE
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.transaction import Flow

Parameters: TypeAlias = dict[str, Json]
CancelReason: TypeAlias = Literal["abandoned", "duplicate", "fraudulent", "requested_by_customer"]


def create_parameters(
    *, amount: int, currency: str, flow: Flow, metadata: Mapping[str, str], operation: str
) -> Parameters:
    """A new intent of `amount` minor units for every method that the merchant has switched on at Stripe.

    An authorization sets manual capture per method: at the top level it would hide the methods that cannot authorise
    first, and Stripe's Elements would no longer agree with the intent. `metadata` is domain.metadata.of_transaction's,
    `operation` our reference.
    """
    decimals(currency)
    parameters: Parameters = {
        "amount": _positive(amount),
        "currency": currency.lower(),
        "automatic_payment_methods": {"enabled": True},
        "metadata": _marked(metadata, operation),
    }
    if flow is Flow.AUTHORIZATION:
        options: dict[str, Json] = {method: {"capture_method": "manual"} for method in MANUAL_CAPTURE}
        options["card"] = {"capture_method": "manual", "request_multicapture": "if_available"}
        parameters["payment_method_options"] = options
    return parameters


def capture_parameters(*, amount: int, operation: str, keep_rest_open: bool = False) -> Parameters:
    """A capture of `amount` minor units. `keep_rest_open` only where the charge allows several captures.

    Stripe refuses `final_capture` where it does not, so the parameter is left out otherwise.
    """
    parameters: Parameters = {
        "amount_to_capture": _positive(amount),
        "expand": ["latest_charge"],
        "metadata": {marks.OPERATION: operation},
    }
    if keep_rest_open:
        parameters["final_capture"] = False
    return parameters


def cancel_parameters(*, reason: CancelReason | None = None) -> Parameters:
    """The end of an intent; Stripe releases whatever is still held. A cancel takes no metadata."""
    parameters: Parameters = {"expand": ["latest_charge"]}
    if reason is not None:
        parameters["cancellation_reason"] = reason
    return parameters


def refund_parameters(
    *, payment_intent_id: str, amount: int, metadata: Mapping[str, str], operation: str
) -> Parameters:
    """A refund of `amount` minor units. Saleor's free-text reason never goes to Stripe's `reason`, a closed list."""
    return {
        "payment_intent": payment_intent_id,
        "amount": _positive(amount),
        "metadata": _marked(metadata, operation),
    }


def _marked(metadata: Mapping[str, str], operation: str) -> dict[str, Json]:
    return {**metadata, marks.OPERATION: operation}


def _positive(amount: int) -> int:
    if amount <= 0 or len(str(amount)) > MAXIMUM_DIGITS:
        raise Unrepresentable(f"Stripe takes no amount of {amount}.")
    return amount
