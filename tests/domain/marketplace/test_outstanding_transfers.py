"""What has to move between platform and vendors, and what waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.allocation import allocate, with_stripe_fee
from saleor_stripe_app.domain.marketplace.circumstances import Circumstances, refuse_partial_capture, release_at
from saleor_stripe_app.domain.marketplace.held import Held
from saleor_stripe_app.domain.marketplace.outstanding_transfers import (
    Debt,
    Made,
    Move,
    Movement,
    Sent,
    outstanding_transfers,
)
from saleor_stripe_app.domain.marketplace.policy import Commission, Otherwise, Policy, Release
from saleor_stripe_app.domain.marketplace.priced import PricedPurchase
from saleor_stripe_app.domain.marketplace.returning import Cause, GivenBack, Lines, returned
from saleor_stripe_app.domain.marketplace.standing import standing
from saleor_stripe_app.domain.marketplace.vendor import VendorStatus
from tests.domain.marketplace.purchases import STRANGER, TEN_PERCENT, VENDORS, line
from tests.domain.marketplace.test_allocation import situations, worth

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAID = Circumstances(captured=NOON)
ORDER = PricedPurchase((line("a", "100.00", "apple"), line("b", "50.00", "berry")))
ALLOCATION = allocate(ORDER, Policy(), [TEN_PERCENT], VENDORS, 15000, "eur")
SENT = Made((Sent("tr_a", "apple", 9000), Sent("tr_b", "berry", 4500)))


def outstanding(allocation=ALLOCATION, returns=(), made=SENT, payment=PAID, policy=None, vendors=VENDORS, **more):
    now, debts = more.get("now", NOON), more.get("debts", {})
    return outstanding_transfers(allocation, returns, made, payment, policy or Policy(), vendors, debts, now)


def back(amount, returns=(), commission=Commission.RETURNED, allocation=ALLOCATION, **more):
    given_back = GivenBack(f"re_{len(returns)}", amount, **more)
    return [*returns, returned(allocation, returns, given_back, commission)]


def carried_out(movements, made, fails=frozenset()):
    """What was made when everything that need not wait is done; reversals of accounts that are empty fail."""
    transfers, debts = list(made.transfers), list(made.debts)
    for one in movements:
        if one.move is Move.TRANSFER and one.held is None:
            transfers.append(Sent(f"tr_{len(transfers)}", one.vendor, one.amount))
        if one.move is Move.REVERSE:
            place = next(i for i, transfer in enumerate(transfers) if transfer.id == one.transfer)
            before = transfers[place]
            empty = one.vendor in fails
            transfers[place] = replace(
                before, reversed=before.reversed + (0 if empty else one.amount), irreversible=empty
            )
        if one.move is Move.SETTLE:
            debts.append(Debt(one.vendor, settled=one.amount))
        if one.move is Move.OWE:
            debts.append(Debt(one.vendor, owed=one.amount))
    return Made(tuple(transfers), tuple(debts))


@settings(deadline=None, max_examples=60)
@given(situations(), st.data())
def test_money_is_conserved_whatever_happens_and_in_whatever_order(situation, data):
    purchase, policy, _, vendors, currency = situation
    allocation = allocate(*situation[:4], worth(purchase, currency), currency)
    every, made = [], Made()
    payers = {share.vendor for share in allocation.shares}
    elsewhere = {vendor: data.draw(st.integers(0, 9000)) for vendor in sorted(payers)}
    for step in range(data.draw(st.integers(1, 5))):
        event = data.draw(st.sampled_from(["fee", "refund", "dispute", "won", "nothing"]))
        if event == "fee":
            allocation = with_stripe_fee(allocation, data.draw(st.integers(0, 900)), policy)
        elif event == "won":
            every = [one for one in every if one.cause is not Cause.DISPUTE]
        elif event != "nothing":
            amount = data.draw(st.integers(0, allocation.captured))
            give = GivenBack(str(step), amount, Cause(event))
            every.append(returned(allocation, every, give, policy.refunded_commission))
        payment = replace(PAID, refunded=sum(one.amount for one in every if one.cause is Cause.REFUND))
        fails = data.draw(st.frozensets(st.sampled_from(["apple", "berry"])))
        for _ in range(2):
            debts = {
                vendor: elsewhere[vendor] + sum(d.owed - d.settled for d in made.debts if d.vendor == vendor)
                for vendor in payers
            }
            assert min(debts.values(), default=0) >= 0
            movements = outstanding_transfers(allocation, every, made, payment, policy, vendors, debts, NOON)
            made = carried_out(movements, made, fails)
        for transfer in made.transfers:
            assert 0 <= transfer.reversed <= transfer.amount
        again = outstanding_transfers(allocation, every, made, payment, policy, vendors, debts, NOON)
        assert all(one.held for one in again)
        for share in allocation.shares:
            waiting = sum(one.amount for one in again if one.vendor == share.vendor)
            assert made.with_vendor(share.vendor) + waiting == standing(allocation, share, every)
            assert made.with_vendor(share.vendor) <= share.amount


def test_shares_are_sent_once():
    movements = outstanding(made=Made())
    assert movements == (Movement(Move.TRANSFER, "apple", 9000), Movement(Move.TRANSFER, "berry", 4500))
    assert outstanding() == ()
    first = Made(SENT.transfers[:1])
    assert outstanding(made=first) == (Movement(Move.TRANSFER, "berry", 4500),)


@pytest.mark.parametrize(
    ("payment", "held"),
    [
        (replace(PAID, captured=None), Held.UNCAPTURED),
        (replace(PAID, has_order=False), Held.NO_ORDER),
        (replace(PAID, other_vendor=True), Held.PLAN_CHANGED),
        (replace(PAID, disputed=True), Held.DISPUTED),
        (replace(PAID, refunded=1), Held.REFUND_OPEN),
        (replace(PAID, captures=2), Held.SEVERAL_CAPTURES),
        (replace(PAID, balance_currency="usd"), Held.BALANCE_CURRENCY),
        (replace(PAID, balance_currency="eur"), None),
    ],
)
def test_a_payment_that_is_not_settled_waits(payment, held):
    moves = outstanding(made=Made(), payment=payment)
    assert [(one.move, one.amount, one.held) for one in moves] == [
        (Move.TRANSFER, 9000, held),
        (Move.TRANSFER, 4500, held),
    ]


def test_held_money_pays_no_debt():
    moves = outstanding(made=Made(), payment=replace(PAID, disputed=True), debts={"apple": 100})
    assert {one.move for one in moves} == {Move.TRANSFER}


def test_a_vendor_who_cannot_be_paid_waits_and_the_others_do_not():
    paused = VENDORS | {"apple": replace(VENDORS["apple"], status=VendorStatus.PAUSED)}
    assert [one.held for one in outstanding(made=Made(), vendors=paused)] == [Held.PAUSED, None]
    strange = PricedPurchase((line("a", "10.00", STRANGER),))
    held = allocate(strange, Policy(unknown_vendor=Otherwise.HOLD), [], VENDORS, 1000, "eur")
    assert [one.held for one in outstanding(held, made=Made())] == [Held.UNKNOWN_VENDOR]


@pytest.mark.parametrize(
    ("policy", "held"),
    [
        (Policy(), None),
        (Policy(release=Release.FULFILLED), Held.NOT_FULFILLED),
        (Policy(release=Release.AFTER_DAYS, release_after=14), Held.TOO_EARLY),
        (Policy(release=Release.BY_HAND), Held.BY_HAND),
    ],
)
def test_shares_are_released_as_the_operator_chose(policy, held):
    assert {one.held for one in outstanding(made=Made(), policy=policy)} == {held}
    released = replace(PAID, fulfilled=frozenset({"apple"}), released=frozenset({"berry"}))
    moved = {one.vendor: one.held for one in outstanding(made=Made(), policy=policy, payment=released)}
    assert moved["berry"] is None
    assert moved["apple"] is (None if policy.release is Release.FULFILLED else held)
    later = release_at(NOON, policy) if policy.release is Release.AFTER_DAYS else NOON + timedelta(days=99)
    if policy.release is Release.AFTER_DAYS:
        assert {one.held for one in outstanding(made=Made(), policy=policy, now=later)} == {None}


def test_a_refunded_line_is_taken_back_from_its_vendor_alone():
    returns = back(5000, how=Lines({"b": 1}))
    payment = replace(PAID, refunded=5000)
    assert outstanding(returns=returns, payment=payment) == (Movement(Move.REVERSE, "berry", 4500, "tr_b"),)
    assert outstanding(returns=returns, payment=payment, made=Made(SENT.transfers[:1])) == ()


def test_a_dispute_takes_the_shares_and_a_won_one_gives_them_again():
    returns = back(15000, cause=Cause.DISPUTE)
    disputed = replace(PAID, disputed=True)
    taken_back = outstanding(returns=returns, payment=disputed)
    assert [(one.move, one.amount) for one in taken_back] == [(Move.REVERSE, 9000), (Move.REVERSE, 4500)]
    made = carried_out(taken_back, SENT)
    assert outstanding(returns=returns, payment=disputed, made=made) == ()
    won = outstanding(made=made)
    assert [(one.move, one.amount, one.ordinal) for one in won] == [(Move.TRANSFER, 9000, 1), (Move.TRANSFER, 4500, 1)]


def test_what_an_empty_account_cannot_give_back_is_owed_and_paid_from_the_next_sale():
    returns, payment = back(5000, how=Lines({"b": 1})), replace(PAID, refunded=5000)
    made = carried_out(outstanding(returns=returns, payment=payment), SENT, fails={"berry"})
    owed = outstanding(returns=returns, payment=payment, made=made)
    assert owed == (Movement(Move.OWE, "berry", 4500),)
    next_sale = allocate(ORDER, Policy(), [TEN_PERCENT], VENDORS, 15000, "eur")
    assert outstanding(next_sale, made=Made(), debts={"berry": 4400})[1:] == (
        Movement(Move.SETTLE, "berry", 4400),
        Movement(Move.TRANSFER, "berry", 100),
    )


def test_a_kept_commission_beyond_what_was_sent_is_owed():
    returns = back(15000, commission=Commission.KEPT)
    moves = outstanding(returns=returns, payment=replace(PAID, refunded=15000))
    assert [(one.move, one.vendor, one.amount) for one in moves] == [
        (Move.REVERSE, "apple", 9000),
        (Move.OWE, "apple", 1000),
        (Move.REVERSE, "berry", 4500),
        (Move.OWE, "berry", 500),
    ]


def test_a_vendor_whose_line_turned_out_to_be_anothers_gives_it_back():
    anothers = replace(ORDER, lines=(line("a", "100.00", "cherry"), line("b", "50.00", "berry")))
    anew = allocate(anothers, Policy(), [TEN_PERCENT], VENDORS, 15000, "eur")
    assert outstanding(anew) == (
        Movement(Move.TRANSFER, "cherry", 9000),
        Movement(Move.REVERSE, "apple", 9000, "tr_a"),
    )


def test_what_would_be_captured_in_parts_is_refused_beforehand_where_vendors_are_paid_from_it():
    refuse_partial_capture(ALLOCATION, final=True)
    platforms = allocate(PricedPurchase((line("a", "1.00"),)), Policy(), [], {}, 100, "eur")
    refuse_partial_capture(platforms, final=False)
    with pytest.raises(Refusal, match="captured once"):
        refuse_partial_capture(ALLOCATION, final=False)


def test_days_are_counted_from_the_capture():
    assert release_at(NOON, Policy(release_after=3)) - NOON == timedelta(days=3)


ONE_VENDOR = allocate(PricedPurchase((line("a", "100.00", "apple"),)), Policy(), [TEN_PERCENT], VENDORS, 10000, "eur")
DESTINATION = Made((Sent("tr_a", "apple", 10000, fee=1000),))


@pytest.mark.parametrize(("commission", "taken", "fee"), [("returned", 4500, 500), ("kept", 5000, 0)])
def test_the_application_fee_of_a_destination_charge_is_returned_or_kept(commission, taken, fee):
    assert outstanding(ONE_VENDOR, made=DESTINATION) == ()
    returns = back(5000, commission=Commission(commission), allocation=ONE_VENDOR)
    moves = outstanding(ONE_VENDOR, returns, DESTINATION, replace(PAID, refunded=5000))
    assert moves == (Movement(Move.REVERSE, "apple", taken, "tr_a", fee),)


def test_a_whole_destination_charge_comes_back_with_its_fee():
    returns = back(10000, allocation=ONE_VENDOR)
    (move,) = outstanding(ONE_VENDOR, returns, DESTINATION, replace(PAID, refunded=10000))
    assert (move.amount, move.fee) == (9000, 1000)


def test_a_destination_charge_that_went_to_another_vendor_than_the_orders_waits_for_staff():
    anothers = allocate(
        PricedPurchase((line("a", "100.00", "cherry"),)), Policy(), [TEN_PERCENT], VENDORS, 10000, "eur"
    )
    moves = outstanding(anothers, made=DESTINATION, payment=replace(PAID, other_vendor=True))
    assert [(one.move, one.vendor, one.held) for one in moves] == [
        (Move.TRANSFER, "cherry", Held.PLAN_CHANGED),
        (Move.REVERSE, "apple", Held.PLAN_CHANGED),
    ]
