"""A payment that is begun: what is kept of it, and what to ask of Stripe."""

from uuid import uuid4

from saleor_stripe_app.domain import described, metadata, money, plan, reauthorization, saving
from saleor_stripe_app.domain.attempts import network
from saleor_stripe_app.domain.marketplace import transfer
from saleor_stripe_app.domain.operation import Operation, OperationKind, idempotency_key
from saleor_stripe_app.domain.requests import SessionRequest
from saleor_stripe_app.domain.shop import Assigned, Installation, TransactionRecord
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.extensions import with_extensions


def new_record(
    backends: Backends, installation: Installation, assigned: Assigned, request: SessionRequest
) -> TransactionRecord:
    """What is kept of a new payment; the address, where attempts are limited by it, as a digest and never itself."""
    user = request.purchase.user if request.purchase is not None else None
    replaces = reauthorization.replaced(request, installation.app_id)
    limited = request.address if assigned.options.limit_by_address and replaces is None else None
    common = network(limited) if limited else None
    return TransactionRecord(
        id=str(uuid4()),
        saleor_api_url=installation.saleor_api_url,
        transaction_id=request.transaction_id,
        configuration_id=assigned.configuration.id,
        stripe_account=assigned.configuration.stripe_account,
        flow=request.flow,
        created_at=backends.clock(),
        source_id=request.source.id,
        source_type=request.source.type,
        user_id=user.id if user is not None else None,
        address=backends.storage.keys.digest(common) if common else None,
        replaces=replaces,
    )


def planned(
    backends: Backends,
    installation: Installation,
    assigned: Assigned,
    request: SessionRequest,
    customer: str | None,
    attempt: int = 1,
) -> tuple[TransactionRecord, Operation]:
    """The record and the operation that makes its intent, for Stripe's `customer` if there is one.

    `attempt` tells one try to make the intent from the next, which may ask for something else.
    """
    record = new_record(backends, installation, assigned, request)
    amount = money.to_minor(request.amount, request.currency)
    marks = metadata.of_transaction(
        saleor_api_url=installation.saleor_api_url,
        app_id=installation.app_id,
        transaction_id=request.transaction_id,
        source_id=request.source.id,
        source_type=request.source.type,
    )
    options, purchase = assigned.options, request.purchase
    parameters: plan.Parameters = {}
    if purchase is not None:
        parameters = described.of_purchase(purchase, options, amount=amount, currency=request.currency)
        marks |= described.marks(purchase.id, purchase.number, options)
    if customer is not None:
        parameters["customer"] = customer
    # Saleor keeps one transaction per idempotency key, so the transaction is as good an identity, and it is there
    # when transactionProcess has to make up for an initialize that never reached us.
    identity = request.transaction_id
    parameters |= plan.create_parameters(
        amount=amount,
        currency=request.currency,
        flow=request.flow,
        metadata=marks,
        operation=identity,
        options=options,
        saves=saving.saves(options, request.instruction),
        captured_once=assigned.has_vendors,
    )
    if assigned.has_vendors:
        parameters["transfer_group"] = transfer.group(identity)
    operation = Operation(
        id=str(uuid4()),
        transaction=record.id,
        kind=OperationKind.CREATE,
        request=identity,
        attempt=attempt,
        idempotency_key=idempotency_key(installation.saleor_api_url, request.idempotency_key or identity, attempt),
        reference=identity,
        amount=amount,
        created=record.created_at,
        parameters=with_extensions(backends.extensions, request, parameters),
    )
    return record, operation
