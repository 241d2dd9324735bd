"""Payment methods kept for later (https://docs.stripe.com/payments/save-during-payment)."""

import hashlib

from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.customer_objects import PaymentMethod
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.method_object import render
from saleor_stripe_app.sandbox.stripe.method_types import SAVED_AS
from saleor_stripe_app.sandbox.stripe.objects import Charge, PaymentIntent


def future_usage(intent: PaymentIntent, method_type: str) -> str | None:
    """What a payment by a type is kept for: `on_session`, `off_session`, or None for nothing.

    What is set for the type comes before what is set for the whole intent; `none` keeps nothing.
    """
    chosen = intent.options.get(method_type, {}).get("setup_future_usage") or intent.fields.get("setup_future_usage")
    return str(chosen) if method_type in SAVED_AS and chosen not in (None, "none") else None


def use(method: PaymentMethod) -> None:
    """A try without a customer uses a payment method up, also one that is declined."""
    method.used_up = method.used_up or method.customer is None


def keep_after_payment(context: Context, intent: PaymentIntent, method: PaymentMethod, charge: Charge) -> None:
    """Keep what was paid with, if that was wanted: attached to the intent's customer, where it has one."""
    usage = future_usage(intent, method.type)
    if usage is None:
        return
    kept = keep(context, method, intent.customer, usage, {"charge": charge.id, "setup_attempt": None})
    if kept is not method:
        charge.generated = kept.id


def keep(
    context: Context, method: PaymentMethod, customer: str | None, usage: str, origin: dict[str, Json]
) -> PaymentMethod:
    """Make a payment method ready for later; answers it, or the bank debit that stands for it from now on.

    Without a customer it can still be attached to one.
    """
    kept = method if SAVED_AS[method.type] == method.type else _debit(context, method, origin)
    kept.set_up = kept.set_up or usage == "off_session"
    kept.used_up = False
    if customer and kept.customer is None:
        attach(context, kept, customer)
    return kept


def attach(context: Context, method: PaymentMethod, customer: str) -> None:
    """Give a customer a payment method."""
    method.customer = customer
    context.emit("payment_method.attached", render(method))


def _debit(context: Context, method: PaymentMethod, origin: dict[str, Json]) -> PaymentMethod:
    """https://docs.stripe.com/payments/ideal/set-up-payment and /bancontact/set-up-payment."""
    details: dict[str, Json] = {
        "bank_code": "INGB",
        "branch_code": "",
        "country": "BE" if method.type == "bancontact" else "NL",
        "fingerprint": hashlib.sha256(method.id.encode()).hexdigest()[:16],
        "generated_from": origin,
        "last4": "5264",
    }
    debit = PaymentMethod(
        id=context.ids.new("pm"),
        type="sepa_debit",
        created=context.now,
        livemode=method.livemode,
        billing=method.billing,
        details=details,
        allow_redisplay=method.allow_redisplay,
        mandated=True,
    )
    context.books.payment_methods[debit.id] = debit
    return debit
