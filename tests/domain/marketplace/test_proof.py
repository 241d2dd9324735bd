"""The proof holds for whatever happens to a payment, and one minor unit anywhere breaks it."""

from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import given, settings

from saleor_stripe_app.domain.marketplace.proof import ShownAtStripe, disagreements
from saleor_stripe_app.domain.marketplace.split import ShareStanding, ShareState
from saleor_stripe_app.domain.marketplace.standing import standing
from tests.domain.marketplace.test_allocation import situations
from tests.domain.marketplace.test_statement import NOON, life_of


def shown_after(account, made, stand):
    """Stripe's books, and what staff see, of a payment to which all this has happened."""
    vendors = {one.vendor for one in made.transfers}
    shown = ShownAtStripe(
        captured=account.allocation.captured,
        gone_back={one.source: one.amount for one in stand if one.amount},
        with_vendors={
            vendor: sum(one.left for one in made.transfers if one.vendor == vendor) for vendor in sorted(vendors)
        },
    )
    stands = []
    for share in account.allocation.shares:
        amount, sent = standing(account.allocation, share, stand), made.with_vendor(share.vendor)
        state = ShareState.SENT if amount == sent else ShareState.HELD
        stands.append(ShareStanding("t", share.vendor, "url", account.allocation.currency, amount, sent, state, NOON))
    return shown, stands


@settings(deadline=None, max_examples=60)
@given(situations(), st.data())
def test_whatever_happens_to_a_payment_adds_up(situation, data):
    account, made, stand = life_of(situation, data)
    shown, stands = shown_after(account, made, stand)
    assert disagreements(account, stands, shown) == ()


@settings(deadline=None, max_examples=60)
@given(situations(), st.data(), st.sampled_from((-1, 1)))
def test_one_minor_unit_anywhere_is_found(situation, data, off):
    account, made, stand = life_of(situation, data)
    shown, stands = shown_after(account, made, stand)
    assert disagreements(account, stands, replace(shown, captured=shown.captured + off))
    short = replace(account.allocation, platform=account.allocation.platform + off)
    assert disagreements(replace(account, allocation=short), stands, shown)
    for share in account.allocation.shares:
        moved = {**shown.with_vendors, share.vendor: shown.with_vendors.get(share.vendor, 0) + off}
        assert disagreements(account, stands, replace(shown, with_vendors=moved))
        waiting = [replace(one, amount=one.amount + off) if one.vendor == share.vendor else one for one in stands]
        assert disagreements(account, waiting, shown)
        back = {**shown.gone_back, "re_unknown": 1}
        assert disagreements(account, stands, replace(shown, gone_back=back))


@settings(deadline=None, max_examples=30)
@given(situations(), st.data())
def test_money_that_did_not_move_needs_a_reason(situation, data):
    account, made, stand = life_of(situation, data)
    shown, stands = shown_after(account, made, stand)
    silent = [replace(one, state=ShareState.SENT) for one in stands]
    waits = [one for one in stands if one.amount != one.sent]
    assert len(disagreements(account, silent, shown)) == len(waits)
