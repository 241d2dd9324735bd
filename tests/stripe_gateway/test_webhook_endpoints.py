"""Webhook endpoints at Stripe: ours are made, mended and removed, those of others are left alone."""

import pytest
import stripe

from saleor_stripe_app.domain.errors import Declined, Refusal, Unavailable
from saleor_stripe_app.stripe_gateway import webhook_endpoints
from saleor_stripe_app.stripe_gateway.webhook_endpoints import EVENTS, EndpointState
from tests.stripe_gateway.stripe_objects import a_list

URL = "https://app.example/api/webhooks/stripe/c1"


def an_endpoint(**fields: object) -> dict[str, object]:
    return {
        "id": "we_1",
        "object": "webhook_endpoint",
        "url": URL,
        "status": "enabled",
        "enabled_events": list(EVENTS),
        "api_version": stripe.api_version,
        "metadata": {"saleorAppConfigurationId": "c1"},
        **fields,
    }


async def create(client: stripe.StripeClient) -> webhook_endpoints.Endpoint:
    return await webhook_endpoints.create(
        client,
        URL,
        configuration_id="c1",
        saleor_api_url="https://shop.example/graphql/",
        app_id="QXBwOjE=",
        name="Main",
        idempotency_key="endpoint-c1-1",
    )


async def test_an_endpoint_is_made_for_all_events_with_our_version_and_marks(client, wire):
    wire.answer(a_list(url="/v1/webhook_endpoints"))
    wire.answer(an_endpoint(secret="whsec_1"))

    endpoint = await create(client)

    assert (endpoint.id, endpoint.secret) == ("we_1", "whsec_1")
    assert "whsec_1" not in repr(endpoint)
    sent = wire.sent[1]
    assert (sent.method, sent.path) == ("post", "/v1/webhook_endpoints")
    assert sent.headers["Idempotency-Key"] == "endpoint-c1-1"
    form = dict(sent.form)
    assert form["url"] == URL
    assert form["api_version"] == sent.headers["Stripe-Version"]
    assert form["description"] == "Saleor: Main"
    assert form["metadata[saleorAppConfigurationId]"] == "c1"
    assert form["metadata[saleor_api_url]"] == "https://shop.example/graphql/"
    assert [value for name, value in sent.form if name.startswith("enabled_events")] == list(EVENTS)


async def test_an_account_with_as_many_endpoints_as_stripe_allows_is_told_so(client, wire):
    full = [an_endpoint(id=f"we_{number}", metadata={}) for number in range(16)]
    wire.answer(a_list(*full, url="/v1/webhook_endpoints"))

    with pytest.raises(Refusal, match="16 webhook endpoints") as raised:
        await create(client)

    assert raised.value.code == "NoRoomForWebhookEndpoint"
    assert len(wire.sent) == 1


async def test_the_last_room_is_taken(client, wire):
    taken = [an_endpoint(id=f"we_{number}", metadata={}) for number in range(15)]
    wire.answer(a_list(*taken, url="/v1/webhook_endpoints"))
    wire.answer(an_endpoint(secret="whsec_1"))

    assert (await create(client)).secret == "whsec_1"


async def test_a_creation_that_stripe_failed_is_kept_under_its_key(client, wire):
    wire.answer(a_list(url="/v1/webhook_endpoints"))
    for _ in range(2):
        wire.fail(500, "api_error", message="oops")

    with pytest.raises(Unavailable) as raised:
        await create(client)

    assert raised.value.stored


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, EndpointState.OK),
        ({"enabled_events": ["*"]}, EndpointState.OK),
        ({"enabled_events": [*EVENTS, "customer.created"]}, EndpointState.OK),
        ({"status": "disabled"}, EndpointState.DISABLED),
        ({"url": "https://elsewhere.example/"}, EndpointState.WRONG_URL),
        ({"enabled_events": list(EVENTS[1:])}, EndpointState.WRONG_EVENTS),
        ({"api_version": "2025-03-31.basil"}, EndpointState.OUTDATED),
        ({"api_version": None}, EndpointState.OUTDATED),
        ({"metadata": {}}, EndpointState.FOREIGN),
        ({"metadata": {"saleorAppConfigurationId": "c2"}}, EndpointState.FOREIGN),
    ],
)
async def test_the_state_of_an_endpoint_is_the_gravest_thing_wrong_with_it(client, wire, fields, state):
    wire.answer(an_endpoint(**fields))

    assert await webhook_endpoints.state(client, "we_1", configuration_id="c1", url=URL) is state


