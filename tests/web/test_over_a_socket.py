"""The walls around every door as a real server shows them."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from saleor_stripe_app.web.application import application


async def length(request: Request) -> Response:
    return Response(str(len(await request.body())))


@pytest.fixture
async def port() -> AsyncIterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    app = application([Route("/", length, methods=["POST"])], body_limit=1000, secure=False)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))
    yield listening.getsockname()[1]
    server.should_exit = True
    await serving


async def answer(port: int, *parts: bytes) -> bytes:
    """All bytes that come back until the server ends the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    everything = await reader.read()
    writer.close()
    return everything


async def test_a_body_in_chunks_within_the_limit_is_read_whole(port):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    got = await answer(port, head, b"5\r\nabcde\r\n", b"3\r\nfgh\r\n", b"0\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 200 OK")
    assert got.endswith(b"\r\n\r\n8")


async def test_a_body_that_is_declared_too_large_is_refused_without_waiting_for_it(port):
    got = await answer(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 413 ")
    assert b'"BodyTooLarge"' in got


async def test_a_body_in_chunks_past_the_limit_is_refused_without_waiting_for_its_end(port):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    got = await answer(port, head, b"3e9\r\n" + b"x" * 1001 + b"\r\n")
    assert got.startswith(b"HTTP/1.1 413 ")
