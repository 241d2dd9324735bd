"""What the settings API shows. A secret key is shown by its last four characters, a signing secret not at all."""

from datetime import datetime
from types import MappingProxyType
from typing import Self, TypeAlias

import strawberry

from saleor_stripe_app.domain import shop
from saleor_stripe_app.domain.endpoint_scope import EndpointScope
from saleor_stripe_app.saleor import channels as saleor_channels
from saleor_stripe_app.storage import channels, received, reconciliations, vendors
from saleor_stripe_app.usecases.assign_channel import Assignment
from saleor_stripe_app.usecases.webhook_endpoint import EndpointCondition, condition, webhook_url
from saleor_stripe_app.web.settings_api.caller import Caller
from saleor_stripe_app.web.settings_api.channel_options import ShownChannelOptions
from saleor_stripe_app.web.settings_api.options import ShownOptions

Info: TypeAlias = strawberry.Info[Caller, None]

EndpointState = strawberry.enum(
    EndpointCondition, name="EndpointState", description="Whether Stripe's events reach this app."
)

MESSAGES = MappingProxyType(
    {
        EndpointCondition.OK: "Stripe's events reach this app.",
        EndpointCondition.DISABLED: "The endpoint is switched off in Stripe: repair it.",
        EndpointCondition.MISSING: "Stripe has no endpoint for this configuration: repair it.",
        EndpointCondition.WRONG_URL: "Stripe sends the events to another address: repair it.",
        EndpointCondition.WRONG_EVENTS: "Stripe does not send all events that are needed: repair it.",
        EndpointCondition.OUTDATED: "The endpoint speaks an older version of Stripe's API: repair it.",
        EndpointCondition.FOREIGN: "The endpoint in Stripe was not made by this configuration: repair it.",
        EndpointCondition.MADE_BY_HAND: "The endpoint was made by hand; only Stripe's Dashboard shows how it stands.",
        EndpointCondition.UNKNOWN: "Stripe does not say how the endpoint stands: test the connection.",
    }
)


@strawberry.type(description="The webhook endpoint of a configuration at Stripe.")
class Endpoint:
    state: EndpointCondition
    url: str = strawberry.field(description="Where Stripe must send its events.")
    message: str = strawberry.field(description="The state in a sentence, for staff.")


@strawberry.type(description="A channel of Saleor.")
class Channel:
    id: strawberry.ID
    slug: str
    name: str
    currency_code: str
    is_active: bool
    completes_checkouts: bool | None = strawberry.field(
        description="Whether Saleor makes an order of a checkout by itself once it is paid (the channel's automatic "
        "completion). Recommended; null where Saleor does not let the app know."
    )

    @classmethod
    def of(cls, channel: saleor_channels.Channel) -> Self:
        """As Saleor shows it."""
        return cls(
            id=strawberry.ID(channel.id),
            slug=channel.slug,
            name=channel.name,
            currency_code=channel.currency,
            is_active=channel.is_active,
            completes_checkouts=channel.completes_checkouts,
        )


@strawberry.type(description="A Stripe event that came in.")
class ReceivedEvent:
    id: strawberry.ID
    type: str
    created: datetime = strawberry.field(description="Stripe's time.")
    received_at: datetime


async def _endpoint(root: strawberry.Parent["Configuration"], info: Info) -> Endpoint:
    state = await condition(info.context.backends, root.shown)
    return Endpoint(state=state, url=webhook_url(info.context.backends, root.shown.id), message=MESSAGES[state])


async def _connect_endpoint(root: strawberry.Parent["Configuration"], info: Info) -> Endpoint | None:
    backends, shown = info.context.backends, root.shown
    if not await vendors.has_any(backends.storage, shown.id):
        return None
    state = await condition(backends, shown, EndpointScope.CONNECT)
    return Endpoint(state=state, url=webhook_url(backends, shown.id, EndpointScope.CONNECT), message=MESSAGES[state])


async def _channels(root: strawberry.Parent["Configuration"], info: Info) -> list[Channel] | None:
    caller = info.context
    assigned = await channels.channels_of(caller.backends.storage, root.shown.saleor_api_url)
    mine = {channel for channel, kept in assigned.items() if kept.configuration_id == root.shown.id}
    return [Channel.of(one) for one in await caller.channels() if one.id in mine] if mine else []


async def _last_event(root: strawberry.Parent["Configuration"], info: Info) -> ReceivedEvent | None:
    for event in await received.latest(info.context.backends.storage, root.shown.id, 1):
        return ReceivedEvent(
            id=strawberry.ID(event.id), type=event.type, created=event.created, received_at=event.received_at
        )
    return None


