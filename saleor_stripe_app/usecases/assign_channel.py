"""Staff let a channel pay with a configuration, or with none, and choose what holds for this channel alone."""

from dataclasses import dataclass

from saleor_stripe_app.domain.channel_options import (
    NO_CHOICE,
    ChannelChoices,
    ChannelOptions,
    chosen_for_channel,
)
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.saleor import channels as saleor_channels
from saleor_stripe_app.saleor.channels import Channel
from saleor_stripe_app.storage import channels, configurations
from saleor_stripe_app.stripe_gateway.payment_method_configurations import require_usable
from saleor_stripe_app.usecases.app_problems import Cause, take_back
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.find_configuration import find_configuration


@dataclass(frozen=True, slots=True)
class Assignment:
    """A channel of Saleor's, the configuration it pays with, the one it was taken from by this, and its own options."""

    channel: Channel
    configuration: Configuration | None
    taken_from: Configuration | None = None
    options: ChannelOptions = NO_CHOICE


NOTHING_CHOSEN = ChannelChoices()


async def assign_channel(
    backends: Backends,
    installation: Installation,
    channel_id: str,
    configuration_id: str | None,
    choices: ChannelChoices = NOTHING_CHOSEN,
) -> Assignment:
    """Let new payments of the channel use the configuration. Earlier payments keep the one they were made with.

    A channel that moves takes its options along, if the account it moves to knows its payment method configuration;
    without a configuration it has none. The problem that the channel had no configuration is taken back from Saleor's
    Dashboard.
    Raises Refusal (UnknownChannel, UnknownConfiguration, MissingPermissions, and see chosen_for_channel), whatever
    reading Saleor's channels raises, and Declined and Unavailable of Stripe; nothing is changed then.
    """
    shown = await show_channels(backends, installation)
    before = next((one for one in shown if one.channel.id == channel_id), None)
    if before is None:
        raise Refusal("Saleor has no such channel.", code="UnknownChannel")
    wanted, options = None, NO_CHOICE
    if configuration_id is not None:
        wanted = await find_configuration(backends, installation, configuration_id, archived=False)
        options = await _chosen(backends, before, wanted, choices)
    elif choices != NOTHING_CHOSEN:
        raise Refusal("Options are for a channel with a configuration: name it, too.", code="UnknownConfiguration")
    if not await channels.assign(backends.storage, installation.saleor_api_url, channel_id, configuration_id, options):
        raise Refusal("There is no such configuration in use.", code="UnknownConfiguration")
    if wanted is not None:
        await take_back(backends, installation, [Cause.CHANNEL], channel_id)
    taken_from = before.configuration if before.configuration != wanted else None
    return Assignment(before.channel, wanted, taken_from, options)


async def _chosen(
    backends: Backends, before: Assignment, wanted: Configuration, choices: ChannelChoices
) -> ChannelOptions:
    """What holds for the channel from now on; Stripe is asked where its payment method configuration may be unknown."""
    options = chosen_for_channel(before.options, choices, before.channel.currency)
    known = before.options.method_configuration if before.configuration == wanted else ""
    if options.method_configuration not in ("", known):
        await require_usable(backends.stripe.client(wanted.secret_key), options.method_configuration)
    return options


async def show_channels(
    backends: Backends, installation: Installation, known: tuple[Channel, ...] | None = None
) -> tuple[Assignment, ...]:
    """All channels of this Saleor, by name, each with the configuration it pays with and its own options.

    `known` are the channels where they were read a moment ago. Raises whatever reading them from Saleor raises.
    """
    if known is None:
        known = await saleor_channels.read(backends.saleor, installation)
    assigned = await channels.channels_of(backends.storage, installation.saleor_api_url)
    by_id = {
        configuration.id: configuration
        for configuration in await configurations.of_installation(backends.storage, installation.saleor_api_url)
    }
    shown = []
    for channel in known:
        kept = assigned.get(channel.id)
        used = by_id.get(kept.configuration_id) if kept is not None else None
        shown.append(Assignment(channel, used, options=kept.options if kept is not None else NO_CHOICE))
    return tuple(shown)
