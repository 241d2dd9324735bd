"""The controls over HTTP, under /_sandbox: JSON in, JSON out."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.connect_control_routes import connect_acts
from saleor_stripe_app.sandbox.stripe.control_bodies import (
    Doing,
    NewAccount,
    NewConfiguration,
    NewFault,
    NewKey,
    Permissions,
)
from saleor_stripe_app.sandbox.stripe.controls import Controls
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.keys import Key
from saleor_stripe_app.sandbox.stripe.ledger import totals
from saleor_stripe_app.sandbox.stripe.object_actions import Actions, Do, object_actions

Clock = Callable[[], int]
Act = Callable[[Request], Awaitable[object]]
T = TypeVar("T")


def control_routes(server: Stripe, clock: Clock, wake: Callable[[], None]) -> list[Route]:
    """Routes that move the stand-in; `wake` is called after each."""
    acts = [
        *_account_acts(server, clock),
        *[
            act
            for noun, actions in object_actions(Controls(server)).items()
            for act in _object_acts(noun, actions, clock)
        ],
        *connect_acts(server, clock),
        *_bench_acts(server),
    ]

    def route(method: str, path: str, act: Act) -> Route:
        async def answer(request: Request) -> Response:
            status = 200
            try:
                shown = await act(request)
            except StripeFailure as failure:
                shown, status = failure.payload(), failure.status
            except (msgspec.MsgspecError, ValueError) as error:
                shown, status = {"error": {"message": str(error)}}, 400
            wake()
            return Response(msgspec.json.encode(shown), status, media_type="application/json")

        return Route(f"/_sandbox{path}", answer, methods=[method])

    return [route(*act) for act in acts]


def _account_acts(server: Stripe, clock: Clock) -> list[tuple[str, str, Act]]:
    controls = Controls(server)

    async def create_account(request: Request) -> object:
        body = msgspec.structs.asdict(await _body(request, NewAccount))
        account = server.create_account(**{name: value for name, value in body.items() if value})
        return {"id": account.id, "secret_key": account.secret_key, "publishable_key": account.publishable_key}

    async def list_accounts(_: Request) -> object:
        return [
            {"id": account.id, "name": account.name, "publishable_key": account.publishable_key}
            for account in server.registry.accounts.values()
        ]

    async def create_key(request: Request) -> object:
        body = await _body(request, NewKey)
        account = request.path_params["account"]
        return _key(server.create_key(account, body.kind, livemode=body.livemode, permissions=set(body.permissions)))

    async def grant(request: Request) -> object:
        return _key(controls.grant(request.path_params["key"], *(await _body(request, Permissions)).permissions))

    async def revoke(request: Request) -> object:
        return _key(controls.revoke(request.path_params["key"], *(await _body(request, Permissions)).permissions))

    async def expire(request: Request) -> object:
        return _key(controls.expire_key(request.path_params["key"]))

    async def add_configuration(request: Request) -> object:
        body = await _body(request, NewConfiguration)
        account = request.path_params["account"]
        return controls.add_configuration(account, body.name, body.methods, now=clock(), livemode=body.livemode)

    async def create_token(request: Request) -> object:
        body = await _body(request, Doing)
        token = controls.shopper.create_confirmation_token(
            request.path_params["account"], clock(), body.method, save=body.save
        )
        return {"id": token}

    return [
        ("POST", "/accounts", create_account),
        ("GET", "/accounts", list_accounts),
        ("POST", "/accounts/{account}/keys", create_key),
        ("POST", "/accounts/{account}/configurations", add_configuration),
        ("POST", "/accounts/{account}/confirmation_tokens", create_token),
        ("POST", "/keys/{key}/grant", grant),
        ("POST", "/keys/{key}/revoke", revoke),
        ("POST", "/keys/{key}/expire", expire),
    ]


def _object_acts(noun: str, actions: Actions, clock: Clock) -> list[tuple[str, str, Act]]:
    def act(do: Do) -> Act:
        async def on_object(request: Request) -> object:
            return do(request.path_params["id"], await _body(request, Doing), clock())

        return on_object

    return [("POST", f"/{noun}/{{id}}/{name}", act(do)) for name, do in actions.items()]


def _bench_acts(server: Stripe) -> list[tuple[str, str, Act]]:
    controls = Controls(server)

    async def ledger(request: Request) -> object:
        found = controls.ledger(request.query_params.get("account"))
        return {"payments": found, "totals": totals(found)}

    async def add_fault(request: Request) -> object:
        server.faults.add((await _body(request, NewFault)).fault())
        return {"requests": len(server.faults.requests), "events": len(server.faults.events)}

    async def clear_faults(_: Request) -> object:
        server.faults.clear()
        return {"requests": 0, "events": 0}

    async def findings(_: Request) -> object:
        return [str(finding) for finding in server.findings]

    async def clear_findings(_: Request) -> object:
        server.findings.clear()
        return []

    async def requests(_: Request) -> object:
        return list(server.records)

    return [
        ("GET", "/ledger", ledger),
        ("POST", "/faults", add_fault),
        ("DELETE", "/faults", clear_faults),
        ("GET", "/findings", findings),
        ("DELETE", "/findings", clear_findings),
        ("GET", "/requests", requests),
    ]


async def _body(request: Request, shape: type[T]) -> T:
    return msgspec.json.decode(await request.body() or b"{}", type=shape)


def _key(key: Key) -> dict[str, object]:
    return {"key": key.value, "account": key.account, "permissions": sorted(key.permissions), "expired": key.expired}
