"""Payments as Stripe shows them: an intent, its latest charge, its refunds and disputes, as one domain value."""

import asyncio
from dataclasses import replace

import stripe

from saleor_stripe_app.domain.charge_record import ChargeRecord, Outcome, Settlement
from saleor_stripe_app.domain.errors import AppError, Unavailable
from saleor_stripe_app.domain.payment import Charge, Decline, IntentStatus, Payment
from saleor_stripe_app.domain.payment_method import PaymentMethod
from saleor_stripe_app.stripe_gateway import disputes, radar, refunds
from saleor_stripe_app.stripe_gateway.calls import WITHIN, answered
from saleor_stripe_app.stripe_gateway.failures import is_forbidden, is_missing
from saleor_stripe_app.stripe_gateway.wire import (
    BalanceTransactionWire,
    CardDetails,
    ChargeWire,
    IntentWire,
    MethodDetails,
    NextAction,
    OutcomeWire,
    identifier,
    moment,
    narrowed,
)

CHARGE = "latest_charge"
SETTLED_CHARGE = "latest_charge.balance_transaction"


async def read(
    client: stripe.StripeClient, payment_intent_id: str, *, warned: bool = False, within: float = WITHIN
) -> Payment | None:
    """The payment as it stands now; None when this key and mode know no such intent.

    One request, and one more for the refunds where money was taken: a charge tells the sum of its refunds but forgets
    those that failed later. Where the charge is disputed or the payment was reviewed, one more for each of these, as
    for the warnings of fraud where the payment may have been `warned` of, and where the key may not read what a charge
    came to on the balance. `within` seconds are for all. Raises Declined and Unavailable, the latter also for a status
    that this version does not know.
    """
    clock = asyncio.get_running_loop().time
    ends = clock() + within
    try:
        try:
            wire = await _intent(client, payment_intent_id, SETTLED_CHARGE, within=within)
        except AppError as error:
            if not is_forbidden(error):
                raise
            wire = await _intent(client, payment_intent_id, CHARGE, within=ends - clock())
    except AppError as error:
        if is_missing(error):
            return None
        raise
    payment = _payment(wire)
    if _may_have_refunds(wire):
        payment = replace(payment, refunds=await refunds.of_payment(client, wire.id, within=ends - clock()))
    if isinstance(wire.latest_charge, ChargeWire) and wire.latest_charge.disputed:
        found = await disputes.of_payment(client, wire.id, wire.currency, within=ends - clock())
        payment = replace(payment, disputes=found)
    if wire.review is not None:
        payment = replace(payment, review=await radar.review(client, wire.review, within=ends - clock()))
    if warned:
        payment = replace(payment, warnings=await radar.warnings(client, wire.id, within=ends - clock()))
    return payment


async def _intent(client: stripe.StripeClient, payment_intent_id: str, expand: str, *, within: float) -> IntentWire:
    intent = await answered(
        lambda: client.v1.payment_intents.retrieve_async(payment_intent_id, {"expand": [expand]}), within=within
    )
    return narrowed(intent, IntentWire)


def from_intent(intent: stripe.PaymentIntent) -> Payment:
    """The payment in the answer to a create, capture or cancel: no refunds or disputes, its charge if asked for."""
    return _payment(narrowed(intent, IntentWire))


def _may_have_refunds(wire: IntentWire) -> bool:
    charge = wire.latest_charge
    return wire.amount_received > 0 or (isinstance(charge, ChargeWire) and charge.captured)


def _payment(wire: IntentWire) -> Payment:
    options = wire.payment_method_options or {}
    failure = wire.last_payment_error
    charge = wire.latest_charge
    return Payment(
        id=wire.id,
        status=_status(wire),
        currency=wire.currency,
        amount=wire.amount,
        amount_capturable=wire.amount_capturable,
        amount_received=wire.amount_received,
        created=moment(wire.created),
        livemode=wire.livemode,
        client_secret=wire.client_secret,
        next_action=wire.next_action.type if wire.next_action else None,
        redirect_url=_redirect_url(wire.next_action),
        manual_capture=wire.capture_method == "manual",
        manual_methods=frozenset(name for name, option in options.items() if option.capture_method == "manual"),
        canceled_at=moment(wire.canceled_at) if wire.canceled_at is not None else None,
        cancellation_reason=wire.cancellation_reason,
        decline=Decline(failure.message or "", failure.code, failure.decline_code) if failure else None,
        charge=_charge(charge) if isinstance(charge, ChargeWire) else None,
        customer=identifier(wire.customer),
        payment_method_id=identifier(wire.payment_method),
        metadata=wire.metadata or {},
    )


def _status(wire: IntentWire) -> IntentStatus:
    try:
        return IntentStatus(wire.status)
    except ValueError as error:
        raise Unavailable(f"Payment intent {wire.id} has a status unknown to this version: {wire.status}.") from error


def _redirect_url(action: NextAction | None) -> str | None:
    return action.redirect_to_url.url if action and action.redirect_to_url else None


def _charge(wire: ChargeWire) -> Charge:
    details = wire.payment_method_details
    card = details.card if details and details.card else CardDetails()
    return Charge(
        id=wire.id,
        status=wire.status,
        amount=wire.amount,
        amount_captured=wire.amount_captured,
        amount_refunded=wire.amount_refunded,
        created=moment(wire.created),
        captured=wire.captured,
        method=_method(details) if details else None,
        decline=_decline(wire),
        capture_before=moment(card.capture_before) if card.capture_before is not None else None,
        multicapture=card.multicapture is not None and card.multicapture.status == "available",
        record=_record(wire),
    )


def _record(wire: ChargeWire) -> ChargeRecord:
    return ChargeRecord(
        balance_transaction=identifier(wire.balance_transaction),
        settlement=_settlement(wire.balance_transaction),
        outcome=_outcome(wire.outcome) if wire.outcome else None,
        email=wire.billing_details.email if wire.billing_details else None,
    )


def _settlement(moved: BalanceTransactionWire | str | None) -> Settlement | None:
    if not isinstance(moved, BalanceTransactionWire):
        return None
    return Settlement(moved.fee, moved.net, moved.currency, moved.exchange_rate)


def _outcome(wire: OutcomeWire) -> Outcome:
    return Outcome(
        type=wire.type,
        reason=wire.reason,
        seller_message=wire.seller_message,
        risk_level=wire.risk_level,
        risk_score=wire.risk_score,
        network_decline_code=wire.network_decline_code,
        advice_code=wire.advice_code,
    )


def _decline(wire: ChargeWire) -> Decline | None:
    if wire.failure_code is None and wire.failure_message is None:
        return None
    return Decline(wire.failure_message or "", wire.failure_code, wire.outcome.reason if wire.outcome else None)


def _method(details: MethodDetails) -> PaymentMethod:
    card = details.card or CardDetails()
    return PaymentMethod(
        stripe_type=details.type,
        brand=card.brand,
        last_digits=card.last4,
        exp_month=card.exp_month,
        exp_year=card.exp_year,
        wallet=card.wallet.type if card.wallet else None,
    )
