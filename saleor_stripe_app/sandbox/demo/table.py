"""The day as text of at most 120 columns: a line for each step, then both ledgers' totals, then what differs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from saleor_stripe_app.sandbox.demo.day import Step
from saleor_stripe_app.sandbox.demo.ledgers import NAMES, Compared, Sums, major, totals

_STEP, _STRIPE, _SALEOR = 29, 51, 33
_MONEY = 12
_STRIPES_WORDS = MappingProxyType({"authorized": "capturable", "canceled": "released"})


@dataclass(frozen=True, slots=True)
class Row:
    """A step, and what both ledgers said once they agreed with it, or when patience with them was at its end."""

    step: Step
    found: Compared | None
    agreed: bool


def heading() -> str:
    """The titles of the columns and a rule below them."""
    return f"{_line('Step', 'Stripe', 'Saleor', '')}\n{'-' * (_STEP + _STRIPE + _SALEOR + 7)}"


def row(row: Row) -> str:
    """One step. A step that came out otherwise than it should says on a second line what was expected."""
    found, step = row.found, row.step
    currency = found.currency if found else "USD"
    stripe = _in_words(found.stripe, currency, _STRIPES_WORDS) if found and found.stripe else "unknown"
    saleor = (_in_words(found.saleor, currency) or "nothing") if found and found.saleor else "unknown"
    if found and found.order and step.ordered:
        saleor += f", order {found.order}"
    status = found.status if found else ""
    equal = "equal" if found is not None and found.equal else "DIFFERS"
    line = _line(step.title, f"{status}{', ' if status and stripe else ''}{stripe}", saleor, equal)
    if row.agreed:
        return line
    expected = _in_words(step.sums, currency) or "nothing"
    return f"{line}\n    expected: {step.status}, {expected}{', an order' if step.ordered else ''}"


def sums(compared: Iterable[Compared]) -> Iterator[str]:
    """Two lines for each currency: Stripe's ledger and Saleor's."""
    shown = ("authorized", "charged", "refunded", "canceled")
    yield f"{'':10}" + "".join(f"{name:>{_MONEY}}" for name in shown)
    for currency, stripe, saleor in totals(compared):
        for ledger, of in (("Stripe", stripe), ("Saleor", saleor)):
            amounts = "".join(f"{major(getattr(of, name), currency):>{_MONEY}}" for name in shown)
            verdict = ("   equal" if stripe == saleor else "   DIFFERS") if ledger == "Saleor" else ""
            yield f"{currency if ledger == 'Stripe' else '':<4}{ledger:<6}{amounts}{verdict}"


def differences(compared: Iterable[Compared]) -> Iterator[str]:
    """A line for each payment that the ledgers do not agree on."""
    for each in compared:
        if each.equal:
            continue
        name = each.payment_intent or f"transaction {each.transaction}"
        if each.stripe is None:
            yield f"{name}: Saleor has it, Stripe does not"
        elif each.saleor is None:
            yield f"{name}: Stripe has it, Saleor does not"
        else:
            parts = [
                f"{of.replace('_', ' ')} {major(getattr(each.stripe, of), each.currency)} at Stripe, "
                f"{major(getattr(each.saleor, of), each.currency)} in Saleor"
                for of in NAMES
                if getattr(each.stripe, of) != getattr(each.saleor, of)
            ]
            yield f"{name} ({each.currency}): {'; '.join(parts)}"


def _in_words(of: Sums, currency: str, words: Mapping[str, str] = MappingProxyType({})) -> str:
    """The amounts that are not zero."""
    given = [(words.get(name, name.replace("_", " ")), getattr(of, name)) for name in NAMES]
    return ", ".join(f"{word} {major(amount, currency)}" for word, amount in given if amount)


def _line(step: str, stripe: str, saleor: str, equal: str) -> str:
    return f"{step:<{_STEP}}{stripe:<{_STRIPE}}{saleor:<{_SALEOR}}{equal}".rstrip()
