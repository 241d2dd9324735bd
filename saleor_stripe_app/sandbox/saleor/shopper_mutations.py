"""What a logged-in shopper's storefront asks of Saleor about stored payment methods; apps and guests may not.

Source: saleor/graphql/payment/mutations/stored_payment_methods/.
"""

from collections.abc import Mapping
from typing import Literal

from saleor_stripe_app.sandbox.saleor import stored_methods, tokenization
from saleor_stripe_app.sandbox.saleor.answers import Json
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.deliveries import Conversation
from saleor_stripe_app.sandbox.saleor.errors import MutationError, PermissionDenied
from saleor_stripe_app.sandbox.saleor.payment_methods import StoredPaymentMethod
from saleor_stripe_app.sandbox.saleor.resolvers import Context, Resolver
from saleor_stripe_app.sandbox.saleor.shop import User
from saleor_stripe_app.sandbox.saleor.stored_method_answers import Outcome

Payload = Mapping[str, object]
_FAILURES = frozenset({"FAILED_TO_DELETE", "FAILED_TO_INITIALIZE", "FAILED_TO_TOKENIZE", "FAILED_TO_DELIVER"})


def _user(context: Context) -> User:
    user = context.requestor.user
    if user is None:
        raise PermissionDenied("AUTHENTICATED_USER")
    return user


async def _payload(context: Context, conversation: Conversation[Outcome]) -> Payload:
    try:
        outcome: Outcome = await context.converse(conversation)
    except MutationError as refused:
        error = {"field": refused.field, "message": refused.message, "code": refused.code}
        return {"result": "FAILED_TO_DELIVER", "errors": [error]}
    failed = outcome.result in _FAILURES
    errors = [{"field": None, "message": outcome.error, "code": "GATEWAY_ERROR"}] if failed else []
    return {"result": outcome.result, "id": outcome.id, "data": outcome.data, "errors": errors}


async def stored_payment_method_request_delete(context: Context, *, id: str, channel: str) -> Payload:  # noqa: A002
    return await _payload(context, stored_methods.request_delete(context.saleor, _user(context), id, channel))


async def payment_gateway_initialize_tokenization(
    context: Context,
    *,
    id: str,  # noqa: A002
    channel: str,
    data: Json = None,
) -> Payload:
    user = _user(context)
    return await _payload(context, tokenization.initialize_gateway(context.saleor, user, id, channel, data=data))


async def payment_method_initialize_tokenization(
    context: Context,
    *,
    id: str,  # noqa: A002
    channel: str,
    paymentFlowToSupport: Literal["INTERACTIVE"],  # noqa: N803
    data: Json = None,
) -> Payload:
    conversation = tokenization.initialize_method(
        context.saleor, _user(context), id, channel, data=data, payment_flow_to_support=paymentFlowToSupport
    )
    return await _payload(context, conversation)


async def payment_method_process_tokenization(
    context: Context,
    *,
    id: str,  # noqa: A002
    channel: str,
    data: Json = None,
) -> Payload:
    user = _user(context)
    return await _payload(context, tokenization.process_method(context.saleor, user, id, channel, data=data))


SHOPPER_MUTATIONS: Mapping[str, Resolver] = {
    "storedPaymentMethodRequestDelete": stored_payment_method_request_delete,
    "paymentGatewayInitializeTokenization": payment_gateway_initialize_tokenization,
    "paymentMethodInitializeTokenization": payment_method_initialize_tokenization,
    "paymentMethodProcessTokenization": payment_method_process_tokenization,
}


async def _methods_of(context: Context, user: User | None, channel: str) -> list[StoredPaymentMethod]:
    """A user's methods for that user alone: anybody else sees none."""
    where = next((each for each in context.saleor.channels if each.slug == channel), None)
    if user is None or user is not context.requestor.user or where is None:
        return []
    methods: list[StoredPaymentMethod] = await context.converse(
        stored_methods.stored_payment_methods(context.saleor, user, where)
    )
    return methods


async def _of_user(user: User, context: Context, *, channel: str) -> list[StoredPaymentMethod]:
    return await _methods_of(context, user, channel)


async def _of_checkout(checkout: Checkout, context: Context, **_: object) -> list[StoredPaymentMethod]:
    return await _methods_of(context, checkout.user, checkout.channel.slug)


SHOPPER_FIELDS: Mapping[tuple[str, str], Resolver] = {
    ("User", "storedPaymentMethods"): _of_user,
    ("Checkout", "storedPaymentMethods"): _of_checkout,
    ("Query", "me"): lambda _, context: context.requestor.user,
}
