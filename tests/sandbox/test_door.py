"""How the stand-ins are served: nothing waits that need not, and what has begun is finished."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from saleor_stripe_app.sandbox.door import Door, listener


@asynccontextmanager
async def serving(application: ASGIApp) -> AsyncIterator[tuple[Door, str]]:
    opened = listener("127.0.0.1", 0)
    address = f"http://127.0.0.1:{opened.getsockname()[1]}"
    door = Door(uvicorn.Config(application, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1))
    task = asyncio.create_task(door.serve(sockets=[opened]))
    yield door, address
    door.close()
    await task


class Held:
    """An application that answers when it is let."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.let = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached.set()
        await self.let.wait()
        await PlainTextResponse("here")(scope, receive, send)


async def test_a_small_piece_of_an_answer_does_not_wait_for_the_one_before_to_be_acknowledged() -> None:
    opened = listener("127.0.0.1", 0)
    accepted = asyncio.get_running_loop().create_future()
    server = await asyncio.start_server(lambda _, writer: accepted.set_result(writer), sock=opened)
    async with server:
        _, calling = await asyncio.open_connection(*opened.getsockname())
        called = await accepted
        assert called.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
        for writer in (calling, called):
            writer.close()
            await writer.wait_closed()


async def test_an_answer_that_has_begun_is_finished_and_nobody_else_is_let_in() -> None:
    held = Held()
    async with serving(held) as (door, address), httpx.AsyncClient(base_url=address, trust_env=False) as http:
        asking = asyncio.create_task(http.get("/"))
        await held.reached.wait()
        door.close()
        while any(server.is_serving() for server in door.servers):  # noqa: ASYNC110 (told by nothing else)
            await asyncio.sleep(0)
        with pytest.raises(httpx.ConnectError):
            await http.get("/")
        held.let.set()
        assert (await asking).text == "here"


async def test_an_answer_that_never_ends_does_not_keep_the_door_open() -> None:
    held = Held()
    async with httpx.AsyncClient(trust_env=False) as http:
        async with serving(held) as (_, address):
            asking = asyncio.create_task(http.get(address))
            await held.reached.wait()
        assert (await asking).status_code == 500
