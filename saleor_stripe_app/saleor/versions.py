"""The versions of Saleor that this app knows, as (major, minor), and how a version that it does not know is taken."""

import re

OLDEST = (3, 21)
NEWEST = (3, 24)
KNOWN = ((3, 21), (3, 22), (3, 23), (3, 24))

_VERSION = re.compile(r"\s*v?(\d{1,4})\.(\d{1,4})(?![\d])")


def parse(text: str | None) -> tuple[int, int] | None:
    """Major and minor of `3.24`, `3.24.0-a.0` and the like; None when there is none, which is what old Saleors send.

    The two are numbers and not a decimal: 3.3 comes before 3.21.
    """
    found = _VERSION.match(text or "")
    return (int(found[1]), int(found[2])) if found else None


def nearest(version: tuple[int, int] | None) -> tuple[int, int]:
    """The known version whose API is used for this one: the newest for a newer one, the oldest for an older or none."""
    if version is None:
        return OLDEST
    return max(OLDEST, min(NEWEST, version))
