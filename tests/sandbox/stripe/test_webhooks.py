import json

import pytest
import stripe
from stripe import WebhookSignature

from saleor_stripe_app.sandbox.stripe.deliveries import TEST_RETRIES, Post
from saleor_stripe_app.sandbox.stripe.faults import EventFault, EventFaultKind
from tests.sandbox.stripe.conftest import Shop

INTENT = {"amount": 1000, "currency": "eur"}


def endpoint(shop: Shop, *events: str, **given: object):
    return shop.v1.webhook_endpoints.create(
        {
            "url": "https://app.example.com/webhooks/stripe/1",
            "enabled_events": list(events) or ["*"],
            "api_version": "2026-10-28.endive",
            **given,
        }
    )


def types(posts: list[Post]) -> list[str]:
    return [json.loads(post.body)["type"] for post in posts]


def test_the_secret_is_shown_once(shop: Shop) -> None:
    made = endpoint(shop, "refund.failed", metadata={"saleor_app": "1"})
    assert made.secret.startswith("whsec_")
    shown = shop.v1.webhook_endpoints.retrieve(made.id)
    assert "secret" not in shown
    assert (shown.status, shown.enabled_events, shown.api_version) == (
        "enabled",
        ["refund.failed"],
        "2026-10-28.endive",
    )


def test_an_endpoint_is_changed_disabled_and_deleted(shop: Shop) -> None:
    made = endpoint(shop, "refund.failed")
    changed = shop.v1.webhook_endpoints.update(
        made.id, {"enabled_events": ["refund.updated"], "disabled": True, "metadata": {"a": "b"}}
    )
    assert (changed.status, changed.enabled_events, changed.metadata["a"]) == ("disabled", ["refund.updated"], "b")
    assert shop.v1.webhook_endpoints.delete(made.id).deleted is True
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.v1.webhook_endpoints.delete(made.id)
    assert error.value.http_status == 404


def test_an_account_has_sixteen_endpoints_at_most(shop: Shop) -> None:
    made = [endpoint(shop).id for _ in range(16)]
    with pytest.raises(stripe.InvalidRequestError, match="16"):
        endpoint(shop)
    first = shop.v1.webhook_endpoints.list({"limit": 10})
    assert ([shown.id for shown in first.data], first.has_more) == (made[:5:-1], True)
    assert [shown.id for shown in first.auto_paging_iter()] == made[::-1]


def test_live_mode_needs_tls(shop: Shop) -> None:
    key = shop.server.create_key(shop.account.id, "sk", livemode=True).value
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.client(key).webhook_endpoints.create({"url": "http://app.example.com", "enabled_events": ["*"]})
    assert error.value.code == "url_invalid"


def test_an_event_is_delivered_signed_to_whom_it_concerns(shop: Shop) -> None:
    made = endpoint(shop, "payment_intent.created")
    endpoint(shop, "refund.failed")
    intent = shop.v1.payment_intents.create(INTENT, {"idempotency_key": "key-1"})
    [post] = shop.server.pending_deliveries(shop.clock.now)
    WebhookSignature.verify_header(post.body, post.headers["Stripe-Signature"], made.secret)
    assert f"t={shop.clock.now}," in post.headers["Stripe-Signature"]
    event = json.loads(post.body)
    assert event["data"]["object"]["id"] == intent.id
    assert (event["api_version"], event["pending_webhooks"]) == ("2026-10-28.endive", 1)
    assert event["request"]["idempotency_key"] == "key-1"
    assert shop.v1.events.retrieve(event["id"]).type == "payment_intent.created"
    shop.server.delivered(post.delivery, 200, shop.clock.now)
    assert shop.v1.events.retrieve(event["id"]).pending_webhooks == 0


def test_an_event_carries_the_object_as_it_stood_then(shop: Shop) -> None:
    endpoint(shop, "payment_intent.created")
    intent = shop.v1.payment_intents.create({**INTENT, "metadata": {"a": "1"}})
    shop.v1.payment_intents.update(intent.id, {"metadata": {"a": "2"}, "amount": 2000})
    [post] = shop.server.pending_deliveries(shop.clock.now)
    shown = json.loads(post.body)["data"]["object"]
    assert (shown["amount"], shown["metadata"]) == (1000, {"a": "1"})


