"""Staff or Saleor act on a payment: capture, cancel, refund. Asked once, done once, answered alike."""

import asyncio
import logging
from uuid import uuid4

from saleor_stripe_app.domain import answers, permitted
from saleor_stripe_app.domain.action_plan import planned_amount, planned_parameters
from saleor_stripe_app.domain.errors import Declined, Refusal, Unavailable
from saleor_stripe_app.domain.history import Kind
from saleor_stripe_app.domain.operation import Operation, OperationState, idempotency_key
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.report import Answer
from saleor_stripe_app.domain.requests import ActionRequest
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.storage import operations
from saleor_stripe_app.stripe_gateway import operations as stripe_operations
from saleor_stripe_app.usecases import stored_answer, tell_staff
from saleor_stripe_app.usecases.adopt import known
from saleor_stripe_app.usecases.asked import OPERATIONS, Asked, of_outcome, refused
from saleor_stripe_app.usecases.backends import LEASE, Backends
from saleor_stripe_app.usecases.leased import answering, wait_for_lease
from saleor_stripe_app.usecases.resolve import KEYS_GONE, current, fail, note, resolve

log = logging.getLogger(__name__)

# Seconds of the time for an answer: to find the payment, for the lease, for a first look at Stripe; what is left is for
# the action itself.
FOUND_WITHIN = 3.0
LEASE_WITHIN = 7.0
READ_WITHIN = 3.0
ASKED_WITHIN = 1.0  # with less time left than that nothing is asked of Stripe


async def act(backends: Backends, installation: Installation, request: ActionRequest, *, until: float) -> Answer:
    """The answer to TRANSACTION_CHARGE_REQUESTED, _REFUND_REQUESTED and _CANCELATION_REQUESTED.

    By `until` on the loop's clock: what Stripe did not confirm by then is answered as asynchronous and told by a
    report. Never raises for what is refused: a refusal is an answer, too. Raises Unavailable only before anything was
    asked of Stripe.
    """
    try:
        asked = await _asked(backends, installation, request)
    except Refusal as refusal:
        return refused(backends, request, refusal, f"unknown-{request.digest[:12]}")
    if not asked.configuration.secret_key:
        return refused(backends, request, Refusal(KEYS_GONE, code="ConfigurationMissing"), asked.reference)
    before = await _answered_before(backends, asked)
    if before is not None:
        return before
    try:
        lease = await wait_for_lease(backends, asked.record.id, within=min(LEASE_WITHIN, _left(until)))
    except Unavailable:
        # It may be the very same request that is at work.
        busy = Refusal("The payment is being worked on; nothing was done. Try again in a moment.", code="Busy")
        before = await _answered_before(backends, asked)
        return before or refused(backends, request, busy, asked.reference)
    async with answering(backends, lease):
        try:
            return await _carried_out(backends, asked, until)
        except Refusal as refusal:
            await tell_staff.of_refused_key(backends, installation, asked.configuration, refusal)
            return refused(backends, request, refusal, asked.reference)


def _left(until: float) -> float:
    return max(until - asyncio.get_running_loop().time(), 0.0)


async def _asked(backends: Backends, installation: Installation, request: ActionRequest) -> Asked:
    """The payment that the request is about. Raises Refusal for one that is not known, Unavailable."""
    intent = request.transaction.reference
    try:
        async with asyncio.timeout(FOUND_WITHIN):
            found = await known(backends, installation, request.transaction.id, intent)
    except TimeoutError as error:
        raise Unavailable("The payment could not be found in time.") from error
    if found is None or found[0].payment_intent_id is None:
        message = f"No payment of this transaction ({intent or 'no reference'}) is known to Stripe."
        raise Refusal(message, code="UnknownPayment")
    record, configuration = found
    return Asked(request, installation, configuration, record, found[0].payment_intent_id)


async def _answered_before(backends: Backends, asked: Asked) -> Answer | None:
    before = await operations.by_request(backends.storage, asked.record.id, asked.request.digest)
    return _answer_of(before) if before is not None else None


def _answer_of(operation: Operation) -> Answer:
    """The first answer again; while there is none, that it follows."""
    return stored_answer.read(operation.answer) if operation.answer else answers.asynchronous(operation.reference)


async def _carried_out(backends: Backends, asked: Asked, until: float) -> Answer:
    if _left(until) < ASKED_WITHIN:
        raise Refusal("There was no time left; nothing was done. Try again in a moment.", code="Busy")
    operation, payment = await _planned(backends, asked, min(READ_WITHIN, _left(until)))
    stored, created = await operations.begin(backends.storage, operation, backends.clock() + LEASE)
    if not created:
        return _answer_of(stored)
    try:
        return await _performed(backends, asked, operation, payment, until)
    except Exception:
        # From here on money may have moved: whatever fails on our side, Saleor waits for a report and not in vain,
        # since the operation is open and will be looked at.
        log.exception("an operation could not be followed to its end", extra={"operation": operation.id})
        return answers.asynchronous(operation.reference)


async def _performed(
    backends: Backends, asked: Asked, operation: Operation, payment: Payment | None, until: float
) -> Answer:
    client = backends.stripe.client(asked.configuration.secret_key)
    try:
        within = max(_left(until), ASKED_WITHIN)
        shown = await stripe_operations.perform(client, operation, asked.intent, within=within)
    except Declined as declined:
        await tell_staff.of_refused_key(backends, asked.installation, asked.configuration, declined)
        answer = refused(backends, asked.request, declined, asked.reference, payment)
        await fail(backends, operation, declined, stored_answer.written(answer))
        return answer
    except Unavailable as unavailable:
        log.warning("outcome not known in time", extra={"operation": operation.id, "kind": str(operation.kind)})
        await note(backends, operation, unavailable)
        return answers.asynchronous(operation.reference)
    answer = of_outcome(backends, asked, operation, shown)
    await operations.close(
        backends.storage,
        operation.id,
        OperationState.SUCCEEDED,
        stripe_id=shown.id,
        answer=stored_answer.written(answer),
    )
    return answer


async def _planned(backends: Backends, asked: Asked, within: float) -> tuple[Operation, Payment | None]:
    """What to ask of Stripe. Raises Refusal for what the payment does not permit as it stands."""
    request = asked.request
    amount = planned_amount(request)
    permitted.some(amount)
    payment = None
    if request.kind is not Kind.REFUND or amount is None:
        try:
            async with asyncio.timeout(within):
                payment = await _as_it_stands(backends, asked)
        except (TimeoutError, Unavailable) as error:
            message = "Stripe does not answer; nothing was done. Try again in a moment."
            raise Refusal(message, code="StripeUnavailable") from error
    amount, parameters = planned_parameters(
        request,
        payment,
        amount,
        payment_intent_id=asked.intent,
        reference=asked.reference,
        app_id=asked.installation.app_id,
        record=asked.record,
    )
    operation = Operation(
        id=str(uuid4()),
        transaction=asked.record.id,
        kind=OPERATIONS[request.kind],
        request=request.digest,
        attempt=1,
        idempotency_key=idempotency_key(asked.installation.saleor_api_url, request.digest, 1),
        reference=asked.reference,
        amount=amount,
        created=backends.clock(),
        parameters=parameters,
    )
    return operation, payment


async def _as_it_stands(backends: Backends, asked: Asked) -> Payment:
    """The payment once the outcome of earlier requests is known as far as it can be.

    A capture leaves its mark where the one before left it, so that one is looked up first.
    """
    payment = await current(backends, asked.record, asked.configuration)
    earlier = await operations.open_of(backends.storage, asked.record.id)
    return await resolve(backends, asked.configuration, payment, earlier) if earlier else payment
