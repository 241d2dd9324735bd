"""The mutations of Saleor's API that the stand-in carries out, for apps, staff and storefronts."""

from collections.abc import Awaitable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from saleor_stripe_app.sandbox.saleor import actions, app_mutations, metadata_mutations, sessions
from saleor_stripe_app.sandbox.saleor.answers import Json
from saleor_stripe_app.sandbox.saleor.apps import HANDLE_PAYMENTS
from saleor_stripe_app.sandbox.saleor.coverage import follow
from saleor_stripe_app.sandbox.saleor.errors import MutationError, PermissionDenied
from saleor_stripe_app.sandbox.saleor.events import EventType
from saleor_stripe_app.sandbox.saleor.metadata_mutations import METADATA_MUTATIONS
from saleor_stripe_app.sandbox.saleor.reports import Report, Reporter, take_report
from saleor_stripe_app.sandbox.saleor.resolvers import Context, Resolver
from saleor_stripe_app.sandbox.saleor.shop_mutations import SHOP_MUTATIONS
from saleor_stripe_app.sandbox.saleor.shopper_mutations import SHOPPER_MUTATIONS
from saleor_stripe_app.sandbox.saleor.transactions import PaymentMethod

Payload = Mapping[str, object]


def _entry(error: MutationError) -> dict[str, str | None]:
    return {"field": error.field, "message": error.message, "code": error.code}


def _error_payload(error: MutationError) -> Payload:
    """The payload of a mutation that failed, with the few fields that may not be null in some of them."""
    return {
        "errors": [_entry(error)],
        "checkoutErrors": [],
        "webhookErrors": [],
        "metadataErrors": [],
        "confirmationNeeded": False,
    }


def _one_of(id_: str | None, token: str | None) -> str:
    if (id_ is None) == (token is None):
        raise MutationError("id", "Exactly one of the fields is required: id, token.", "GRAPHQL_ERROR")
    return id_ or token or ""


_METHODS: Mapping[str, Literal["CARD", "OTHER", "GIFT_CARD"]] = {
    "card": "CARD",
    "other": "OTHER",
    "giftCard": "GIFT_CARD",
}


def _payment_method(details: Mapping[str, Any] | None) -> PaymentMethod | None:
    given = {key: value for key, value in (details or {}).items() if value is not None}
    if details is None:
        return None
    if len(given) != 1:
        raise MutationError("paymentMethodDetails", "Exactly one payment method must be given.", "INVALID")
    [(kind, value)] = given.items()
    for name, limit in (("firstDigits", 4), ("lastDigits", 4), ("brand", 40), ("name", 256)):
        if len(value.get(name) or "") > limit:
            raise MutationError("paymentMethodDetails", f"Ensure {name} has at most {limit} characters.", "INVALID")
    return PaymentMethod(
        _METHODS[kind],
        value["name"],
        value.get("brand"),
        value.get("firstDigits"),
        value.get("lastDigits"),
        value.get("expMonth"),
        value.get("expYear"),
        value.get("lastChars"),
    )


def transaction_event_report(
    context: Context,
    *,
    pspReference: str,  # noqa: N803
    type: str,  # noqa: A002
    id: str | None = None,  # noqa: A002
    token: str | None = None,
    amount: Decimal | None = None,
    time: datetime | None = None,
    externalUrl: str | None = None,  # noqa: N803
    message: str | None = None,
    availableActions: list[str] | None = None,  # noqa: N803
    transactionMetadata: list[dict[str, str]] | None = None,  # noqa: N803
    transactionPrivateMetadata: list[dict[str, str]] | None = None,  # noqa: N803
    paymentMethodDetails: Mapping[str, Any] | None = None,  # noqa: N803
) -> Payload:
    saleor, by = context.saleor, context.requestor
    by.must_have(HANDLE_PAYMENTS)
    transaction = saleor.transaction(_one_of(id, token))
    if by.app is None or not saleor.owned(transaction, by.app):
        # Every transaction of the stand-in is an app's, which neither staff nor another app may report on.
        raise PermissionDenied("OWNER", HANDLE_PAYMENTS)
    report = Report(
        type=EventType(type),
        psp_reference=pspReference,
        amount=amount,
        time=time,
        external_url=externalUrl,
        message=message,
        available_actions=None if availableActions is None else [action.lower() for action in availableActions],
        payment_method=_payment_method(paymentMethodDetails),
        metadata=metadata_mutations.given(transactionMetadata),
        private_metadata=metadata_mutations.given(transactionPrivateMetadata),
    )
    reported = take_report(
        transaction,
        report,
        Reporter(by.app.key, by.app.identifier),
        saleor.now(),
        everywhere=saleor.transactions.values(),
        save=lambda recalculate: saleor.races.save(transaction, recalculate),
    )
    follow(saleor, transaction, reported.event)
    return {
        "alreadyProcessed": reported.already_processed,
        "transaction": transaction,
        "transactionEvent": reported.event,
        "errors": [],
    }


