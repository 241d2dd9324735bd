"""Money for a checkout that is no order yet: when to wait, to complete it, to say so, and to give the money back.

A storefront completes a checkout once it is paid, unless the shopper closed the page; Saleor does so by itself where
the channel completes paid checkouts automatically.
https://docs.saleor.io/developer/checkout/overview
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from saleor_stripe_app.domain.options import Options, Unwanted

REQUEST = "without-order"
# The storefront, or Saleor itself, has so long after the channel's own delay.
PATIENCE = timedelta(hours=1)
# The rest of the money may come by another payment, and people may mend what keeps an order from coming about.
LONG_PATIENCE = timedelta(days=1)
AWAITED_FOR = timedelta(days=180)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)


class Step(StrEnum):
    """What is to be done now. FORGET: there is an order, or no money any more."""

    FORGET = "forget"
    WAIT = "wait"
    COMPLETE = "complete"
    REPORT = "report"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Awaited:
    """A checkout that holds money and is no order, as we remember it.

    `since` when its money was first seen; `refusal` is why Saleor makes no order of it, and since when it says so.
    `told` is true once staff were told.
    """

    saleor_api_url: str
    checkout_id: str
    since: datetime
    attempts: int = 0
    refusal: str = ""
    refused_since: datetime | None = None
    told: bool = False


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout as Saleor shows it. `delay` is the channel's, where it completes paid checkouts by itself."""

    id: str
    is_covered: bool
    completes_itself: bool = False
    delay: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Seen:
    """How it stands: whether money is held or on its way, whether there is an order, and the checkout if not gone."""

    holds_money: bool
    has_order: bool
    checkout: Checkout | None = None


def step(awaited: Awaited, seen: Seen, options: Options, now: datetime) -> Step:
    """What to do with a checkout before it is completed (again)."""
    if not seen.holds_money or seen.has_order:
        return Step.FORGET
    if _may_complete(seen, options) and now >= completed_at(awaited, options):
        return Step.COMPLETE
    return step_without_order(awaited, seen, options, now)


def step_without_order(awaited: Awaited, seen: Seen, options: Options, now: datetime) -> Step:
    """The same where no order can be made now."""
    if options.without_order is Unwanted.RETURN and now >= returned_at(awaited, seen):
        return Step.RETURN
    return Step.REPORT if now >= reported_at(awaited, seen) else Step.WAIT


def completed_at(awaited: Awaited, options: Options) -> datetime:
    """From when on we complete the checkout ourselves."""
    return awaited.since + timedelta(seconds=options.complete_after)


def reported_at(awaited: Awaited, seen: Seen) -> datetime:
    """When staff are told: at once where Saleor refuses an order, or the checkout is gone."""
    if seen.checkout is None or awaited.refusal:
        return awaited.since
    return awaited.since + (PATIENCE + seen.checkout.delay if seen.checkout.is_covered else LONG_PATIENCE)


def returned_at(awaited: Awaited, seen: Seen) -> datetime:
    """When money goes back by itself. What Saleor refuses an order for may be mended for a while."""
    if seen.checkout is None:
        return awaited.since
    if awaited.refused_since is not None:
        return awaited.refused_since + PATIENCE
    return awaited.since + LONG_PATIENCE


def next_look(awaited: Awaited, seen: Seen, options: Options, now: datetime) -> datetime | None:
    """When to look again; None after half a year."""
    if now >= awaited.since + AWAITED_FOR:
        return None
    doubled: int = 2 ** min(awaited.attempts, 12)
    pause = now + min(_FIRST_PAUSE * doubled, _LONGEST_PAUSE)
    appointed = [reported_at(awaited, seen), returned_at(awaited, seen)]
    if _may_complete(seen, options):
        appointed.append(completed_at(awaited, options))
    return min([at for at in appointed if at > now] + [pause])


def first_look(options: Options, now: datetime) -> datetime:
    """When to look for the first time at a checkout whose money was seen now."""
    wait = timedelta(seconds=options.complete_after)
    return now + min(wait or PATIENCE, PATIENCE)


def _may_complete(seen: Seen, options: Options) -> bool:
    return options.complete_after > 0 and seen.checkout is not None and seen.checkout.is_covered
