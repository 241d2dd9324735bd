"""A customer saves a payment method in their account, without a payment: greeted, begun, finished."""

import logging

from saleor_stripe_app.domain import attempts, tokenization
from saleor_stripe_app.domain import customer_session as sessions
from saleor_stripe_app.domain.channel_options import of_elements
from saleor_stripe_app.domain.errors import Declined, Refusal
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.requests import Source
from saleor_stripe_app.domain.saved_request import GreetingRequest, ProcessRequest, SavedRequest, TokenizeRequest
from saleor_stripe_app.domain.shop import Assigned, Configuration, Installation
from saleor_stripe_app.domain.stored_methods import Redisplay, StoredMethod
from saleor_stripe_app.domain.tokenization import NOT_SAVED, SetupIntent, SetupStatus, Tokenization, Tokenized
from saleor_stripe_app.stripe_gateway import payment_methods, setup_intents
from saleor_stripe_app.usecases import customers, tell_staff
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.customer_session import customer_session
from saleor_stripe_app.usecases.gateway_initialize import for_channel
from saleor_stripe_app.usecases.saving_customer import known, known_or_made

log = logging.getLogger(__name__)


async def greet(backends: Backends, installation: Installation, request: GreetingRequest) -> dict[str, Json]:
    """What the storefront needs to show Stripe's elements. Raises Refusal."""
    assigned = await _saving(backends, installation, request)
    greeting = {"stripePublishableKey": assigned.configuration.publishable_key, **of_elements(assigned.options)}
    if request.wants_customer_session:
        greeting |= await customer_session(
            backends, installation, assigned.configuration, request.user, sessions.of_setup
        )
    return greeting


async def begin(backends: Backends, installation: Installation, request: TokenizeRequest) -> Tokenization:
    """A setup intent, confirmed at once where the storefront gives a token.

    Raises Refusal, also when the method is declined, and Unavailable: then the shopper may try again, since no money
    moves and an intent that is left behind saves nothing.
    """
    assigned = await _saving(backends, installation, request)
    configuration = assigned.configuration
    try:
        customer = await known_or_made(backends, configuration, request.user)
        client, since = backends.stripe.client(configuration.secret_key), backends.clock() - attempts.WITHIN
        tokenization.require_few(await setup_intents.begun_since(client, customer, since, tokenization.MOST_BEGUN))
        try:
            setup = await _made(backends, installation, assigned, request, customer)
        except Declined as declined:
            if declined.unknown_customer != customer:
                raise
            customer = await customers.make_anew(backends, configuration, request.user, customer)
            setup = await _made(backends, installation, assigned, request, customer)
        return await _outcome(backends, configuration, setup, customer)
    except Declined as declined:
        await tell_staff.of_refused_key(backends, installation, configuration, declined)
        raise


async def process(backends: Backends, installation: Installation, request: ProcessRequest) -> Tokenization:
    """How a setup intent stands that this customer began here. Raises Refusal and Unavailable; may be asked again."""
    assigned = await for_channel(backends, installation, _source(request))
    configuration = assigned.configuration
    client = backends.stripe.client(configuration.secret_key)
    try:
        customer = await known(backends, configuration, request.user)
        setup = await setup_intents.read(client, request.setup_id) if request.setup_id.startswith("seti_") else None
        marks = tokenization.owned(installation.saleor_api_url, installation.app_id, request.user.id)
        if (
            setup is None
            or customer is None
            or setup.customer != customer
            or not marks.items() <= setup.metadata.items()
        ):
            raise Refusal("There is no such attempt to save a payment method.", code="NoSuchSetup")
        return await _outcome(backends, configuration, setup, customer)
    except Declined as declined:
        await tell_staff.of_refused_key(backends, installation, configuration, declined)
        raise


async def _saving(backends: Backends, installation: Installation, request: SavedRequest) -> Assigned:
    """The channel's configuration. Raises Refusal where there is none, or where nothing is to be saved."""
    assigned = await for_channel(backends, installation, _source(request))
    if not assigned.options.saves_methods:
        raise Refusal("This shop does not save payment methods.", code="SavingSwitchedOff")
    return assigned


def _source(request: SavedRequest) -> Source:
    return Source("Channel", "", request.channel_id, request.channel_slug)


async def _made(
    backends: Backends, installation: Installation, assigned: Assigned, request: TokenizeRequest, customer: str
) -> SetupIntent:
    url, user = installation.saleor_api_url, request.user.id
    parameters = tokenization.create_parameters(
        customer,
        assigned.options,
        tokenization.owned(url, installation.app_id, user),
        confirmation_token=request.confirmation_token,
        return_url=request.return_url,
    )
    key = tokenization.idempotency_key(url, user, request.confirmation_token or request.digest, customer)
    return await setup_intents.create(backends.stripe.client(assigned.configuration.secret_key), parameters, key)


async def _outcome(backends: Backends, configuration: Configuration, setup: SetupIntent, customer: str) -> Tokenization:
    """Whoever saves a method in their account asks to see it again, which Stripe is told once it is saved."""
    if setup.status is not SetupStatus.SUCCEEDED:
        return tokenization.outcome(setup)
    kept = await _kept(backends, configuration, setup, customer)
    if kept is None:
        log.warning("a setup intent left nothing that can be used again", extra={"setup_intent": setup.id})
        return Tokenization(Tokenized.FAILED, error=NOT_SAVED)
    if kept.redisplay != Redisplay.ALWAYS:
        await payment_methods.allow_redisplay(backends.stripe.client(configuration.secret_key), kept.id)
    return Tokenization(Tokenized.SUCCESS, kept.id)


async def _kept(
    backends: Backends, configuration: Configuration, setup: SetupIntent, customer: str
) -> StoredMethod | None:
    """What the customer has now: the method itself, or the bank debit that iDEAL and its like leave behind.

    https://docs.stripe.com/payments/ideal/set-up-payment
    """
    if setup.method is not None and setup.method.customer == customer:
        return setup.method
    methods = await payment_methods.of_customer(backends.stripe.client(configuration.secret_key), customer)
    return next((one for one in methods if setup.attempt and one.generated_from == setup.attempt), None)
