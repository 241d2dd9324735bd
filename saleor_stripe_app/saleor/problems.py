"""Problems that Saleor's Dashboard shows to staff beside the app (Saleor 3.22 and newer; older ones show none).

https://docs.saleor.io/developer/extending/apps/app-problems
"""

from collections.abc import Sequence
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
