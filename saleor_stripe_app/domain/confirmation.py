"""Confirming a payment with the secret key: what to ask of Stripe, and whether to ask at all.

https://docs.stripe.com/payments/finalize-payments-on-the-server, https://docs.stripe.com/api/payment_intents/confirm.
An intent takes money once, so a try too many can only be declined once too often; it is avoided all the same.
"""

from collections.abc import Sequence

from saleor_stripe_app.domain.instruction import Instruction
from saleor_stripe_app.domain.operation import Operation, OperationKind, OperationState, next_attempt
from saleor_stripe_app.domain.payment import IntentStatus, Payment
from saleor_stripe_app.domain.report import Json

UNCONFIRMED = frozenset({IntentStatus.REQUIRES_PAYMENT_METHOD, IntentStatus.REQUIRES_CONFIRMATION})
TOKEN, METHOD = "confirmation_token", "payment_method"


def parameters(instruction: Instruction) -> dict[str, Json]:
    """A confirmation as instructed.

    Whatever the shopper has to do then is left to Stripe.js, unless they are to be sent to a page and back again:
    a storefront without Stripe.js gives a return URL. Nobody is there to do anything off-session.
    """
    asked: dict[str, Json] = {"expand": ["latest_charge"]}
    if instruction.confirmation_token is not None:
        asked[TOKEN] = instruction.confirmation_token
    else:
        asked[METHOD] = instruction.payment_method_id
    if instruction.off_session:
        asked["off_session"] = True
    elif instruction.return_url is not None:
        asked |= {"return_url": instruction.return_url, "use_stripe_sdk": False}
    else:
        asked["use_stripe_sdk"] = True
    return asked


def is_another_try(instruction: Instruction, payment: Payment, earlier: Sequence[Operation]) -> bool:
    """Whether the payment is to be confirmed, given what was asked for it before and how it stands.

    A try that Stripe answered is not repeated. While the shopper is asked to do something only another method is one,
    since a storefront may say again what it said when the shopper returns. A payment that is made is left alone.
    """
    tried = [one for one in earlier if one.kind is OperationKind.CONFIRM and _reached_stripe(one)]
    if not instruction.confirms or instruction.identity() in {one.request for one in tried}:
        return False
    if payment.status is IntentStatus.REQUIRES_ACTION:
        return not tried or not _names_the_same(instruction, tried[-1])
    return payment.status in UNCONFIRMED


def attempt(instruction: Instruction, earlier: Sequence[Operation]) -> int:
    """The number of this try: what never reached Stripe is tried anew, under another key."""
    return next_attempt(instruction.identity(), earlier)


def _reached_stripe(operation: Operation) -> bool:
    """Whether its outcome is known from Stripe; the answer is kept of what was declined."""
    return operation.state is OperationState.SUCCEEDED or operation.answer is not None


def _names_the_same(instruction: Instruction, operation: Operation) -> bool:
    return (instruction.confirmation_token, instruction.payment_method_id) == (
        operation.parameters.get(TOKEN),
        operation.parameters.get(METHOD),
    )
