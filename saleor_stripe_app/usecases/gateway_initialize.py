"""A storefront greets the gateway: what it needs to show Stripe's elements."""

from saleor_stripe_app.domain import saving
from saleor_stripe_app.domain.channel_options import of_elements
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.requests import GatewayRequest, Source
from saleor_stripe_app.domain.shop import Assigned, Installation
from saleor_stripe_app.storage import configurations
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.backends import Backends


async def gateway_initialize(
    backends: Backends, installation: Installation, request: GatewayRequest
) -> dict[str, Json]:
    """The `data` for the storefront. Raises Refusal when the channel has no configuration."""
    used = await for_channel(backends, installation, request.source)
    options, kept = used.options, saving.of_elements(used.options, request.data)
    return {"stripePublishableKey": used.configuration.publishable_key, **of_elements(options), **kept}


async def for_channel(backends: Backends, installation: Installation, source: Source) -> Assigned:
    """What new payments of this channel use.

    Raises Refusal with what staff can do; they are told in Saleor's Dashboard, too, since a storefront shows little.
    """
    found = await configurations.for_channel(backends.storage, installation.saleor_api_url, source.channel_id)
    if found is not None:
        return found
    channel = source.channel_slug or source.channel_id
    message = f"No Stripe configuration is assigned to the channel {channel}. Assign one in the settings of the app."
    await tell_staff.of_channel(backends, installation, source.channel_id, message)
    raise Refusal(message, code="ChannelNotConfigured")
