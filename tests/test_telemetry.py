"""Logs: one stream for ours and the libraries', and no secret in it. Metrics: text that Prometheus reads."""

import io
import json
import logging
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from saleor_stripe_app import telemetry
from saleor_stripe_app.domain.operation import Operation, OperationKind
from saleor_stripe_app.domain.payment import IntentStatus, Payment
from saleor_stripe_app.domain.report import Answer, Result
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.settings import Settings
from saleor_stripe_app.usecases.sweep import Swept

NOW = datetime(2026, 1, 2, tzinfo=UTC)
API = "https://shop.example/graphql/"
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
SECRETS = ("hunter2", "sk_test_51Abc", "whsec_9Zz", "_secret_s3cr3t", "t0k3nt0k3n", KEY[:12], "a-metrics-token-x")

INSTALLATION = Installation(API, "QXBwOjE=", "t0k3nt0k3nt0k3nt0k3n", '{"keys":["hunter2"]}', (3, 22), NOW)
CONFIGURATION = Configuration(
    "c1", API, "EU", "pk_test_1", "sk_test_51Abc", "acct_1", False, "we_1", ("whsec_9Zz",), NOW, NOW
)  # fmt: skip
PAYMENT = Payment(
    "pi_1", IntentStatus.SUCCEEDED, "usd", 1000, 0, 1000, NOW, False, client_secret="pi_1_secret_s3cr3t"
)  # fmt: skip
OPERATION = Operation("o1", "t1", OperationKind.REFUND, "r1", 1, "saleor-1", "re_1", 500, NOW)
ANSWER = Answer(
    Result.CHARGE_ACTION_REQUIRED,
    "pi_1",
    Decimal(10),
    NOW,
    data={"paymentIntent": {"stripeClientSecret": "pi_1_secret_s3cr3t"}},
)
SETTINGS = Settings(
    database_url="postgresql://app:hunter2@db.example/stripe", secret_keys=KEY, metrics_token="a-metrics-token-x"
)

THINGS = (INSTALLATION, CONFIGURATION, PAYMENT, OPERATION, ANSWER, SETTINGS)


@pytest.fixture
def stream():
    """A stream that all logs go to, and everything as it was afterwards."""
    root, handlers, level = logging.root, logging.root.handlers[:], logging.root.level
    levels = {name: logging.getLogger(name).level for name in telemetry.QUIET}
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_our_logs_and_those_of_libraries_are_lines_of_json_with_the_bound_fields(stream):
    telemetry.configure("json", "info", stream)
    with structlog.contextvars.bound_contextvars(transaction="t1"):
        structlog.get_logger("ours").info("payment intent created", amount=1000)
        logging.getLogger("theirs").warning("%s differs", "ledger", extra={"operation": "o1"})
    ours, theirs = lines(stream)
    assert (ours["event"], ours["level"], ours["transaction"], ours["amount"]) == (
        "payment intent created", "info", "t1", 1000,
    )  # fmt: skip
    assert (theirs["event"], theirs["logger"], theirs["transaction"], theirs["operation"]) == (
        "ledger differs", "theirs", "t1", "o1",
    )  # fmt: skip
    assert datetime.fromisoformat(ours["timestamp"]).tzinfo is not None


def test_an_access_line_of_the_server_keeps_its_words(stream, monkeypatch):
    telemetry.configure("json", "info", stream)
    access = logging.getLogger("uvicorn.access")
    for logger in (access, logging.getLogger("uvicorn")):
        # A server that ran in this process before has given both handlers of their own.
        monkeypatch.setattr(logger, "propagate", True)
        monkeypatch.setattr(logger, "level", logging.INFO)
    access.info('%s - "%s %s HTTP/%s" %d', "10.0.0.1:1", "GET", "/health", "1.1", 200)
    assert lines(stream)[0]["event"] == '10.0.0.1:1 - "GET /health HTTP/1.1" 200'


