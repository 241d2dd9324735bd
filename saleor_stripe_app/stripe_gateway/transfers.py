"""Transfers to connected accounts and their reversals: made, and found again by group and metadata."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import msgspec
import stripe

from saleor_stripe_app.domain import metadata as marks
from saleor_stripe_app.domain.marketplace.transfer import VENDOR, ShownReversal, ShownTransfer
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.stripe_gateway.calls import PAGE_SIZE, WITHIN, every, under_key
from saleor_stripe_app.stripe_gateway.wire import Identified, identifier, narrowed

if TYPE_CHECKING:
    from stripe.params import (
        TransferCreateParams,
        TransferListParams,
        TransferReversalCreateParams,
        TransferReversalListParams,
    )


class _ReversalWire(Identified, frozen=True):
    amount: int
    metadata: dict[str, str] | None = None


class _Reversals(msgspec.Struct, frozen=True):
    data: list[_ReversalWire] = []
    has_more: bool = False


class _TransferWire(Identified, frozen=True):
    amount: int
    amount_reversed: int
    currency: str
    destination: Identified | str | None = None
    source_transaction: Identified | str | None = None
    metadata: dict[str, str] | None = None
    reversals: _Reversals = _Reversals()


async def create(
    client: stripe.StripeClient, parameters: Mapping[str, Json], idempotency_key: str, *, within: float = WITHIN
) -> ShownTransfer:
    """Send a vendor what domain.marketplace.transfer_operation planned. Raises Declined and Unavailable."""
    params = cast("TransferCreateParams", dict(parameters))
    made = await under_key(
        lambda options: client.v1.transfers.create_async(params, options), idempotency_key, within=within
    )
    return _transfer(narrowed(made, _TransferWire))


async def reverse(
    client: stripe.StripeClient,
    transfer_id: str,
    parameters: Mapping[str, Json],
    idempotency_key: str,
    *,
    within: float = WITHIN,
) -> ShownReversal:
    """Take a part of a transfer back. Raises Declined and Unavailable."""
    params = cast("TransferReversalCreateParams", dict(parameters))
    made = await under_key(
        lambda options: client.v1.transfers.reversals.create_async(transfer_id, params, options),
        idempotency_key,
        within=within,
    )
    return _reversal(narrowed(made, _ReversalWire))


async def of_group(client: stripe.StripeClient, group: str, *, within: float = WITHIN) -> tuple[ShownTransfer, ...]:
    """Every transfer of a group, oldest first, with its reversals. `within` is the time for each request."""

    async def page(after: str | None) -> stripe.ListObject[stripe.Transfer]:
        params: TransferListParams = {"transfer_group": group, "limit": PAGE_SIZE}
        if after is not None:
            params["starting_after"] = after
        return await client.v1.transfers.list_async(params)

    found = []
    async for wire in every(page, _TransferWire, within=within):
        transfer = _transfer(wire)
        if wire.reversals.has_more:
            transfer = replace(transfer, reversals=await _reversals(client, wire.id, within))
        found.append(transfer)
    return tuple(reversed(found))


async def _reversals(client: stripe.StripeClient, transfer_id: str, within: float) -> tuple[ShownReversal, ...]:
    """Stripe shows the ten newest with a transfer."""

    async def page(after: str | None) -> stripe.ListObject[stripe.TransferReversal]:
        params: TransferReversalListParams = {"limit": PAGE_SIZE}
        if after is not None:
            params["starting_after"] = after
        return await client.v1.transfers.reversals.list_async(transfer_id, params)

    return tuple([_reversal(wire) async for wire in every(page, _ReversalWire, within=within)])


def _transfer(wire: _TransferWire) -> ShownTransfer:
    metadata = wire.metadata or {}
    return ShownTransfer(
        id=wire.id,
        amount=wire.amount,
        reversed=wire.amount_reversed,
        currency=wire.currency,
        destination=identifier(wire.destination) or "",
        vendor=metadata.get(VENDOR),
        operation=metadata.get(marks.OPERATION),
        source=identifier(wire.source_transaction),
        reversals=tuple(map(_reversal, wire.reversals.data)),
    )


def _reversal(wire: _ReversalWire) -> ShownReversal:
    return ShownReversal(wire.id, wire.amount, (wire.metadata or {}).get(marks.OPERATION))
