"""What is kept of a marketplace can be kept: every snapshot becomes JSON and comes back as it was."""

import hypothesis.strategies as st
import msgspec
from hypothesis import given, settings

from saleor_stripe_app.domain.marketplace.allocation import Allocation, allocate
from saleor_stripe_app.domain.marketplace.commission import Rule
from saleor_stripe_app.domain.marketplace.policy import Policy
from saleor_stripe_app.domain.marketplace.returning import GivenBack, Return, returned
from saleor_stripe_app.domain.marketplace.vendor import Vendor
from tests.domain.marketplace.test_allocation import situations, worth


@settings(deadline=None, max_examples=30)
@given(situations(), st.integers(0, 20000))
def test_every_snapshot_comes_back_from_json_as_it_was(situation, refund):
    purchase, policy, rules, vendors, currency = situation
    allocation = allocate(purchase, policy, rules, vendors, worth(purchase, currency), currency)
    back = returned(allocation, [], GivenBack("re_1", refund), policy.refunded_commission)
    kept = [(allocation, Allocation), (back, Return), (policy, Policy)]
    kept += [(rule, Rule) for rule in rules] + [(vendor, Vendor) for vendor in vendors.values()]
    for value, kind in kept:
        assert msgspec.json.decode(msgspec.json.encode(value), type=kind) == value
