"""What is asked of Stripe to move money between platform and vendors: written down before, so that it is done once.

As with domain/operation.py, an operation whose answer was lost stays open. It is closed by what Stripe shows of it, or
by the very same request again as long as Stripe keeps its key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from saleor_stripe_app.domain import metadata as marks
from saleor_stripe_app.domain.marketplace.outstanding_transfers import Debt, Made, Move, Movement, Sent
from saleor_stripe_app.domain.marketplace.transfer import VENDOR, ShownTransfer
from saleor_stripe_app.domain.operation import RESEND_FOR, OperationState
from saleor_stripe_app.domain.report import Json

# Longer than a request may be on its way: what Stripe does not show by then did not happen.
ARRIVED_AFTER = timedelta(minutes=2)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
# Stripe's codes for an account that has less than is to be taken back (https://docs.stripe.com/error-codes).
NO_FUNDS = frozenset({"balance_insufficient", "insufficient_funds"})


@dataclass(frozen=True, slots=True)
class TransferOperation:
    """One request to Stripe. `identity` names the movement, `attempt` one try at it; amounts are minor units.

    `transfer` is Stripe's id of what is to be reversed, "" for a transfer. `resendable` is false once Stripe is known
    to have stored a 5xx under the key. `code` is Stripe's, of a refusal.
    """

    id: str
    transaction: str
    vendor: str
    move: Move
    identity: str
    attempt: int
    amount: int
    idempotency_key: str
    created: datetime
    parameters: Mapping[str, Json] = field(default_factory=dict, repr=False)
    transfer: str = ""
    state: OperationState = OperationState.OPEN
    resendable: bool = True
    stripe_id: str | None = None
    message: str = ""
    code: str | None = None

    def may_be_sent(self, now: datetime) -> bool:
        """Whether the very same request may go to Stripe (again)."""
        return self.state is OperationState.OPEN and self.resendable and now - self.created < RESEND_FOR

    def shown_in(self, transfers: Sequence[ShownTransfer]) -> str | None:
        """Stripe's id of what it made; None if Stripe does not show it."""
        if self.move is Move.TRANSFER:
            return next((one.id for one in transfers if one.operation == self.id), None)
        reversals = (reversal for one in transfers if one.id == self.transfer for reversal in one.reversals)
        return next((one.id for one in reversals if one.operation == self.id), None)

    @property
    def lacked_funds(self) -> bool:
        """Whether it was refused since there is not so much on the balance it was to be taken from."""
        return self.state is OperationState.FAILED and self.code in NO_FUNDS


def identity(movement: Movement, made: Made) -> str:
    """The name of a movement within its allocation, the same however often it is worked out, and never used again."""
    ordinal = movement.ordinal
    if movement.move is Move.SETTLE:
        ordinal = sum(debt.settled for debt in made.debts if debt.vendor == movement.vendor)
    return f"{movement.move.value} {movement.vendor} {movement.transfer} {ordinal}"


def transfer_parameters(
    *,
    amount: int,
    currency: str,
    destination: str,
    group: str,
    charge: str | None,
    metadata: Mapping[str, str],
    vendor: str,
    operation: str,
) -> dict[str, Json]:
    """A transfer of `amount` minor units. `charge` is whose funds it waits for, None to pay from the balance.

    https://docs.stripe.com/connect/separate-charges-and-transfers#transfer-availability
    """
    parameters: dict[str, Json] = {
        "amount": amount,
        "currency": currency,
        "destination": destination,
        "transfer_group": group,
        "metadata": _marked(metadata, vendor, operation),
    }
    if charge is not None:
        parameters["source_transaction"] = charge
    return parameters


def reversal_parameters(
    *, amount: int, fee: int, metadata: Mapping[str, str], vendor: str, operation: str
) -> dict[str, Json]:
    """A reversal by which the vendor has `amount` minor units less.

    With an application `fee` that goes back to the vendor Stripe is asked for more, and gives the fee back in
    proportion (https://docs.stripe.com/connect/destination-charges#issuing-refunds).
    """
    parameters: dict[str, Json] = {"amount": amount + fee, "metadata": _marked(metadata, vendor, operation)}
    if fee:
        parameters["refund_application_fee"] = True
    return parameters


def _marked(metadata: Mapping[str, str], vendor: str, operation: str) -> dict[str, Json]:
    return {**metadata, VENDOR: vendor, marks.OPERATION: operation}


def source(charge: str, brought: int, amount: int, transfers: Sequence[ShownTransfer]) -> str | None:
    """The charge as the source of a transfer, as long as it has brought so much; None for what goes beyond.

    Stripe counts every transfer from a charge in full, also what came back of it since.
    """
    spent = sum(one.amount for one in transfers if one.source == charge)
    return charge if spent + amount <= brought else None


def pause(failed: int) -> timedelta:
    """How long to wait after so many failed attempts at a movement: 1, 2, 4 minutes, up to 6 hours."""
    doubled: int = 2 ** min(max(0, failed - 1), 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def made_so_far(
    transfers: Sequence[ShownTransfer],
    operations: Sequence[TransferOperation],
    debts: Sequence[Debt],
    accounts: Mapping[str, str],
) -> Made:
    """What was done for an allocation, as Stripe shows it. `accounts` are vendors by account.

    A transfer without our mark is its account's vendor's: staff made it, or a destination charge did. One that Stripe
    has said it made counts also while its lists do not show it yet.
    """
    shown = {one.id for one in transfers}
    emptied = {one.transfer for one in operations if one.move is Move.REVERSE and one.lacked_funds}
    sent = [
        Sent(one.id, vendor, one.amount, one.reversed, irreversible=one.id in emptied)
        for one in transfers
        if (vendor := one.vendor or accounts.get(one.destination))
    ]
    for one in operations:
        late = one.move is Move.TRANSFER and one.state is OperationState.SUCCEEDED and one.stripe_id not in shown
        if late and one.stripe_id:
            sent.append(Sent(one.stripe_id, one.vendor, one.amount))
    return Made(tuple(sent), tuple(debts))
