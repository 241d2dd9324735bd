"""Staff delete a configuration: at once if no payment was made with it, else once its payments need it no more."""

from dataclasses import replace
from enum import StrEnum

from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.storage import configurations
from saleor_stripe_app.usecases.app_problems import OF_CONFIGURATION, take_back
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.find_configuration import find_configuration
from saleor_stripe_app.usecases.webhook_endpoint import save, superseded


class Deletion(StrEnum):
    """What became of the configuration.

    DELETED: nothing is left of it. ARCHIVED: no channel uses it, and its keys and endpoint serve the payments made with
    it until they are past refunds and disputes. ERASED: only the record that these payments refer to is left.
    """

    DELETED = "deleted"
    ARCHIVED = "archived"
    ERASED = "erased"


async def delete_configuration(
    backends: Backends, installation: Installation, configuration_id: str, *, force: bool = False
) -> Deletion:
    """Take the configuration out of use; `force` gives up what its payments may still need.

    Payments of a forced deletion can be neither captured, refunded nor cancelled from Saleor, and what happens to them
    in Stripe is not reported any more. Deleting an archived one again with `force` is how it is erased early.
    Raises Refusal (UnknownConfiguration, ChangedMeanwhile) and Unavailable.
    """
    configuration = await find_configuration(backends, installation, configuration_id)
    if await configurations.delete(backends.storage, configuration.id, superseded(configuration, backends.clock())):
        await take_back(backends, installation, OF_CONFIGURATION, configuration.id)
        return Deletion.DELETED
    await configurations.archive(backends.storage, configuration.id, backends.clock())
    if not force:
        return Deletion.ARCHIVED
    await erase(backends, await find_configuration(backends, installation, configuration_id))
    await take_back(backends, installation, OF_CONFIGURATION, configuration.id)
    return Deletion.ERASED


async def erase(backends: Backends, configuration: Configuration) -> None:
    """Delete it, or as much of it as payments do not refer to: the key goes, and the endpoint by the sweep."""
    old = superseded(configuration, backends.clock())
    if not await configurations.delete(backends.storage, configuration.id, old):
        bare = replace(
            configuration,
            secret_key="",
            endpoint_id=None,
            endpoint_secrets=(),
            connect_endpoint_id=None,
            connect_endpoint_secrets=(),
        )
        await save(backends, configuration, bare, old)
