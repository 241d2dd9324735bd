"""A merchant's choice of methods, looked up before a channel uses it."""

import pytest

from saleor_stripe_app.domain.errors import Declined, Refusal, Unavailable
from saleor_stripe_app.stripe_gateway.payment_method_configurations import require_usable

ID = "pmc_1Nm3yLqKzv0"


def a_configuration(**fields: object) -> dict[str, object]:
    return {"id": ID, "object": "payment_method_configuration", "active": True, "livemode": False, **fields}


async def test_one_that_is_active_is_usable(client, wire):
    wire.answer(a_configuration())
    await require_usable(client, ID)
    assert [(sent.method, sent.path) for sent in wire.sent] == [("get", f"/v1/payment_method_configurations/{ID}")]


async def test_one_that_is_inactive_is_refused(client, wire):
    wire.answer(a_configuration(active=False))
    with pytest.raises(Refusal, match=f"{ID} is not active") as refused:
        await require_usable(client, ID)
    assert refused.value.code == "InvalidMethodConfiguration"


async def test_one_of_another_account_is_refused(client, wire):
    wire.fail(404, code="resource_missing", message=f"No such payment_method_configuration: '{ID}'")
    with pytest.raises(Refusal, match=f"no payment method configuration {ID}") as refused:
        await require_usable(client, ID)
    assert refused.value.code == "InvalidMethodConfiguration"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("live mode, but a test mode key", f"{ID} is for live mode, the keys are for test mode"),
        ("test mode, but a live mode key", f"{ID} is for test mode, the keys are for live mode"),
    ],
)
async def test_one_of_the_other_mode_is_refused_with_both_modes(client, wire, said, words):
    missing = f"No such payment_method_configuration: '{ID}'"
    message = f"{missing}; a similar object exists in {said} was used to make this request."
    wire.fail(404, code="resource_missing", message=message)
    with pytest.raises(Refusal, match=words) as refused:
        await require_usable(client, ID)
    assert refused.value.code == "InvalidMethodConfiguration"


async def test_a_key_that_may_not_read_it_is_refused_with_the_permission_that_stripe_names(client, wire):
    wire.fail(
        403,
        message="The provided key 'rk_test_***yU' does not have the required permissions for this endpoint on account "
        "'acct_1Nm3yLqKzv0'. Having the 'rak_of_some_kind_read' permission would allow this request to continue.",
    )
    with pytest.raises(Refusal, match=r"lacks the permission rak_of_some_kind_read\. .* cannot be checked") as refused:
        await require_usable(client, ID)
    assert refused.value.code == "MissingPermissions"
    assert not isinstance(refused.value, Declined)


async def test_a_key_that_stripe_refuses_altogether_says_nothing_of_the_configuration(client, wire):
    wire.fail(401, code="api_key_expired", message="Expired API Key provided: sk_test_***yU")
    with pytest.raises(Declined, match="expired"):
        await require_usable(client, ID)


async def test_a_stripe_that_is_away_says_nothing_of_the_configuration(client, wire):
    for _ in range(2):
        wire.fail(500, "api_error", message="Something went wrong")
    with pytest.raises(Unavailable):
        await require_usable(client, ID)
