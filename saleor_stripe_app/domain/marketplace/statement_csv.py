"""A statement as CSV, RFC 4180: a row for each thing that happened, then the totals, amounts as decimals."""

import csv
import io

from saleor_stripe_app.domain.marketplace.statement import AMOUNTS, Row, Statement
from saleor_stripe_app.domain.money import to_decimal

HEADER = ("vendor", "currency", "at", "reference", *AMOUNTS, "balance", "debt")


def as_csv(statement: Statement) -> str:
    """The statement; the first row has the opening balance and the last the totals with the closing one."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    balance, debt = statement.opening, statement.opening_debt
    writer.writerow(_cells(statement, Row(statement.start, "opening"), balance, debt))
    for row in statement.rows:
        balance, debt = balance + row.effect, debt + row.owed - row.settled
        writer.writerow(_cells(statement, row, balance, debt))
    totals = _cells(statement, statement.totals, statement.closing, statement.closing_debt)
    totals[3] = "total"
    writer.writerow(totals)
    return text.getvalue()


def _cells(statement: Statement, row: Row, balance: int, debt: int) -> list[str]:
    amounts = [*(getattr(row, name) for name in AMOUNTS), balance, debt]
    words = [statement.vendor, statement.currency.upper(), row.at.isoformat(), row.reference]
    return [*map(_inert, words), *(str(to_decimal(amount, statement.currency)) for amount in amounts)]


def _inert(words: str) -> str:
    """Words that no spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection)."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t", "\r")) else words
