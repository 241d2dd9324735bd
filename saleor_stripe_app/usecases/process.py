"""A shopper returns from paying: how the payment stands."""

from saleor_stripe_app.domain.answers import of_session, refused_session
from saleor_stripe_app.domain.errors import Declined, Refusal, Unavailable
from saleor_stripe_app.domain.payment import UNPAID
from saleor_stripe_app.domain.report import Answer
from saleor_stripe_app.domain.requests import SessionRequest
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.storage import configurations, leases
from saleor_stripe_app.usecases.adopt import known
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.check_instruction import check_instruction
from saleor_stripe_app.usecases.confirm import confirm
from saleor_stripe_app.usecases.initialize import begin
from saleor_stripe_app.usecases.leased import answering, wait_for_lease
from saleor_stripe_app.usecases.limit_declines import limit_declines
from saleor_stripe_app.usecases.resolve import seen


async def process(backends: Backends, installation: Installation, request: SessionRequest) -> Answer:
    """The answer to TRANSACTION_PROCESS_SESSION.

    A transaction whose initialize was lost gets its intent now, as initialize would have made it. Raises Refusal for a
    payment that Stripe says is not of this shop, and Unavailable when Stripe does not answer in time or cannot be
    asked: the payment may have been made, and a *_FAILURE would be final. What the storefront asks for in vain is no
    failure of the payment either.
    """
    try:
        found = await known(backends, installation, request.transaction_id, request.reference)
    except Declined as declined:
        raise Unavailable(f"The payment cannot be seen: {declined}") from declined
    if found is None and request.reference:
        if not await configurations.of_installation(backends.storage, installation.saleor_api_url, archived=True):
            raise Unavailable("No Stripe keys are entered yet, so the payment cannot be seen.")
        raise Refusal(f"No payment {request.reference} of this shop is known to Stripe.", code="UnknownPayment")
    if found is None or found[0].payment_intent_id is None:
        payment = await begin(backends, installation, request)
        return of_session(payment, request.flow, version=request.version, newest=request.newest, known=request.known)
    record, configuration = found
    try:
        checked = await check_instruction(backends, installation, configuration, request)
    except Refusal as refusal:
        return refused_session(refusal, request.flow, final=False)
    lease = await wait_for_lease(backends, record.id)
    try:
        payment = await seen(backends, record, configuration)
        payment = await confirm(backends, installation, configuration, record, payment, checked.instruction)
        payment = await limit_declines(backends, configuration, record, payment)
    except BaseException:
        await leases.release(backends.storage, lease)
        raise
    answer = of_session(payment, request.flow, version=request.version, newest=request.newest, known=request.known)
    if payment.status in UNPAID:
        await leases.release(backends.storage, lease)
        return answer
    async with answering(backends, lease):
        return answer
