"""Logs and metrics. Rooms below log through the standard library, fields in `extra`; here it becomes one stream."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any, Literal, TextIO

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from saleor_stripe_app.usecases.sweep import Swept

# Names of fields, bound at the door with structlog.contextvars.bound_contextvars(**{SALEOR_API_URL: ...}).
REQUEST_ID = "request_id"
SALEOR_API_URL = "saleor_api_url"
SALEOR_EVENT = "saleor_event"
STRIPE_EVENT = "stripe_event"
CONFIGURATION = "configuration"
TRANSACTION = "transaction"

MASK = "[masked]"
SECRET_NAMES = re.compile(
    r"token|secret|password|passwd|authorization|api_?key|cookie|signature|(^|_)body$", re.IGNORECASE
)
SECRET_TEXTS = re.compile(
    r"""
      \b(?:sk|rk|whsec)_\w{4,}                           # Stripe's keys and endpoint secrets
    | (?<=_secret)_\w+                                   # the second half of a client secret
    | (?<![\w-])eyJ[\w-]++\.[\w-]*\.[\w-]*              # a JSON Web Token, whole or detached
    | (?:(?<=bearer\s)|(?<=basic\s))\S+                 # an Authorization header
    | (?<=://)[^\s/@]+@                                  # user and password in an address
    | (?<=token=)[^&\s"']+                               # a token in an address
    | (?<![\w.+%-])[\w.+%-]++@[\w-]+(?:\.[\w-]+)+        # an e-mail address
    """,
    re.VERBOSE | re.IGNORECASE,
)
# One of these is in whatever the pattern finds; looking for them first is far cheaper.
HINTS = ("sk_", "rk_", "whsec_", "_secret_", "eyj", "bearer", "basic", "@", "token=")
# What these say at INFO or DEBUG are bodies, variables and every statement: nothing that belongs in a log.
QUIET = ("aiohttp", "aiosqlite", "alembic", "asyncio", "gql", "httpcore", "httpx", "sqlalchemy", "strawberry", "stripe")


def configure(log_format: Literal["json", "console"], level: str, stream: TextIO | None = None) -> None:
    """Send every log of this process, ours and the libraries', to one stream (standard error unless given).

    uvicorn must be run with `log_config=None`, so that its loggers pass theirs on.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        mask_secrets,
    ]
    if log_format == "json":
        last.append(structlog.processors.JSONRenderer())
    else:
        plain = structlog.dev.plain_traceback
        colors = (stream or sys.stderr).isatty()
        last.append(structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain))
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()], processors=last, use_get_message=True
        )
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def mask_secrets(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last line of defence: mask by the name of a field, and by form in any text. Nothing should ever need it."""
    event.pop("color_message", None)  # uvicorn's second copy of its message
    return {name: _masked(name, value) for name, value in event.items()}


def _masked(name: str, value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case _ if _is_secret(name):
            return MASK
        case str():
            return mask(value)
        case Mapping():
            return {str(key): _masked(str(key), item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked("", item) for item in value]
        case _:
            return mask(repr(value) if isinstance(value, bytes) else str(value))


@lru_cache(maxsize=256)
def _is_secret(name: str) -> bool:
    return SECRET_NAMES.search(name) is not None


def mask(text: str) -> str:
    """The text without anything that has the form of a secret."""
    lowered = text.lower()
    return SECRET_TEXTS.sub(MASK, text) if any(hint in lowered for hint in HINTS) else text


REGISTRY = CollectorRegistry()
for _collector in (ProcessCollector, PlatformCollector, GCCollector):
    _collector(registry=REGISTRY)

# Saleor waits 18 s and is answered within 15: the steps lie where a shop notices, and at both limits.
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 18)

SALEOR_WEBHOOKS = Histogram(
    "saleor_stripe_saleor_webhook_seconds",
    "Saleor's webhooks: time to the answer, by event and outcome (answered, or the kind of error)",
    ("saleor_event", "outcome"),
    buckets=SECONDS,
    registry=REGISTRY,
)
STRIPE_EVENTS = Counter(
    "saleor_stripe_stripe_events", "Stripe's events, by type and outcome", ("type", "outcome"), registry=REGISTRY
)
LOOKS = Counter(
    "saleor_stripe_looks",
    "Looks at a payment in both ledgers, by outcome (done, or again: something is open, or did not answer)",
    ("outcome",),
    registry=REGISTRY,
)
REPORTS = Counter("saleor_stripe_reports", "Reports that looks sent to Saleor", registry=REGISTRY)
REFUSALS = Counter("saleor_stripe_refusals", "Requests declined, by public code", ("code",), registry=REGISTRY)
ERRORS = Counter("saleor_stripe_errors", "Requests answered with an error, by code", ("code",), registry=REGISTRY)


def count_sweep(swept: Swept) -> None:
    """Count what one pass over the payments that were due came to."""
    LOOKS.labels("done").inc(swept.looked - swept.again)
    LOOKS.labels("again").inc(swept.again)
    REPORTS.inc(swept.reported)


def metrics_text() -> tuple[bytes, str]:
    """All metrics in Prometheus' text format, and its content type."""
    return generate_latest(REGISTRY), "text/plain; version=0.0.4; charset=utf-8"