def test_the_level_holds_and_libraries_that_log_bodies_stay_quiet(stream):
    telemetry.configure("json", "debug", stream)
    structlog.get_logger("ours").debug("seen")
    logging.getLogger("gql.transport.aiohttp").info("variables")
    logging.getLogger("sqlalchemy.engine.Engine").info("SELECT")
    telemetry.configure("json", "warning", stream)
    structlog.get_logger("ours").info("unseen")
    assert [line["event"] for line in lines(stream)] == ["seen"]


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_traceback_is_kept_and_masked(stream, log_format):
    telemetry.configure(log_format, "info", stream)
    try:
        int("sk_live_51Abcdef of someone@shop.example")
    except ValueError:
        structlog.get_logger("ours").exception("request failed")
        logging.getLogger("theirs").exception("request failed")
    text = stream.getvalue()
    assert text.count("ValueError") == 2
    assert text.count("test_telemetry.py") == 2
    assert "sk_live" not in text
    assert "someone@" not in text


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: type(thing).__name__)
def test_no_object_brings_a_secret_into_the_log(stream, log_format, thing):
    telemetry.configure(log_format, "info", stream)
    structlog.get_logger("ours").info("seen", thing=thing, text=f"{thing!r} {thing}")
    logging.getLogger("theirs").info("seen %r %s", thing, thing, extra={"thing": thing})
    assert type(thing).__name__ in stream.getvalue() or thing is SETTINGS
    for secret in SECRETS:
        assert secret not in stream.getvalue()


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: type(thing).__name__)
def test_a_value_that_holds_a_secret_hides_it_in_its_own_repr(thing):
    for text in (repr(thing), str(thing)):
        assert not any(secret in text for secret in SECRETS)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("key sk_live_51AbcDef and rk_test_9", "key [masked] and [masked]"),
        ("whsec_AbC123+x", "[masked]+x"),
        ("pi_3Nabc_secret_AbC", "pi_3Nabc_secret[masked]"),
        ("jws eyJhbGciOiJSUzI1NiJ9..c2ln.", "jws [masked]."),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [masked]"),
        ("postgresql://app:pw@db/x", "postgresql://[masked]db/x"),
        ("GET /api?token=abc&x=1", "GET /api?token=[masked]&x=1"),
        ("for jane.doe+x@mail.shop.example now", "for [masked] now"),
    ],
)
def test_a_secret_is_masked_by_its_form(text, masked):
    assert telemetry.mask(text) == masked


@pytest.mark.parametrize(
    "text", ["pi_3Nabc", "pk_test_51Abc", "task_id=4", "risk_level", "re_1", "client_secret", "https://shop.example/a"]
)
def test_what_is_no_secret_stays_readable(text):
    assert telemetry.mask(text) == text


@pytest.mark.parametrize("piece", ["a.b-", "x", "-eyJ", "://", "a@b", "sk_", "basic ", "a@b.", "eyJa."])
def test_masking_a_long_text_takes_no_longer_than_reading_it(piece):
    """Stack traces and other people's messages are long. What is quadratic would not end within this test's life."""
    assert telemetry.mask("@ " + piece * 500_000)


def test_fields_are_masked_by_name_and_at_any_depth():
    deep = {"password": "plain", "list": ["sk_test_1234", b"rk_test_1"]}
    event = {"event": "x", "auth_token": "plain", "n": 3, "deep": deep}
    assert telemetry.mask_secrets(None, "info", event) == {
        "event": "x",
        "auth_token": "[masked]",
        "n": 3,
        "deep": {"password": "[masked]", "list": ["[masked]", "b'[masked]'"]},
    }


def test_metrics_are_read_by_prometheus():
    telemetry.SALEOR_WEBHOOKS.labels("transaction-refund-requested", "REFUND_SUCCESS").observe(0.2)
    telemetry.count_sweep(Swept(looked=3, reported=2, again=1))
    text, content_type = telemetry.metrics_text()
    families = {family.name: family for family in text_string_to_metric_families(text.decode())}
    assert content_type.startswith("text/plain; version=0.0.4")
    assert families["saleor_stripe_reports"].samples[0].value >= 2
    assert families["saleor_stripe_saleor_webhook_seconds"].type == "histogram"
    looks = {
        sample.labels["outcome"]: sample.value
        for sample in families["saleor_stripe_looks"].samples
        if sample.name.endswith("_total")
    }
    assert looks["done"] >= 2
    assert looks["again"] >= 1
    assert "process_resident_memory_bytes" in families
