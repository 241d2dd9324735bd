"""A customer takes away what they saved."""

from saleor_stripe_app.domain.errors import Declined, Refusal
from saleor_stripe_app.domain.saved_request import DeleteRequest
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.domain.stored_methods import StoredMethod, copies
from saleor_stripe_app.storage import configurations
from saleor_stripe_app.stripe_gateway import payment_methods
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.saving_customer import known


async def delete_stored_method(backends: Backends, installation: Installation, request: DeleteRequest) -> None:
    """Take the method and all its copies from the customer at Stripe, where nobody can pay with them any more.

    What nobody has (any more) is as good as deleted, so that a repeated request succeeds. Raises Refusal in the same
    words for what does not exist and for what is somebody else's, and Unavailable: then it may be asked again.
    """
    assigned = await configurations.for_channel(backends.storage, installation.saleor_api_url, request.channel_id)
    if assigned is None:
        raise _not_there()
    configuration = assigned.configuration
    customer = await known(backends, configuration, request.user)
    try:
        method = await _own(backends, configuration, request.method_id, customer)
        if method is not None:
            await _detach(backends, configuration, method)
    except Declined as declined:
        await tell_staff.of_refused_key(backends, installation, configuration, declined)
        raise


async def _own(
    backends: Backends, configuration: Configuration, method_id: str, customer: str | None
) -> StoredMethod | None:
    """The customer's method; None for one that nobody has. Raises Refusal."""
    if not method_id.startswith("pm_") or customer is None:
        raise _not_there()
    method = await payment_methods.read(backends.stripe.client(configuration.secret_key), method_id)
    if method is None or method.customer not in (None, customer):
        raise _not_there()
    return method if method.customer else None


async def _detach(backends: Backends, configuration: Configuration, method: StoredMethod) -> None:
    """The method goes last: as long as it is there a request that was cut off can be repeated."""
    assert method.customer is not None
    client = backends.stripe.client(configuration.secret_key)
    of_customer = await payment_methods.of_customer(client, method.customer)
    for copy in copies(method, of_customer):
        if copy.id != method.id:
            await payment_methods.detach(client, copy.id)
    await payment_methods.detach(client, method.id)


def _not_there() -> Refusal:
    return Refusal("There is no such saved payment method.", code="NoSuchPaymentMethod")
