"""Keeping the payment method of a payment for later, where the merchant offers it and the shopper agrees.

Set for each type that can be charged again, never for the whole intent: that would hide every other method, and
Stripe's Elements must be told the very same (https://docs.stripe.com/payments/save-during-payment).
"""

from collections.abc import Mapping

from saleor_stripe_app.domain import customer, metadata
from saleor_stripe_app.domain.channel_options import PaymentOptions
from saleor_stripe_app.domain.instruction import Instruction
from saleor_stripe_app.domain.options import Options, SaveMethods
from saleor_stripe_app.domain.payment_method import REUSABLE
from saleor_stripe_app.domain.purchase import Purchase
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.shopper import User


def saves(options: Options, instruction: Instruction) -> bool:
    """Whether the method of this payment is kept.

    Only with a customer to keep it for. Nothing is set up while the shopper is away: Stripe refuses that, and the
    method is one that was kept before.
    """
    if not options.send_customer or instruction.off_session:
        return False
    if options.save_methods is SaveMethods.ASK:
        return instruction.save
    return options.save_methods is SaveMethods.ALWAYS


def method_options(options: PaymentOptions) -> dict[str, dict[str, Json]]:
    """`payment_method_options` of an intent whose method is kept, by type."""
    usable = (name for name in REUSABLE if name not in options.channel.excluded_methods)
    return {name: {"setup_future_usage": "off_session"} for name in usable}


def of_elements(options: PaymentOptions, said: Json) -> dict[str, Json]:
    """What Elements must be told of keeping the method, so that they agree with the intent.

    `said` is the storefront's `data` of paymentGatewayInitialize: with `savePaymentMethod` it says that the shopper
    agrees, or asks what to tell Elements if they do.
    """
    if not saves(options, Instruction(save=_agrees(said))):
        return {}
    told: dict[str, Json] = {**method_options(options)}
    return {"paymentMethodOptions": told}


def guest_parameters(purchase: Purchase, saleor_api_url: str, transaction_id: str) -> dict[str, Json]:
    """A customer for one transaction alone, whose method is kept for it though nobody is logged in."""
    guest = User(id="", email=purchase.email)
    marks: dict[str, Json] = {metadata.API_URL: saleor_api_url, metadata.TRANSACTION: transaction_id}
    told = customer.profile(guest, purchase.billing_address, purchase.shipping_address)
    return {**told, "metadata": marks}


def _agrees(said: Json) -> bool:
    intent = said.get("paymentIntent") if isinstance(said, Mapping) else None
    return isinstance(intent, Mapping) and intent.get("savePaymentMethod") is True
