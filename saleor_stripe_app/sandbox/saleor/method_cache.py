"""Saleor's cache of the answers to LIST_STORED_PAYMENT_METHODS, by user, channel, app and URL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from saleor_stripe_app.sandbox.saleor.answers import Json

KEPT = timedelta(minutes=5)
FAILURE_KEPT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Key:
    user: int
    channel: str
    """Slug."""
    app_identifier: str
    target_url: str


@dataclass(frozen=True, slots=True)
class Cached:
    body: Mapping[str, Json] | None
    """None for a call that brought no answer to use."""
    until: datetime


@dataclass(slots=True)
class MethodCache:
    _entries: dict[Key, Cached] = field(default_factory=dict)

    def get(self, key: Key, now: datetime) -> Cached | None:
        entry = self._entries.get(key)
        return entry if entry is not None and now < entry.until else None

    def put(self, key: Key, body: Mapping[str, Json] | None, now: datetime) -> None:
        self._entries[key] = Cached(body, now + (FAILURE_KEPT if body is None else KEPT))

    def forget(self, user: int, channel: str, app_identifier: str) -> None:
        """From now on this app is asked again for this user's methods in this channel."""
        about = (user, channel, app_identifier)
        self._entries = {
            key: entry for key, entry in self._entries.items() if (key.user, key.channel, key.app_identifier) != about
        }
