"""Checkouts that hold money and are no orders: complete them, tell staff of them, or give the money back."""

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from saleor_stripe_app.domain.errors import AppError, Refusal, Unavailable
from saleor_stripe_app.domain.options import DEFAULTS, Options
from saleor_stripe_app.domain.order_awaited import Awaited, Seen, Step, next_look, step, step_without_order
from saleor_stripe_app.domain.shop import Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import Transaction
from saleor_stripe_app.saleor import checkouts
from saleor_stripe_app.saleor import transactions as saleor_transactions
from saleor_stripe_app.storage import configurations, due, installations, orders_awaited, transactions
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.app_problems import Cause, take_back
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.without_order import return_money, say_without_order

log = logging.getLogger(__name__)

AT_ONCE = 20
EVERY_SECONDS = 5.0
AFTER_FAILURE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Payments:
    """Our payments of one checkout, each with the transaction as Saleor shows it now."""

    installation: Installation
    options: Options
    shown: tuple[tuple[TransactionRecord, Transaction], ...]

    @property
    def holding(self) -> tuple[tuple[TransactionRecord, Transaction], ...]:
        """Those that hold money, or to which some is on its way."""
        return tuple((record, one) for record, one in self.shown if one.amounts.came_in > 0)


async def await_orders(backends: Backends, limit: int = AT_ONCE) -> int:
    """See to the checkouts whose time has come, one after the other; how many. Raises Unavailable (the database)."""
    claimed = await orders_awaited.claim(backends.storage, backends.clock(), limit)
    for awaited in claimed:
        try:
            await _see_to(backends, awaited)
        except AppError as error:
            log.warning("an order is still awaited", extra={"checkout": awaited.checkout_id, "reason": str(error)})
            later = replace(awaited, attempts=awaited.attempts + 1)
            await orders_awaited.put_off(backends.storage, later, backends.clock() + AFTER_FAILURE)
    return len(claimed)


async def run(backends: Backends) -> None:
    """See to what is due for ever. Ended by cancellation."""
    while True:
        try:
            await await_orders(backends)
        except AppError as error:
            log.warning("orders cannot be seen to now", extra={"reason": str(error)})
        except Exception:
            # A defect here must not end the looks at payments, which run beside it.
            log.exception("seeing to orders failed")
        await asyncio.sleep(EVERY_SECONDS)


async def _see_to(backends: Backends, awaited: Awaited) -> None:
    installation = await installations.by_url(backends.storage, awaited.saleor_api_url)
    assert installation is not None
    payments = await _payments(backends, installation, awaited)
    seen = await _seen(backends, payments, awaited)
    awaited = replace(awaited, attempts=awaited.attempts + 1)
    now, options = backends.clock(), payments.options
    what = step(awaited, seen, options, now)
    if what is Step.COMPLETE:
        awaited, seen = await _completed(backends, installation, awaited, seen)
        what = Step.FORGET if seen.has_order else step_without_order(awaited, seen, options, now)
    if what is Step.RETURN:
        left = await return_money(backends, installation, payments.holding)
        what = Step.REPORT if left else Step.WAIT
    if what is Step.REPORT:
        awaited = await _reported(backends, payments, awaited, seen)
    again = next_look(awaited, seen, options, now)
    if what is Step.FORGET or again is None:
        await _forget(backends, payments, awaited)
    else:
        await orders_awaited.put_off(backends.storage, awaited, again)


async def _payments(backends: Backends, installation: Installation, awaited: Awaited) -> Payments:
    options, shown = DEFAULTS, []
    for record in await transactions.of_source(backends.storage, awaited.saleor_api_url, awaited.checkout_id):
        transaction = await saleor_transactions.read(backends.saleor, installation, record.transaction_id)
        if transaction is not None:
            shown.append((record, transaction))
            configuration = await configurations.by_id(backends.storage, record.configuration_id)
            options = configuration.options if configuration else options
    return Payments(installation, options, tuple(shown))


async def _seen(backends: Backends, payments: Payments, awaited: Awaited) -> Seen:
    holds = bool(payments.holding)
    if any(transaction.order for _, transaction in payments.shown):
        return Seen(holds_money=holds, has_order=True)
    if not holds or all(transaction.source_id is None for _, transaction in payments.holding):
        return Seen(holds_money=holds, has_order=False)
    checkout = await checkouts.read(backends.saleor, payments.installation, awaited.checkout_id)
    if checkout is None:
        raise Unavailable("Saleor showed the checkout a moment ago and does not now.")
    return Seen(holds_money=holds, has_order=False, checkout=checkout)


async def _completed(
    backends: Backends, installation: Installation, awaited: Awaited, seen: Seen
) -> tuple[Awaited, Seen]:
    try:
        done = await checkouts.complete(backends.saleor, installation, awaited.checkout_id)
    except Refusal as refusal:
        done = checkouts.Completion(None, str(refusal))
    if done.order_id is not None:
        log.info("checkout completed", extra={"checkout": awaited.checkout_id})
        return awaited, replace(seen, has_order=True)
    log.warning("checkout cannot be completed", extra={"checkout": awaited.checkout_id, "reason": done.refusal})
    refused_since = awaited.refused_since or backends.clock()
    return replace(awaited, refusal=done.refusal, refused_since=refused_since), seen


async def _reported(backends: Backends, payments: Payments, awaited: Awaited, seen: Seen) -> Awaited:
    """Tell staff, once beside the app and once on each payment."""
    if seen.checkout is None:
        why = "the checkout is gone"
    elif awaited.refusal:
        why = f"Saleor makes no order of the checkout: {awaited.refusal}"
    elif seen.checkout.is_covered:
        why = "nobody has completed the checkout"
    else:
        why = "the checkout is not paid in full"
    if not awaited.told:
        await tell_staff.of_missing_order(
            backends, payments.installation, awaited.checkout_id, [one for _, one in payments.holding], why
        )
    for record, transaction in payments.holding:
        await say_without_order(backends, payments.installation, record, transaction, why)
    return replace(awaited, told=True)


async def _forget(backends: Backends, payments: Payments, awaited: Awaited) -> None:
    """There is an order, or nothing is held any more; the intents learn of an order by a look."""
    await orders_awaited.forget(backends.storage, awaited.saleor_api_url, awaited.checkout_id)
    for record, _ in payments.shown:
        await due.mark(backends.storage, record.id, backends.clock())
    backends.wake()
    if awaited.told:
        await take_back(backends, payments.installation, [Cause.WITHOUT_ORDER], awaited.checkout_id)
