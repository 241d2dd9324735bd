"""Staff enter a merchant's Stripe keys for the first time."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from saleor_stripe_app.domain.errors import AppError, Refusal
from saleor_stripe_app.domain.options import DEFAULTS, Choices, chosen
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.storage import configurations
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.entered import HandMadeEndpoint, Saved, checked_endpoint, checked_name, examined
from saleor_stripe_app.usecases.find_configuration import find_configuration
from saleor_stripe_app.usecases.webhook_endpoint import making, require_reachable


@dataclass(frozen=True, slots=True)
class NewConfiguration:
    """What staff enter. `id` is a UUID drawn with the form: the same one saved twice is one configuration."""

    name: str
    publishable_key: str
    secret_key: str = field(repr=False)
    hand_made: HandMadeEndpoint | None = None
    id: str | None = None
    options: Choices = field(default_factory=Choices)


async def create_configuration(backends: Backends, installation: Installation, new: NewConfiguration) -> Saved:
    """Examine the keys, make the webhook endpoint, and bring the configuration into use.

    Recorded as a draft first: of two saves of one id at once the later is refused (SaveInProgress), and after the
    first is done it gets what that one saved. Raises Refusal with the code of what is wrong, Declined and Unavailable;
    nothing is left behind then that the sweep does not remove.
    """
    configuration_id = _checked_id(new.id)
    name, publishable_key, secret_key = checked_name(new.name), new.publishable_key.strip(), new.secret_key.strip()
    earlier = await _saved_before(backends, installation, configuration_id, publishable_key)
    if earlier is not None:
        return Saved(earlier)
    options = chosen(DEFAULTS, new.options)
    signing_secret = checked_endpoint(backends, configuration_id, new.hand_made)
    report, warnings = await examined(backends, publishable_key, secret_key, by_hand=signing_secret is not None)
    now = backends.clock()
    draft = Configuration(
        id=configuration_id,
        saleor_api_url=installation.saleor_api_url,
        name=name,
        publishable_key=publishable_key,
        secret_key=secret_key,
        stripe_account=report.account,
        livemode=report.livemode,
        endpoint_id=None,
        endpoint_secrets=(),
        created_at=now,
        updated_at=now,
        options=options,
    )
    if signing_secret is None:
        require_reachable(backends, livemode=report.livemode)
    if not await configurations.insert_draft(backends.storage, draft):
        # Whoever came first may be through by now.
        earlier = await _saved_before(backends, installation, configuration_id, publishable_key)
        if earlier is None:
            raise Refusal(
                "This configuration is being saved, or a save was cut off a moment ago: look again in ten minutes.",
                code="SaveInProgress",
            )
        return Saved(earlier)
    return Saved(await _completed(backends, draft, signing_secret), warnings)


async def _saved_before(
    backends: Backends, installation: Installation, configuration_id: str, publishable_key: str
) -> Configuration | None:
    """What an earlier save of the same form made. Raises Refusal (IdTaken) when the id is of something else."""
    try:
        found = await find_configuration(backends, installation, configuration_id)
    except Refusal:
        return None
    if found.publishable_key != publishable_key or found.archived_at is not None:
        raise Refusal("There is another configuration with this id: draw a new one.", code="IdTaken")
    return found


async def _completed(backends: Backends, draft: Configuration, signing_secret: str | None) -> Configuration:
    try:
        if signing_secret is not None:
            made = replace(draft, endpoint_secrets=(signing_secret,))
            done = await configurations.complete(
                backends.storage, draft.id, None, made.endpoint_secrets, draft.updated_at
            )
            return _required(done, made)
        async with making(backends, draft) as endpoint:
            made = replace(draft, endpoint_id=endpoint.id, endpoint_secrets=(endpoint.secret,))
            done = await configurations.complete(
                backends.storage,
                draft.id,
                endpoint.id,
                made.endpoint_secrets,
                draft.updated_at,
                making=endpoint.note,
            )
            return _required(done, made)
    except BaseException:
        # Without the database the sweep does it.
        with suppress(AppError):
            await configurations.abandon(backends.storage, draft.id)
        raise


def _required(done: bool, made: Configuration) -> Configuration:
    if not done:
        raise Refusal("Saving took too long and was given up: save again.", code="SaveGivenUp")
    return made


def _checked_id(given: str | None) -> str:
    if not given:
        return str(uuid4())
    try:
        return str(UUID(given))
    except ValueError:
        raise Refusal("The id must be a UUID.", code="InvalidId") from None
