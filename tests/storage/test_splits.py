"""Splits, operations and debts as they come back from both databases, and who comes second."""

import asyncio
from dataclasses import replace
from decimal import Decimal

from saleor_stripe_app.domain.marketplace.allocation import allocate
from saleor_stripe_app.domain.marketplace.commission import Rule
from saleor_stripe_app.domain.marketplace.outstanding_transfers import Debt, Move
from saleor_stripe_app.domain.marketplace.policy import Policy, Release
from saleor_stripe_app.domain.marketplace.priced import PricedLine, PricedPurchase
from saleor_stripe_app.domain.marketplace.rate import Rate
from saleor_stripe_app.domain.marketplace.returning import GivenBack, Lines, returned
from saleor_stripe_app.domain.marketplace.split import ShareStanding, ShareState, Split
from saleor_stripe_app.domain.marketplace.transfer_operation import TransferOperation
from saleor_stripe_app.domain.marketplace.vendor import Vendor
from saleor_stripe_app.domain.marketplace.vendor_record import VendorRecord
from saleor_stripe_app.domain.operation import OperationState
from saleor_stripe_app.storage import debts, due, shares, splits, transactions, transfer_operations, vendors
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import NOW, SECOND, URL, open_shop, operation, record

ANNA = Vendor("anna", "Anna")


async def paid(storage: Storage) -> tuple[str, str]:
    """Two payments of a shop with a vendor."""
    configuration = await open_shop(storage)
    await vendors.insert(storage, VendorRecord(ANNA, URL, configuration.id, NOW, NOW), "staff", {})
    both = []
    for _ in range(2):
        one = record(configuration)
        await transactions.begin(storage, one, operation(one), "me", NOW, SECOND)
        both.append(one.id)
    return both[0], both[1]


def split(transaction: str, number: int | None = 1) -> Split:
    purchase = PricedPurchase((PricedLine("a", Decimal("9.99"), Decimal("1.90"), vendor="anna"),))
    rules = [Rule("ten", Rate(Decimal("10.5"), {"eur": 3}))]
    policy = Policy(release=Release.AFTER_DAYS, release_after=3)
    allocation = allocate(purchase, policy, rules, {"anna": ANNA}, 1189, "eur")
    back = returned(allocation, [], GivenBack("re_1", 100, how=Lines({"a": 1})), policy.refunded_commission)
    return Split(
        transaction=transaction,
        saleor_api_url=URL,
        version=1,
        reason="the order was placed",
        policy=policy,
        updated_at=NOW,
        seen={"variant": "anna", "other": None},
        order_id="order" if number else None,
        number=number,
        allocation=allocation,
        lines={"anna": ("a",)},
        returns=(back,),
        captured_at=NOW,
    )


async def test_a_split_comes_back_as_it_was(storage: Storage):
    first, second = await paid(storage)
    one = split(first)
    assert await splits.insert(storage, one)
    assert await splits.of_transaction(storage, first) == one
    assert await splits.of_transaction(storage, second) is None
    assert not await splits.insert(storage, one)


async def test_two_payments_of_an_order_have_two_numbers(storage: Storage):
    first, second = await paid(storage)
    assert await splits.insert(storage, split(first))
    assert not await splits.insert(storage, split(second))
    planned = split(second, number=None)
    assert await splits.insert(storage, planned)
    assert not await splits.replace(storage, replace(split(second), version=2), 1)
    after = replace(split(second, number=2), version=2)
    assert await splits.replace(storage, after, 1)
    assert not await splits.replace(storage, replace(after, version=3), 1)
    assert await splits.of_order(storage, URL, "order") == (split(first), after)


async def test_what_waits_is_due_when_its_time_comes_or_its_vendor_changes(storage: Storage):
    first, second = await paid(storage)
    await splits.insert(storage, split(first))
    await splits.insert(storage, split(second, number=2))
    await splits.look_at(storage, first, NOW + SECOND)
    assert await splits.mark(storage, NOW, 10) == 0
    assert await splits.mark(storage, NOW + SECOND, 10) == 1
    assert await splits.mark(storage, NOW + SECOND, 10) == 0
    held = ShareStanding(second, "anna", URL, "eur", 500, 0, ShareState.HELD, NOW, "paused")
    await shares.save(storage, second, [held])
    await splits.look_for_vendor(storage, URL, "anna", NOW)
    assert await splits.mark(storage, NOW, 10) == 1


async def test_who_released_a_share_stays_known(storage: Storage):
    first, _ = await paid(storage)
    await splits.insert(storage, split(first))
    held = ShareStanding(first, "anna", URL, "eur", 500, 0, ShareState.HELD, NOW, "by_hand", 2, NOW + SECOND)
    await shares.save(storage, first, [held])
    assert await shares.of_transaction(storage, first) == (held,)
    assert not await shares.release(storage, first, "bert", "staff", NOW)
    assert await shares.release(storage, first, "anna", "staff", NOW + SECOND)
    assert await due.of_transaction(storage, first)
    sent = replace(held, sent=500, state=ShareState.SENT, reason="", failed=0, next_try=None)
    await shares.save(storage, first, [sent])
    released = replace(sent, released_at=NOW + SECOND, released_by="staff")
    assert await shares.by_state(storage, URL, [ShareState.SENT], None, 10) == (released,)
    assert await shares.by_state(storage, URL, [ShareState.HELD], "anna", 10) == ()
    await shares.save(storage, first, [])
    assert await shares.of_transaction(storage, first) == ()


async def test_an_attempt_is_begun_once_and_closed_once(storage: Storage):
    first, _ = await paid(storage)
    await splits.insert(storage, split(first))
    one = TransferOperation("1", first, "anna", Move.TRANSFER, "x", 1, 500, "key", NOW, {"amount": 500})
    assert await transfer_operations.begin(storage, one, NOW)
    assert not await transfer_operations.begin(storage, replace(one, id="2"), NOW)
    await transfer_operations.unresendable(storage, "1")
    await transfer_operations.close(storage, "1", OperationState.FAILED, message="no", code="balance_insufficient")
    await transfer_operations.close(storage, "1", OperationState.SUCCEEDED, stripe_id="tr_1")
    [kept] = await transfer_operations.of_transaction(storage, first)
    assert kept == replace(
        one, resendable=False, state=OperationState.FAILED, message="no", code="balance_insufficient"
    )
    assert kept.lacked_funds


async def test_two_payments_at_once_pay_a_debt_once(storage: Storage):
    first, second = await paid(storage)
    await splits.insert(storage, split(first))
    await splits.insert(storage, split(second, number=2))
    assert await debts.record(storage, URL, first, "owe", "anna", "eur", 700, NOW)
    assert not await debts.record(storage, URL, first, "owe", "anna", "eur", 700, NOW)
    assert await debts.of_vendors(storage, URL, "eur") == {"anna": 700}
    settled = await asyncio.gather(
        debts.record(storage, URL, first, "settle", "anna", "eur", -500, NOW),
        debts.record(storage, URL, second, "settle", "anna", "eur", -500, NOW),
    )
    assert sorted(settled) == [False, True]
    assert await debts.of_vendors(storage, URL, "eur") == {"anna": 200}
    assert await debts.of_vendors(storage, URL, "usd") == {}
    assert Debt("anna", owed=700) in await debts.of_transaction(storage, first)
