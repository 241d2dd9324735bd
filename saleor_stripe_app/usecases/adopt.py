"""Take over a payment that another app with this identifier, or this app before a reinstall, began."""

from uuid import uuid4

from saleor_stripe_app.domain import metadata
from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import Flow, Transaction
from saleor_stripe_app.saleor import transactions as saleor_transactions
from saleor_stripe_app.storage import configurations, transactions
from saleor_stripe_app.storage import payments as storage_payments
from saleor_stripe_app.stripe_gateway import payments
from saleor_stripe_app.usecases.backends import Backends


async def adopt(
    backends: Backends, installation: Installation, configuration: Configuration, payment: Payment
) -> TransactionRecord | None:
    """The record of a stranger's intent; None when it is not this Saleor's.

    Anyone who can write to the Stripe account can write metadata, so Saleor must agree: it shows the transaction to
    this app, and with this intent's id as its reference.
    """
    owner = metadata.owner(payment.metadata)
    if owner is None or owner.saleor_api_url != installation.saleor_api_url:
        return None
    transaction = await saleor_transactions.read(backends.saleor, installation, owner.transaction_id)
    if transaction is None or not _names(transaction, payment.id):
        return None
    record = TransactionRecord(
        id=str(uuid4()),
        saleor_api_url=installation.saleor_api_url,
        transaction_id=owner.transaction_id,
        configuration_id=configuration.id,
        stripe_account=configuration.stripe_account,
        flow=Flow.AUTHORIZATION if payment.manual_capture or payment.manual_methods else Flow.CHARGE,
        created_at=payment.created,
        payment_intent_id=payment.id,
        source_id=payment.metadata.get(metadata.SOURCE, ""),
        source_type=payment.metadata.get(metadata.SOURCE_TYPE, ""),
        warned=True,  # it may have been, before this app was there to hear of it
    )
    return await transactions.adopt(backends.storage, record)


async def adopt_intent(
    backends: Backends, installation: Installation, configuration: Configuration, payment_intent_id: str
) -> TransactionRecord | None:
    """The same for an intent of which only the id is known."""
    payment = await payments.read(backends.stripe.client(configuration.secret_key), payment_intent_id)
    return await adopt(backends, installation, configuration, payment) if payment else None


async def known(
    backends: Backends, installation: Installation, transaction_id: str, payment_intent_id: str
) -> tuple[TransactionRecord, Configuration] | None:
    """The record of a transaction that Saleor asks about, adopted from any of its configurations if need be.

    The configuration is the one that the payment was made with, whatever its channel uses by now. Raises Declined when
    a key is refused that might know the payment.
    """
    kept = await storage_payments.of_transaction(backends.storage, installation.saleor_api_url, transaction_id)
    if kept is not None:
        record, used = kept
        return (record, used) if used else None
    adopted = await _adopted(backends, installation, payment_intent_id) if payment_intent_id else None
    if adopted is None:
        return None
    used = await configurations.by_id(backends.storage, adopted.configuration_id)
    return (adopted, used) if used else None


async def _adopted(backends: Backends, installation: Installation, payment_intent_id: str) -> TransactionRecord | None:
    """A configuration whose key Stripe refuses hides no other; its refusal counts where none knows the intent."""
    refusal: Declined | None = None
    url = installation.saleor_api_url
    for configuration in await configurations.of_installation(backends.storage, url, archived=True):
        if not configuration.secret_key:
            continue
        try:
            record = await adopt_intent(backends, installation, configuration, payment_intent_id)
        except Declined as declined:
            refusal = declined
            continue
        if record is not None:
            return record
    if refusal is not None:
        raise refusal
    return None


def _names(transaction: Transaction, payment_intent_id: str) -> bool:
    return transaction.reference == payment_intent_id or any(
        event.reference == payment_intent_id for event in transaction.events
    )
