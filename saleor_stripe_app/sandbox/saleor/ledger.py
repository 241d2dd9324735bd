"""Saleor's arithmetic of a transaction: eight amounts out of its events.

Nothing is carried over: every calculation starts at zero. Source: saleor/payment/transaction_item_calculations.py.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from saleor_stripe_app.sandbox.saleor.events import EventType, Kind, TransactionEvent, kind

Type = EventType
_ZERO = Decimal(0)


@dataclass(slots=True)
class Amounts:
    """A transaction's amounts in major units of its currency; any but the two of authorization may go below zero."""

    authorized: Decimal = _ZERO
    authorize_pending: Decimal = _ZERO
    charged: Decimal = _ZERO
    charge_pending: Decimal = _ZERO
    refunded: Decimal = _ZERO
    refund_pending: Decimal = _ZERO
    canceled: Decimal = _ZERO
    cancel_pending: Decimal = _ZERO


Group = dict[EventType, TransactionEvent]
"""The newest event of each type, of one kind under one reference."""


def amounts(events: Iterable[TransactionEvent]) -> Amounts:
    """Add the events up as Saleor does whenever it recalculates a transaction.

    Kinds are walked in a fixed order, whatever the events' times; inside a kind, references in order of appearance.
    """
    counted = sorted((event for event in events if event.counted), key=lambda event: (event.created_at, event.number))
    authorizations = _from_newest_adjustment([event for event in counted if kind(event.type) is Kind.AUTHORIZATION])
    others = [event for event in counted if kind(event.type) is not Kind.AUTHORIZATION]
    total = Amounts()
    groups: dict[Kind, dict[str, Group]] = {each: {} for each in Kind}
    for event in (*authorizations, *others):
        event_kind = kind(event.type)
        if not event.psp_reference:
            _add_without_reference(total, event)
        elif event_kind is not None:
            groups[event_kind].setdefault(event.psp_reference, {})[event.type] = event
    for each in Kind:
        for group in groups[each].values():
            _ADD[each](total, group)
    total.authorized = max(total.authorized, _ZERO)
    total.authorize_pending = max(total.authorize_pending, _ZERO)
    return total


def _from_newest_adjustment(authorizations: Sequence[TransactionEvent]) -> Sequence[TransactionEvent]:
    """An adjustment sets the authorized amount, so everything of this kind before the newest one is forgotten."""
    for position in range(len(authorizations) - 1, -1, -1):
        if authorizations[position].type is Type.AUTHORIZATION_ADJUSTMENT:
            return authorizations[position:]
    return authorizations


def _add_without_reference(total: Amounts, event: TransactionEvent) -> None:
    """Events of transactionCreate and transactionUpdate: each moves its own amount only, nothing is taken elsewhere."""
    match event.type:
        case Type.AUTHORIZATION_SUCCESS:
            total.authorized += event.amount
        case Type.AUTHORIZATION_ADJUSTMENT:
            total.authorized = event.amount
        case Type.CHARGE_SUCCESS | Type.REFUND_REVERSE:
            total.charged += event.amount
        case Type.CHARGE_BACK:
            total.charged -= event.amount
        case Type.REFUND_SUCCESS:
            total.refunded += event.amount
        case Type.CANCEL_SUCCESS:
            total.canceled += event.amount
        case _:
            pass


def _pending(of: Kind, group: Group) -> Decimal:
    """What is asked for and not decided: a request counts while its reference has neither success nor failure."""
    decided = of.success in group or of.failure in group
    return _ZERO if decided or of.request not in group else group[of.request].amount


def _succeeded(of: Kind, group: Group) -> Decimal:
    """A success stands unless a failure of the same reference is as new or newer."""
    success, failure = group.get(of.success), group.get(of.failure)
    if success is None or (failure is not None and failure.created_at >= success.created_at):
        return _ZERO
    return success.amount


def _add_authorization(total: Amounts, group: Group) -> None:
    if (adjustment := group.get(Type.AUTHORIZATION_ADJUSTMENT)) is not None:
        total.authorized = adjustment.amount
    total.authorize_pending += _pending(Kind.AUTHORIZATION, group)
    total.authorized += _succeeded(Kind.AUTHORIZATION, group)


def _add_charge(total: Amounts, group: Group) -> None:
    pending, succeeded = _pending(Kind.CHARGE, group), _succeeded(Kind.CHARGE, group)
    back = group.get(Type.CHARGE_BACK)
    total.charge_pending += pending
    total.charged += succeeded - (back.amount if back else _ZERO)
    total.authorized -= pending + succeeded


def _add_refund(total: Amounts, group: Group) -> None:
    pending, succeeded = _pending(Kind.REFUND, group), _succeeded(Kind.REFUND, group)
    reverse = group.get(Type.REFUND_REVERSE)
    reversed_amount = reverse.amount if reverse else _ZERO
    total.refund_pending += pending
    total.refunded += succeeded - reversed_amount
    total.charged += reversed_amount - pending - succeeded


def _add_cancel(total: Amounts, group: Group) -> None:
    pending, succeeded = _pending(Kind.CANCEL, group), _succeeded(Kind.CANCEL, group)
    total.cancel_pending += pending
    total.canceled += succeeded
    total.authorized -= pending + succeeded


_ADD: dict[Kind, Callable[[Amounts, Group], None]] = {
    Kind.AUTHORIZATION: _add_authorization,
    Kind.CHARGE: _add_charge,
    Kind.REFUND: _add_refund,
    Kind.CANCEL: _add_cancel,
}
