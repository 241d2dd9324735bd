"""What to ask of Stripe: the exact parameters of each operation, stored before they are sent and resent as they are.

Nothing here comes from a storefront. Stripe's pages: https://docs.stripe.com/api/payment_intents/create,
https://docs.stripe.com/payments/place-a-hold-on-a-payment-method, https://docs.stripe.com/payments/multicapture.
"""

from collections.abc import Mapping
from typing import TypeAlias

from saleor_stripe_app.domain import metadata as marks
from saleor_stripe_app.domain import reasons, saving
from saleor_stripe_app.domain.channel_options import PaymentOptions
from saleor_stripe_app.domain.errors import Unrepresentable
from saleor_stripe_app.domain.money import MAXIMUM_DIGITS, decimals, to_decimal
from saleor_stripe_app.domain.options import Options, ThreeDSecure, three_d_secure
from saleor_stripe_app.domain.payment_method import MANUAL_CAPTURE
from saleor_stripe_app.domain.reasons import NO_REASON, CancelReason, Reason
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.transaction import Flow

Parameters: TypeAlias = dict[str, Json]
NOTHING_CHOSEN = PaymentOptions()


def create_parameters(
    *,
    amount: int,
    currency: str,
    flow: Flow,
    metadata: Mapping[str, str],
    operation: str,
    options: PaymentOptions = NOTHING_CHOSEN,
    saves: bool = False,
    captured_once: bool = False,
) -> Parameters:
    """A new intent of `amount` minor units for every method that the merchant has switched on at Stripe.

    An authorization sets manual capture per method: at the top level it would hide the methods that cannot authorise
    first, and Stripe's Elements would no longer agree with the intent. `metadata` is domain.metadata.of_transaction's,
    `operation` our reference; `saves` says that the method is kept, see domain.saving. What is `captured_once` is never
    captured in several parts, from which Stripe transfers nothing: the first capture of a part releases the rest.
    """
    decimals(currency)
    parameters: Parameters = {
        "amount": _positive(amount),
        "currency": currency.lower(),
        "automatic_payment_methods": {"enabled": True},
        "metadata": _marked(metadata, operation),
    }
    parameters |= _methods(options)
    method_options = _method_options(options, amount=amount, currency=currency, flow=flow)
    if captured_once and "card" in method_options:
        method_options["card"].pop("request_multicapture", None)
    for method, kept in saving.method_options(options).items() if saves else ():
        method_options[method] = {**method_options.get(method, {}), **kept}
    if method_options:
        parameters["payment_method_options"] = {**method_options}
    return parameters


def _methods(options: PaymentOptions) -> Parameters:
    """Which methods may be used, as channel_options.of_elements tells the storefront, and what cards show of the shop.

    The suffix is for cards; Stripe has no other text that it takes beside them
    (https://docs.stripe.com/get-started/account/statement-descriptors).
    """
    parameters: Parameters = {}
    if options.channel.method_configuration:
        parameters["payment_method_configuration"] = options.channel.method_configuration
    if options.channel.excluded_methods:
        parameters["excluded_payment_method_types"] = list(options.channel.excluded_methods)
    if options.statement_suffix and "card" not in options.channel.excluded_methods:
        parameters["statement_descriptor_suffix"] = options.statement_suffix
    return parameters


def _method_options(options: PaymentOptions, *, amount: int, currency: str, flow: Flow) -> dict[str, dict[str, Json]]:
    """Manual capture of an authorization by method, and what is asked of cards alone."""
    usable = [method for method in MANUAL_CAPTURE if method not in options.channel.excluded_methods]
    by_method: dict[str, dict[str, Json]] = {method: {} for method in usable}
    if flow is Flow.AUTHORIZATION:
        by_method = {method: {"capture_method": "manual"} for method in usable}
    if "card" in by_method:
        by_method["card"] |= _card_options(options, amount=amount, currency=currency, flow=flow)
    return {method: given for method, given in by_method.items() if given}


def _card_options(options: Options, *, amount: int, currency: str, flow: Flow) -> dict[str, Json]:
    card: dict[str, Json] = {}
    if flow is Flow.AUTHORIZATION:
        card["request_multicapture"] = "if_available"
        if options.extended_authorization:
            card["request_extended_authorization"] = "if_available"
    asked = three_d_secure(options, to_decimal(amount, currency), currency)
    if asked is not ThreeDSecure.AUTOMATIC:
        card["request_three_d_secure"] = asked.value
    return card


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
    *, payment_intent_id: str, amount: int, metadata: Mapping[str, str], operation: str, reason: Reason = NO_REASON
) -> Parameters:
    """A refund of `amount` minor units. Its metadata says what staff said, Stripe's closed list what it can of that."""
    parameters: Parameters = {
        "payment_intent": payment_intent_id,
        "amount": _positive(amount),
        "metadata": _marked({**metadata, **reasons.marks(reason)}, operation),
    }
    if (word := reasons.of_refund(reason)) is not None:
        parameters["reason"] = word
    return parameters


def _marked(metadata: Mapping[str, str], operation: str) -> dict[str, Json]:
    return {**metadata, marks.OPERATION: operation}


def _positive(amount: int) -> int:
    if amount <= 0 or len(str(amount)) > MAXIMUM_DIGITS:
        raise Unrepresentable(f"Stripe takes no amount of {amount}.")
    return amount
