"""Tries of a payment that were declined, as Stripe lists them."""

import pytest

from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.stripe_gateway import charges
from tests.stripe_gateway.stripe_objects import a_charge, a_list


async def test_only_declined_tries_count(client, wire):
    wire.answer(
        a_list(*(a_charge(id=f"ch_{n}", status=status) for n, status in enumerate(("succeeded", *["failed"] * 3))))
    )

    assert await charges.declined(client, "pi_1") == 3

    [sent] = wire.sent
    assert sent.path == "/v1/charges"
    assert sent.form == [("payment_intent", "pi_1"), ("limit", "100")]


async def test_where_stripe_does_not_answer_nothing_is_known(client, wire):
    wire.fail(500, message="No.")
    wire.fail(500, message="No.")  # the SDK asks once more

    with pytest.raises(Unavailable):
        await charges.declined(client, "pi_1")
