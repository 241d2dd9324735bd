"""Web addresses: which are on this machine, and which Saleor's addresses a list allows."""

import re
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

LABEL = re.compile(r"\*|[a-z0-9_]([a-z0-9_-]*[a-z0-9])?")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine (RFC 6761, section 6.3, for localhost)."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def web_address(url: str) -> str:
    """The address without a final slash. ValueError unless it is https, or http on this machine."""
    parts = _split(url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError("must begin with https://, since it is not on this machine")
    return url.rstrip("/")


def is_allowed(url: str, patterns: Sequence[str]) -> bool:
    """Whether the Saleor at this API URL may install the app. Without any pattern, one on this machine may."""
    try:
        host = _split(url).hostname or ""
    except ValueError:
        return False
    return any(matches(pattern, url) for pattern in patterns) if patterns else is_loopback(host)


def check_pattern(pattern: str) -> None:
    """Refuse, by ValueError, what is neither a web address nor one with * for whole labels of its host.

    A pattern must name the domain that is trusted: *.com is everyone's.
    """
    parts = _split(pattern)
    if "*" not in pattern:
        return
    labels = (parts.hostname or "").split(".")
    if "*" in parts.path or not all(LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"{pattern}: * stands for one whole label of the host, as in https://*.example.com/graphql/")
    if "*" in labels[-2:] or len(labels) < 3 or parts.scheme != "https":
        raise ValueError(f"{pattern}: with *, https and a domain of at least two labels must be named")


def matches(pattern: str, url: str) -> bool:
    """Whether a checked pattern allows this address: all of it is equal, but for the labels that * stands for."""
    try:
        allowed, given = _split(pattern), _split(url)
    except ValueError:
        return False
    if _place(allowed) != _place(given):
        return False
    labels = zip((allowed.hostname or "").split("."), (given.hostname or "").split("."), strict=False)
    same_depth = (allowed.hostname or "").count(".") == (given.hostname or "").count(".")
    return same_depth and all(label and wanted in {label, "*"} for wanted, label in labels)


def _split(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError(f"{url} is not a web address: it must begin with https://")
    if "@" in parts.netloc or "?" in url or "#" in url or "\\" in url:
        raise ValueError(f"{parts.scheme}://{parts.hostname} must have no user, query or fragment")
    return parts


def _place(url: SplitResult) -> tuple[str, int, str]:
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    return url.scheme, port, url.path.rstrip("/")
