"""Staff choose how payments are divided, see why each share is what it is, and release or repeat what waits."""

from typing import Any

import pytest

from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from tests.acceptance.marketplace import goods, opened
from tests.acceptance.vendors_desk import Desk
from tests.acceptance.world import World

ERRORS = "errors { field code message }"
SPLIT = """query($id: ID!) { paymentSplits(id: $id) {
  transactionId orderId version reason currency captured text
  parts { vendor total lines { line title total steps { kind amount words } } steps { kind amount words } }
  transfers { vendor amount sent state held message }
} }"""
TRANSFERS = """query($states: [VendorTransferState!], $vendor: String) {
  vendorTransfers(states: $states, vendor: $vendor) { transactionId vendor currency amount sent state held releasedBy }
}"""
SAVE_POLICY = (
    "mutation($channel: String!, $input: MarketplacePolicyInput) { marketplacePolicySave(channel: $channel, "
    f"input: $input) {{ {ERRORS} policy {{ channel release unknownVendor sources {{ kind name }} }} }} }}"
)
SAVE_RULE = (
    f"mutation($input: CommissionRuleInput!) {{ commissionRuleSave(input: $input) {{ {ERRORS} rule {{ key vendors "
    "commission { percent } } } }"
)
OF_TRANSFER = (
    "mutation($id: ID!, $vendor: String!) {{ {0}(transactionId: $id, vendor: $vendor) {{ {1} transfer {{ state }} }} }}"
)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


async def ask(desk: Desk, query: str, **variables: Any) -> Any:
    """What the settings API answers, which is no error of GraphQL's."""
    body = (await desk.post(query, **variables)).json()
    assert "errors" not in body, body
    [answer] = body["data"].values()
    return answer


async def test_staff_see_why_each_share_is_what_it_is(world: World, desk: Desk) -> None:
    market = await opened(world, "anna")
    session, order = await market.buy(goods("anna", "20.00"), goods(None, "5.00"))
    [split] = await ask(desk, SPLIT, id=order.id)
    assert split["transactionId"] == transaction_id(session.transaction)
    assert split["captured"] == "25.00"
    assert {part["vendor"]: part["total"] for part in split["parts"]} == {"anna": "18.00", None: "7.00"}
    [transfer] = split["transfers"]
    assert (transfer["vendor"], transfer["sent"], transfer["state"], transfer["held"]) == (
        "anna",
        "18.00",
        "SENT",
        None,
    )
    assert "anna: sent, has 18.00 USD of 18.00 USD" in split["text"]
    assert await ask(desk, SPLIT, id="T3JkZXI6MQ==") == []


async def test_staff_release_by_hand_what_they_chose_to_hold(world: World, desk: Desk) -> None:
    market = await opened(world, "anna")
    chosen = await ask(desk, SAVE_POLICY, channel="", input={"release": "BY_HAND", "unknownVendor": "HOLD"})
    assert chosen["errors"] == []
    assert (chosen["policy"]["release"], chosen["policy"]["unknownVendor"]) == ("BY_HAND", "HOLD")
    session, _ = await market.buy(goods("anna", "20.00"))
    [waiting] = await ask(desk, TRANSFERS, states=["HELD"], vendor="anna")
    assert (waiting["amount"], waiting["sent"], waiting["held"]) == ("18.00", "0.00", "BY_HAND")
    number = transaction_id(session.transaction)
    clerk = Desk(world, ("HANDLE_PAYMENTS",))
    refused = (await clerk.post(OF_TRANSFER.format("vendorTransferRelease", ERRORS), id=number, vendor="anna")).json()
    assert "MANAGE_APPS" in refused["errors"][0]["message"]
    released = await ask(desk, OF_TRANSFER.format("vendorTransferRelease", ERRORS), id=number, vendor="anna")
    assert released["errors"] == []
    await world.settle()
    assert market.has() == {"anna": 1800}
    [sent] = await ask(desk, TRANSFERS, states=["SENT"])
    assert desk.user
    assert sent["releasedBy"] == desk.user.id
    unknown = await ask(desk, OF_TRANSFER.format("vendorTransferRelease", ERRORS), id=number, vendor="bert")
    assert [error["code"] for error in unknown["errors"]] == ["UNKNOWN_TRANSFER"]


async def test_staff_have_stripe_asked_again(world: World, desk: Desk) -> None:
    market = await opened(world, "anna")
    world.hands.regress(market.accounts["anna"], world.clock.seconds())
    session, _ = await market.buy(goods("anna", "20.00"))
    [held] = await ask(desk, TRANSFERS, states=["HELD"])
    assert held["held"] == "TRANSFERS_INACTIVE"
    world.hands.finish_onboarding(market.accounts["anna"], world.clock.seconds())
    again = OF_TRANSFER.format("vendorTransferRetry", ERRORS)
    assert (await ask(desk, again, id=transaction_id(session.transaction), vendor="anna"))["errors"] == []
    await world.settle()
    assert market.has() == {"anna": 1800}


async def test_a_rule_for_a_vendor_is_before_what_the_vendor_pays_otherwise(world: World, desk: Desk) -> None:
    market = await opened(world, "anna")
    rule = {"key": "launch", "commission": {"percent": "2.5"}, "vendors": ["anna"]}
    saved = await ask(desk, SAVE_RULE, input=rule)
    assert saved == {
        "errors": [],
        "rule": {"key": "launch", "vendors": ["anna"], "commission": {"percent": "2.5"}},
    }
    await market.buy(goods("anna", "20.00"))
    assert market.has() == {"anna": 1950}
    assert [one["key"] for one in await ask(desk, "{ commissionRules { key } }")] == ["launch"]
    deleting = f'mutation {{ commissionRuleDelete(key: "launch") {{ {ERRORS} }} }}'
    assert (await ask(desk, deleting))["errors"] == []
    assert [error["code"] for error in (await ask(desk, deleting))["errors"]] == ["UNKNOWN_RULE"]
    await market.buy(goods("anna", "20.00"))
    assert market.has() == {"anna": 1950 + 1800}


async def test_a_policy_that_cannot_be_followed_is_refused_and_a_channels_own_can_be_taken_away(
    world: World, desk: Desk
) -> None:
    bad = await ask(desk, SAVE_POLICY, channel="", input={"release": "AFTER_DAYS", "releaseAfter": 91})
    assert [error["code"] for error in bad["errors"]] == ["INVALID_POLICY"]
    bad = await ask(desk, SAVE_POLICY, channel="", input={"sources": [{"kind": "PRODUCT_ATTRIBUTE"}]})
    assert [(error["field"], error["code"]) for error in bad["errors"]] == [("sources", "INVALID_SOURCES")]
    mall = {"sources": [{"kind": "CHANNEL_DEFAULT", "name": "anna"}]}
    await ask(desk, SAVE_POLICY, channel="channel-pln", input=mall)
    shown = await ask(desk, "{ marketplacePolicies { channel sources { kind name } } }")
    assert [one["channel"] for one in shown] == ["", "channel-pln"]
    assert shown[1]["sources"] == [{"kind": "CHANNEL_DEFAULT", "name": "anna"}]
    await ask(desk, SAVE_POLICY, channel="channel-pln", input=None)
    assert [one["channel"] for one in await ask(desk, "{ marketplacePolicies { channel } }")] == [""]
