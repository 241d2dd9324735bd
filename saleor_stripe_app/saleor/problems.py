"""Problems that Saleor's Dashboard shows to staff beside the app (Saleor 3.22 and newer; older ones show none).

https://docs.saleor.io/developer/extending/apps/app-problems
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.saleor.text import cut
from saleor_stripe_app.saleor.wire import MutationPayload

SINCE = (3, 22)
LONGEST_KEY = 128
LONGEST_MESSAGE = 2048
MOST_KEYS = 100


class Shown(msgspec.Struct, frozen=True, rename="camel"):
    """A problem that nobody has dismissed. `updated_at` is when Saleor was told of it last."""

    key: str
    updated_at: datetime


class _Listed(Shown, frozen=True, rename="camel"):
    dismissed: object | None = None


class _App(msgspec.Struct, frozen=True):
    problems: tuple[_Listed, ...] | None = None


class _Found(msgspec.Struct, frozen=True):
    app: _App | None = None


class _Created(msgspec.Struct, frozen=True, rename="camel"):
    app_problem_create: MutationPayload


class _Dismissed(msgspec.Struct, frozen=True, rename="camel"):
    app_problem_dismiss: MutationPayload


async def create(
    client: SaleorClient,
    installation: Installation,
    *,
    key: str,
    message: str,
    critical_threshold: int | None = None,
    aggregation_minutes: int | None = None,
) -> None:
    """Show a problem. The same key within `aggregation_minutes` (Saleor's default: 60) is counted and not repeated.

    `critical_threshold` is the count from which it is critical: 1 at once. Raises Refusal when Saleor does not take it.
    """
    if installation.version < SINCE:
        return
    problem: dict[str, Any] = {"key": cut(key, LONGEST_KEY), "message": cut(message, LONGEST_MESSAGE)}
    if critical_threshold is not None:
        problem["criticalThreshold"] = critical_threshold
    if aggregation_minutes is not None:
        problem["aggregationPeriod"] = aggregation_minutes
    created = await client.execute(installation, "app-problem-create", {"input": problem}, _Created)
    _check(created.app_problem_create)


async def shown(client: SaleorClient, installation: Installation) -> tuple[Shown, ...]:
    """The app's own problems that nobody has dismissed. Raises what `SaleorClient.execute` raises."""
    if installation.version < SINCE:
        return ()
    found = await client.execute(installation, "app-problems", {}, _Found)
    listed = found.app.problems if found.app is not None else None
    return tuple(Shown(problem.key, problem.updated_at) for problem in listed or () if problem.dismissed is None)


async def dismiss(client: SaleorClient, installation: Installation, keys: Sequence[str]) -> None:
    """Take back the problems with these keys; keys without a problem do no harm. Raises Refusal."""
    if installation.version < SINCE:
        return
    for start in range(0, len(keys), MOST_KEYS):
        some = [cut(key, LONGEST_KEY) for key in keys[start : start + MOST_KEYS]]
        dismissed = await client.execute(installation, "app-problem-dismiss", {"keys": some}, _Dismissed)
        _check(dismissed.app_problem_dismiss)


def _check(payload: MutationPayload) -> None:
    for error in payload.errors:
        raise Refusal(f"Saleor does not take the app problem: {error}", code=error.code)
