"""Stripe's API in memory: one function from a request to an answer, behind several doors.

It reads no clock and does no input or output: the time comes with each request, ids come from a seeded counter.
"""

from collections import deque
from collections.abc import Mapping

import msgspec

from saleor_stripe_app.sandbox.stripe import keys
from saleor_stripe_app.sandbox.stripe.books import Account, Books
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.context import Agenda, Context, Delays
from saleor_stripe_app.sandbox.stripe.deliveries import TEST_RETRIES, Delivery, Outbox, Post
from saleor_stripe_app.sandbox.stripe.description import API_VERSION
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.events import EventLog
from saleor_stripe_app.sandbox.stripe.expansion import expand
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind, Faults, refusal
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.idempotency import Remembered, in_use, recall
from saleor_stripe_app.sandbox.stripe.ids import Ids
from saleor_stripe_app.sandbox.stripe.inspection import Inspection, default_validator
from saleor_stripe_app.sandbox.stripe.keys import PUBLISHABLE, Key
from saleor_stripe_app.sandbox.stripe.parameters import Parameters
from saleor_stripe_app.sandbox.stripe.problem import Finding
from saleor_stripe_app.sandbox.stripe.registry import Registry
from saleor_stripe_app.sandbox.stripe.router import Route, find
from saleor_stripe_app.sandbox.stripe.wire import Answer, Record, Request, read

_RECORDS = 10_000


