"""What Stripe shows of a period: payments that changed whenever they were begun, and payments that we do not know."""

from dataclasses import dataclass, field
from datetime import datetime

from saleor_stripe_app.domain import metadata
from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.storage import transactions
from saleor_stripe_app.stripe_gateway import payments
from saleor_stripe_app.stripe_gateway.event_log import KEPT_FOR, happened
from saleor_stripe_app.stripe_gateway.failures import is_forbidden
from saleor_stripe_app.stripe_gateway.payment_intents import list_created
from saleor_stripe_app.stripe_gateway.permissions import EVENTS_READ
from saleor_stripe_app.usecases.adopt import adopt_intent
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.receive_event import is_foreign

HOLDS_MONEY = frozenset({"succeeded", "requires_capture", "processing"})
NO_EVENTS = f"older payments were not looked at: the key lacks {EVENTS_READ}"


@dataclass(slots=True)
class Changed:
    """What one Stripe account shows: our payments by record id, how many of them were adopted just now, orphans.

    An orphan is (payment intent, why): it names this Saleor, holds money, and Saleor does not show it. `note` says what
    could not be seen.
    """

    records: dict[str, TransactionRecord] = field(default_factory=dict)
    adopted: set[str] = field(default_factory=set)
    orphans: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""

    def by_intent(self, payment_intent_id: str) -> TransactionRecord | None:
        """The record of one of these payments."""
        return next((one for one in self.records.values() if one.payment_intent_id == payment_intent_id), None)


async def changed(
    backends: Backends, installation: Installation, configuration: Configuration, since: datetime, until: datetime
) -> Changed:
    """Look through what Stripe lists of the period with the keys of this configuration; strangers of ours are adopted.

    Intents made in the period, and those that an event of the period is about: as far back as Stripe keeps events.
    Raises Declined and Unavailable when a list cannot be had; a key that may not read events is only noted.
    """
    client = backends.stripe.client(configuration.secret_key)
    found = Changed()
    seen: set[str] = set()
    async for intent in list_created(client, since, until):
        owner = metadata.owner(intent.metadata)
        if owner is None or owner.saleor_api_url != installation.saleor_api_url:
            continue
        seen.add(intent.id)
        if await _known(backends, installation, configuration, intent.id, found) or intent.status not in HOLDS_MONEY:
            continue
        payment = await payments.read(client, intent.id)
        if payment is not None and payment.holds_money:
            why = (
                f"{intent.status} at Stripe for transaction {owner.transaction_id}, which Saleor does not show with it"
            )
            found.orphans.append((intent.id, why))
    try:
        async for event in happened(client, max(since, backends.clock() - KEPT_FOR), until):
            named = event.payment_intent
            if named is None or is_foreign(configuration, event):
                continue
            if named not in seen:
                seen.add(named)
                await _known(backends, installation, configuration, named, found)
            if event.warns and (record := found.by_intent(named)) is not None:
                await transactions.warn(backends.storage, record.id)
    except Declined as declined:
        if not is_forbidden(declined):
            raise
        found.note = NO_EVENTS
    return found


async def _known(
    backends: Backends, installation: Installation, configuration: Configuration, intent: str, found: Changed
) -> bool:
    record = await transactions.by_intent(backends.storage, configuration.stripe_account, intent)
    if record is None:
        record = await adopt_intent(backends, installation, configuration, intent)
        if record is None:
            return False
        found.adopted.add(record.id)
    if record.saleor_api_url == installation.saleor_api_url:
        found.records[record.id] = record
    return True
