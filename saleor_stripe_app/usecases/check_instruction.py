"""Before anything is made: may this payment be confirmed as the storefront asks?"""

from dataclasses import dataclass

from saleor_stripe_app.domain import shopper
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.instruction import NO_INSTRUCTION, Instruction
from saleor_stripe_app.domain.requests import SessionRequest
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.domain.shopper import Asker
from saleor_stripe_app.storage import customers, transactions
from saleor_stripe_app.stripe_gateway import payment_methods
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.backends import Backends

NOT_OWNED = "This payment method cannot be used here: it is no saved one of the customer who pays, or does not exist."


@dataclass(frozen=True, slots=True)
class Checked:
    """An instruction that may be followed, and the customer (`cus_...`) whose saved method it names, if it does."""

    instruction: Instruction = NO_INSTRUCTION
    customer: str | None = None


async def check_new(
    backends: Backends, installation: Installation, configuration: Configuration, request: SessionRequest
) -> Checked:
    """The same for transactionInitialize: what was begun already is answered as it stands, whatever is said now."""
    try:
        return await check_instruction(backends, installation, configuration, request)
    except Refusal:
        url = installation.saleor_api_url
        if await transactions.by_transaction(backends.storage, url, request.transaction_id) is None:
            raise
    return Checked()


async def check_instruction(
    backends: Backends, installation: Installation, configuration: Configuration, request: SessionRequest
) -> Checked:
    """The instruction, if it may be followed.

    What somebody saved is theirs alone: it must belong to the Stripe customer that our own map has for the user whose
    purchase this is, and that user must be the one who asks, or an app of the shop. Anybody may use a method that was
    never saved, which only the browser that made it knows. Raises Refusal (PaymentMethodNotOwned in the same words
    whether there is such a method or not, OffSessionNotAllowed), Declined and Unavailable.
    """
    instruction, principal = request.instruction, request.principal
    if instruction.off_session and (principal is None or principal.kind is not Asker.APP):
        raise Refusal("Only an app of the shop charges somebody who is not there.", code="OffSessionNotAllowed")
    if instruction.payment_method_id is None:
        return Checked(instruction)
    client = backends.stripe.client(configuration.secret_key)
    try:
        holder = await payment_methods.read(client, instruction.payment_method_id)
    except Refusal as refusal:
        await tell_staff.of_refused_key(backends, installation, configuration, refusal)
        raise
    if holder is None or holder.customer not in (None, await _own_customer(backends, configuration, request)):
        raise Refusal(NOT_OWNED, code="PaymentMethodNotOwned")
    return Checked(instruction, holder.customer)


async def _own_customer(backends: Backends, configuration: Configuration, request: SessionRequest) -> str | None:
    user = request.purchase.user if request.purchase else None
    if user is None or not shopper.may_use_saved_methods(request.principal, user):
        return None
    kept = await customers.of_user(backends.storage, configuration, user.id)
    return kept.customer if kept else None
