import pytest

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.saleor import webhooks
from saleor_stripe_app.saleor.manifest import manifest

MANIFEST = manifest(app_url="https://pay.example", app_id="app", app_name="Stripe", version=(3, 24))


def in_saleor(number, webhook, **changes):
    """A webhook of the manifest as Saleor shows it once it is installed."""
    return {
        "id": f"V2ViaG9vazo{number}",
        "name": webhook["name"],
        "identifier": webhook.get("identifier"),
        "targetUrl": webhook["targetUrl"],
        "isActive": True,
        "syncEvents": [{"eventType": event} for event in webhook.get("syncEvents", [])],
        "asyncEvents": [{"eventType": event} for event in webhook.get("asyncEvents", [])],
        "subscriptionQuery": webhook["query"],
        **changes,
    }


def installed():
    return [in_saleor(number, webhook) for number, webhook in enumerate(MANIFEST["webhooks"])]


def shown(current):
    return {"data": {"app": {"id": "QXBwOjE=", "webhooks": current}}}


TAKEN = {"data": {"webhookUpdate": {"webhook": {"id": "1"}, "errors": []}}}


async def bring(client, saleor, current):
    saleor.says(shown(current), TAKEN)
    digest = await webhooks.bring_up_to_date(client, saleor.installation(), MANIFEST)
    assert digest == webhooks.digest(MANIFEST)
    return [(asked.operation, asked.variables) for asked in saleor.asked[1:]]


async def test_what_is_as_it_should_be_is_left_alone(client, saleor):
    assert await bring(client, saleor, installed()) == []


async def test_a_known_digest_spares_saleor_the_question(client, saleor):
    installation = saleor.installation(webhooks_digest=webhooks.digest(MANIFEST))
    assert await webhooks.bring_up_to_date(client, installation, MANIFEST) == webhooks.digest(MANIFEST)
    assert saleor.asked == []


@pytest.mark.parametrize(
    "difference",
    [
        {"targetUrl": "https://old.example/api/webhooks/saleor/x"},
        {"subscriptionQuery": "subscription { event { issuedAt } }"},
        {"subscriptionQuery": None},
        {"isActive": False},
        {"syncEvents": []},
        {"asyncEvents": [{"eventType": "ORDER_UPDATED"}]},
        {"identifier": None},
        {"name": "Renamed"},
    ],
    ids=str,
)
async def test_what_differs_is_updated(client, saleor, difference):
    current = installed()
    current[0] |= difference
    ((operation, variables),) = await bring(client, saleor, current)
    wanted = MANIFEST["webhooks"][0]
    assert operation == "WebhookUpdate"
    assert variables["id"] == current[0]["id"]
    assert variables["input"] == {
        "name": wanted["name"],
        "identifier": wanted["identifier"],
        "targetUrl": wanted["targetUrl"],
        "query": wanted["query"],
        "isActive": True,
        "syncEvents": wanted["syncEvents"],
        "asyncEvents": [],
    }


async def test_what_is_missing_is_created(client, saleor):
    ((operation, variables),) = await bring(client, saleor, installed()[:-1])
    assert operation == "WebhookCreate"
    assert variables["input"]["name"] == "Stripe App Deleted"
    assert variables["input"]["asyncEvents"] == ["APP_DELETED"]


async def test_what_is_gone_is_deleted_only_where_it_points_to_us(client, saleor):
    old = in_saleor(90, MANIFEST["webhooks"][0], name="Old", identifier="old")
    elsewhere = in_saleor(91, MANIFEST["webhooks"][0], name="Mine", identifier=None, targetUrl="https://x.example/hook")
    ((operation, variables),) = await bring(client, saleor, [*installed(), old, elsewhere])
    assert operation == "WebhookDelete"
    assert variables == {"id": old["id"]}


async def test_an_app_without_webhooks_gets_all_of_them(client, saleor):
    assert [operation for operation, _ in await bring(client, saleor, [])] == ["WebhookCreate"] * len(
        MANIFEST["webhooks"]
    )


async def test_an_older_saleor_is_sent_no_identifier(client, saleor):
    older = manifest(app_url="https://pay.example", app_id="app", app_name="Stripe", version=(3, 22))
    saleor.says(shown([]), TAKEN)
    await webhooks.bring_up_to_date(client, saleor.installation((3, 22)), older)
    assert len(saleor.asked) == 1 + len(older["webhooks"])
    assert all("identifier" not in asked.text for asked in saleor.asked)


async def test_a_webhook_that_saleor_does_not_take_is_a_refusal(client, saleor):
    refused = {"webhook": None, "errors": [{"field": "query", "code": "SYNTAX", "message": "Bad query."}]}
    saleor.says(shown([]), {"data": {"webhookCreate": refused}})
    with pytest.raises(Refusal, match="Bad query") as raised:
        await webhooks.bring_up_to_date(client, saleor.installation(), MANIFEST)
    assert raised.value.code == "SYNTAX"
