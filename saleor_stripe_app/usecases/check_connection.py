"""Staff ask whether a configuration works: its keys, their permissions, and its webhook endpoint."""

from dataclasses import dataclass

from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.storage import vendors
from saleor_stripe_app.stripe_gateway import accounts
from saleor_stripe_app.stripe_gateway.permissions import ACCOUNT_READ
from saleor_stripe_app.usecases.app_problems import OF_KEY, Cause, take_back
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.find_configuration import find_configuration
from saleor_stripe_app.usecases.webhook_endpoint import EndpointCondition, condition, is_by_hand

SOUND = frozenset((EndpointCondition.OK, EndpointCondition.MADE_BY_HAND))


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. `failure` is why the keys do not work at all; `missing` permissions make single actions fail."""

    configuration: Configuration
    endpoint: EndpointCondition
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    failure: AppError | None = None

    @property
    def ok(self) -> bool:
        """Whether payments can be made and events come in."""
        return self.failure is None and not self.missing and self.endpoint in SOUND


async def check_connection(backends: Backends, installation: Installation, configuration_id: str) -> Checked:
    """Examine keys and endpoint against Stripe as they stand now. Raises Refusal (UnknownConfiguration) only."""
    configuration = await find_configuration(backends, installation, configuration_id)
    has_vendors = await vendors.has_any(backends.storage, configuration.id)
    try:
        report = await accounts.examine_keys(
            backends.stripe,
            configuration.publishable_key,
            configuration.secret_key,
            with_webhooks=not is_by_hand(configuration),
            with_connect=has_vendors,
        )
    except AppError as error:
        return Checked(configuration, EndpointCondition.UNKNOWN, failure=error)
    checked = Checked(
        configuration,
        await condition(backends, configuration),
        missing=tuple(name for name in dict.fromkeys(report.missing) if name != ACCOUNT_READ or has_vendors),
        warnings=report.warnings,
    )
    if checked.ok:
        # Whether deliveries arrive is seen by the next one.
        await take_back(backends, installation, (*OF_KEY, Cause.ENDPOINT), configuration.id)
    return checked
