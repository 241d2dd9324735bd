"""The outcome of comparisons as text: a line for each configuration, then what differs, is orphaned or was not seen."""

from collections.abc import Iterator, Mapping, Sequence

from saleor_stripe_app.usecases.reconcile import Reconciled

TITLES = ("installation", "configuration", "looked", "adopted", "reported", "different")


def comparison_table(results: Mapping[str, Reconciled]) -> str:
    """What was compared, by Saleor: aligned columns, and below them what a person must look at."""
    rows = [row for url, result in results.items() for row in _rows(url, result)]
    widths = [max(len(line[column]) for line in (TITLES, *rows)) for column in range(len(TITLES))]
    lines = [_line(TITLES, widths), "  ".join("-" * width for width in widths)]
    lines += [_line(row, widths) for row in rows]
    for url, result in results.items():
        lines += _remarks(url, result)
    return "\n".join(lines)


def _rows(url: str, result: Reconciled) -> Iterator[tuple[str, ...]]:
    if not result.parts:
        yield url, "none", "0", "0", "0", "0"
    for part in result.parts:
        numbers = (part.looked, part.adopted, part.reported, len(part.different))
        yield url, part.configuration, *(str(number) for number in numbers)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    named, numbers = cells[:2], cells[2:]
    left = [cell.ljust(width) for cell, width in zip(named, widths, strict=False)]
    right = [cell.rjust(width) for cell, width in zip(numbers, widths[2:], strict=True)]
    return "  ".join((*left, *right))


def _remarks(url: str, result: Reconciled) -> Iterator[str]:
    found = [f"  different  {transaction}: {why}" for transaction, why in result.different]
    found += [f"  orphaned   {intent}: {why}" for intent, why in result.orphans]
    found += [f"  not read   {name}: {why}" for name, why in result.unread]
    found += [f"  note       {part.configuration}: {part.note}" for part in result.parts if part.note]
    if result.divided:
        found.append(f"  divided    {result.divided}: charge = vendors + platform + refunds and disputes")
    if found:
        yield ""
        yield url
        yield from found
