"""Channels: which configuration each of Saleor's channels pays with."""

from collections.abc import Mapping

from sqlalchemy import delete, select

from saleor_stripe_app.storage.configurations import IN_USE
from saleor_stripe_app.storage.engine import Storage, insert
from saleor_stripe_app.storage.tables import channels, configurations


async def assign(storage: Storage, saleor_api_url: str, channel_id: str, configuration_id: str | None) -> bool:
    """Let the channel pay with this configuration, or with none. False if that Saleor has no such one in use."""
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
        statement = insert(connection.dialect.name, channels).values(
            saleor_api_url=saleor_api_url, channel_id=channel_id, configuration_id=configuration_id
        )
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=["saleor_api_url", "channel_id"], set_={"configuration_id": configuration_id}
            )
        )
        return True


async def channels_of(storage: Storage, saleor_api_url: str) -> Mapping[str, str]:
    """Channel id -> configuration id, for the channels of this Saleor that have one."""
    statement = (
        select(channels.c.channel_id, channels.c.configuration_id)
        .where(channels.c.saleor_api_url == saleor_api_url)
        .order_by(channels.c.channel_id)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return {row.channel_id: row.configuration_id for row in rows}
