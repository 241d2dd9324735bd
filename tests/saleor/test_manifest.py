import struct

import pytest

from saleor_stripe_app.saleor import operations, versions, webhooks
from saleor_stripe_app.saleor.events import WebhookEvent
from saleor_stripe_app.saleor.manifest import manifest

SYNCHRONOUS = {
    "Stripe Payment Gateway Initialize": "payment-gateway-initialize-session",
    "Stripe Transaction Initialize Session": "transaction-initialize-session",
    "Stripe Transaction Process Session": "transaction-process-session",
    "Stripe Transaction Charge Requested": "transaction-charge-requested",
    "Stripe Transaction Cancelation Requested": "transaction-cancelation-requested",
    "Stripe Transaction Refund Requested": "transaction-refund-requested",
}


def made(version=versions.NEWEST, **values):
    return manifest(
        **{"app_url": "https://pay.example", "app_id": "saleor.app.payment.stripe", "app_name": "Stripe", **values},
        version=version,
    )


@pytest.mark.parametrize("version", versions.KNOWN)
def test_the_six_webhooks_are_named_and_placed_as_shops_on_the_official_app_know_them(version):
    found = {webhook["name"]: webhook for webhook in made(version)["webhooks"] if "syncEvents" in webhook}
    assert set(SYNCHRONOUS) <= set(found)
    for name, path in SYNCHRONOUS.items():
        assert found[name]["targetUrl"] == f"https://pay.example/api/webhooks/saleor/{path}"
        assert found[name]["syncEvents"] == [path.replace("-", "_").upper()]
        assert found[name]["query"] == operations.operation(path, version).text
        assert found[name]["isActive"] is True
        assert WebhookEvent.at(path)


@pytest.mark.parametrize("version", versions.KNOWN)
def test_a_webhook_is_named_by_its_event_and_none_comes_twice(version):
    webhooks = made(version)["webhooks"]
    events = [event for one in webhooks for event in (*one.get("syncEvents", []), *one.get("asyncEvents", []))]
    assert [one["targetUrl"].rpartition("/")[2] for one in webhooks] == [
        WebhookEvent(event.lower()).path for event in events
    ]
    assert len(set(events)) == len(events)


def test_every_webhook_that_is_answered_is_subscribed_to():
    events = {
        event.lower()
        for one in made()["webhooks"]
        for event in (*one.get("syncEvents", []), *one.get("asyncEvents", []))
    }
    assert events == set(WebhookEvent)


@pytest.mark.parametrize(("version", "there"), [((3, 21), False), ((3, 22), False), ((3, 23), True), ((3, 24), True)])
def test_app_deleted_is_subscribed_to_where_saleor_sends_it(version, there):
    events = [event for webhook in made(version)["webhooks"] for event in webhook.get("asyncEvents", [])]
    assert ("APP_DELETED" in events) is there


@pytest.mark.parametrize(("version", "there"), [((3, 21), False), ((3, 23), False), ((3, 24), True)])
def test_webhooks_have_an_identifier_where_saleor_has_one(version, there):
    assert all(("identifier" in webhook) is there for webhook in made(version)["webhooks"])


def test_a_saleor_that_does_not_say_its_version_is_taken_for_the_oldest_and_a_newer_one_for_the_newest():
    assert made(None) == made(versions.OLDEST)
    assert made((3, 99)) == made(versions.NEWEST)
    assert made((4, 0)) == made(versions.NEWEST)


def test_everything_that_saleor_needs_is_there():
    found = made()
    assert found["id"] == "saleor.app.payment.stripe"
    assert found["name"] == "Stripe"
    assert found["version"]
    assert found["requiredSaleorVersion"] == ">=3.21 <4"
    assert found["permissions"] == ["HANDLE_PAYMENTS", "MANAGE_CHECKOUTS", "MANAGE_ORDERS", "MANAGE_USERS"]
    assert found["appUrl"] == "https://pay.example"
    assert found["tokenTargetUrl"] == "https://pay.example/api/register"
    assert found["brand"]["logo"]["default"] == "https://pay.example/static/logo.png"
    assert 0 < len(found["author"]) <= 60
    assert found["about"]


def test_what_saleor_cannot_take_empty_is_left_out():
    assert "extensions" not in made()
    assert None not in made().values()


def test_a_slash_at_the_end_of_the_address_makes_no_difference():
    assert made(app_url="https://pay.example/") == made()


def test_a_name_that_looks_like_a_placeholder_is_left_as_it_is():
    assert made(app_name="{app_url}")["name"] == "{app_url}"


def test_the_logo_is_a_square_png():
    logo = (operations.shipped("manifest.json").parent / "saleor_stripe_app/web/static/logo.png").read_bytes()
    assert logo.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", logo[16:24])
    assert width == height >= 256


def test_the_digest_changes_with_the_webhooks_and_with_nothing_else():
    assert webhooks.digest(made()) == webhooks.digest(made(app_name="Payments"))
    assert webhooks.digest(made()) != webhooks.digest(made(app_url="https://other.example"))
    assert webhooks.digest(made()) != webhooks.digest(made((3, 22)))
