"""What every door has in common: limits, headers, errors by meaning, health, metrics, static files."""

import logging

import httpx
import pytest
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from saleor_stripe_app.domain.errors import AppError, Malformed, Refusal, Unavailable, Untrusted
from saleor_stripe_app.web import metrics, static
from saleor_stripe_app.web.application import application
from saleor_stripe_app.web.errors import http_error

TOKEN = "a-long-enough-token"


async def echo(request: Request) -> Response:
    body = await request.body()
    bound = structlog.contextvars.get_contextvars()
    return JSONResponse({"length": len(body), "first": body[:1].decode(), "bound": bound})


async def fail(_: Request) -> Response:
    raise ZeroDivisionError("of sk_test_1234")


async def refuse(_: Request) -> Response:
    raise Untrusted("This Saleor is not on the list", forbidden=True)


async def unavailable(_: Request) -> Response:
    raise Unavailable("Stripe did not answer")


async def page(_: Request) -> Response:
    return PlainTextResponse("page", headers={"content-security-policy": "default-src 'self'"})


async def half(_: Request) -> Response:
    async def body():
        yield b"half"
        raise ZeroDivisionError

    return StreamingResponse(body())


def client(*, secure: bool = True, token: str | None = TOKEN) -> httpx.AsyncClient:
    doors = [
        Route("/echo", echo, methods=["GET", "POST"]),
        Route("/fail", fail),
        Route("/refuse", refuse),
        Route("/unavailable", unavailable),
        Route("/page", page),
        Route("/half", half),
        *metrics.routes(token),
        *static.routes(),
    ]
    app = application(doors, body_limit=100, secure=secure)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://app.example")


async def pieces(*sizes: int):
    for size in sizes:
        yield b"x" * size


async def test_a_body_within_the_limit_reaches_the_door_whole():
    async with client() as http:
        assert (await http.post("/echo", content=b"a" * 100)).json()["length"] == 100
        assert (await http.post("/echo", content=pieces(40, 60))).json()["length"] == 100
        assert (await http.get("/echo")).json()["length"] == 0


async def test_a_body_of_a_larger_declared_length_is_refused_before_it_is_read():
    asked = False

    async def receive():
        nonlocal asked
        asked = True
        return {"type": "http.request", "body": b"", "more_body": True}

    sent = []

    async def send(message):
        sent.append(message)

    headers = [(b"content-length", b"101")]
    scope = {"type": "http", "method": "POST", "path": "/echo", "query_string": b"", "headers": headers}
    await application([Route("/echo", echo, methods=["POST"])], body_limit=100, secure=True)(scope, receive, send)
    assert sent[0]["status"] == 413
    assert not asked


async def test_a_body_that_grows_past_the_limit_is_refused_in_json():
    async with client() as http:
        response = await http.post("/echo", content=pieces(60, 60))
    assert response.status_code == 413
    assert response.json()["error"] == {
        "code": "BodyTooLarge", "message": "The request body is larger than 100 bytes",
    }  # fmt: skip
    assert response.headers["connection"] == "close"
    assert response.headers["x-request-id"]


@pytest.mark.parametrize("length", ["-1", "1e3", "²"])
async def test_a_length_that_is_no_number_is_refused(length):
    async with client() as http:
        headers = [(b"content-length", length.encode("latin-1"))]
        assert (await http.post("/echo", headers=headers, content=pieces(1))).status_code == 413


async def test_the_id_of_a_request_is_bound_to_its_logs_and_sent_back():
    async with client() as http:
        given = await http.get("/echo", headers={"x-request-id": "abc-1"})
        made = await http.get("/echo", headers={"x-request-id": "a b\t"})
    assert given.headers["x-request-id"] == given.json()["bound"]["request_id"] == "abc-1"
    assert made.headers["x-request-id"] == made.json()["bound"]["request_id"] != "a b"


async def test_answers_keep_browsers_careful_unless_a_page_says_otherwise():
    async with client() as http:
        plain, own = await http.get("/echo"), await http.get("/page")
    assert plain.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert plain.headers["cache-control"] == "no-store"
    assert plain.headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" in plain.headers
    assert own.headers["content-security-policy"] == "default-src 'self'"
    async with client(secure=False) as http:
        assert "strict-transport-security" not in (await http.get("/echo")).headers


async def test_an_error_nobody_meant_is_a_500_without_details_and_logged(caplog):
    async with client() as http:
        response = await http.get("/fail")
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "InternalError"
    assert "sk_test" not in response.text
    (record,) = [record for record in caplog.records if record.message == "request failed"]
    assert record.levelno == logging.ERROR
    assert isinstance(record.exc_info[1], ZeroDivisionError)


async def test_errors_carry_their_meaning_and_their_headers():
    async with client() as http:
        refused, away = await http.get("/refuse"), await http.get("/unavailable")
        missing, wrong = await http.get("/nowhere"), await http.delete("/echo")
    assert (refused.status_code, refused.json()) == (
        403, {"error": {"code": "Forbidden", "message": "This Saleor is not on the list"}},
    )  # fmt: skip
    assert (away.status_code, away.headers["retry-after"]) == (503, "5")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "NotFound")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "MethodNotAllowed")
    assert "GET" in wrong.headers["allow"]


async def test_an_answer_that_has_begun_is_broken_off():
    async with client() as http:
        with pytest.raises(ZeroDivisionError):
            await http.get("/half")


def subclasses(kind: type[AppError]) -> list[type[AppError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in subclasses(child))]


@pytest.mark.parametrize("kind", [k for k in subclasses(AppError) if k is not AppError], ids=lambda k: k.__name__)
def test_every_error_has_the_status_of_its_meaning(kind):
    statuses = {Refusal: 422, Malformed: 400, Untrusted: 401, Unavailable: 503}
    (meaning,) = [base for base in statuses if issubclass(kind, base)]
    error = kind.__new__(kind)
    Exception.__init__(error, "why")
    error.__dict__.update({"code": "Code", "forbidden": False})
    answer = http_error(error)
    assert answer.status == statuses[meaning]
    assert answer.message == "why" or type(error).__str__ is not Exception.__str__
    assert answer.code


def test_a_sender_without_a_permission_is_told_apart_from_a_stranger():
    assert http_error(Untrusted("no", forbidden=True)).status == 403
    assert http_error(Untrusted("no")).status == 401
    assert http_error(HTTPException(404)).code == "NotFound"


async def test_metrics_are_for_whoever_shows_the_token():
    async with client() as http:
        right = await http.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        wrong = await http.get("/metrics", headers={"authorization": "Bearer wrong-é".encode()})
        none = await http.get("/metrics")
    assert (right.status_code, right.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert "saleor_stripe_reports_total" in right.text
    assert wrong.status_code == none.status_code == 401
    assert none.headers["www-authenticate"] == "Bearer"


async def test_metrics_are_closed_without_a_token():
    async with client(token=None) as http:
        assert (await http.get("/metrics", headers={"authorization": "Bearer "})).status_code == 404


async def test_the_logo_is_a_png_that_may_be_kept():
    async with client() as http:
        logo = await http.get(static.LOGO)
        again = await http.get(static.LOGO, headers={"if-none-match": logo.headers["etag"]})
        outside = await http.get("/static/..%2f__init__.py")
    assert logo.headers["content-type"] == "image/png"
    assert logo.content.startswith(b"\x89PNG\r\n")
    assert logo.headers["cache-control"] == again.headers["cache-control"] == "public, max-age=86400"
    assert again.status_code == 304
    assert outside.status_code == 404
