"""What the app asks of Saleor about itself: its token, keys, problems and channels."""

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest
from aiohttp import web

from saleor_stripe_app.domain.errors import Malformed, Refusal, Unavailable, Untrusted
from saleor_stripe_app.saleor import apps, channels, problems
from saleor_stripe_app.saleor.apps import Credentials
from tests.saleor import recordings

SHOP = "https://shop.example/graphql/"
JWKS = "https://shop.example/.well-known/jwks.json"


def credentials(saleor):
    return Credentials(saleor.url, "t" * 30, (3, 24))


async def test_a_token_is_proved_by_the_app_that_saleor_names(client, saleor):
    saleor.says({"data": {"app": {"id": "QXBwOjE=", "identifier": "saleor.app.payment.stripe"}}})
    assert await apps.prove(client, credentials(saleor)) == apps.App("QXBwOjE=", "saleor.app.payment.stripe")
    assert saleor.asked[0].headers["Authorization"] == "Bearer " + "t" * 30


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"app": None}},
        (401, "{}"),
        (400, {"errors": [{"message": "x", "extensions": {"exception": {"code": "PermissionDenied"}}}]}),
        (400, {"errors": [{"message": "Cannot query field app"}]}),
    ],
    ids=str,
)
async def test_a_token_that_belongs_to_no_app_is_untrusted(client, saleor, answer):
    saleor.says(answer)
    with pytest.raises(Untrusted):
        await apps.prove(client, credentials(saleor))


async def test_a_saleor_that_cannot_be_asked_proves_nothing(client, saleor):
    saleor.says((500, "{}"))
    with pytest.raises(Unavailable):
        await apps.prove(client, credentials(saleor))


def test_a_token_is_not_in_what_is_printed():
    assert "secret" not in repr(Credentials(SHOP, "secret", (3, 24)))


async def test_the_key_set_is_fetched_from_the_apis_own_origin(httpx_mock):
    httpx_mock.add_response(url=JWKS, text=recordings.KEY_SET)
    assert await apps.fetch_key_set(SHOP) == recordings.KEY_SET
    assert apps.key_set_url("http://127.0.0.1:8000/graphql/?a=b#c") == "http://127.0.0.1:8000/.well-known/jwks.json"


async def test_a_redirect_to_other_keys_is_not_followed(httpx_mock):
    httpx_mock.add_response(url=JWKS, status_code=302, headers={"Location": "https://evil.example/jwks.json"})
    with pytest.raises(Unavailable, match="302"):
        await apps.fetch_key_set(SHOP)


async def test_a_key_set_beyond_the_limit_is_refused(httpx_mock):
    httpx_mock.add_response(url=JWKS, text=json.dumps({"keys": [], "pad": "x" * 70_000}))
    with pytest.raises(Malformed, match="larger"):
        await apps.fetch_key_set(SHOP)


@pytest.mark.parametrize("content", [b"", b"<html>", b'{"keys": []}', b"\xff\xfe"])
async def test_what_is_no_key_set_is_malformed(httpx_mock, content):
    httpx_mock.add_response(url=JWKS, content=content)
    with pytest.raises(Malformed):
        await apps.fetch_key_set(SHOP)


@pytest.mark.parametrize("error", [httpx.ConnectError("no"), httpx.ReadTimeout("late"), httpx.RemoteProtocolError("x")])
async def test_a_key_set_that_cannot_be_had_is_unavailable(httpx_mock, error):
    httpx_mock.add_exception(error, url=JWKS)
    with pytest.raises(Unavailable):
        await apps.fetch_key_set(SHOP)


async def test_a_key_set_without_an_end_is_not_read_to_it(saleor):
    async def endless(request):
        response = web.StreamResponse()
        await response.prepare(request)
        while not request.transport.is_closing():
            await response.write(b" " * 1024)
        return response

    saleor.says(endless)
    with pytest.raises(Malformed, match="larger"):
        await apps.fetch_key_set(saleor.url)


async def test_a_key_set_that_does_not_come_in_time_is_unavailable(saleor):
    async def never(request):
        await asyncio.Event().wait()

    saleor.says(never)
    with pytest.raises(Unavailable, match="TimeoutError"):
        await apps.fetch_key_set(saleor.url, within=0.05)


def done(name, errors=()):
    return {"data": {name: {"errors": list(errors)}}}


async def test_a_problem_is_shown_within_saleors_limits(client, saleor):
    saleor.says(done("appProblemCreate"))
    await problems.create(
        client,
        saleor.installation(),
        key="k" * 200,
        message="m" * 3000,
        critical_threshold=1,
        aggregation_minutes=0,
    )
    problem = saleor.asked[0].variables["input"]
    assert len(problem["key"]) == 128
    assert len(problem["message"]) == 2048
    assert problem["criticalThreshold"] == 1
    assert problem["aggregationPeriod"] == 0


async def test_what_is_not_said_of_a_problem_is_left_to_saleor(client, saleor):
    saleor.says(done("appProblemCreate"))
    await problems.create(client, saleor.installation(), key="key", message="Message")
    assert saleor.asked[0].variables == {"input": {"key": "key", "message": "Message"}}


async def test_problems_are_dismissed_by_the_hundred(client, saleor):
    saleor.says(done("appProblemDismiss"))
    await problems.dismiss(client, saleor.installation(), [f"key-{number}" for number in range(150)])
    assert [len(asked.variables["keys"]) for asked in saleor.asked] == [100, 50]


async def test_a_saleor_without_problems_is_not_asked(client, saleor):
    await problems.create(client, saleor.installation((3, 21)), key="key", message="Message")
    await problems.dismiss(client, saleor.installation((3, 21)), ["key"])
    assert await problems.shown(client, saleor.installation((3, 21))) == ()
    assert saleor.asked == []


async def test_problems_that_somebody_dismissed_are_not_shown(client, saleor):
    at = "2026-11-24T09:00:00+00:00"
    listed = [
        {"key": "a", "updatedAt": at, "dismissed": None},
        {"key": "b", "updatedAt": at, "dismissed": {"by": "USER"}},
        {"key": "c", "updatedAt": at, "dismissed": {"by": "APP"}},
    ]
    saleor.says({"data": {"app": {"problems": listed}}})
    assert await problems.shown(client, saleor.installation()) == (
        problems.Shown("a", datetime(2026, 11, 24, 9, tzinfo=UTC)),
    )


@pytest.mark.parametrize("app", [None, {"problems": None}, {"problems": []}])
async def test_an_app_without_problems_shows_none(client, saleor, app):
    saleor.says({"data": {"app": app}})
    assert await problems.shown(client, saleor.installation()) == ()


async def test_a_problem_that_saleor_does_not_take_is_a_refusal(client, saleor):
    saleor.says(done("appProblemCreate", [{"field": "key", "code": "INVALID", "message": "Too short."}]))
    with pytest.raises(Refusal, match="Too short") as refused:
        await problems.create(client, saleor.installation(), key="k", message="Message")
    assert refused.value.code == "INVALID"


async def test_channels_come_by_name(client, saleor):
    saleor.says(
        {
            "data": {
                "channels": [
                    {"id": "2", "slug": "pl", "name": "poland", "currencyCode": "PLN", "isActive": False},
                    {"id": "1", "slug": "de", "name": "Germany", "currencyCode": "EUR", "isActive": True},
                ]
            }
        }
    )
    assert await channels.read(client, saleor.installation()) == (
        channels.Channel("1", "de", "Germany", "EUR", True),
        channels.Channel("2", "pl", "poland", "PLN", False),
    )
