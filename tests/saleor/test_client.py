import asyncio
from decimal import Decimal

import msgspec
import pytest
from aiohttp import web

from saleor_stripe_app.domain.errors import Refusal, Unavailable, Untrusted
from saleor_stripe_app.saleor import operations
from saleor_stripe_app.saleor.client import NotPermitted, SaleorClient
from saleor_stripe_app.saleor.operations import NotInThisSaleor


class Number(msgspec.Struct):
    amount: Decimal


class Numbers(msgspec.Struct):
    numbers: list[Number]


def failed(code: str | None, message: str = "No.") -> dict[str, object]:
    extensions = {"exception": {"code": code, "stacktrace": []}} if code else {}
    return {"errors": [{"message": message, "locations": [], "extensions": extensions}], "data": None}


async def ask(client, saleor, name="app-id", variables=None, result=dict[str, None]):
    return await client.execute(saleor.installation(), name, variables or {}, result)


async def test_the_operation_goes_out_printed_with_its_variables_and_the_apps_token(client, saleor):
    saleor.says({"data": {}})
    await ask(client, saleor, "transaction", {"id": "VHJhbnM=", "amount": Decimal("10.10")})
    asked = saleor.asked[0]
    assert asked.body["query"] == operations.operation("transaction", (3, 24)).text
    assert '"amount":10.10' in asked.text
    assert asked.headers["Authorization"] == "Bearer " + "t" * 30
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.headers["User-Agent"].startswith("saleor-stripe-app/")


async def test_numbers_come_out_as_exact_decimals(client, saleor):
    saleor.says('{"data": {"numbers": [{"amount": 0.10}, {"amount": 7}, {"amount": 1234567890.123456789012}]}}')
    found = await ask(client, saleor, result=Numbers)
    assert [number.amount for number in found.numbers] == [
        Decimal("0.10"),
        Decimal(7),
        Decimal("1234567890.123456789012"),
    ]


async def test_connections_are_kept_and_a_closed_client_opens_again(saleor):
    client = SaleorClient(timeout=5)
    await client.close()
    saleor.says({"data": {}})
    await ask(client, saleor)
    await client.close()
    await ask(client, saleor)
    await client.close()
    assert len(saleor.asked) == 2


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_is_refused_is_not_permitted(client, saleor, status):
    saleor.says((status, "{}"))
    with pytest.raises(NotPermitted) as refused:
        await ask(client, saleor)
    assert isinstance(refused.value, Untrusted)
    assert not refused.value.forbidden


@pytest.mark.parametrize("status", [200, 400])
async def test_a_lacking_permission_is_not_permitted_and_forbidden(client, saleor, status):
    saleor.says((status, failed("PermissionDenied", "You need HANDLE_PAYMENTS.")))
    with pytest.raises(NotPermitted, match="HANDLE_PAYMENTS") as refused:
        await ask(client, saleor)
    assert refused.value.forbidden


@pytest.mark.parametrize("code", ["InvalidTokenError", "ExpiredSignatureError"])
async def test_a_token_that_saleor_cannot_read_is_not_permitted(client, saleor, code):
    saleor.says((400, failed(code)))
    with pytest.raises(NotPermitted):
        await ask(client, saleor)


@pytest.mark.parametrize("code", ["GraphQLError", "QueryCostError", None])
async def test_an_operation_that_saleor_does_not_run_is_a_refusal(client, saleor, code):
    saleor.says((400, failed(code, "Cannot query field")))
    with pytest.raises(Refusal, match="Cannot query field") as refused:
        await ask(client, saleor)
    assert refused.value.code == (code or "GraphQLError")


@pytest.mark.parametrize(
    "answer",
    [
        (500, "{}"),
        (502, "<html>"),
        (503, failed("GraphQLError")),
        (429, "{}"),
        (404, "{}"),
        (200, ""),
        (200, "<html>"),
        (200, "null"),
        (200, "[]"),
        (200, "{}"),
        (400, "no"),
        (200, {"data": None}),
        (200, {"data": {"app": 7}}),
        (200, failed("OperationalError", "Internal Server Error")),
        (200, {"errors": [{}], "data": None}),
        (200, {"errors": "no", "data": None}),
    ],
    ids=str,
)
async def test_whatever_leaves_the_outcome_unknown_is_unavailable(client, saleor, answer):
    saleor.says(answer)
    with pytest.raises(Unavailable):
        await ask(client, saleor)


async def test_a_redirect_is_not_followed(client, saleor):
    async def redirect(request):
        raise web.HTTPFound("/elsewhere/")

    saleor.says(redirect)
    with pytest.raises(Unavailable, match="302"):
        await ask(client, saleor)
    assert len(saleor.asked) == 1


async def test_an_answer_that_does_not_come_in_time_is_unavailable(saleor):
    async def never(request):
        await asyncio.Event().wait()

    saleor.says(never)
    client = SaleorClient(timeout=0.05)
    with pytest.raises(Unavailable):
        await ask(client, saleor)
    await client.close()


async def test_a_connection_that_is_cut_is_unavailable(client, saleor):
    async def cut(request):
        request.transport.abort()
        return web.Response()

    saleor.says(cut)
    with pytest.raises(Unavailable):
        await ask(client, saleor)


async def test_a_saleor_that_is_not_there_is_unavailable(client, saleor, unused_tcp_port):
    installation = saleor.installation(saleor_api_url=f"http://127.0.0.1:{unused_tcp_port}/graphql/")
    with pytest.raises(Unavailable):
        await client.execute(installation, "app-id", {}, dict[str, None])


async def test_an_address_that_is_none_is_unavailable(client, saleor):
    with pytest.raises(Unavailable):
        await client.execute(saleor.installation(saleor_api_url="nonsense"), "app-id", {}, dict[str, None])


async def test_a_declared_length_beyond_the_limit_is_not_read(client, saleor):
    async def huge(request):
        return web.Response(headers={"Content-Length": str(64 * 1024 * 1024)}, body=b"{}")

    saleor.says(huge)
    with pytest.raises(Unavailable):
        await ask(client, saleor)


async def test_an_operation_that_this_saleor_lacks_is_not_sent(client, saleor):
    with pytest.raises(NotInThisSaleor):
        await client.execute(saleor.installation((3, 21)), "app-problem-create", {}, dict[str, None])
    assert saleor.asked == []


async def test_no_token_is_in_what_is_raised(client, saleor):
    for answer in ((401, "{}"), (500, "t" * 30), (200, failed("PermissionDenied"))):
        saleor.says(answer)
        with pytest.raises((Untrusted, Unavailable)) as raised:
            await ask(client, saleor)
        assert "t" * 30 not in str(raised.value)
