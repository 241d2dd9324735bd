"""What mutations answer: what they did, or the errors for which they did nothing."""

import strawberry

from saleor_stripe_app.usecases.delete_configuration import Deletion
from saleor_stripe_app.usecases.webhook_endpoint import EndpointCondition
from saleor_stripe_app.web.settings_api.errors import SettingsError
from saleor_stripe_app.web.settings_api.types import ChannelAssignment, Configuration

ConfigurationDeletion = strawberry.enum(
    Deletion, name="ConfigurationDeletion", description="What became of a deleted configuration."
)


@strawberry.type
class ConfigurationCreate:
    """The configuration as it was saved."""

    errors: list[SettingsError]
    configuration: Configuration | None = None
    warnings: list[str] = strawberry.field(
        default_factory=list, description="What staff should know although it was saved."
    )


@strawberry.type
class ConfigurationUpdate:
    """The configuration as it was saved."""

    errors: list[SettingsError]
    configuration: Configuration | None = None
    warnings: list[str] = strawberry.field(
        default_factory=list, description="What staff should know although it was saved."
    )


@strawberry.type
class ConfigurationDelete:
    """What became of it."""

    errors: list[SettingsError]
    outcome: Deletion | None = None


@strawberry.type
class ChannelAssign:
    """The channel as it is now."""

    errors: list[SettingsError]
    assignment: ChannelAssignment | None = None
    taken_from: Configuration | None = strawberry.field(
        default=None, description="The configuration that the channel used until now."
    )


@strawberry.type
class ConfigurationTest:
    """What was found."""

    errors: list[SettingsError]
    configuration: Configuration | None = None
    ok: bool = False
    endpoint_state: EndpointCondition | None = None
    missing_permissions: list[str] = strawberry.field(default_factory=list)
    warnings: list[str] = strawberry.field(default_factory=list)


@strawberry.type
class EndpointRepair:
    """The configuration with its endpoint in order."""

    errors: list[SettingsError]
    configuration: Configuration | None = None