def _check_address(context: Context, customer_ip_address: str | None) -> None:
    """Only an app that handles payments may say from where the customer comes."""
    if customer_ip_address is not None:
        if context.requestor.app is None:
            raise PermissionDenied(HANDLE_PAYMENTS)
        context.requestor.must_have(HANDLE_PAYMENTS)


async def transaction_initialize(
    context: Context,
    *,
    id: str,  # noqa: A002
    paymentGateway: Mapping[str, Any],  # noqa: N803
    amount: Decimal | None = None,
    idempotencyKey: str | None = None,  # noqa: N803
    action: Literal["CHARGE", "AUTHORIZATION"] | None = None,
    customerIpAddress: str | None = None,  # noqa: N803
) -> Payload:
    _check_address(context, customerIpAddress)
    session: sessions.Session = await context.converse(
        sessions.initialize(
            context.saleor,
            id,
            paymentGateway["id"],
            data=paymentGateway.get("data"),
            amount=amount,
            action=action,
            idempotency_key=idempotencyKey,
            customer_ip_address=customerIpAddress or "127.0.0.1",
            by=context.requestor,
        )
    )
    return _session_payload(session)


async def transaction_process(
    context: Context,
    *,
    id: str | None = None,  # noqa: A002
    token: str | None = None,
    data: Json = None,
    customerIpAddress: str | None = None,  # noqa: N803
) -> Payload:
    _check_address(context, customerIpAddress)
    session: sessions.Session = await context.converse(
        sessions.process(
            context.saleor,
            _one_of(id, token),
            data=data,
            customer_ip_address=customerIpAddress or "127.0.0.1",
            by=context.requestor,
        )
    )
    return _session_payload(session)


def _session_payload(session: sessions.Session) -> Payload:
    return {
        "transaction": session.transaction,
        "transactionEvent": session.event,
        "data": session.data,
        "errors": [],
    }


async def payment_gateway_initialize(
    context: Context,
    *,
    id: str,  # noqa: A002
    amount: Decimal | None = None,
    paymentGateways: list[dict[str, Any]] | None = None,  # noqa: N803
) -> Payload:
    named = None if paymentGateways is None else {entry["id"]: entry.get("data") for entry in paymentGateways}
    configs: list[sessions.GatewayConfig] = await context.converse(
        sessions.initialize_gateways(context.saleor, id, amount=amount, gateways=named, by=context.requestor)
    )
    shown = [{"id": config.id, "data": config.data, "errors": list(map(_entry, config.errors))} for config in configs]
    return {"gatewayConfigs": shown, "errors": []}


def transaction_request_action(
    context: Context,
    *,
    actionType: actions.ActionType,  # noqa: N803
    id: str | None = None,  # noqa: A002
    token: str | None = None,
    amount: Decimal | None = None,
    refundReason: str | None = None,  # noqa: N803
    refundReasonReference: str | None = None,  # noqa: N803
    **_: object,
) -> Payload:
    transaction = actions.request_action(
        context.saleor,
        _one_of(id, token),
        actionType,
        by=context.requestor,
        amount=amount,
        refund_reason=refundReason,
        refund_reason_reference=refundReasonReference,
    )
    return {"transaction": transaction, "errors": []}


def transaction_request_refund_for_granted_refund(
    context: Context,
    *,
    grantedRefundId: str,  # noqa: N803
    **_: object,
) -> Payload:
    refund = next((r for r in context.saleor.granted_refunds if r.id == grantedRefundId), None)
    if refund is None:
        raise MutationError("grantedRefundId", f"Couldn't resolve to a node: {grantedRefundId}", "NOT_FOUND")
    transaction = actions.request_granted_refund(context.saleor, refund, by=context.requestor)
    return {"transaction": transaction, "errors": []}


def _mutation(resolver: Resolver) -> Resolver:
    """Errors of validation go into the payload; a permission that is missing goes to the top of the answer."""

    async def later(pending: Awaitable[Payload]) -> Payload:
        try:
            return await pending
        except MutationError as error:
            return _error_payload(error)

    def resolve(_: object, context: Context, **arguments: object) -> object:
        try:
            result = resolver(context, **arguments)
        except MutationError as error:
            return _error_payload(error)
        return later(result) if isinstance(result, Awaitable) else result

    return resolve


_MUTATIONS: Mapping[str, Resolver] = {
    "transactionEventReport": transaction_event_report,
    "transactionInitialize": transaction_initialize,
    "transactionProcess": transaction_process,
    "paymentGatewayInitialize": payment_gateway_initialize,
    "transactionRequestAction": transaction_request_action,
    "transactionRequestRefundForGrantedRefund": transaction_request_refund_for_granted_refund,
    "appProblemCreate": app_mutations.problem_create,
    "appProblemDismiss": app_mutations.problem_dismiss,
    "webhookCreate": app_mutations.webhook_create,
    "webhookUpdate": app_mutations.webhook_update,
    "webhookDelete": app_mutations.webhook_delete,
    **METADATA_MUTATIONS,
    **SHOP_MUTATIONS,
    **SHOPPER_MUTATIONS,
}

MUTATIONS: Mapping[tuple[str, str], Resolver] = {
    ("Mutation", name): _mutation(resolver) for name, resolver in _MUTATIONS.items()
}
