"""The channels of a Saleor, for staff to choose a configuration for each."""

from dataclasses import dataclass

import msgspec

from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor.checkouts import CompletionSettings
from saleor_stripe_app.saleor.client import NotPermitted, SaleorClient


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: its global id, its slug, its name for people and its currency (ISO 4217, upper case).

    `completes_checkouts` is whether paid checkouts become orders by themselves; None where the app may not know.
    """

    id: str
    slug: str
    name: str
    currency: str
    is_active: bool
    completes_checkouts: bool | None = None


class _Channel(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    slug: str
    name: str
    currency_code: str
    is_active: bool
    checkout_settings: CompletionSettings | None = None

    def channel(self) -> Channel:
        settings = self.checkout_settings
        completes = settings.automatically_complete_fully_paid_checkouts if settings else None
        return Channel(self.id, self.slug, self.name, self.currency_code, self.is_active, completes)


class _Found(msgspec.Struct, frozen=True):
    channels: tuple[_Channel, ...] | None = None


async def read(client: SaleorClient, installation: Installation) -> tuple[Channel, ...]:
    """All channels, by name. Raises what `SaleorClient.execute` raises.

    What a channel does with checkouts needs MANAGE_CHECKOUTS, which an installation may lack.
    """
    try:
        found = await client.execute(installation, "channels", {"withSettings": True}, _Found)
    except NotPermitted:
        found = await client.execute(installation, "channels", {"withSettings": False}, _Found)
    channels = (channel.channel() for channel in found.channels or ())
    return tuple(sorted(channels, key=lambda channel: (channel.name.casefold(), channel.slug)))
