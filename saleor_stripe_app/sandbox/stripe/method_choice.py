"""Which types of payment methods an intent offers, and whether a payment method may be used with it."""

from collections.abc import Iterable, Mapping

from saleor_stripe_app.sandbox.stripe import method_configurations
from saleor_stripe_app.sandbox.stripe.books import Books
from saleor_stripe_app.sandbox.stripe.customer_objects import PaymentMethod, SetupIntent
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure, invalid
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.method_types import METHOD_TYPES, SAVED_AS, redirects
from saleor_stripe_app.sandbox.stripe.objects import PaymentIntent


def types_of_payment(books: Books, intent: PaymentIntent) -> list[str]:
    """Those that the merchant switched on and that suit the payment.

    Manual capture and setup_future_usage of the whole intent hide the types that have none, unless a type is set to
    keep nothing (https://docs.stripe.com/payments/payment-methods/dynamic-payment-methods).
    """
    keeps = intent.fields.get("setup_future_usage") is not None
    return [
        name
        for name in _switched_on(books, intent)
        if (currencies := METHOD_TYPES[name].currencies or (intent.currency,))
        and intent.currency in currencies
        and (intent.capture_method != "manual" or METHOD_TYPES[name].manual)
        and (not keeps or name in SAVED_AS or intent.options.get(name, {}).get("setup_future_usage") == "none")
    ]


def types_of_setup(books: Books, intent: SetupIntent) -> list[str]:
    """Those that the merchant switched on and that can be paid with again."""
    return [name for name in _switched_on(books, intent) if name in SAVED_AS]


def _switched_on(books: Books, intent: PaymentIntent | SetupIntent) -> Iterable[str]:
    redirect = (intent.automatic or {}).get("allow_redirects") != "never"
    for name in method_configurations.methods(books, intent.configuration):
        wanted = (intent.allowed is None or name in intent.allowed) and name not in (intent.excluded or ())
        if wanted and (redirect or not redirects(name)):
            yield name


def check_method(
    intent: PaymentIntent | SetupIntent, method: PaymentMethod, shown: Mapping[str, Json] | None = None
) -> None:
    """400 for a payment method that an intent cannot be confirmed with; `shown` is the intent as the error shows it."""
    kind, noun = ("SetupIntent", "setup_intent") if isinstance(intent, SetupIntent) else _PAYMENT
    failure = _refusal(intent, method, kind, noun)
    if failure is not None and shown is not None:
        failure.error[noun] = shown
    if failure is not None:
        raise failure


_PAYMENT = ("PaymentIntent", "payment_intent")


def _refusal(intent: PaymentIntent | SetupIntent, method: PaymentMethod, kind: str, noun: str) -> StripeFailure | None:
    if method.customer and method.customer != intent.customer:
        return invalid(_of_another(method, intent.customer, kind), "payment_method")
    if method.used_up:
        return invalid(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared "
            "with a connected account without Customer attachment, or was detached from a Customer. It may not be used "
            "again. To use a PaymentMethod multiple times, you must attach it to a Customer first.",
            "payment_method",
        )
    if method.type not in intent.method_types:
        return invalid(
            f"The PaymentMethod provided ({method.type}) is not allowed for this {kind}. Please attach a "
            f"PaymentMethod of one of the following types: {', '.join(intent.method_types)}.",
            "payment_method",
            "payment_intent_incompatible_payment_method" if noun == "payment_intent" else None,
        )
    return None


def _of_another(method: PaymentMethod, customer: str | None, kind: str) -> str:
    if customer is None:
        return (
            f"The payment method supplied ({method.id}) belongs to the Customer {method.customer}. Please include the "
            f"Customer in the `customer` parameter on the {kind}."
        )
    return (
        f"The PaymentMethod {method.id} does not belong to the Customer you supplied {customer}. Please use this "
        "PaymentMethod with the Customer that it belongs to instead."
    )
