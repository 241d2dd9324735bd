"""Refuse a payment that is one of too many, before anything is written down or asked of Stripe."""

from saleor_stripe_app.domain import attempts
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.shop import TransactionRecord
from saleor_stripe_app.storage import attempts as begun
from saleor_stripe_app.storage import transactions
from saleor_stripe_app.usecases.backends import Backends


async def require_few_attempts(backends: Backends, record: TransactionRecord) -> None:
    """Return if this payment may be begun, or was: limits are for new payments. Raises Refusal (TooManyAttempts)."""
    found = await begun.besides(backends.storage, record, backends.clock() - attempts.WITHIN)
    try:
        attempts.require_few(found)
    except Refusal:
        if await transactions.by_transaction(backends.storage, record.saleor_api_url, record.transaction_id) is None:
            raise
