"""The two kinds of webhook endpoint that a configuration has at Stripe, each with a secret of its own.

https://docs.stripe.com/connect/webhooks: an endpoint hears of the account itself or of those connected to it, and that
cannot be changed.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class EndpointScope(StrEnum):
    """ACCOUNT: what happens to payments. CONNECT: what happens to vendors' accounts; only where there are vendors."""

    ACCOUNT = "account"
    CONNECT = "connect"


@dataclass(frozen=True, slots=True)
class RecordedEndpoint:
    """What is kept of an endpoint. `id` is None where there is none, or one made by hand; secrets are newest first."""

    id: str | None
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def by_hand(self) -> bool:
        """Whether the merchant made it in Stripe's Dashboard, where this app leaves it alone."""
        return self.id is None and bool(self.secrets)


_CONNECT_MARK = "/connect"


def mark(configuration_id: str, scope: EndpointScope) -> str:
    """What the endpoint bears in its metadata, and ends with in its address."""
    return configuration_id if scope is EndpointScope.ACCOUNT else configuration_id + _CONNECT_MARK


def marked(text: str) -> tuple[str, EndpointScope]:
    """The configuration and the kind of endpoint that a mark stands for."""
    if text.endswith(_CONNECT_MARK):
        return text.removesuffix(_CONNECT_MARK), EndpointScope.CONNECT
    return text, EndpointScope.ACCOUNT
