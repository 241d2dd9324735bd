"""A configuration of one installation, by its id: never another shop's, and never a half-made one."""

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.storage import configurations
from saleor_stripe_app.usecases.backends import Backends


async def find_configuration(
    backends: Backends, installation: Installation, configuration_id: str, *, archived: bool = True
) -> Configuration:
    """The configuration, also an archived one unless `archived` is false. Raises Refusal (UnknownConfiguration)."""
    for configuration in await configurations.of_installation(
        backends.storage, installation.saleor_api_url, archived=archived
    ):
        if configuration.id == configuration_id:
            return configuration
    raise Refusal("There is no such configuration in use.", code="UnknownConfiguration")
