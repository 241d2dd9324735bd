"""Lists as Stripe answers them (https://docs.stripe.com/api/pagination)."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.errors import missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.parameters import Parameters

_DEFAULT_LIMIT = 10


class Listed(Protocol):
    """Anything that has an id and a time."""

    id: str
    created: int


T = TypeVar("T", bound=Listed)


def page(call: Call, newest_first: Sequence[T], render: Callable[[T], dict[str, Json]]) -> dict[str, Json]:
    """One page of a list, by `limit`, `starting_after`, `ending_before` and `created`."""
    parameters = call.parameters
    items = [item for item in newest_first if _created(parameters, item.created)]
    limit = parameters.integer("limit") or _DEFAULT_LIMIT
    after, before = parameters.text("starting_after"), parameters.text("ending_before")
    if after:
        items = items[_position(items, after, "starting_after") + 1 :]
    if before:
        items = items[: _position(items, before, "ending_before")]
        shown = items[-limit:]
    else:
        shown = items[:limit]
    return listing(call.url, [render(item) for item in shown], has_more=len(items) > len(shown))


def listing(url: str, data: Sequence[Json], *, has_more: bool) -> dict[str, Json]:
    """A list object."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def _position(items: Sequence[Listed], identifier: str, param: str) -> int:
    for position, item in enumerate(items):
        if item.id == identifier:
            return position
    raise missing("object", identifier, param)


def _created(parameters: Parameters, created: int) -> bool:
    """`created` is a time, or bounds on it."""
    exact = parameters.integer("created")
    if exact is not None:
        return created == exact
    bounds = parameters.hash("created")
    above, least = bounds.integer("gt"), bounds.integer("gte")
    below, most = bounds.integer("lt"), bounds.integer("lte")
    return (
        (above is None or created > above)
        and (least is None or created >= least)
        and (below is None or created < below)
        and (most is None or created <= most)
    )
