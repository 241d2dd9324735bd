"""What Saleor is told: a report (transactionEventReport) or the answer to one of its requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from saleor_stripe_app.domain.payment_method import PaymentMethod
from saleor_stripe_app.domain.transaction import Action, EventType, Metadata

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | bool | None"


@dataclass(frozen=True, slots=True)
class Report:
    """One transactionEventReport. `amount` is in the currency's precision; `actions` replace those on offer.

    `metadata` is written on the transaction with it, unless Saleor has the event already.
    """

    type: EventType
    reference: str
    amount: Decimal
    time: datetime
    message: str = ""
    external_url: str | None = None
    actions: frozenset[Action] = frozenset()
    method: PaymentMethod | None = None
    metadata: Metadata = field(default_factory=Metadata)


class Result(StrEnum):
    """The results that answers may carry; which of them a request takes is Saleor's rule per webhook."""

    AUTHORIZATION_SUCCESS = "AUTHORIZATION_SUCCESS"
    AUTHORIZATION_FAILURE = "AUTHORIZATION_FAILURE"
    AUTHORIZATION_REQUEST = "AUTHORIZATION_REQUEST"
    AUTHORIZATION_ACTION_REQUIRED = "AUTHORIZATION_ACTION_REQUIRED"
    CHARGE_SUCCESS = "CHARGE_SUCCESS"
    CHARGE_FAILURE = "CHARGE_FAILURE"
    CHARGE_REQUEST = "CHARGE_REQUEST"
    CHARGE_ACTION_REQUIRED = "CHARGE_ACTION_REQUIRED"
    REFUND_SUCCESS = "REFUND_SUCCESS"
    REFUND_FAILURE = "REFUND_FAILURE"
    CANCEL_SUCCESS = "CANCEL_SUCCESS"
    CANCEL_FAILURE = "CANCEL_FAILURE"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a session or an action request.

    Without `result` it is asynchronous: Saleor then takes the reference alone, and an answer with `actions` but no
    result breaks the order page, so everything else is left out on the wire.
    """

    result: Result | None
    reference: str | None = None
    amount: Decimal | None = None
    time: datetime | None = None
    message: str = ""
    external_url: str | None = None
    actions: frozenset[Action] | None = None
    data: Mapping[str, Json] | None = field(default=None, repr=False)
    method: PaymentMethod | None = None