@strawberry.type(description="A merchant's Stripe account as this app uses it.")
class Configuration:
    shown: strawberry.Private[shop.Configuration]
    id: strawberry.ID
    name: str
    publishable_key: str
    secret_key_last_four: str = strawberry.field(description="Empty once the key was erased.")
    restricted: bool = strawberry.field(description="Whether the key is a restricted one, as is recommended.")
    livemode: bool
    stripe_account: str
    created_at: datetime
    updated_at: datetime
    options: ShownOptions = strawberry.field(description="What the merchant chose for its payments.")
    archived_at: datetime | None = strawberry.field(
        description="When it was deleted, if payments made with it still need its keys or their record."
    )
    endpoint: Endpoint = strawberry.field(
        resolver=_endpoint, description="How the webhook endpoint stands at Stripe now, which is asked for it."
    )
    connect_endpoint: Endpoint | None = strawberry.field(
        resolver=_connect_endpoint,
        description="How the webhook endpoint for the accounts of its vendors stands; null without vendors.",
    )
    channels: list[Channel] | None = strawberry.field(
        resolver=_channels, description="The channels whose new payments are made with it; null while Saleor is silent."
    )
    last_event: ReceivedEvent | None = strawberry.field(
        resolver=_last_event, description="The Stripe event that came in last."
    )

    @classmethod
    def of(cls, configuration: shop.Configuration) -> Self:
        """Without what must not leave this process."""
        return cls(
            shown=configuration,
            id=strawberry.ID(configuration.id),
            name=configuration.name,
            publishable_key=configuration.publishable_key,
            secret_key_last_four=configuration.secret_key[-4:],
            restricted=configuration.secret_key.startswith("rk_"),
            livemode=configuration.livemode,
            stripe_account=configuration.stripe_account,
            created_at=configuration.created_at,
            updated_at=configuration.updated_at,
            options=ShownOptions.of(configuration.options),
            archived_at=configuration.archived_at,
        )


@strawberry.type(description="A channel and the configuration that its new payments are made with.")
class ChannelAssignment:
    channel: Channel
    configuration: Configuration | None
    options: ShownChannelOptions | None = strawberry.field(
        description="What holds for this channel alone; null while it has no configuration."
    )

    @classmethod
    def of(cls, assignment: Assignment) -> Self:
        """As it is now."""
        used = assignment.configuration
        return cls(
            channel=Channel.of(assignment.channel),
            configuration=Configuration.of(used) if used else None,
            options=ShownChannelOptions.of(assignment.options) if used else None,
        )


@strawberry.type(description="What a form for a new configuration needs before it is saved.")
class ConfigurationForm:
    id: strawberry.ID = strawberry.field(description="Give it to configurationCreate, so that a save counts once.")
    webhook_url: str = strawberry.field(description="The address for a webhook endpoint that is made by hand.")


@strawberry.type(description="A permission of a restricted key.")
class KeyPermission:
    code: str = strawberry.field(description="Stripe's word.")
    name: str = strawberry.field(description="As Stripe's Dashboard shows it.")


@strawberry.type(description="The restricted key that this app needs.")
class RestrictedKey:
    permissions: list[KeyPermission]
    url: str = strawberry.field(description="Stripe's form for it, filled in.")


@strawberry.type(description="Payments that should have been looked at by now, of all shops of this app.")
class Backlog:
    count: int
    oldest: datetime | None


@strawberry.type(description="The last comparison of both ledgers of this Saleor that came to its end.")
class Comparison:
    since: datetime = strawberry.field(description="It covered the payments begun or changed from then on.")
    until: datetime
    finished_at: datetime
    looked: int = strawberry.field(description="Payments looked at.")
    adopted: int = strawberry.field(description="Payments that were not known before.")
    reported: int = strawberry.field(description="Reports that Saleor had missed.")
    different: int = strawberry.field(description="Payments that were not equal at the end; they are looked at again.")
    orphaned: int = strawberry.field(
        description="Payment intents that name this Saleor, hold money and are not shown by it."
    )

    @classmethod
    def of(cls, finished_at: datetime, outcome: reconciliations.Outcome) -> Self:
        """As it was recorded."""
        return cls(
            since=outcome.since,
            until=outcome.until,
            finished_at=finished_at,
            looked=outcome.looked,
            adopted=outcome.adopted,
            reported=outcome.reported,
            different=len(outcome.differences),
            orphaned=len(outcome.orphans),
        )


@strawberry.type(
    description="The comparisons of both ledgers of this Saleor, once a day and by `saleor-stripe reconcile`."
)
class Reconciliation:
    started_at: datetime = strawberry.field(description="When the last one began, whatever became of it.")
    running: bool
    failure: str = strawberry.field(description="Why the last one came to no end; empty if it did.")
    last: Comparison | None

    @classmethod
    def of(cls, run: reconciliations.Reconciliation, now: datetime) -> Self:
        """As it stands now."""
        last = Comparison.of(run.finished_at, run.outcome) if run.finished_at and run.outcome else None
        return cls(
            started_at=run.started_at,
            running=run.claimed_until is not None and run.claimed_until > now,
            failure=run.failure,
            last=last,
        )


@strawberry.type(description="How the app is doing.")
class Health:
    backlog: Backlog
    reconciliation: Reconciliation | None = strawberry.field(
        description="The comparisons of both ledgers of this Saleor; null before the first."
    )
