"""A storefront greets the gateway: what it needs to show Stripe's elements."""

from functools import partial

from saleor_stripe_app.domain import greeting, saving
from saleor_stripe_app.domain.channel_options import of_elements
from saleor_stripe_app.domain.customer_session import of_payment
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.requests import GatewayRequest, Source
from saleor_stripe_app.domain.shop import Assigned, Installation
from saleor_stripe_app.storage import configurations
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.customer_session import customer_session


async def gateway_initialize(
    backends: Backends, installation: Installation, request: GatewayRequest
) -> dict[str, Json]:
    """The `data` for the storefront. Raises Refusal when the channel has no configuration."""
    used = await for_channel(backends, installation, request.source)
    options, kept = used.options, saving.of_elements(used.options, request.data)
    told = {"stripePublishableKey": used.configuration.publishable_key, **of_elements(options), **kept}
    told |= greeting.billing_details(request)
    # An intent has a customer only where Stripe is told of customers, and Elements want the same one for both.
    if request.user is not None and options.send_customer and greeting.wants_customer_session(request):
        session = partial(of_payment, agreed=bool(kept))
        told |= await customer_session(backends, installation, used.configuration, request.user, session)
    return told


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
