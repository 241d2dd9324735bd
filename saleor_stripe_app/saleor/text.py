"""Text and addresses as Saleor can store them: what it cannot take would lose it a whole answer or report."""

import re

LONGEST_MESSAGE = 512  # Saleor cuts here itself: saleor/payment/utils.py, truncate_transaction_event_message
LONGEST_URL = 2048
_URL = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"
    r"(?:[/?#](?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?",
)


def cut(text: str, length: int) -> str:
    """The text in at most so many characters, without what PostgreSQL or UTF-8 cannot hold (NUL, lone surrogates)."""
    clean = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return clean if len(clean) <= length else clean[: length - 1] + "…"


def message(text: str) -> str:
    """A message for a transaction event."""
    return cut(text, LONGEST_MESSAGE)


def external_url(url: str | None) -> str | None:
    """The address if Saleor takes it as one, else None: an empty or doubtful one makes it refuse everything."""
    return url if url and len(url) <= LONGEST_URL and _URL.fullmatch(url) else None
