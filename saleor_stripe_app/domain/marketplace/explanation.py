"""Why everybody gets what they get: every share in steps, each an amount and words, that add up to it exactly."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from saleor_stripe_app.domain.marketplace.allocation import Allocation, Share
from saleor_stripe_app.domain.marketplace.entry import PLATFORM, Entry, EntryKind
from saleor_stripe_app.domain.marketplace.explained_commission import words_of_commission
from saleor_stripe_app.domain.money import display


class StepKind(StrEnum):
    """What a step is about. NOTE has no amount: it says what was left out, and why."""

    PRICE = "price"
    TAX = "tax"
    DISCOUNT = "discount"
    COMMISSION = "commission"
    STRIPE_FEE = "stripe_fee"
    ROUNDING = "rounding"
    SURPLUS = "surplus"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `amount` is what it adds, in minor units, negative for what it takes."""

    kind: StepKind
    amount: int
    words: str


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """A line's part: its steps add up to `total`. `line` is "" for shipping."""

    line: str
    title: str
    steps: tuple[Step, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Part:
    """A vendor's share, or the platform's (vendor ""): the lines' totals and the steps add up to `total`."""

    vendor: str
    lines: tuple[ExplainedLine, ...]
    steps: tuple[Step, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Of a captured payment; the totals of its parts add up to `captured`."""

    currency: str
    captured: int
    notes: tuple[str, ...]
    parts: tuple[Part, ...]


def explained(allocation: Allocation) -> Explanation:
    """Why each share, and the platform's part, is what it is."""
    currency = allocation.currency
    parts = (*(_of_vendor(share, currency) for share in allocation.shares), _of_platform(allocation))
    return Explanation(currency, allocation.captured, tuple(_notes(allocation)), parts)


def _notes(allocation: Allocation) -> Iterator[str]:
    if allocation.drawn < allocation.worth:
        part, worth = (display(amount, allocation.currency) for amount in (allocation.drawn, allocation.worth))
        yield f"This pays {part} of {worth}: each part of the order in proportion to what was open of it."


def _of_vendor(share: Share, currency: str) -> Part:
    lines = tuple(_of_vendors_line(entry, currency) for entry in share.entries)
    steps = (
        Step(StepKind.ROUNDING, share.rounding, "Rounded to what Stripe can transfer"),
        Step(StepKind.STRIPE_FEE, -share.fee, "The vendor's part of Stripe's fee"),
    )
    return Part(share.vendor, lines, _with_amounts(steps), share.amount)


def _of_vendors_line(entry: Entry, currency: str) -> ExplainedLine:
    steps = _with_amounts(
        (
            Step(StepKind.PRICE, entry.net, "Price without tax, as it was sold"),
            Step(StepKind.TAX, entry.tax, "Tax, which the vendor remits"),
            Step(StepKind.DISCOUNT, entry.subsidy, "Part of the discount that the platform bears"),
            Step(StepKind.COMMISSION, -entry.commission, words_of_commission(entry, currency)),
        )
    )
    return ExplainedLine(entry.line, _title(entry), (*steps, *_left_out(entry, currency)), entry.due)


def _left_out(entry: Entry, currency: str) -> Iterator[Step]:
    if entry.platform_tax:
        yield Step(StepKind.NOTE, 0, f"The platform remits the tax of {display(entry.platform_tax, currency)}")
    if entry.discount:
        own = display(entry.discount - entry.subsidy - entry.uncovered, currency)
        yield Step(StepKind.NOTE, 0, f"Of the discount of {display(entry.discount, currency)} the vendor bears {own}")
    if entry.uncovered:
        missing = display(entry.uncovered, currency)
        yield Step(StepKind.NOTE, 0, f"The platform should add {missing} that this order has no money for")
    if not entry.commission and not any(one.exact for one in entry.applied):
        yield Step(StepKind.NOTE, 0, "No commission")


def _of_platform(allocation: Allocation) -> Part:
    """The platform's own goods, and what it has of the vendors'. Rounding is of parts that are drawn separately."""
    currency = allocation.currency
    lines = tuple(
        ExplainedLine(entry.line, _title(entry), tuple(_of_own_line(entry)), entry.paid) for entry in allocation.own
    )
    steps: list[Step] = []
    for share in allocation.shares:
        sums = {name: sum(getattr(one, name) for one in share.entries) for name in ("commission", "platform_tax")}
        added = sum(entry.subsidy for entry in share.entries)
        steps += [
            Step(StepKind.COMMISSION, sums["commission"], f"Commission of {share.vendor}"),
            Step(StepKind.TAX, sums["platform_tax"], f"Tax on the goods of {share.vendor}, which the platform remits"),
            Step(StepKind.DISCOUNT, -added, f"Discounts on the goods of {share.vendor} that the platform bears"),
            Step(StepKind.STRIPE_FEE, share.fee, f"Part of Stripe's fee that {share.vendor} bears"),
        ]
    surplus = allocation.captured - allocation.drawn
    worth = display(allocation.worth, currency)
    steps.append(Step(StepKind.SURPLUS, surplus, f"Captured beyond what was open of the order's {worth}"))
    rest = allocation.platform - sum(step.amount for step in steps) - sum(line.total for line in lines)
    steps.append(Step(StepKind.ROUNDING, rest, "Minor units left by rounding"))
    return Part(PLATFORM, lines, _with_amounts(steps), allocation.platform)


def _of_own_line(entry: Entry) -> Iterator[Step]:
    yield from _with_amounts(
        (Step(StepKind.PRICE, entry.net, "Price without tax"), Step(StepKind.TAX, entry.tax, "Tax"))
    )
    if entry.kept_because is not None:
        yield Step(StepKind.NOTE, 0, f"Kept from {entry.named}: {entry.kept_because.words}")


def _title(entry: Entry) -> str:
    return "Shipping" if entry.kind is EntryKind.SHIPPING else f"{entry.quantity} × {entry.name or entry.line}"  # noqa: RUF001 - the sign between a number and a thing


def _with_amounts(steps: Sequence[Step]) -> tuple[Step, ...]:
    return tuple(step for step in steps if step.amount)
