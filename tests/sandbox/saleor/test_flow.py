"""One payment from cart to refund, through every part of the stand-in."""

import json
from decimal import Decimal

from saleor_stripe_app.sandbox.saleor import actions
from saleor_stripe_app.sandbox.saleor.purchases import checkout_of, complete_checkout
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.sessions import Session

STAFF = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))


async def test_a_payment_is_authorized_captured_in_two_parts_and_refunded(saleor, courier, app, scripted):
    checkout = checkout_of(saleor, "120", channel="channel-auth")
    scripted.will_answer(
        "transaction_initialize_session",
        {"pspReference": "pi_1", "result": "AUTHORIZATION_SUCCESS", "actions": ["CHARGE", "CANCEL"], "data": {"a": 1}},
    )
    session: Session = await courier.initialize(checkout.id, app.identifier, data={"pick": "card"})
    assert session.data == {"a": 1}
    assert session.transaction.amounts.authorized == Decimal(120)
    order = complete_checkout(saleor, checkout.token)

    scripted.will_answer(
        "transaction_charge_requested",
        {"pspReference": "pi_1", "result": "CHARGE_SUCCESS"},
        {"pspReference": "pi_1-2", "result": "CHARGE_SUCCESS"},
    )
    for amount in (Decimal(50), Decimal(70)):
        actions.request_action(saleor, session.transaction.token, "CHARGE", by=STAFF, amount=amount)
        await courier.work()
    assert session.transaction.amounts.charged == Decimal(120)
    assert session.transaction.amounts.authorized == 0
    assert order.charge_status == "FULL"

    scripted.will_answer("transaction_refund_requested", {"pspReference": "re_1"})
    actions.request_action(
        saleor, session.transaction.token, "REFUND", by=STAFF, amount=Decimal(20), refund_reason="torn"
    )
    await courier.work()
    assert session.transaction.amounts.refund_pending == Decimal(20)
    sent = json.loads(scripted.bodies("transaction_refund_requested")[0])
    assert sent["action"] == {"actionType": "REFUND", "amount": 20.0, "currency": "USD"}
    assert sent["transaction"]["events"][0]["message"] == "torn"
