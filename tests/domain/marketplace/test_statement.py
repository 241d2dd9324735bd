"""Statements of vendors: what was earned, what went back, what moved; and that it all agrees."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import hypothesis.strategies as st
from hypothesis import given, settings

from saleor_stripe_app.domain.marketplace.allocation import allocate, with_stripe_fee
from saleor_stripe_app.domain.marketplace.circumstances import Circumstances
from saleor_stripe_app.domain.marketplace.outstanding_transfers import Made, Move, outstanding_transfers
from saleor_stripe_app.domain.marketplace.policy import Commission, Policy
from saleor_stripe_app.domain.marketplace.priced import PricedPurchase
from saleor_stripe_app.domain.marketplace.returning import Cause, GivenBack, Lines, returned
from saleor_stripe_app.domain.marketplace.standing import standing
from saleor_stripe_app.domain.marketplace.statement import AMOUNTS, Account, DatedMove, DatedReturn, statement
from saleor_stripe_app.domain.marketplace.statement_csv import HEADER, as_csv
from tests.domain.marketplace.purchases import NAMES, STRANGER, TEN_PERCENT, VENDORS, line
from tests.domain.marketplace.test_allocation import situations, worth
from tests.domain.marketplace.test_outstanding_transfers import carried_out

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
EVER = (NOON - DAY, NOON + 99 * DAY)


def life_of(situation, data):
    """An account of a payment through refunds, disputes and fees, a day each, and what the vendors then have."""
    purchase, policy, _, vendors, currency = situation
    allocation = allocate(*situation[:4], worth(purchase, currency), currency)
    allocation = with_stripe_fee(allocation, data.draw(st.integers(0, 500)), policy)
    returns, moves, made = [], [], Made()
    for day in range(data.draw(st.integers(1, 5))):
        now = NOON + day * DAY
        stand = [one.returned for one in returns if one.ended is None]
        give = GivenBack(f"re_{day}", data.draw(st.integers(0, allocation.captured)), data.draw(st.sampled_from(Cause)))
        if data.draw(st.booleans()):
            returns.append(DatedReturn(now, returned(allocation, stand, give, policy.refunded_commission)))
        if returns and data.draw(st.booleans()) and returns[-1].ended is None:
            returns[-1] = replace(returns[-1], ended=now)
        stand = [one.returned for one in returns if one.ended is None]
        refunded = sum(one.amount for one in stand if one.cause is Cause.REFUND)
        debts = {
            vendor: sum(debt.owed - debt.settled for debt in made.debts if debt.vendor == vendor)
            for vendor in [*NAMES, STRANGER]
        }
        payment = Circumstances(captured=NOON, refunded=refunded)
        found = outstanding_transfers(allocation, stand, made, payment, policy, vendors, debts, now)
        made = carried_out(found, made)
        moves += [DatedMove(now, one.move, one.vendor, one.amount) for one in found if one.held is None]
    return Account("1001", NOON, allocation, tuple(returns), tuple(moves)), made, stand


@settings(deadline=None, max_examples=60)
@given(situations(), st.data())
def test_what_a_statement_leaves_open_is_what_has_still_to_move(situation, data):
    account, made, stand = life_of(situation, data)
    for share in account.allocation.shares:
        whole = statement(share.vendor, [account], account.allocation.currency, *EVER)
        assert whole.closing == standing(account.allocation, share, stand) - made.with_vendor(share.vendor)
        assert whole.totals.earned == share.amount
        assert whole.closing_debt == sum(d.owed - d.settled for d in made.debts if d.vendor == share.vendor)
        cash = sum(one.left for one in made.transfers if one.vendor == share.vendor)
        assert whole.totals.sent - whole.totals.reversed == cash


@settings(deadline=None, max_examples=40)
@given(situations(), st.data())
def test_periods_follow_each_other_without_a_gap(situation, data):
    account, _, _ = life_of(situation, data)
    currency = account.allocation.currency
    cut = NOON + data.draw(st.integers(-1, 6)) * DAY
    for share in account.allocation.shares:
        whole = statement(share.vendor, [account], currency, *EVER)
        first = statement(share.vendor, [account], currency, EVER[0], cut)
        second = statement(share.vendor, [account], currency, cut, EVER[1])
        assert (first.opening, first.closing, second.closing) == (0, second.opening, whole.closing)
        assert (first.closing_debt, second.closing_debt) == (second.opening_debt, whole.closing_debt)
        assert first.rows + second.rows == whole.rows
        for name in AMOUNTS:
            assert getattr(first.totals, name) + getattr(second.totals, name) == getattr(whole.totals, name)


def a_month():
    """A sale of two vendors' goods, one of which comes back after the vendors were paid, and a dispute that is won."""
    order = PricedPurchase((line("a", "100.00", "apple", tax="19.00"), line("b", "50.00", "berry", tax="9.50")))
    allocation = allocate(order, Policy(), [TEN_PERCENT], VENDORS, 17850, "eur")
    back = returned(allocation, [], GivenBack("re_1", 5950, how=Lines({"b": 1})), Commission.RETURNED)
    lost = returned(allocation, [back], GivenBack("dp_1", 11900, Cause.DISPUTE), Commission.RETURNED)
    returns = (DatedReturn(NOON + DAY, back), DatedReturn(NOON + 2 * DAY, lost, ended=NOON + 9 * DAY))
    moves = (
        DatedMove(NOON, Move.TRANSFER, "apple", 9000, "tr_1"),
        DatedMove(NOON, Move.TRANSFER, "berry", 4500, "tr_2"),
        DatedMove(NOON + DAY, Move.OWE, "berry", 4500),
        DatedMove(NOON + 2 * DAY, Move.REVERSE, "apple", 9000, "trr_1"),
    )
    return Account("1001", NOON, allocation, returns, moves)


def test_a_vendor_reads_what_was_sold_and_what_became_of_it():
    apple = statement("apple", [a_month()], "eur", NOON, NOON + 5 * DAY)
    totals = apple.totals
    assert (totals.gross, totals.tax, totals.commission, totals.earned) == (11900, 1900, 1000, 9000)
    assert (totals.disputes, totals.sent, totals.reversed, apple.closing) == (9000, 9000, 9000, 0)
    later = statement("apple", [a_month()], "eur", NOON + 5 * DAY, NOON + 30 * DAY)
    assert (later.opening, later.totals.disputes, later.closing) == (0, -9000, 9000)


def test_a_debt_is_on_the_statement_until_it_is_settled():
    berry = statement("berry", [a_month()], "eur", *EVER)
    assert (berry.totals.refunds, berry.closing, berry.closing_debt) == (4500, 0, 4500)


def test_another_currency_is_another_statement():
    assert statement("apple", [a_month()], "usd", *EVER).rows == ()


def test_the_csv_adds_up_row_by_row():
    rows = list(csv.DictReader(as_csv(statement("berry", [a_month()], "eur", *EVER)).splitlines()))
    assert tuple(rows[0]) == HEADER
    assert [row["reference"] for row in rows] == ["opening", "1001", "tr_2", "1001", "re_1", "total"]
    assert [Decimal(row["balance"]) for row in rows] == [0, 45, 0, 45, 0, 0]
    assert (rows[-1]["gross"], rows[-1]["tax"], rows[-1]["debt"]) == ("59.50", "9.50", "45.00")


def test_no_reference_is_a_formula_for_a_spreadsheet():
    account = replace(a_month(), reference="=1+1")
    assert "'=1+1" in as_csv(statement("berry", [account], "eur", *EVER))
