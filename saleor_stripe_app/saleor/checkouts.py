"""Checkouts: how far one is paid, and making an order of it."""

from dataclasses import dataclass
from datetime import timedelta

import msgspec

from saleor_stripe_app.domain.order_awaited import Checkout
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor.client import NotPermitted, SaleorClient
from saleor_stripe_app.saleor.wire import Identified, MutationPayload


class CompletionSettings(msgspec.Struct, frozen=True, rename="camel"):
    """A channel's CheckoutSettings, as far as orders come about by themselves. The delay is in minutes."""

    automatically_complete_fully_paid_checkouts: bool = False
    automatic_completion_delay: int | None = None


class _Channel(msgspec.Struct, frozen=True, rename="camel"):
    checkout_settings: CompletionSettings


class _Checkout(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    authorize_status: str
    channel: _Channel | None = None


class _Found(msgspec.Struct, frozen=True):
    checkout: _Checkout | None = None


class _Completed(MutationPayload, frozen=True):
    order: Identified | None = None


class _Done(msgspec.Struct, frozen=True, rename="camel"):
    checkout_complete: _Completed


@dataclass(frozen=True, slots=True)
class Completion:
    """What became of a try: an order, or why Saleor makes none, in words with its CheckoutErrorCodes."""

    order_id: str | None
    refusal: str = ""


async def read(client: SaleorClient, installation: Installation, checkout_id: str) -> Checkout | None:
    """The checkout as it stands; None when it is gone, as it is once there is an order.

    The channel's settings need MANAGE_CHECKOUTS, which an installation may lack: then they are taken for the default.
    Raises what `SaleorClient.execute` raises.
    """
    try:
        found = await _read(client, installation, checkout_id, with_settings=True)
    except NotPermitted:
        found = await _read(client, installation, checkout_id, with_settings=False)
    if found is None:
        return None
    settings = found.channel.checkout_settings if found.channel else CompletionSettings()
    by_itself = settings.automatically_complete_fully_paid_checkouts
    return Checkout(
        id=found.id,
        is_covered=found.authorize_status == "FULL",
        completes_itself=by_itself,
        delay=timedelta(minutes=settings.automatic_completion_delay or 0) if by_itself else timedelta(0),
    )


async def complete(client: SaleorClient, installation: Installation, checkout_id: str) -> Completion:
    """Make an order of the checkout; done again, it is the same order. Raises what `SaleorClient.execute` raises.

    https://docs.saleor.io/api-reference/checkout/mutations/checkout-complete
    """
    done = (await client.execute(installation, "checkout-complete", {"id": checkout_id}, _Done)).checkout_complete
    if done.errors:
        refusal = "; ".join(f"{error} ({error.code})" for error in done.errors)
        return Completion(None, refusal)
    return Completion(done.order.id if done.order else None, "" if done.order else "Saleor made no order")


async def _read(
    client: SaleorClient, installation: Installation, checkout_id: str, *, with_settings: bool
) -> _Checkout | None:
    variables = {"id": checkout_id, "withSettings": with_settings}
    return (await client.execute(installation, "checkout", variables, _Found)).checkout
