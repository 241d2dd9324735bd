"""What the state machine draws from: carts, methods, actions, and everything that can go wrong."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from saleor_stripe_app.domain.options import SaveMethods, Unwanted
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault, DeliveryFailure, DeliveryFault
from saleor_stripe_app.sandbox.saleor.races import Race
from saleor_stripe_app.sandbox.stripe.faults import EventFault, EventFaultKind, Fault, FaultKind
from tests.acceptance.dashboard import Payment

CARTS = [
    ("default-channel", "100.00"),
    ("default-channel", "9.99"),
    ("channel-eur", "80.00"),
    ("channel-jpy", "6497"),
    ("channel-kwd", "10.630"),
]
CARDS = [
    "pm_card_visa",
    "pm_card_credit_disableEnterpriseCardFeatures",
    "pm_card_pendingRefund",
    "pm_card_refundFail",
    "pm_usBankAccount",
]
METHODS = [*CARDS, "pm_card_chargeDeclined", "pm_card_threeDSecure2Required", "pm_sepaDebit", "ideal"]
FLOWS = st.sampled_from(["CHARGE", "AUTHORIZATION"])
ACTIONS = st.tuples(st.sampled_from(["CHARGE", "REFUND", "CANCEL"]), st.sampled_from([2, 3, 1, None, 0, 10]))
OPTIONS = st.fixed_dictionaries(
    {
        "complete_after": st.sampled_from([0, 60]),
        "without_order": st.sampled_from(Unwanted),
        "surplus": st.sampled_from(Unwanted),
        "save_methods": st.sampled_from(SaveMethods),
    }
)
POSTS = {
    "CREATE": "/v1/payment_intents",
    "CONFIRM": "/v1/payment_intents/[^/]*/confirm",
    "CUSTOMER": "/v1/customers",
    "CHARGE": "/v1/payment_intents/[^/]*/capture",
    "CANCEL": "/v1/payment_intents/[^/]*/cancel",
    "REFUND": "/v1/refunds",
    "ENDPOINT": "/v1/webhook_endpoints",
}
WEBHOOKS = [None, *(f"transaction_{name}" for name in ("initialize_session", "process_session", "charge_requested"))]
POINTS = st.integers(1, 30)
STRIPE_FAULTS = st.builds(
    Fault,
    st.sampled_from([kind for kind in FaultKind if kind is not FaultKind.KEY_IN_USE]),
    st.just("POST"),
    st.sampled_from(sorted(POSTS.values())),
    times=st.integers(1, 3),
    skip=st.integers(0, 1),
    latency=st.sampled_from([0.0, 30.0]),
)
TROUBLES = st.one_of(
    STRIPE_FAULTS,
    st.builds(Fault, st.just(FaultKind.REQUEST_LOST), st.just("GET"), times=st.integers(2, 3), skip=st.integers(0, 1)),
    st.builds(EventFault, st.sampled_from(EventFaultKind), times=st.integers(1, 4)),
    st.builds(
        ApiFault,
        st.sampled_from([ApiFailure.LOST_BEFORE, ApiFailure.LOST_AFTER, ApiFailure.STATUS]),
        st.sampled_from([None, "TransactionEventReport", "Transaction"]),
        st.integers(1, 3),
    ),
    st.builds(
        DeliveryFault,
        st.sampled_from([DeliveryFailure.ANSWER_LOST, DeliveryFailure.UNREACHABLE]),
        st.sampled_from(WEBHOOKS),
    ),
    st.sampled_from(Race),
    st.tuples(st.just("die"), POINTS, st.integers(0, 2)),
    st.tuples(st.just("gateway"), st.integers(1, 2), st.just(0)),
    st.tuples(st.just("stall"), POINTS, st.just(0)),
)


def aimed(trouble: Any, path: str) -> Any:
    """A fault of Stripe's made to strike what comes next; the SDK mends the first loss by itself."""
    if isinstance(trouble, Fault) and trouble.method == "POST":
        return replace(trouble, path=path, skip=0, times=max(2, trouble.times or 2))
    return trouble


def part(payment: Payment, share: int | None) -> Decimal | None:
    """None for all, 0 for nothing, else the payment's amount by `share`; 10 stands for ten times too much."""
    if share is None or share == 0:
        return None if share is None else Decimal(0)
    return payment.amount * 10 if share == 10 else payment.amount / share
