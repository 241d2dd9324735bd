"""A logged-in customer looks at what they saved, deletes it, or saves something new."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from saleor_stripe_app.domain.errors import Refusal, Unavailable
from saleor_stripe_app.domain.saved_request import DeleteRequest, GreetingRequest, SavedRequest
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.domain.tokenization import Tokenization
from saleor_stripe_app.saleor import stored_method_payloads, stored_method_responses
from saleor_stripe_app.saleor.events import WebhookEvent
from saleor_stripe_app.telemetry import REFUSALS
from saleor_stripe_app.usecases import tokenize
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.delete_stored_method import delete_stored_method
from saleor_stripe_app.usecases.install import saw_version
from saleor_stripe_app.usecases.list_stored_methods import list_stored_methods
from saleor_stripe_app.web.saleor_handlers.handling import Handler, in_time, require_recipient

log = logging.getLogger(__name__)

AGAIN = "ask again in a moment"
Request = TypeVar("Request", bound=SavedRequest)


async def on_list(backends: Backends, installation: Installation, _: WebhookEvent, body: bytes, until: float) -> bytes:
    """LIST_STORED_PAYMENT_METHODS: Saleor would keep an empty list for five minutes, so whatever fails is an error."""
    request = stored_method_payloads.list_methods(body)
    require_recipient(installation, request.app_id)
    installation = await saw_version(backends, installation, request.version)
    methods = await in_time(until, list_stored_methods(backends, installation, request), advice=AGAIN)
    return stored_method_responses.listed(methods, backends.clock())


def _answering(
    decode: Callable[[bytes], Request], work: Callable[[Backends, Installation, Request], Awaitable[bytes]]
) -> Handler:
    """The handler of a webhook that has a failure of its own: only an answer 2xx tells the shopper what is wrong."""

    async def handle(
        backends: Backends, installation: Installation, event: WebhookEvent, body: bytes, until: float
    ) -> bytes:
        try:
            request = decode(body)
            require_recipient(installation, request.app_id)
            installation = await saw_version(backends, installation, request.version)
            return await in_time(until, work(backends, installation, request), advice=AGAIN)
        except Refusal as refusal:
            REFUSALS.labels(refusal.code).inc()
            log.info("request refused", extra={"code": refusal.code, "reason": str(refusal)})
            return stored_method_responses.failed(event, str(refusal))
        except Unavailable as unavailable:
            log.warning("the outcome is not known", extra={"reason": str(unavailable)})
            return stored_method_responses.unknown(f"{unavailable} Nothing was paid; look at the list and try again.")

    return handle


async def _delete(backends: Backends, installation: Installation, request: DeleteRequest) -> bytes:
    await delete_stored_method(backends, installation, request)
    return stored_method_responses.deleted()


async def _greet(backends: Backends, installation: Installation, request: GreetingRequest) -> bytes:
    return stored_method_responses.initialized(await tokenize.greet(backends, installation, request))


def _tokenizing(
    usecase: Callable[[Backends, Installation, Request], Awaitable[Tokenization]],
) -> Callable[[Backends, Installation, Request], Awaitable[bytes]]:
    async def work(backends: Backends, installation: Installation, request: Request) -> bytes:
        return stored_method_responses.tokenized(await usecase(backends, installation, request))

    return work


# STORED_PAYMENT_METHOD_DELETE_REQUESTED, PAYMENT_GATEWAY_INITIALIZE_TOKENIZATION_SESSION,
# PAYMENT_METHOD_INITIALIZE_TOKENIZATION_SESSION and PAYMENT_METHOD_PROCESS_TOKENIZATION_SESSION.
on_delete = _answering(stored_method_payloads.delete, _delete)
on_greeting = _answering(stored_method_payloads.greeting, _greet)
on_tokenize = _answering(stored_method_payloads.tokenize, _tokenizing(tokenize.begin))
on_process = _answering(stored_method_payloads.process, _tokenizing(tokenize.process))
