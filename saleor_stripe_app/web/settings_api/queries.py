"""What staff can ask."""

from typing import Annotated
from uuid import uuid4

import strawberry

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.links import restricted_key_url
from saleor_stripe_app.storage import configurations as stored
from saleor_stripe_app.storage import due, reconciliations
from saleor_stripe_app.stripe_gateway.permissions import CONNECT, NEEDED, SAVING, USEFUL, VENDORS_MONEY
from saleor_stripe_app.usecases.assign_channel import show_channels
from saleor_stripe_app.usecases.find_configuration import find_configuration
from saleor_stripe_app.usecases.webhook_endpoint import webhook_url
from saleor_stripe_app.web.settings_api.splits import SplitQuery
from saleor_stripe_app.web.settings_api.statements import VendorStatementQuery
from saleor_stripe_app.web.settings_api.terms import TermsQuery
from saleor_stripe_app.web.settings_api.types import (
    Backlog,
    ChannelAssignment,
    Configuration,
    ConfigurationForm,
    Health,
    Info,
    KeyPermission,
    Reconciliation,
    RestrictedKey,
)
from saleor_stripe_app.web.settings_api.vendor_balances import VendorBalanceQuery
from saleor_stripe_app.web.settings_api.vendors import VendorQuery


async def _configurations(info: Info, archived: bool = False) -> list[Configuration]:
    caller = info.context
    found = await stored.of_installation(caller.backends.storage, caller.installation.saleor_api_url, archived=archived)
    return [Configuration.of(one) for one in found]


async def _configuration(
    info: Info, configuration_id: Annotated[strawberry.ID, strawberry.argument(name="id")]
) -> Configuration | None:
    try:
        found = await find_configuration(info.context.backends, info.context.installation, configuration_id)
    except Refusal:
        return None
    return Configuration.of(found)


def _configuration_form(info: Info) -> ConfigurationForm:
    drawn = str(uuid4())
    return ConfigurationForm(id=strawberry.ID(drawn), webhook_url=webhook_url(info.context.backends, drawn))


async def _channels(info: Info) -> list[ChannelAssignment]:
    caller = info.context
    shown = await show_channels(caller.backends, caller.installation, await caller.channels())
    return [ChannelAssignment.of(one) for one in shown]


def _restricted_key(
    info: Info,
    livemode: bool,
    vendors: Annotated[bool, strawberry.argument(description="Whether it is to pay vendors.")] = False,
) -> RestrictedKey:
    wanted = NEEDED | SAVING | USEFUL | (CONNECT | VENDORS_MONEY if vendors else {})
    return RestrictedKey(
        permissions=[KeyPermission(code=code, name=name) for code, name in wanted.items()],
        url=restricted_key_url(info.context.backends.app_name, tuple(wanted), livemode=livemode),
    )


async def _health(info: Info) -> Health:
    caller, now = info.context, info.context.backends.clock()
    backlog = await due.backlog(caller.backends.storage, now)
    run = await reconciliations.of_installation(caller.backends.storage, caller.installation.saleor_api_url)
    return Health(
        backlog=Backlog(count=backlog.count, oldest=backlog.oldest),
        reconciliation=Reconciliation.of(run, now) if run else None,
    )


@strawberry.type
class Query(VendorQuery, VendorBalanceQuery, VendorStatementQuery, SplitQuery, TermsQuery):
    """Needs HANDLE_PAYMENTS."""

    configurations: list[Configuration] = strawberry.field(
        resolver=_configurations, description="The configurations of this Saleor, oldest first."
    )
    configuration: Configuration | None = strawberry.field(
        resolver=_configuration, description="One configuration, archived or not."
    )
    configuration_form: ConfigurationForm = strawberry.field(
        resolver=_configuration_form,
        description="An id and an address for a new configuration; nothing is kept of them.",
    )
    channels: list[ChannelAssignment] = strawberry.field(
        resolver=_channels, description="Saleor's channels, by name, each with its configuration."
    )
    restricted_key: RestrictedKey = strawberry.field(
        resolver=_restricted_key,
        description="The permissions of a restricted key for this app, and Stripe's form for one.",
    )
    health: Health = strawberry.field(resolver=_health, description="How the app is doing.")
