"""Addresses that a storefront has shoppers sent back to."""

from urllib.parse import urlsplit

LONGEST_URL = 2048
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_return_url(url: str) -> bool:
    """Whether Stripe may send a shopper's browser there: https, or http on the developer's own machine."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
