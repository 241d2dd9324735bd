"""Staff change a configuration: its name, its keys, its options, or the webhook endpoint that they made by hand."""

from dataclasses import dataclass, field, replace

from saleor_stripe_app.domain.endpoint_scope import EndpointScope, RecordedEndpoint
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.options import Choices, chosen
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.storage import transactions, vendors
from saleor_stripe_app.usecases.app_problems import OF_CONFIGURATION, OF_ENDPOINT, take_back
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.entered import HandMadeEndpoint, Saved, checked_endpoint, checked_name, examined
from saleor_stripe_app.usecases.find_configuration import find_configuration
from saleor_stripe_app.usecases.look_at_everything import PAYMENTS_LIVE_FOR
from saleor_stripe_app.usecases.method_configurations import unusable
from saleor_stripe_app.usecases.webhook_endpoint import OVERLAP, is_by_hand, save, superseded, with_new_endpoint


@dataclass(frozen=True, slots=True)
class Changes:
    """What staff change; None, and for keys an empty text too, keeps what is there. So do the options' own None."""

    name: str | None = None
    publishable_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    hand_made: HandMadeEndpoint | None = None
    connect_hand_made: HandMadeEndpoint | None = None
    options: Choices = field(default_factory=Choices)


async def update_configuration(
    backends: Backends, installation: Installation, configuration_id: str, changes: Changes
) -> Saved:
    """Save what changed. A new secret key makes a new endpoint; events of the old one are taken until it is deleted.

    Keys of another account or mode are refused while payments of the last 180 days need the present ones, and come
    with a warning where a channel names a payment method configuration that they do not know.
    Raises Refusal with the code of what is wrong, Declined and Unavailable; nothing is changed then.
    """
    before = await find_configuration(backends, installation, configuration_id, archived=False)
    saved = await _saved(backends, before, changes)
    if saved.configuration.secret_key != before.secret_key:
        await take_back(backends, installation, OF_CONFIGURATION, before.id)
    elif saved.configuration.endpoint_secrets != before.endpoint_secrets:
        await take_back(backends, installation, OF_ENDPOINT, before.id)
    return saved


async def _saved(backends: Backends, before: Configuration, changes: Changes) -> Saved:
    after = replace(
        before,
        name=before.name if changes.name is None else checked_name(changes.name),
        publishable_key=(changes.publishable_key or "").strip() or before.publishable_key,
        secret_key=(changes.secret_key or "").strip() or before.secret_key,
        options=chosen(before.options, changes.options),
    )
    before, after = await _with_connect_by_hand(backends, before, after, changes.connect_hand_made)
    signing_secret = checked_endpoint(backends, before.id, changes.hand_made)
    by_hand = signing_secret is not None or is_by_hand(before)
    warnings: tuple[str, ...] = ()
    if (after.publishable_key, after.secret_key) != (before.publishable_key, before.secret_key):
        has_vendors = await vendors.has_any(backends.storage, before.id)
        report, warnings = await examined(
            backends, after.publishable_key, after.secret_key, by_hand=by_hand, vendors=has_vendors
        )
        after = replace(after, stripe_account=report.account, livemode=report.livemode)
    moved = (after.stripe_account, after.livemode) != (before.stripe_account, before.livemode)
    if moved:
        await _require_unused(backends, before)
        warnings += await unusable(backends, after)
    if signing_secret is not None:
        return Saved(await _with_endpoint_by_hand(backends, before, after, signing_secret), warnings)
    if by_hand and moved:
        raise Refusal(
            "The webhook endpoint made by hand is of another Stripe account or mode: make one there, and enter it.",
            code="EndpointNeeded",
        )
    if not by_hand and (after.secret_key != before.secret_key or before.endpoint_id is None):
        return Saved(await with_new_endpoint(backends, before, after), warnings)
    return Saved(await save(backends, before, after), warnings)


async def _with_endpoint_by_hand(
    backends: Backends, before: Configuration, after: Configuration, signing_secret: str
) -> Configuration:
    kept = before.endpoint_secrets if before.endpoint_id is not None else ()
    after = replace(after, endpoint_id=None, endpoint_secrets=(signing_secret, *kept))
    return await save(backends, before, after, superseded(before, backends.clock() + OVERLAP, [EndpointScope.ACCOUNT]))


async def _with_connect_by_hand(
    backends: Backends, before: Configuration, after: Configuration, given: HandMadeEndpoint | None
) -> tuple[Configuration, Configuration]:
    """Both with an endpoint for vendors' accounts that was made by hand, which is saved on its own."""
    secret = checked_endpoint(backends, before.id, given, EndpointScope.CONNECT)
    if secret is None:
        return before, after
    replaced = before.endpoint(EndpointScope.CONNECT)
    made = RecordedEndpoint(None, (secret, *(() if replaced.by_hand else replaced.secrets)))
    old = superseded(before, backends.clock() + OVERLAP, [EndpointScope.CONNECT])
    saved = await save(backends, before, before.with_endpoint(EndpointScope.CONNECT, made), old)
    return saved, replace(after.with_endpoint(EndpointScope.CONNECT, made), updated_at=saved.updated_at)


async def _require_unused(backends: Backends, configuration: Configuration) -> None:
    if await vendors.has_any(backends.storage, configuration.id):
        raise Refusal(
            f"These keys are of another Stripe account or mode, to which the vendors of {configuration.name} "
            "are not connected: make a new configuration.",
            code="VendorsNeedTheKeys",
        )
    since = backends.clock() - PAYMENTS_LIVE_FOR
    if await transactions.any_since(backends.storage, configuration.id, since):
        raise Refusal(
            f"These keys are of another Stripe account or mode. Payments made with {configuration.name} could then be "
            "neither captured nor refunded: make a new configuration and assign the channels to it.",
            code="PaymentsNeedTheKeys",
        )
