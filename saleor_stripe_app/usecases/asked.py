"""An action that Saleor asks for, with the payment it is about, and how it is answered."""

from dataclasses import dataclass
from decimal import Decimal

from saleor_stripe_app.domain import answers
from saleor_stripe_app.domain.action_plan import planned_amount
from saleor_stripe_app.domain.equality import available_actions
from saleor_stripe_app.domain.errors import Refusal, Unrepresentable
from saleor_stripe_app.domain.history import Kind, history
from saleor_stripe_app.domain.links import external_url
from saleor_stripe_app.domain.operation import Operation, OperationKind
from saleor_stripe_app.domain.payment import IntentStatus, Payment, Refund
from saleor_stripe_app.domain.report import Answer
from saleor_stripe_app.domain.requests import ActionRequest
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import Action
from saleor_stripe_app.usecases.backends import Backends

OPERATIONS = {Kind.CHARGE: OperationKind.CAPTURE, Kind.CANCEL: OperationKind.CANCEL, Kind.REFUND: OperationKind.REFUND}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, the payment it is about, and the reference that a failure or a late outcome goes under."""

    request: ActionRequest
    installation: Installation
    configuration: Configuration
    record: TransactionRecord
    intent: str

    @property
    def reference(self) -> str:
        """Only this request's: Saleor merges events of one type that share a reference."""
        return f"{self.intent}-{OPERATIONS[self.request.kind]}-{self.request.digest[:12]}"


def of_outcome(backends: Backends, asked: Asked, operation: Operation, shown: Payment | Refund) -> Answer:
    """The answer to a request that Stripe carried out, or is carrying out."""
    request = asked.request
    now, newest = backends.clock(), request.transaction.newest
    if isinstance(shown, Refund):
        return answers.of_refund(
            shown,
            request.currency,
            failure_reference=asked.reference,
            external=external_url(asked.intent, asked.configuration.livemode),
            now=now,
            newest=newest,
            actions=_after_refund(request),
        )
    if request.kind is Kind.CANCEL:
        return answers.of_cancel(shown, reference=asked.reference, now=now, newest=newest)
    if shown.status is IntentStatus.PROCESSING:
        return answers.asynchronous(operation.reference)
    reference = history(request.transaction).bookable(Kind.CHARGE, asked.intent)
    return answers.of_capture(shown, operation.amount, reference=reference, now=now, newest=newest)


def _after_refund(request: ActionRequest) -> frozenset[Action] | None:
    """What is on offer after this refund, by what Saleor showed when it asked."""
    if request.amount is None:
        return None
    left = request.transaction.amounts.charged - request.amount
    return frozenset({Action.REFUND}) if left > 0 else frozenset()


def refused(
    backends: Backends, request: ActionRequest, refusal: Refusal, reference: str, payment: Payment | None = None
) -> Answer:
    """The answer to a request that is declined, by us or by Stripe. `payment` as it stands, where it is known."""
    return answers.refused_action(
        request.kind,
        refusal,
        reference=reference,
        amount=_echo(request),
        time=answers.later(backends.clock(), request.transaction.newest),
        actions=available_actions(payment) if payment else None,
    )


def _echo(request: ActionRequest) -> Decimal | None:
    """The amount that was asked for, unless it is none that an answer may hold."""
    try:
        planned_amount(request)
    except Unrepresentable:
        return None
    return request.amount
