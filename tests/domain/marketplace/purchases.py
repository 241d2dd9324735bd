"""Purchases of a marketplace, its vendors, rules and policies: some by hand, and any at all for properties."""

from decimal import Decimal

import hypothesis.strategies as st

from saleor_stripe_app.domain.marketplace.commission import Conditions, Rule
from saleor_stripe_app.domain.marketplace.policy import BorneBy, Commission, Otherwise, Party, Policy, Shipping
from saleor_stripe_app.domain.marketplace.priced import PricedLine, PricedPurchase
from saleor_stripe_app.domain.marketplace.rate import Basis, Rate
from saleor_stripe_app.domain.marketplace.vendor import AccountState, Vendor, VendorStatus

LIVE = AccountState("active", details_submitted=True, went_live=True)
CURRENCIES = ("eur", "jpy", "kwd", "isk")
PLACES = {"eur": 2, "jpy": 0, "kwd": 3, "isk": 0}
NAMES = ("apple", "berry", "cherry")
STRANGER = "stranger"
TEN_PERCENT = Rule("ten", Rate(percent=Decimal(10)))


def vendor(key, **more):
    return Vendor(key, key.title(), stripe_account=f"acct_{key}", account=LIVE, **more)


def line(key, net, of=None, tax="0", was=None, **more):
    return PricedLine(key, Decimal(net), Decimal(tax), None if was is None else Decimal(was), vendor=of, **more)


VENDORS = {name: vendor(name) for name in NAMES}


@st.composite
def vendors(draw):
    status = st.sampled_from([VendorStatus.ACTIVE, VendorStatus.ACTIVE, VendorStatus.PAUSED])
    return {key: vendor(key, status=draw(status), commission=draw(st.none() | rates())) for key in NAMES}


@st.composite
def rates(draw):
    amounts = st.dictionaries(st.sampled_from(CURRENCIES), st.integers(0, 2000), max_size=3)
    percent = draw(st.decimals(0, 100, places=2))
    return Rate(percent, draw(amounts), draw(amounts), draw(st.sampled_from(Basis)), draw(st.booleans()))


@st.composite
def rules(draw):
    kinds = st.tuples(st.sampled_from([(), (NAMES[0],)]), st.sampled_from([(), ("books",)]))
    return [Rule(f"rule {i}", draw(rates()), Conditions(*draw(kinds))) for i in range(draw(st.integers(0, 3)))]


@st.composite
def policies(draw):
    return Policy(
        shipping=draw(st.sampled_from(Shipping)),
        tax=draw(st.sampled_from(Party)),
        discounts=draw(st.sampled_from(BorneBy)),
        discounts_by_platform=draw(st.decimals(0, 100, places=1)),
        stripe_fee=draw(st.sampled_from(Party)),
        unknown_vendor=draw(st.sampled_from([Otherwise.KEEP, Otherwise.HOLD])),
        unpayable_vendor=draw(st.sampled_from([Otherwise.KEEP, Otherwise.HOLD])),
        refunded_commission=draw(st.sampled_from(Commission)),
    )


def amounts(currency, most=20000):
    return st.integers(0, most).map(lambda units: Decimal(units).scaleb(-PLACES[currency]))


@st.composite
def purchases(draw, currency):
    lines = []
    for i in range(draw(st.integers(1, 6))):
        net = draw(amounts(currency))
        was = draw(st.none() | amounts(currency).map(lambda off, net=net: net + off))
        lines.append(
            PricedLine(
                f"line {i}", net, draw(amounts(currency, 4000)), was, draw(st.integers(1, 5)),
                draw(st.sampled_from([None, STRANGER, *NAMES])), categories=draw(st.sampled_from([(), ("books",)])),
            )
        )  # fmt: skip
    of_vendors = st.dictionaries(st.sampled_from(NAMES), amounts(currency, 3000))
    return PricedPurchase(
        tuple(lines), "eu", draw(amounts(currency, 3000)), draw(amounts(currency, 500)),
        draw(st.none() | amounts(currency, 5000)), draw(of_vendors),
    )  # fmt: skip
