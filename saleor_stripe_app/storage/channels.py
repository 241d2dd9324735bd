"""Channels: which configuration each of Saleor's channels pays with, and what was chosen for that channel."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import delete, select

from saleor_stripe_app.domain.channel_options import NO_CHOICE, ChannelOptions
from saleor_stripe_app.storage.configurations import IN_USE, channel_options
from saleor_stripe_app.storage.engine import Storage, insert
from saleor_stripe_app.storage.tables import channels, configurations


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of one channel."""

    configuration_id: str
    options: ChannelOptions


async def assign(
    storage: Storage,
    saleor_api_url: str,
    channel_id: str,
    configuration_id: str | None,
    options: ChannelOptions = NO_CHOICE,
) -> bool:
    """Let the channel pay with this configuration and these options, or with none, which forgets its options.

    False, and nothing is changed, if that Saleor has no such configuration in use.
    """
    here = (channels.c.saleor_api_url == saleor_api_url, channels.c.channel_id == channel_id)
    async with storage.begin() as connection:
        if configuration_id is None:
            await connection.execute(delete(channels).where(*here))
            return True
        # Locked, since a configuration that is being archived meanwhile must not keep this channel.
        usable = select(configurations.c.id).where(
            configurations.c.id == configuration_id, configurations.c.saleor_api_url == saleor_api_url, IN_USE
        )
        if (await connection.execute(usable.with_for_update(read=True))).one_or_none() is None:
            return False
        chosen = {"configuration_id": configuration_id, "options": msgspec.json.encode(options).decode()}
        statement = insert(connection.dialect.name, channels).values(
            saleor_api_url=saleor_api_url, channel_id=channel_id, **chosen
        )
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["saleor_api_url", "channel_id"], set_=chosen)
        )
        return True


async def channels_of(storage: Storage, saleor_api_url: str) -> Mapping[str, Row]:
    """By channel id what is kept of each channel of this Saleor that has a configuration."""
    statement = select(channels).where(channels.c.saleor_api_url == saleor_api_url).order_by(channels.c.channel_id)
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return {row.channel_id: Row(row.configuration_id, channel_options.decode(row.options)) for row in rows}