def test_a_delivery_that_is_not_taken_is_repeated_with_growing_pauses(shop: Shop) -> None:
    endpoint(shop, "payment_intent.created")
    shop.v1.payment_intents.create(INTENT)
    answers = [500, None, 404, 503]
    for number, answer in enumerate(answers):
        [post] = shop.server.pending_deliveries(shop.clock.now)
        assert f"t={shop.clock.now}," in post.headers["Stripe-Signature"]
        shop.server.delivered(post.delivery, answer, shop.clock.now)
        assert shop.server.pending_deliveries(shop.clock.now) == []
        if number < len(TEST_RETRIES):
            assert shop.server.next_delivery() == shop.clock.now + TEST_RETRIES[number]
            shop.clock.pass_by(TEST_RETRIES[number])
    assert shop.server.next_delivery() is None
    shop.clock.pass_by(10**6)
    assert shop.server.pending_deliveries(shop.clock.now) == []


def test_disabled_and_deleted_endpoints_hear_nothing(shop: Shop) -> None:
    disabled, deleted = endpoint(shop), endpoint(shop)
    shop.v1.webhook_endpoints.update(disabled.id, {"disabled": True})
    shop.v1.payment_intents.create(INTENT)
    shop.v1.webhook_endpoints.delete(deleted.id)
    assert shop.server.pending_deliveries(shop.clock.now) == []


@pytest.mark.parametrize(
    ("kind", "heard", "later"),
    [
        (EventFaultKind.DOUBLED, ["payment_intent.created"] * 2 + ["payment_intent.canceled"], []),
        (EventFaultKind.DROPPED, ["payment_intent.canceled"], []),
        (EventFaultKind.LATE, ["payment_intent.canceled"], ["payment_intent.created"]),
        (EventFaultKind.REORDERED, ["payment_intent.canceled", "payment_intent.created"], []),
    ],
)
def test_deliveries_suffer_faults(shop: Shop, kind: EventFaultKind, heard: list[str], later: list[str]) -> None:
    endpoint(shop)
    shop.server.faults.add(EventFault(kind, r"payment_intent\.created", seconds=60))
    intent = shop.v1.payment_intents.create(INTENT)
    shop.v1.payment_intents.cancel(intent.id)
    assert types(shop.server.pending_deliveries(shop.clock.now)) == heard
    shop.clock.pass_by(60)
    assert types(shop.server.pending_deliveries(shop.clock.now)) == later


def test_a_held_event_that_no_other_follows_arrives_late(shop: Shop) -> None:
    endpoint(shop)
    shop.server.faults.add(EventFault(EventFaultKind.REORDERED, seconds=30))
    shop.v1.payment_intents.create(INTENT)
    assert shop.server.pending_deliveries(shop.clock.now) == []
    shop.clock.pass_by(30)
    assert types(shop.server.pending_deliveries(shop.clock.now)) == ["payment_intent.created"]


def test_an_event_of_an_older_version_shows_charges_in_the_intent(shop: Shop) -> None:
    endpoint(shop)
    shop.server.faults.add(EventFault(EventFaultKind.OLD_VERSION))
    shop.v1.payment_intents.create(INTENT)
    [post] = shop.server.pending_deliveries(shop.clock.now)
    event = json.loads(post.body)
    assert event["api_version"] == "2022-08-01"
    assert "charges" in event["data"]["object"]
    assert "latest_charge" not in event["data"]["object"]


def test_a_platform_hears_of_connected_accounts_at_its_connect_endpoints(shop: Shop) -> None:
    connected = shop.server.create_account("Vendor", platform=shop.account.id)
    endpoint(shop, "payment_intent.created")
    endpoint(shop, "payment_intent.created", connect=True)
    shop.client(connected.secret_key).payment_intents.create(INTENT)
    [post] = shop.server.pending_deliveries(shop.clock.now)
    assert json.loads(post.body)["account"] == connected.id


def test_events_are_listed_by_type_and_group(shop: Shop) -> None:
    shop.v1.refunds.create({"payment_intent": shop.pay().id})
    listed = shop.v1.events.list({"types": ["charge.succeeded", "refund.created"]})
    assert [event.type for event in listed.data] == ["refund.created", "charge.succeeded"]
    assert shop.v1.events.list({"type": "payment_intent.created"}).data[0].data.object["amount"] == 1000
