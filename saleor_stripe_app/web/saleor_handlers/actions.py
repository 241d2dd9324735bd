"""Staff or Saleor act on a payment."""

import logging

import structlog

from saleor_stripe_app.domain import answers
from saleor_stripe_app.domain.errors import Malformed
from saleor_stripe_app.domain.report import Result
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor import payloads, responses
from saleor_stripe_app.saleor.events import WebhookEvent, failure
from saleor_stripe_app.telemetry import TRANSACTION
from saleor_stripe_app.usecases.act import act
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.install import saw_version
from saleor_stripe_app.web.saleor_handlers.handling import require_recipient

log = logging.getLogger(__name__)


async def action(
    backends: Backends, installation: Installation, event: WebhookEvent, body: bytes, until: float
) -> bytes:
    """TRANSACTION_CHARGE_REQUESTED, TRANSACTION_CANCELATION_REQUESTED and TRANSACTION_REFUND_REQUESTED."""
    request = payloads.action_requested(body)
    require_recipient(installation, request.app_id)
    if failure(event) != Result(request.kind.failure):  # the signature is over the body alone
        raise Malformed(f"The body asks for {request.kind}, which belongs to another address")
    installation = await saw_version(backends, installation, request.version)
    structlog.contextvars.bind_contextvars(**{TRANSACTION: request.transaction.id})
    answer = await act(backends, installation, request, until=until)
    try:
        return responses.encode(event, answer, request.version)
    except responses.ImpossibleAnswer:
        # Money may have moved: Saleor is told that the outcome follows, and the look after the answer tells it.
        log.exception("an answer cannot be given as it is")
        return responses.encode(event, answers.asynchronous(answer.reference or request.digest), request.version)
