"""A payment that is to hold an order's money in place of another one: who may ask for it, and how it stands."""

from decimal import Decimal

import pytest

from saleor_stripe_app.domain import reauthorization
from saleor_stripe_app.domain.order import Order
from saleor_stripe_app.domain.payment import IntentStatus
from saleor_stripe_app.domain.reauthorization import Stage
from saleor_stripe_app.domain.requests import SessionRequest, Source
from saleor_stripe_app.domain.shopper import Asker, Principal
from saleor_stripe_app.domain.transaction import Flow
from tests.domain.payments import authorized, canceled, declined, operation, paid, payment, processing

OURS = Principal(Asker.APP, "QXBwOjE=")


def asked(key, principal):
    source = Source("Order", "T3JkZXI6MQ==", "Q2hhbm5lbDox")
    return SessionRequest(
        app_id=OURS.id,
        version=(3, 24),
        source=source,
        flow=Flow.AUTHORIZATION,
        amount=Decimal(100),
        currency="EUR",
        transaction_id="VHJhbnNhY3Rpb25JdGVtOjE=",
        idempotency_key=key,
        principal=principal,
    )


@pytest.mark.parametrize(
    ("key", "principal", "replaces"),
    [
        (reauthorization.key("record-1"), OURS, "record-1"),
        (reauthorization.key("record-1"), Principal(Asker.APP, "QXBwOjI="), None),
        (reauthorization.key("record-1"), Principal(Asker.USER, OURS.id), None),
        (reauthorization.key("record-1"), None, None),
        ("cart-1", OURS, None),
        (None, OURS, None),
    ],
)
def test_only_this_app_replaces_a_payment(key, principal, replaces):
    assert reauthorization.replaced(asked(key, principal), OURS.id) == replaces


@pytest.mark.parametrize(
    ("status", "authorized_by_all", "wanted"),
    [
        ("UNFULFILLED", "100", True),
        ("UNFULFILLED", "60", True),
        ("FULFILLED", "199.99", True),
        ("UNFULFILLED", "200", False),
        ("CANCELED", "100", False),
        ("EXPIRED", "100", False),
    ],
)
def test_an_order_needs_it_unless_it_has_ended_or_others_cover_it(status, authorized_by_all, wanted):
    order = Order("T3JkZXI6MQ==", status=status, total=Decimal(100), authorized=Decimal(authorized_by_all))
    assert reauthorization.is_wanted(order, Decimal(100)) is wanted


@pytest.mark.parametrize(
    ("shown", "operations", "stage", "why"),
    [
        (authorized(), [], Stage.HELD, ""),
        (paid(), [], Stage.HELD, ""),
        (canceled(), [], Stage.FAILED, "the new payment was canceled"),
        (processing(), [operation("confirm")], Stage.ASK, ""),
        (payment(IntentStatus.REQUIRES_PAYMENT_METHOD), [], Stage.ASK, ""),
        (payment(IntentStatus.REQUIRES_PAYMENT_METHOD), [operation("confirm", state="open")], Stage.ASK, ""),
        (payment(IntentStatus.REQUIRES_PAYMENT_METHOD), [operation("confirm", state="failed")], Stage.ASK, ""),
        (
            declined(),
            [operation("confirm")],
            Stage.FAILED,
            "Your card was declined. (card_declined, insufficient_funds)",
        ),
        (
            payment(IntentStatus.REQUIRES_ACTION),
            [operation("confirm")],
            Stage.FAILED,
            "the customer would have to be there",
        ),
    ],
)
def test_it_is_asked_for_until_stripe_has_answered(shown, operations, stage, why):
    stands = reauthorization.standing(shown, operations)
    assert (stands.stage, stands.why) == (stage, why)
