"""Staff let a channel pay with a configuration, or with none."""

from dataclasses import dataclass

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.saleor import channels as saleor_channels
from saleor_stripe_app.saleor.channels import Channel
from saleor_stripe_app.storage import channels, configurations
from saleor_stripe_app.usecases.app_problems import Cause, take_back
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.find_configuration import find_configuration


@dataclass(frozen=True, slots=True)
class Assignment:
    """A channel of Saleor's, the configuration it pays with, and the one it was taken from by this."""

    channel: Channel
    configuration: Configuration | None
    taken_from: Configuration | None = None


async def assign_channel(
    backends: Backends, installation: Installation, channel_id: str, configuration_id: str | None
) -> Assignment:
    """Let new payments of the channel use the configuration. Earlier payments keep the one they were made with.

    The problem that the channel had none is taken back from Saleor's Dashboard.
    Raises Refusal (UnknownChannel, UnknownConfiguration) and whatever reading Saleor's channels raises.
    """
    shown = await show_channels(backends, installation)
    before = next((one for one in shown if one.channel.id == channel_id), None)
    if before is None:
        raise Refusal("Saleor has no such channel.", code="UnknownChannel")
    wanted = None
    if configuration_id is not None:
        wanted = await find_configuration(backends, installation, configuration_id, archived=False)
    if not await channels.assign(backends.storage, installation.saleor_api_url, channel_id, configuration_id):
        raise Refusal("There is no such configuration in use.", code="UnknownConfiguration")
    if wanted is not None:
        await take_back(backends, installation, [Cause.CHANNEL], channel_id)
    taken_from = before.configuration if before.configuration != wanted else None
    return Assignment(before.channel, wanted, taken_from)


async def show_channels(
    backends: Backends, installation: Installation, known: tuple[Channel, ...] | None = None
) -> tuple[Assignment, ...]:
    """All channels of this Saleor, by name, each with the configuration it pays with.

    `known` are the channels where they were read a moment ago. Raises whatever reading them from Saleor raises.
    """
    if known is None:
        known = await saleor_channels.read(backends.saleor, installation)
    assigned = await channels.channels_of(backends.storage, installation.saleor_api_url)
    by_id = {
        configuration.id: configuration
        for configuration in await configurations.of_installation(backends.storage, installation.saleor_api_url)
    }
    return tuple(Assignment(channel, by_id.get(assigned.get(channel.id, ""))) for channel in known)
