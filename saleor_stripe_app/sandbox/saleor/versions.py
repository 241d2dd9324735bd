"""The Saleor versions that the stand-in can be, and the npm ranges of `requiredSaleorVersion`."""

import re
from typing import NamedTuple

RELEASES = {"3.21": "3.21.49", "3.22": "3.22.43", "3.23": "3.23.9", "3.24": "3.24.0-a.0"}
"""Schema version, as in the header Saleor-Schema-Version, to the version that events and `shop.version` name."""


_RELEASED = ("~",)
"""Stands where a release has no prerelease part: it sorts after every part that may be written."""


class Release(NamedTuple):
    """A version in the order that npm ranges use; a prerelease sorts before its release."""

    major: int
    minor: int
    patch: int
    prerelease: tuple[str, ...] = _RELEASED


def at_least(version: str, floor: str) -> bool:
    """Whether schema version `version` ("3.22") is `floor` or newer."""
    return _numbers(version) >= _numbers(floor)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


_FULL = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+\S+)?")
_COMPARATOR = re.compile(
    r"(>=|<=|>|<|=|\^|~)?\s*v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([0-9A-Za-z.-]+))?"
)


def release(version: str) -> Release:
    match = _FULL.fullmatch(version)
    if match is None:
        raise ValueError(f"{version!r} is not a full version")
    major, minor, patch, prerelease = match.groups()
    return Release(int(major), int(minor), int(patch), tuple(prerelease.split(".")) if prerelease else _RELEASED)


def satisfies(version: str, wanted: str) -> bool:
    """Whether a full version lies in an npm range; prereleases count as lower than their release, as in Saleor.

    Raises ValueError for a range that cannot be read.
    """
    candidate = release(version)
    alternatives = [[_interval(part) for part in _comparators(each)] for each in wanted.split("||")]
    return any(all(low <= candidate < high for low, high in intervals) for intervals in alternatives)


def _comparators(alternative: str) -> list[str]:
    hyphen = re.fullmatch(r"\s*(\S+)\s+-\s+(\S+)\s*", alternative)
    if hyphen:
        return [f">={hyphen[1]}", f"<={hyphen[2]}"]
    parts = re.sub(r"(>=|<=|>|<|=|\^|~)\s+", r"\1", alternative).split()
    if not parts:
        raise ValueError("an empty range")
    return parts


_LOWEST = Release(0, 0, 0, ("",))
_HIGHEST = Release(10**9, 0, 0)


def _interval(comparator: str) -> tuple[Release, Release]:
    """The half-open interval of releases that one comparator allows."""
    match = _COMPARATOR.fullmatch(comparator)
    if match is None:
        raise ValueError(f"{comparator!r} is not a version range")
    operator, *parts, prerelease = match.groups()
    numbers = [int(part) for part in parts if part is not None and part.isdigit()]
    if not numbers:
        return _LOWEST, _HIGHEST
    low = _padded(numbers)._replace(prerelease=tuple(prerelease.split(".")) if prerelease else _RELEASED)
    next_ = _bump(numbers, len(numbers) - 1) if len(numbers) < 3 else low._replace(prerelease=(*low.prerelease, ""))
    significant = next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)
    bounds = {
        ">=": (low, _HIGHEST),
        ">": (next_, _HIGHEST),
        "<": (_LOWEST, low),
        "<=": (_LOWEST, next_),
        "~": (low, _bump(numbers, min(1, len(numbers) - 1))),
        "^": (low, _bump(numbers, significant)),
    }
    return bounds.get(operator or "=", (low, next_))


def _bump(numbers: list[int], at: int) -> Release:
    return _padded([*numbers[:at], numbers[at] + 1])


def _padded(numbers: list[int]) -> Release:
    major, minor, patch, *_ = [*numbers, 0, 0]
    return Release(major, minor, patch)
