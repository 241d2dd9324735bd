"""Whether Stripe knows the payment method configurations that channels name."""

from saleor_stripe_app.domain.errors import Declined, Refusal
from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.storage import channels
from saleor_stripe_app.stripe_gateway.payment_method_configurations import require_usable
from saleor_stripe_app.usecases.backends import Backends


async def unusable(backends: Backends, configuration: Configuration) -> tuple[str, ...]:
    """For staff: why payments of its channels will fail with the keys as given, which may be of another account by now.

    Raises Declined for a key that is refused altogether, and Unavailable.
    """
    kept = await channels.channels_of(backends.storage, configuration.saleor_api_url)
    named = {
        row.options.method_configuration
        for row in kept.values()
        if row.configuration_id == configuration.id and row.options.method_configuration
    }
    warnings = []
    for method_configuration in sorted(named):
        try:
            await require_usable(backends.stripe.client(configuration.secret_key), method_configuration)
        except Declined:
            raise
        except Refusal as refusal:
            warnings.append(f"A channel names {method_configuration}. {refusal}")
    return tuple(warnings)
