"""What staff are told in Saleor's Dashboard of what they must mend: else they learn it by a lost sale."""

from collections.abc import Sequence

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import Transaction
from saleor_stripe_app.stripe_gateway.failures import is_forbidden, is_key_refused
from saleor_stripe_app.usecases.app_problems import Cause, take_back, tell, was_told
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.webhook_endpoint import EndpointCondition

ENDPOINT = {
    EndpointCondition.DISABLED: "is switched off at Stripe",
    EndpointCondition.MISSING: "is missing at Stripe",
    EndpointCondition.WRONG_URL: "sends Stripe's events to another address",
    EndpointCondition.WRONG_EVENTS: "does not send all events that the app needs",
    EndpointCondition.FOREIGN: "is not the app's own any more",
}


async def of_refused_key(
    backends: Backends, installation: Installation, configuration: Configuration, refusal: Refusal
) -> bool:
    """Whether this refusal is one of the key (401) or of what it may do (403); staff are told then. Never raises."""
    if not is_key_refused(refusal):
        return False
    name = configuration.name
    if is_forbidden(refusal):
        cause = Cause.PERMISSION_MISSING
        message = (
            f"Stripe does not permit a request with the key of the configuration {name}: {refusal} What needs it "
            "fails until you grant it to the key in Stripe's Dashboard."
        )
    else:
        cause = Cause.KEY_REFUSED
        message = (
            f"Stripe refuses the key of the configuration {name}: {refusal} Payments fail until you enter a key that "
            "works in the settings of the app."
        )
    await tell(backends, installation, cause, configuration.id, message)
    return True


async def of_endpoint(
    backends: Backends, installation: Installation, configuration: Configuration, stands: EndpointCondition
) -> None:
    """Stripe sends no events, or not all, or elsewhere. Never raises."""
    message = (
        f"The webhook endpoint of the configuration {configuration.name} {ENDPOINT[stands]}. Repair it in the settings "
        "of the app: until then Saleor learns late of what happens at Stripe."
    )
    await tell(backends, installation, Cause.ENDPOINT, configuration.id, message)


async def of_silence(
    backends: Backends, installation: Installation, configuration: Configuration, payment_intent_id: str
) -> None:
    """Events are sent and do not arrive, or not with a signature that fits. Never raises."""
    message = (
        f"No event of Stripe's has arrived for the configuration {configuration.name} since {payment_intent_id} "
        "changed there. See in Stripe's Dashboard why deliveries to its webhook endpoint fail: the address must reach "
        "this app, and the signing secret must be that endpoint's. Until then Saleor learns late of what happens."
    )
    await tell(backends, installation, Cause.DELIVERIES, configuration.id, message)


async def of_declines(
    backends: Backends, installation: Installation, configuration: Configuration, declined: int, paid: int
) -> None:
    """Somebody seems to test stolen cards. Never raises."""
    message = (
        f"Within an hour {declined} tries to pay with the configuration {configuration.name} were declined, and {paid} "
        "were paid: somebody may be testing stolen cards. Look at the latest payments in Stripe's Dashboard, let "
        "Radar's rules block or challenge what they have in common, and ask for a captcha or a login before a payment."
    )
    await tell(backends, installation, Cause.DECLINES, configuration.id, message)


async def of_channel(backends: Backends, installation: Installation, channel_id: str, message: str) -> None:
    """Shoppers of a channel cannot pay, since it has no configuration. Never raises."""
    await tell(backends, installation, Cause.CHANNEL, channel_id, message)


async def of_missing_order(
    backends: Backends, installation: Installation, checkout_id: str, paid_by: Sequence[Transaction], why: str
) -> None:
    """Money for a checkout that is no order. Never raises."""
    payments = ", ".join(f"{one.id} (Stripe {one.reference}: {_came_in(one)})" for one in paid_by)
    message = (
        f"Checkout {checkout_id} holds money and is no order: {why}. It was paid by {payments}. Make an order of it, "
        "or refund or cancel the payment."
    )
    await tell(backends, installation, Cause.WITHOUT_ORDER, checkout_id, message)


def _came_in(transaction: Transaction) -> str:
    return money.display(money.to_minor(transaction.amounts.came_in, transaction.currency), transaction.currency)


async def of_orphan(backends: Backends, installation: Installation, payment_intent_id: str, why: str) -> None:
    """Money at Stripe that names this Saleor and is not known to it. Never raises."""
    message = (
        f"Stripe holds money of {payment_intent_id} that Saleor does not show: {why}. See in Stripe's Dashboard what "
        "it paid for, and refund or cancel it there if nothing."
    )
    await tell(backends, installation, Cause.ORPHAN, payment_intent_id, message)


async def of_surplus(
    backends: Backends, installation: Installation, record: TransactionRecord, amount: str, why: str
) -> None:
    """Money that an order does not want. Never raises."""
    message = (
        f"Transaction {record.transaction_id} (Stripe {record.payment_intent_id}) brought {amount} although {why}. "
        "Refund or cancel it, unless it is meant to stay: then dismiss this."
    )
    await tell(backends, installation, Cause.SURPLUS, record.id, message)


async def of_reauthorization(
    backends: Backends, installation: Installation, record: TransactionRecord, why: str, advice: str
) -> None:
    """An authorization that could not be renewed. Never raises."""
    message = (
        f"Transaction {record.transaction_id} (Stripe {record.payment_intent_id}) could not be authorized anew: {why}. "
        f"{advice}."
    )
    await tell(backends, installation, Cause.REAUTHORIZATION, record.id, message)


async def of_ledger(
    backends: Backends, installation: Installation, record: TransactionRecord, discrepancy: str
) -> None:
    """A difference between the ledgers that no report can mend. Never raises."""
    message = (
        f"Transaction {record.transaction_id} (Stripe {record.payment_intent_id}) differs between Stripe and Saleor "
        f"and cannot be mended by a report: {discrepancy}. Compare both ledgers by hand."
    )
    await tell(backends, installation, Cause.LEDGER, record.id, message)


async def of_equal_ledger(backends: Backends, installation: Installation, record: TransactionRecord) -> None:
    """Take back what this process told of the payment's ledgers, if it did; the check-up does so for others."""
    if was_told(backends, installation, Cause.LEDGER, record.id):
        await take_back(backends, installation, [Cause.LEDGER], record.id)