async def test_an_endpoint_that_is_gone_is_missing(client, wire):
    wire.fail(404, code="resource_missing", message="No such webhook endpoint: 'we_1'")

    assert await webhook_endpoints.state(client, "we_1", configuration_id="c1", url=URL) is EndpointState.MISSING


async def test_a_repair_sets_address_events_and_switches_on(client, wire):
    wire.answer(an_endpoint(status="disabled", enabled_events=["charge.failed"], url="https://elsewhere.example/"))
    wire.answer(an_endpoint())

    endpoint = await webhook_endpoints.repair(client, "we_1", configuration_id="c1", url=URL, name="Main")

    assert endpoint.enabled
    sent = wire.sent[1]
    assert sent.path == "/v1/webhook_endpoints/we_1"
    form = dict(sent.form)
    assert (form["url"], form["disabled"], form["description"]) == (URL, "false", "Saleor: Main")
    assert [value for name, value in sent.form if name.startswith("enabled_events")] == list(EVENTS)


async def test_an_endpoint_of_others_is_never_repaired(client, wire):
    wire.answer(an_endpoint(metadata={"saleorAppConfigurationId": "c2"}))

    with pytest.raises(Refusal) as raised:
        await webhook_endpoints.repair(client, "we_1", configuration_id="c1", url=URL, name="Main")

    assert raised.value.code == "ForeignWebhookEndpoint"
    assert [sent.method for sent in wire.sent] == ["get"]


async def test_our_endpoint_is_removed(client, wire):
    wire.answer(an_endpoint())
    wire.answer({"id": "we_1", "object": "webhook_endpoint", "deleted": True})

    assert await webhook_endpoints.delete(client, "we_1", configuration_id="c1")
    assert (wire.sent[1].method, wire.sent[1].path) == ("delete", "/v1/webhook_endpoints/we_1")


async def test_an_endpoint_of_others_is_never_removed(client, wire):
    wire.answer(an_endpoint(metadata={}))

    assert not await webhook_endpoints.delete(client, "we_1", configuration_id="c1")
    assert [sent.method for sent in wire.sent] == ["get"]


async def test_an_endpoint_that_is_gone_already_is_no_error(client, wire):
    wire.fail(404, code="resource_missing", message="No such webhook endpoint: 'we_1'")
    wire.answer(an_endpoint())
    wire.fail(404, code="resource_missing", message="No such webhook endpoint: 'we_1'")

    assert not await webhook_endpoints.delete(client, "we_1", configuration_id="c1")
    assert await webhook_endpoints.delete(client, "we_1", configuration_id="c1")


async def test_a_removal_without_the_permission_is_refused(client, wire):
    wire.answer(an_endpoint())
    wire.fail(403, message="Having the 'rak_webhook_write' permission would allow this request to continue.")

    with pytest.raises(Declined, match="Webhook Endpoints: Write"):
        await webhook_endpoints.delete(client, "we_1", configuration_id="c1")


async def test_only_endpoints_of_the_configuration_are_found_on_every_page(client, wire):
    first = [an_endpoint(id="we_3"), an_endpoint(id="we_2", metadata={"saleorAppConfigurationId": "c2"})]
    wire.answer(a_list(*first, has_more=True, url="/v1/webhook_endpoints"))
    wire.answer(a_list(an_endpoint(id="we_1"), an_endpoint(id="we_0", metadata=None), url="/v1/webhook_endpoints"))

    found = await webhook_endpoints.find(client, "c1")

    assert [endpoint.id for endpoint in found] == ["we_3", "we_1"]
