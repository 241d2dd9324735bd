"""An explanation as plain text, a line for each step, amounts in a column."""

from collections.abc import Iterator, Sequence

from saleor_stripe_app.domain.marketplace.explanation import Explanation, Part, Step, StepKind
from saleor_stripe_app.domain.money import to_decimal

WIDTH = 14


def as_text(explanation: Explanation) -> str:
    """The explanation for a terminal or a mail, ending in a line break."""
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    currency = explanation.currency
    yield _row(explanation.captured, f"captured, {currency.upper()}", currency)
    yield from explanation.notes
    for part in explanation.parts:
        yield ""
        yield from _of_part(part, currency)


def _of_part(part: Part, currency: str) -> Iterator[str]:
    yield _row(part.total, f"to {part.vendor}" if part.vendor else "to the platform", currency)
    for line in part.lines:
        yield _row(line.total, f"  {line.title}", currency)
        yield from _of_steps(line.steps, "    ", currency)
    yield from _of_steps(part.steps, "  ", currency)


def _of_steps(steps: Sequence[Step], indent: str, currency: str) -> Iterator[str]:
    for step in steps:
        if step.kind is StepKind.NOTE:
            yield f"{'':>{WIDTH}}  {indent}({step.words})"
        else:
            yield _row(step.amount, f"{indent}{step.words}", currency)


def _row(amount: int, words: str, currency: str) -> str:
    return f"{to_decimal(amount, currency):>{WIDTH}}  {words}"
