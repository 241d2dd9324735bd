"""The door for load: HTTP/1.1 over asyncio with as little as possible around the API.

It knows what API clients send: keep-alive, Content-Length, no chunked bodies, no upgrades.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.in_process import system_clock
from saleor_stripe_app.sandbox.stripe.wire import Answer

_LARGEST_HEAD = 64 * 1024
_REASONS = {status.value: status.phrase for status in HTTPStatus}


class _Connection(asyncio.Protocol):
    """One connection. Requests are answered in their order: while an answer is delayed the next ones wait."""

    def __init__(self, server: Stripe, clock: Callable[[], int], after: Callable[[], None] | None) -> None:
        self._server = server
        self._clock = clock
        self._after = after
        self._received = bytearray()
        self._waiting = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._serve()

    def _serve(self) -> None:
        while not self._waiting and self._transport and not self._transport.is_closing():
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                if len(self._received) > _LARGEST_HEAD:
                    self._transport.close()
                return
            first, *lines = self._received[:end].decode("latin-1").split("\r\n")
            method, url, _ = first.split(" ", 2)
            headers = {}
            for line in lines:
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            start = end + 4
            stop = start + int(headers.get("content-length", 0))
            if len(self._received) < stop:
                return
            body = bytes(self._received[start:stop])
            del self._received[:stop]
            answer = self._server.handle(method, url, headers, body, self._clock())
            if self._after:
                self._after()
            if answer.delay:
                self._waiting = True
                asyncio.get_running_loop().call_later(answer.delay, self._resume, answer)
            else:
                self._write(answer)

    def _resume(self, answer: Answer) -> None:
        self._waiting = False
        self._write(answer)
        self._serve()

    def _write(self, answer: Answer) -> None:
        assert self._transport is not None
        if answer.lost:
            self._transport.abort()
            return
        head = [f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, '')}"]
        head += [f"{name}: {value}" for name, value in answer.headers.items()]
        head.append(f"Content-Length: {len(answer.body)}\r\n\r\n")
        self._transport.write("\r\n".join(head).encode("latin-1") + answer.body)


async def listen(
    server: Stripe,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    clock: Callable[[], int] = system_clock,
    after: Callable[[], None] | None = None,
) -> asyncio.Server:
    """Open the door; `after` is called after each request, as a Sender's `wake`. Port 0 is any free one."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: _Connection(server, clock, after), host, port)
