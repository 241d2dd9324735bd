"""What staff can change. A mutation that did nothing says why in `errors`, in Saleor's manner."""

from typing import Annotated

import strawberry

from saleor_stripe_app.usecases.assign_channel import assign_channel
from saleor_stripe_app.usecases.check_connection import check_connection
from saleor_stripe_app.usecases.create_configuration import NewConfiguration, create_configuration
from saleor_stripe_app.usecases.delete_configuration import delete_configuration
from saleor_stripe_app.usecases.repair_endpoint import repair_endpoint
from saleor_stripe_app.usecases.update_configuration import Changes, update_configuration
from saleor_stripe_app.web.settings_api.channel_options import ChannelOptionsInput, channel_choices
from saleor_stripe_app.web.settings_api.doing import done, writer
from saleor_stripe_app.web.settings_api.errors import SettingsErrorCode, settings_error
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
from saleor_stripe_app.web.settings_api.splits_mutations import SplitMutation
from saleor_stripe_app.web.settings_api.terms import TermsMutation
from saleor_stripe_app.web.settings_api.types import ChannelAssignment, Configuration, Info
from saleor_stripe_app.web.settings_api.vendors_mutations import VendorMutation

Id = Annotated[strawberry.ID, strawberry.argument(name="id")]
ASSIGNED = {
    SettingsErrorCode.UNKNOWN_CONFIGURATION: "configurationId",
    SettingsErrorCode.MISSING_PERMISSIONS: "methodConfiguration",
}


async def _configuration_create(
    info: Info, given: Annotated[ConfigurationCreateInput, strawberry.argument(name="input")]
) -> ConfigurationCreate:
    caller = writer(info.context, "configurationCreate")
    new = NewConfiguration(
        name=given.name,
        publishable_key=given.publishable_key,
        secret_key=given.secret_key,
        hand_made=by_hand(given.endpoint),
        id=given.id,
        options=choices(given.options),
    )
    saved, errors = await done(create_configuration(caller.backends, caller.installation, new))
    if saved is None:
        return ConfigurationCreate(errors=errors)
    return ConfigurationCreate(
        errors=[], configuration=Configuration.of(saved.configuration), warnings=list(saved.warnings)
    )


async def _configuration_update(
    info: Info, configuration_id: Id, given: Annotated[ConfigurationUpdateInput, strawberry.argument(name="input")]
) -> ConfigurationUpdate:
    caller = writer(info.context, "configurationUpdate")
    changes = Changes(
        name=given.name,
        publishable_key=given.publishable_key,
        secret_key=given.secret_key,
        hand_made=by_hand(given.endpoint),
        connect_hand_made=by_hand(given.connect_endpoint),
        options=choices(given.options),
    )
    saved, errors = await done(update_configuration(caller.backends, caller.installation, configuration_id, changes))
    if saved is None:
        return ConfigurationUpdate(errors=errors)
    return ConfigurationUpdate(
        errors=[], configuration=Configuration.of(saved.configuration), warnings=list(saved.warnings)
    )


async def _configuration_delete(info: Info, configuration_id: Id, force: bool = False) -> ConfigurationDelete:
    caller = writer(info.context, "configurationDelete")
    deletion, errors = await done(
        delete_configuration(caller.backends, caller.installation, configuration_id, force=force)
    )
    return ConfigurationDelete(errors=errors, outcome=deletion)


async def _channel_assign(
    info: Info,
    channel_id: strawberry.ID,
    configuration_id: strawberry.ID | None = None,
    options: ChannelOptionsInput | None = None,
) -> ChannelAssign:
    caller = writer(info.context, "channelAssign")
    assigned, errors = await done(
        assign_channel(caller.backends, caller.installation, channel_id, configuration_id, channel_choices(options)),
        ASSIGNED,
    )
    if assigned is None:
        return ChannelAssign(errors=errors)
    taken = Configuration.of(assigned.taken_from) if assigned.taken_from else None
    return ChannelAssign(errors=[], assignment=ChannelAssignment.of(assigned), taken_from=taken)


async def _configuration_test(info: Info, configuration_id: Id) -> ConfigurationTest:
    caller = writer(info.context, "configurationTest")
    found, errors = await done(check_connection(caller.backends, caller.installation, configuration_id))
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
    caller = writer(info.context, "endpointRepair")
    repaired, errors = await done(
        repair_endpoint(caller.backends, caller.installation, configuration_id, replace_hand_made=replace_hand_made)
    )
    return EndpointRepair(errors=errors, configuration=Configuration.of(repaired) if repaired else None)


@strawberry.type
class Mutation(VendorMutation, SplitMutation, TermsMutation):
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
