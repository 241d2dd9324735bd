"""Connections: clients per key, one pool, limits of time, nothing in logs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
import stripe

from saleor_stripe_app.domain import plan
from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.operation import Operation, OperationKind
from saleor_stripe_app.stripe_gateway import client as connections_module
from saleor_stripe_app.stripe_gateway import operations, payment_intents, payments
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from tests.stripe_gateway.stripe_objects import an_intent

AT = datetime(2026, 11, 25, tzinfo=UTC)


@asynccontextmanager
async def serving(answer: Callable[[asyncio.StreamWriter], None]) -> AsyncIterator[str]:
    """A server that reads a request's head and then does what the test says."""

    ended: list[asyncio.Event] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ended.append(end := asyncio.Event())
        await reader.readuntil(b"\r\n\r\n")
        answer(writer)
        if answer is _silent:
            await reader.read()
        writer.close()
        await writer.wait_closed()
        end.set()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"
        for end in ended:
            await end.wait()


def _silent(_: asyncio.StreamWriter) -> None:
    """Never answer."""


def _half_an_answer(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")


def _not_found(writer: asyncio.StreamWriter) -> None:
    body = b'{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such payment_intent"}}'
    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def _declined(writer: asyncio.StreamWriter) -> None:
    body = b'{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such payment_intent"}}'
    head = b"HTTP/1.1 404 Not Found\r\nRequest-Id: req_1\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    writer.write(head % len(body) + body)


async def test_an_answer_over_a_real_connection_is_read():
    async with serving(_not_found) as base, StripeConnections(api_base=f"{base}/") as connections:
        assert await payments.read(connections.client("sk_test_1"), "pi_1") is None


async def test_every_change_is_logged_with_stripes_own_id_and_no_body(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with serving(_declined) as base, StripeConnections(api_base=base) as connections:
        with pytest.raises(Declined):
            await payment_intents.cancel(connections.client("sk_test_1"), "pi_1", plan.cancel_parameters(), "key-1")
        assert await payments.read(connections.client("sk_test_1"), "pi_1") is None
    (line,) = [record for record in caplog.records if record.getMessage() == "asked of Stripe"]
    assert (vars(line)["method"], vars(line)["path"]) == ("POST", "/v1/payment_intents/pi_1/cancel")
    assert (vars(line)["status"], vars(line)["stripe_request"]) == (404, "req_1")
    assert vars(line)["idempotency"] == "key-1"
    assert "No such" not in caplog.text


async def test_the_line_of_an_operation_names_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    cancel = Operation("op-1", "t", OperationKind.CANCEL, "r", 1, "key-1", "pi_1-cancel", 500, AT)
    async with serving(_declined) as base, StripeConnections(api_base=base) as connections:
        with pytest.raises(Declined):
            await operations.perform(connections.client("sk_test_1"), cancel, "pi_1")
    asked, refused = (record for record in caplog.records if record.name.startswith("saleor_stripe_app"))
    for line in (asked, refused):
        assert (vars(line)["operation"], vars(line)["kind"], vars(line)["amount"]) == ("op-1", "cancel", 500)
    assert (vars(asked)["stripe_request"], vars(refused)["outcome"]) == ("req_1", "declined")


@pytest.mark.parametrize("fault", [_silent, _half_an_answer])
async def test_a_connection_that_fails_leaves_the_outcome_open(fault):
    async with (
        serving(fault) as base,
        StripeConnections(api_base=base, attempt_seconds=0.2, max_network_retries=0) as connections,
    ):
        with pytest.raises(Unavailable) as raised:
            await payment_intents.cancel(connections.client("sk_test_1"), "pi_1", plan.cancel_parameters(), "k")

    assert not raised.value.stored


async def test_a_caller_without_patience_leaves_no_connection_behind():
    async with serving(_silent) as base, StripeConnections(api_base=base) as connections:
        with pytest.raises(Unavailable, match="in time"):
            await payments.read(connections.client("sk_test_1"), "pi_1", within=0.05)


async def test_an_address_where_nobody_listens_leaves_the_outcome_open():
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()

    async with StripeConnections(api_base=f"http://127.0.0.1:{port}", max_network_retries=0) as connections:
        with pytest.raises(Unavailable, match="could not be reached"):
            await payments.read(connections.client("sk_test_1"), "pi_1")


async def test_a_client_is_kept_per_key_and_account(connections):
    one = connections.client("sk_test_1")

    assert connections.client("sk_test_1") is one
    assert connections.client("sk_test_2") is not one
    assert connections.client("sk_test_1", "acct_1") is not one


async def test_only_so_many_clients_are_kept_the_least_used_going_first(connections, monkeypatch):
    monkeypatch.setattr(connections_module, "CACHED_CLIENTS", 2)
    first, second = connections.client("sk_test_1"), connections.client("sk_test_2")
    assert connections.client("sk_test_1") is first

    connections.client("sk_test_3")

    assert connections.client("sk_test_1") is first
    assert connections.client("sk_test_2") is not second


async def test_the_key_of_the_whole_process_is_never_used(client, wire, monkeypatch):
    monkeypatch.setattr(stripe, "api_key", "sk_test_junk")
    wire.answer(an_intent())

    await payments.read(client, "pi_1")

    assert wire.sent[0].headers["Authorization"] == "Bearer sk_test_51Nm3yLqKzv0Qw2Er8TyU"


async def test_no_body_and_no_key_reaches_a_log(client, wire, caplog):
    caplog.set_level(logging.DEBUG)
    wire.answer(an_intent(client_secret="pi_1_secret_2"))

    payment = await payments.read(client, "pi_1")

    logged = caplog.text + repr(payment)
    assert "pi_1_secret_2" not in logged
    assert "sk_test_51Nm3yLqKzv0Qw2Er8TyU" not in logged


async def test_closing_closes_the_connections(wire):
    async with StripeConnections(http_client=wire):
        assert not wire.closed

    assert wire.closed


async def test_telemetry_is_off(connections):
    assert stripe.enable_telemetry is False
