"""The books for vendors' statements, as they come back from both databases, page by page."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from saleor_stripe_app.domain.marketplace.allocation import allocate
from saleor_stripe_app.domain.marketplace.commission import Rule
from saleor_stripe_app.domain.marketplace.outstanding_transfers import Move
from saleor_stripe_app.domain.marketplace.policy import Otherwise, Policy
from saleor_stripe_app.domain.marketplace.priced import PricedLine, PricedPurchase
from saleor_stripe_app.domain.marketplace.rate import Rate
from saleor_stripe_app.domain.marketplace.returning import GivenBack, returned
from saleor_stripe_app.domain.marketplace.split import ShareStanding, ShareState, Split
from saleor_stripe_app.domain.marketplace.statement import Account, DatedMove, DatedReturn
from saleor_stripe_app.domain.marketplace.transfer_operation import TransferOperation
from saleor_stripe_app.domain.marketplace.vendor_books import Books, Elsewhere, Entries
from saleor_stripe_app.domain.operation import OperationState
from saleor_stripe_app.storage import debts, shares, splits, transfer_operations, vendor_accounts, vendor_books
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import NOW, URL
from tests.storage.test_splits import ANNA, paid, split

LATER = NOW + timedelta(days=1)


POLICY = Policy(unpayable_vendor=Otherwise.HOLD)


def shared(transaction: str, number: int = 1) -> Split:
    """A payment in which a vendor has a share, though she cannot be paid yet."""
    purchase = PricedPurchase((PricedLine("a", Decimal("9.99"), Decimal("1.90"), vendor="anna"),))
    allocation = allocate(purchase, POLICY, [Rule("ten", Rate(Decimal(10)))], {"anna": ANNA}, 1189, "eur")
    return replace(split(transaction, number), policy=POLICY, allocation=allocation, returns=())


async def divided(storage: Storage) -> tuple[str, str]:
    """Two payments in which a vendor has a part."""
    both = await paid(storage)
    for number, one in enumerate(both, start=1):
        assert await splits.insert(storage, shared(one, number))
        await shares.save(storage, one, [ShareStanding(one, "anna", URL, "eur", 1060, 0, ShareState.HELD, NOW)])
    return both


async def every_account(storage: Storage, vendor: str, currency: str, limit: int) -> list[Account]:
    found: list[Account] = []
    after = ""
    while page := await vendor_accounts.of_vendor(storage, URL, vendor, currency, after=after, limit=limit):
        assert len(page.accounts) <= limit
        found += page.accounts
        after = page.last
    return found


async def test_what_is_written_down_is_added_to_the_books_and_never_changed(storage: Storage):
    first, second = await divided(storage)
    allocation = shared(first).allocation
    assert allocation
    one = returned(allocation, [], GivenBack("re_1", 100), POLICY.refunded_commission)
    other = replace(one, source="re_2")
    moved = Elsewhere("anna", "tr_1", 30)
    await vendor_books.add(storage, first, Entries(begun=(one, other), elsewhere=(moved,), fees={"anna": 7}), NOW)
    await vendor_books.add(storage, first, Entries(ended=(one,), elsewhere=(replace(moved, amount=-50),)), LATER)
    assert await vendor_books.of_transaction(storage, first) == Books((other,), {"tr_1": -20}, {"anna": 7})
    assert await vendor_books.of_transaction(storage, second) == Books()
    account = await vendor_accounts.of_transaction(storage, first)
    assert account
    assert account.returns == (DatedReturn(NOW, one, LATER), DatedReturn(NOW, other))
    assert account.moves == (
        DatedMove(NOW, Move.TRANSFER, "anna", 30, "tr_1"),
        DatedMove(LATER, Move.REVERSE, "anna", 50, "tr_1"),
    )
    (share,) = account.allocation.shares
    assert (share.fee, share.amount) == (7, allocation.shares[0].amount - 7)
    assert share.amount + account.allocation.platform == allocation.captured
    await vendor_books.add(storage, first, Entries(fees={}), LATER)
    account = await vendor_accounts.of_transaction(storage, first)
    assert account
    assert account.allocation == allocation


async def test_only_what_stripe_did_and_what_was_written_down_has_moved(storage: Storage):
    first, _ = await divided(storage)
    for attempt, state in enumerate(OperationState, start=1):
        asked = TransferOperation(
            f"op{attempt}", first, "anna", Move.TRANSFER, "transfer anna  0", attempt, 500, f"key{attempt}", NOW
        )
        assert await transfer_operations.begin(storage, asked, NOW)
        if state is not OperationState.OPEN:
            await transfer_operations.close(storage, asked.id, state, stripe_id="tr_9")
    assert await debts.record(storage, URL, first, "owe", "anna", "eur", 80, NOW)
    assert await debts.record(storage, URL, first, "settle", "anna", "eur", -20, LATER)
    account = await vendor_accounts.of_transaction(storage, first)
    assert account
    assert account.moves == (
        DatedMove(NOW, Move.OWE, "anna", 80),
        DatedMove(NOW, Move.TRANSFER, "anna", 500, "tr_9"),
        DatedMove(LATER, Move.SETTLE, "anna", 20),
    )


async def test_a_vendors_payments_come_page_by_page_and_are_nobody_elses(storage: Storage):
    both = await divided(storage)
    for limit in (1, 2, 3):
        assert len(await every_account(storage, "anna", "eur", limit)) == 2
    assert await every_account(storage, "anna", "usd", 2) == []
    assert await every_account(storage, "bert", "eur", 2) == []
    assert await debts.record(storage, URL, both[0], "owe", "bert", "eur", 80, NOW)
    (account,) = await every_account(storage, "bert", "eur", 2)
    assert account.allocation.shares == ()
    assert [move.vendor for move in account.moves] == ["bert"]
    assert [move for one in await every_account(storage, "anna", "eur", 2) for move in one.moves] == []


async def test_a_planned_payment_has_no_account(storage: Storage):
    first, second = await paid(storage)
    await splits.insert(storage, replace(split(first, None), allocation=None))
    assert await vendor_accounts.of_transaction(storage, first) is None
    assert await vendor_accounts.of_transaction(storage, second) is None
