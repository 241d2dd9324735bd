"""Which actions a payment permits as it stands, checked before Stripe is asked. Amounts are minor units."""

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.payment import UNPAID, IntentStatus, Payment

STATES = {
    IntentStatus.REQUIRES_PAYMENT_METHOD: "is not paid yet",
    IntentStatus.REQUIRES_CONFIRMATION: "is not confirmed yet",
    IntentStatus.REQUIRES_ACTION: "waits for the shopper",
    IntentStatus.PROCESSING: "is still being processed",
    IntentStatus.REQUIRES_CAPTURE: "is authorized and not captured yet",
    IntentStatus.SUCCEEDED: "is captured already",
    IntentStatus.CANCELED: "is canceled",
}


def some(amount: int | None) -> None:
    """An amount of 0 is refused: Saleor sends it when it clamps an action to what it believes is open.

    In an answer it would mean "the requested amount" to Saleor, so it can never be carried out as it is.
    """
    if amount == 0:
        raise Refusal("The amount is 0: Saleor sees nothing left for this action.", code="NothingLeft")


def capture(payment: Payment, amount: int) -> bool:
    """Whether this capture is the last one. Raises Refusal on a wrong state or an amount above what is authorized.

    A method without several captures gives the rest up with the first (https://docs.stripe.com/payments/multicapture).
    """
    if payment.status is not IntentStatus.REQUIRES_CAPTURE:
        raise Refusal(f"Nothing can be captured: the payment {STATES[payment.status]}.", code="WrongState")
    if amount > payment.amount_capturable:
        left = money.display(payment.amount_capturable, payment.currency)
        asked = money.display(amount, payment.currency)
        raise Refusal(f"{asked} is more than the {left} still authorized.", code="AboveWhatIsLeft")
    several = payment.charge is not None and payment.charge.multicapture
    return amount == payment.amount_capturable or not several


def cancel(payment: Payment, amount: int | None) -> None:
    """Raises Refusal unless the whole of what is open is canceled: Stripe cannot cancel a part."""
    if payment.status not in UNPAID and payment.status is not IntentStatus.REQUIRES_CAPTURE:
        raise Refusal(f"Nothing can be canceled: the payment {STATES[payment.status]}.", code="WrongState")
    left = payment.amount_capturable if payment.status is IntentStatus.REQUIRES_CAPTURE else payment.amount
    if amount is not None and amount != left:
        asked, whole = money.display(amount, payment.currency), money.display(left, payment.currency)
        if amount > left:
            raise Refusal(f"{asked} is more than the {whole} still open.", code="AboveWhatIsLeft")
        raise Refusal(
            f"Stripe cancels the whole of what is open ({whole}), not {asked}. Capture what is wanted: the rest is "
            "released with it.",
            code="PartialCancel",
        )
