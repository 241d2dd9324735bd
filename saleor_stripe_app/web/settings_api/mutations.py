"""What staff can change. A mutation that did nothing says why in `errors`, in Saleor's manner."""

import logging
from collections.abc import Awaitable
from typing import Annotated, TypeVar

import strawberry

from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.usecases.assign_channel import assign_channel
from saleor_stripe_app.usecases.check_connection import check_connection
from saleor_stripe_app.usecases.create_configuration import NewConfiguration, create_configuration
from saleor_stripe_app.usecases.delete_configuration import delete_configuration
from saleor_stripe_app.usecases.repair_endpoint import repair_endpoint
from saleor_stripe_app.usecases.update_configuration import Changes, update_configuration
from saleor_stripe_app.web.settings_api.caller import Caller
from saleor_stripe_app.web.settings_api.channel_options import ChannelOptionsInput, channel_choices
from saleor_stripe_app.web.settings_api.errors import SettingsError, SettingsErrorCode, settings_error
from saleor_stripe_app.web.settings_api.inputs import ConfigurationCreateInput, ConfigurationUpdateInput, by_hand
from saleor_stripe_app.web.settings_api.options import choices
from saleor_stripe_app.web.settings_api.payloads import (
    ChannelAssign,
    ConfigurationCreate,
    ConfigurationDelete,
    ConfigurationTest,
    ConfigurationUpdate,
    EndpointRepair,
)
from saleor_stripe_app.web.settings_api.types import ChannelAssignment, Configuration, Info

log = logging.getLogger(__name__)

Done = TypeVar("Done")
Id = Annotated[strawberry.ID, strawberry.argument(name="id")]
ASSIGNED = {
    SettingsErrorCode.UNKNOWN_CONFIGURATION: "configurationId",
    SettingsErrorCode.MISSING_PERMISSIONS: "methodConfiguration",
}


async def _configuration_create(
    info: Info, given: Annotated[ConfigurationCreateInput, strawberry.argument(name="input")]
) -> ConfigurationCreate:
    caller = _writer(info, "configurationCreate")
    new = NewConfiguration(
        name=given.name,
        publishable_key=given.publishable_key,
        secret_key=given.secret_key,
        hand_made=by_hand(given.endpoint),
        id=given.id,
        options=choices(given.options),
    )
    saved, errors = await _done(create_configuration(caller.backends, caller.installation, new))
    if saved is None:
        return ConfigurationCreate(errors=errors)
    return ConfigurationCreate(
        errors=[], configuration=Configuration.of(saved.configuration), warnings=list(saved.warnings)
    )


async def _configuration_update(
    info: Info, configuration_id: Id, given: Annotated[ConfigurationUpdateInput, strawberry.argument(name="input")]
) -> ConfigurationUpdate:
    caller = _writer(info, "configurationUpdate")
    changes = Changes(
        name=given.name,
        publishable_key=given.publishable_key,
        secret_key=given.secret_key,
        hand_made=by_hand(given.endpoint),
        options=choices(given.options),
    )
    saved, errors = await _done(update_configuration(caller.backends, caller.installation, configuration_id, changes))
    if saved is None:
        return ConfigurationUpdate(errors=errors)
    return ConfigurationUpdate(
        errors=[], configuration=Configuration.of(saved.configuration), warnings=list(saved.warnings)
    )


async def _configuration_delete(info: Info, configuration_id: Id, force: bool = False) -> ConfigurationDelete:
    caller = _writer(info, "configurationDelete")
    deletion, errors = await _done(
        delete_configuration(caller.backends, caller.installation, configuration_id, force=force)
    )
    return ConfigurationDelete(errors=errors, outcome=deletion)


async def _channel_assign(
    info: Info,
    channel_id: strawberry.ID,
    configuration_id: strawberry.ID | None = None,
    options: ChannelOptionsInput | None = None,
) -> ChannelAssign:
    caller = _writer(info, "channelAssign")
    done, errors = await _done(
        assign_channel(caller.backends, caller.installation, channel_id, configuration_id, channel_choices(options)),
        ASSIGNED,
    )
    if done is None:
        return ChannelAssign(errors=errors)
    taken = Configuration.of(done.taken_from) if done.taken_from else None
    return ChannelAssign(errors=[], assignment=ChannelAssignment.of(done), taken_from=taken)


async def _configuration_test(info: Info, configuration_id: Id) -> ConfigurationTest:
    caller = _writer(info, "configurationTest")
    found, errors = await _done(check_connection(caller.backends, caller.installation, configuration_id))
    if found is None:
        return ConfigurationTest(errors=errors)
    return ConfigurationTest(
        errors=[settings_error(found.failure)] if found.failure else [],
        configuration=Configuration.of(found.configuration),
        ok=found.ok,
        endpoint_state=found.endpoint,
        missing_permissions=list(found.missing),
        warnings=list(found.warnings),
    )


async def _endpoint_repair(info: Info, configuration_id: Id, replace_hand_made: bool = False) -> EndpointRepair:
    caller = _writer(info, "endpointRepair")
    repaired, errors = await _done(
        repair_endpoint(caller.backends, caller.installation, configuration_id, replace_hand_made=replace_hand_made)
    )
    return EndpointRepair(errors=errors, configuration=Configuration.of(repaired) if repaired else None)


def _writer(info: Info, what: str) -> Caller:
    """The caller, who may change settings; who did is worth a line in the log. Raises Untrusted."""
    info.context.require_write()
    log.info(
        "staff change settings",
        extra={"mutation": what, "user": info.context.user.id, "shop": info.context.installation.saleor_api_url},
    )
    return info.context


async def _done(
    work: Awaitable[Done], fields: dict[SettingsErrorCode, str] | None = None
) -> tuple[Done | None, list[SettingsError]]:
    try:
        return await work, []
    except AppError as error:
        return None, [settings_error(error, fields)]


@strawberry.type
class Mutation:
    """Needs HANDLE_PAYMENTS and MANAGE_APPS."""

    configuration_create: ConfigurationCreate = strawberry.mutation(
        resolver=_configuration_create, description="Save the keys of a Stripe account, and make its webhook endpoint."
    )
    configuration_update: ConfigurationUpdate = strawberry.mutation(
        resolver=_configuration_update,
        description="Change a configuration: what is left out, and a key left empty, stays.",
    )
    configuration_delete: ConfigurationDelete = strawberry.mutation(
        resolver=_configuration_delete,
        description="Delete a configuration; archive it while payments made with it need its keys.",
    )
    channel_assign: ChannelAssign = strawberry.mutation(
        resolver=_channel_assign,
        description="Let the new payments of a channel use a configuration, or none, and choose what holds for this "
        "channel alone. Its options move with it to another configuration; without one it has none.",
    )
    configuration_test: ConfigurationTest = strawberry.mutation(
        resolver=_configuration_test, description="Examine keys, permissions and webhook endpoint against Stripe."
    )
    endpoint_repair: EndpointRepair = strawberry.mutation(
        resolver=_endpoint_repair, description="Bring the webhook endpoint at Stripe in order."
    )
