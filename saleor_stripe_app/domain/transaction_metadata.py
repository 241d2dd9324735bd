"""What Stripe knows of a payment, as metadata of Saleor's transaction.

Whoever may see a transaction sees its public metadata, which therefore holds ids and what the shopper knows; money
that the merchant pays, ratings and addresses are private: for staff and apps that handle payments.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.charge_record import ChargeRecord, Outcome, Settlement
from saleor_stripe_app.domain.payment import Charge, Payment
from saleor_stripe_app.domain.transaction import Metadata, Transaction

PREFIX = "stripe."
LONGEST_VALUE = 500


def missing(payment: Payment, transaction: Transaction) -> Metadata:
    """What the transaction does not say yet, or says otherwise; without a charge there is nothing to say.

    A value that Stripe no longer shows is emptied: Saleor's writing adds and replaces keys, and removes none.
    """
    if payment.charge is None:
        return Metadata()
    shown = transaction.metadata
    return Metadata(
        public=_differing(_public(payment, payment.charge), shown.public),
        private=_differing(_private(payment.charge), shown.private),
    )


def _differing(wanted: Iterator[tuple[str, str]], shown: Mapping[str, str]) -> dict[str, str]:
    named = ((f"{PREFIX}{name}", value.replace("\x00", "")[:LONGEST_VALUE]) for name, value in wanted)
    return {key: value for key, value in named if shown.get(key, "") != value}


def _public(payment: Payment, charge: Charge) -> Iterator[tuple[str, str]]:
    yield "charge", charge.id
    yield "balance_transaction", charge.record.balance_transaction or ""
    yield "customer", payment.customer or ""
    yield "wallet", (charge.method.wallet if charge.method else None) or ""
    yield "capture_before", _moment(charge.capture_before)


def _private(charge: Charge) -> Iterator[tuple[str, str]]:
    outcome = charge.record.outcome or Outcome()
    yield "email", charge.record.email or ""
    yield "outcome_type", outcome.type or ""
    yield "outcome_reason", outcome.reason or ""
    yield "seller_message", outcome.seller_message or ""
    yield "network_decline_code", outcome.network_decline_code or ""
    yield "advice_code", outcome.advice_code or ""
    yield "risk_level", outcome.risk_level or ""
    yield "risk_score", "" if outcome.risk_score is None else str(outcome.risk_score)
    yield from _settlement(charge.record)


def _settlement(record: ChargeRecord) -> Iterator[tuple[str, str]]:
    """Nothing is said where the key may not read it: what another key read stays."""
    settled = record.settlement
    if settled is None and record.balance_transaction is not None:
        return
    yield "fee", _amount(settled, "fee")
    yield "net", _amount(settled, "net")
    yield "settlement_currency", settled.currency.upper() if settled else ""
    yield "exchange_rate", str(settled.exchange_rate) if settled and settled.exchange_rate is not None else ""


def _amount(settled: Settlement | None, name: str) -> str:
    """In the balance's currency; empty for one whose decimals are not known, such as a stablecoin."""
    if settled is None or settled.currency.lower() not in money.CURRENCIES:
        return ""
    return str(money.to_decimal(settled.fee if name == "fee" else settled.net, settled.currency))


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""
