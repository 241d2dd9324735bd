"""The channels of a Saleor, for staff to choose a configuration for each."""

from dataclasses import dataclass

import msgspec

from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor.client import SaleorClient


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: its global id, its slug, its name for people and its currency (ISO 4217, upper case)."""

    id: str
    slug: str
    name: str
    currency: str
    is_active: bool


class _Channel(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    slug: str
    name: str
    currency_code: str
    is_active: bool


class _Found(msgspec.Struct, frozen=True):
    channels: tuple[_Channel, ...] | None = None


async def read(client: SaleorClient, installation: Installation) -> tuple[Channel, ...]:
    """All channels, by name. Raises what `SaleorClient.execute` raises."""
    found = await client.execute(installation, "channels", {}, _Found)
    channels = (Channel(c.id, c.slug, c.name, c.currency_code, c.is_active) for c in found.channels or ())
    return tuple(sorted(channels, key=lambda channel: (channel.name.casefold(), channel.slug)))