class Stripe:
    """A stateful stand-in of Stripe.

    `strict` checks every request and object against Stripe's description; `findings` holds what was wrong.
    `pages` is the address under which a door serves the stand-in's own pages. `events_kept` bounds the log of events
    of each account, for long runs.
    """

    def __init__(
        self,
        *,
        strict: bool = True,
        seed: str = "sandbox",
        pages: str = "http://127.0.0.1",
        delays: Delays = Delays(),  # noqa: B008 - frozen
        retries: tuple[int, ...] = TEST_RETRIES,
        events_kept: int | None = None,
    ) -> None:
        self.ids = Ids(seed)
        self.registry = Registry(self.ids)
        self.faults = Faults()
        self.records: deque[Record] = deque(maxlen=_RECORDS)
        self.delays = delays
        self.pages = pages
        self._agenda = Agenda()
        self._inspection = Inspection(default_validator() if strict else None)
        self._outbox = Outbox(self.registry.listeners, self.faults, retries)
        self._log = EventLog(self._outbox.send, self._inspection.event if strict else None, events_kept)

    @property
    def findings(self) -> list[Finding]:
        """What was wrong with requests, answers and events so far; a test may clear it."""
        return self._inspection.findings

    def create_account(
        self,
        name: str = "Sandbox",
        *,
        country: str = "US",
        currency: str = "usd",
        platform: str | None = None,
        secret_key: str | None = None,
        publishable_key: str | None = None,
    ) -> Account:
        """A new account with a secret and a publishable key of test mode, drawn by lot unless given.

        `platform` is the account that may act for it through Stripe-Account.
        """
        return self.registry.create_account(
            name,
            country=country,
            currency=currency,
            platform=platform,
            secret_key=secret_key,
            publishable_key=publishable_key,
        )

    def create_key(
        self, account: str, kind: str = "rk", *, livemode: bool = False, permissions: set[str] | None = None
    ) -> Key:
        """A key: `sk`, `pk`, or `rk` with permissions as `rak_payment_intent_write`."""
        return self.registry.create_key(account, kind, livemode=livemode, permissions=permissions)

    def advance(self, now: int) -> None:
        """Let happen what is due by itself."""
        self._agenda.advance(now)

    def pending_deliveries(self, now: int) -> list[Post]:
        """Take out the webhook deliveries that are due, signed at `now`; report each with `delivered`."""
        self.advance(now)
        return self._outbox.pending(now)

    def next_delivery(self) -> int | None:
        """When the next webhook delivery is due; None when nothing waits."""
        return self._outbox.next_due()

    def delivered(self, delivery: Delivery, status: int | None, now: int) -> None:
        """Report what an endpoint answered, None for no answer: all but 2xx is repeated later."""
        self._outbox.delivered(delivery, status, now)

    def context(self, books: Books, now: int, request_id: str | None = None, key: str | None = None) -> Context:
        """An action in some books at some time."""
        return Context(
            books, now, self.ids, self._agenda, self._log, self.delays, self.registry, self.pages, request_id, key
        )

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes, now: int) -> Answer:
        """Answer a request at a time, in seconds since the epoch."""
        self.advance(now)
        request = read(method.upper(), url, headers, body)
        fault = self.faults.for_request(request.method, request.path, request.parameters)
        delay = fault.latency if fault else 0.0
        request_id = self.ids.new("req", 14)
        if fault and fault.kind is FaultKind.REQUEST_LOST:
            self._record(request, request_id, "", None)
            return Answer(0, {}, b"", delay, lost=True)
        answer, account = self._answer(request, request_id, fault, now)
        lost = fault is not None and fault.kind is FaultKind.ANSWER_LOST
        self._record(request, request_id, account, None if lost else answer)
        return Answer(answer.status, answer.headers, answer.body, delay, lost)

    def _answer(self, request: Request, request_id: str, fault: Fault | None, now: int) -> tuple[Answer, str]:
        """The answer, and the account that it concerns."""
        account = ""
        try:
            key = keys.find(self.registry.keys, request.api_key())
            books = self.registry.of_key(key, request.headers.get("stripe-account", ""))
            account = books.account.id
            if fault and fault.kind in (FaultKind.RATE_LIMIT, FaultKind.LOCK_TIMEOUT):
                raise _fault_failure(fault)
            return self._authorized(request, request_id, key, books, fault, now), account
        except StripeFailure as failure:
            return self._failed(request, request_id, failure), account

    def _authorized(
        self, request: Request, request_id: str, key: Key, books: Books, fault: Fault | None, now: int
    ) -> Answer:
        route, path = self._route(request)
        keys.authorize(key, route.permission, books.account.id, publishable=route.public)
        memory, idempotency_key = books.remembered, request.idempotency_key
        if fault and fault.kind is FaultKind.KEY_IN_USE:
            raise in_use(idempotency_key)
        if idempotency_key:
            found = recall(memory, idempotency_key, request.method, request.path, request.parameters, now)
            if found:
                headers = _headers(request, request_id)
                headers |= {"Idempotent-Replayed": "true", "Original-Request": found.request_id}
                return Answer(found.status, headers, found.body)
        self._inspection.request(request, key)
        context = self.context(books, now, request_id, idempotency_key or None)
        call = Call(context, Parameters(request.parameters), path, request.path, key)
        answer, keeps = self._work(request, request_id, route, call, fault)
        if idempotency_key and keeps:
            memory[idempotency_key] = Remembered(
                request.method, request.path, request.parameters, answer.status, answer.body, request_id, now
            )
        return answer

    def _route(self, request: Request) -> tuple[Route, tuple[str, ...]]:
        found = find(request.method, request.path)
        if found is None:
            self._inspection.unserved(request)
            raise StripeFailure(404, f"Unrecognized request URL ({request.method}: {request.path}).", keeps=False)
        return found

    def _work(
        self, request: Request, request_id: str, route: Route, call: Call, fault: Fault | None
    ) -> tuple[Answer, bool]:
        """Let the endpoint work; answers whether an idempotency key remembers the outcome."""
        try:
            if fault and fault.kind is FaultKind.SERVER_ERROR:
                raise _fault_failure(fault)
            shown = route.endpoint(call)
            if fault and fault.kind is FaultKind.SERVER_ERROR_AFTER_WORK:
                raise _fault_failure(fault)
            expand(call.context, call.key, shown, call.parameters.texts("expand"))
        except StripeFailure as failure:
            return self._failed(request, request_id, failure), failure.keeps
        self._inspection.answer(request, shown, public=call.key.kind == PUBLISHABLE)
        return Answer(200, _headers(request, request_id), msgspec.json.encode(shown)), True

    def _failed(self, request: Request, request_id: str, failure: StripeFailure) -> Answer:
        self._inspection.failure(request, failure)
        shown: dict[str, Json] = failure.payload()
        headers = _headers(request, request_id) | failure.headers
        return Answer(failure.status, headers, msgspec.json.encode(shown))

    def _record(self, request: Request, request_id: str, account: str, answer: Answer | None) -> None:
        self.records.append(
            Record(
                request_id,
                request.method,
                request.path,
                request.parameters,
                request.idempotency_key,
                account,
                answer.status if answer else None,
                bool(answer and "Idempotent-Replayed" in answer.headers),
            )
        )


def _fault_failure(fault: Fault) -> StripeFailure:
    failure = refusal(fault.kind)
    assert failure is not None
    return failure


def _headers(request: Request, request_id: str) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json",
        "Request-Id": request_id,
        "Stripe-Version": request.headers.get("stripe-version", API_VERSION),
    }
    if request.idempotency_key:
        headers |= {"Idempotency-Key": request.idempotency_key, "Original-Request": request_id}
    return headers
