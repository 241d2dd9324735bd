"""A shopper begins to pay: one payment intent for Saleor's transaction."""

import logging
from dataclasses import replace

from saleor_stripe_app.domain import described, reauthorization
from saleor_stripe_app.domain.answers import of_session
from saleor_stripe_app.domain.channel_options import NO_CHOICE, from_accepted_country, within_limits
from saleor_stripe_app.domain.errors import Declined, Refusal
from saleor_stripe_app.domain.operation import Operation
from saleor_stripe_app.domain.payment import UNPAID, Payment
from saleor_stripe_app.domain.report import Answer
from saleor_stripe_app.domain.requests import SessionRequest
from saleor_stripe_app.domain.shop import Assigned, Configuration, Installation, TransactionRecord
from saleor_stripe_app.storage import configurations, handover, leases, operations, splits, transactions
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.backends import ANSWER_TAKEN_AFTER, LEASE, Backends
from saleor_stripe_app.usecases.check_instruction import check_new
from saleor_stripe_app.usecases.confirm import confirm
from saleor_stripe_app.usecases.gateway_initialize import for_channel
from saleor_stripe_app.usecases.leased import wait_for_lease
from saleor_stripe_app.usecases.limit_attempts import require_few_attempts
from saleor_stripe_app.usecases.new_payment import new_record, planned
from saleor_stripe_app.usecases.paying_customer import instead_of, paying_customer
from saleor_stripe_app.usecases.plan_split import plan_split
from saleor_stripe_app.usecases.resolve import create, seen

log = logging.getLogger(__name__)


async def initialize(backends: Backends, installation: Installation, request: SessionRequest) -> Answer:
    """The answer to TRANSACTION_INITIALIZE_SESSION.

    A repeated request (Saleor sends the same transaction again for the same idempotency key) is answered with the
    same intent as it stands now. Raises Refusal for what cannot become a payment, Unavailable when the outcome is not
    known in time: Saleor then asks again at transactionProcess.
    """
    payment = await begin(backends, installation, request)
    return of_session(payment, request.flow, version=request.version, newest=request.newest, known=request.known)


async def begin(backends: Backends, installation: Installation, request: SessionRequest) -> Payment:
    """The transaction's intent, made if there is none. Everything is written down before Stripe is asked."""
    assigned = await _assigned(backends, installation, request)
    configuration = assigned.configuration
    if reauthorization.replaced(request, installation.app_id) is None:
        await _require_acceptable(backends, installation, assigned, request)
        await require_few_attempts(backends, new_record(backends, installation, assigned, request))
    split = await plan_split(backends, installation, request) if assigned.has_vendors else None
    checked = await check_new(backends, installation, configuration, request)
    customer = checked.customer or await paying_customer(backends, installation, configuration, request)
    record, operation = planned(backends, installation, assigned, request, customer)
    now = backends.clock()
    begun = await transactions.begin(backends.storage, record, operation, backends.owner, now, LEASE)
    if split is not None:
        await splits.insert(backends.storage, replace(split, transaction=begun.record.id))
    lease, look = begun.lease or await wait_for_lease(backends, begun.record.id), begun.look
    try:
        # What was found under the lease holds; while it was waited for, the intent may have been made.
        found = None if begun.lease else await transactions.by_id(backends.storage, begun.record.id)
        record = found or begun.record
        new = begun.operation if begun.created else None
        used = configuration if record.configuration_id == configuration.id else None
        payment = await _seen(backends, installation, assigned, request, record, used, new, customer)
        if used is not None and checked.instruction.confirms:
            payment = await confirm(backends, installation, used, record, payment, checked.instruction)
    except BaseException as error:
        await leases.release(backends.storage, lease)
        if isinstance(error, Refusal):
            await tell_staff.of_refused_key(backends, installation, configuration, error)
        raise
    if payment.status in UNPAID:
        await handover.nothing_to_tell(backends.storage, lease, look, backends.clock())
    else:
        await handover.answered(backends.storage, lease, backends.clock() + ANSWER_TAKEN_AFTER)
    return payment


async def _seen(
    backends: Backends,
    installation: Installation,
    assigned: Assigned,
    request: SessionRequest,
    record: TransactionRecord,
    used: Configuration | None,
    new: Operation | None,
    customer: str | None,
) -> Payment:
    """The payment, made if there is none: where Stripe forgot its customer with another one, and where Stripe does not
    take the words beside the amount (a country that it does not know) without them."""
    try:
        return await seen(backends, record, used, new)
    except Declined as declined:
        refusal, silent = declined, False
    for attempt in (2, 3):
        gone = refusal.unknown_customer
        if used is not None and described.is_word(refusal.parameter):
            log.warning("an intent is made without a description", extra={"parameter": refusal.parameter})
            silent = True
        elif used is not None and gone is not None and request.purchase is not None and request.purchase.user:
            customer = await instead_of(backends, used, request, gone)
        else:
            break
        _, operation = planned(backends, installation, assigned, request, customer, attempt=attempt)
        parameters = described.without_words(operation.parameters) if silent else operation.parameters
        operation = replace(operation, transaction=record.id, parameters=parameters)
        stored, _ = await operations.begin(backends.storage, operation, backends.clock() + LEASE)
        try:
            return await create(backends, used, record, stored)
        except Declined as declined:
            refusal = declined
    raise refusal


async def _assigned(backends: Backends, installation: Installation, request: SessionRequest) -> Assigned:
    """The channel's; where it has none any more, the one that the transaction was begun with."""
    url = installation.saleor_api_url
    found = await configurations.for_channel(backends.storage, url, request.source.channel_id)
    if found is None and (begun := await transactions.by_transaction(backends.storage, url, request.transaction_id)):
        used = await configurations.by_id(backends.storage, begun.configuration_id)
        found = Assigned(used, NO_CHOICE) if used is not None else None
    return found or await for_channel(backends, installation, request.source)


async def _require_acceptable(
    backends: Backends, installation: Installation, assigned: Assigned, request: SessionRequest
) -> None:
    """Return if the channel takes this payment, or took it: its rules are for new payments. Raises Refusal."""
    try:
        within_limits(assigned.channel.limits, request.amount, request.currency)
        from_accepted_country(assigned.channel.countries, request.purchase)
    except Refusal:
        url = installation.saleor_api_url
        if await transactions.by_transaction(backends.storage, url, request.transaction_id) is None:
            raise
