"""Probes: webhook endpoints, and the signature of an event, which only the stand-in can send here."""

import re
from datetime import timedelta

import pytest
import stripe

from saleor_stripe_app.domain import metadata
from saleor_stripe_app.domain.errors import Untrusted
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.stripe_gateway import webhook_endpoints
from saleor_stripe_app.stripe_gateway.events import TOLERANCE, verified
from saleor_stripe_app.stripe_gateway.webhook_endpoints import EVENTS, EndpointState
from tests.stripe_probes.conftest import NOW
from tests.stripe_probes.till import APP, SALEOR, Till

URL = "https://example.com/api/webhooks/stripe/probe"


async def test_an_endpoint_bears_our_marks_version_and_events_from_creation_to_removal(till: Till) -> None:
    made = await till.endpoint(URL)
    assert made.secret is not None
    assert made.secret.startswith("whsec_")
    assert made.metadata == {metadata.CONFIGURATION: till.run, metadata.API_URL: SALEOR, metadata.APP: APP}
    assert (made.enabled, made.api_version, made.events) == (True, stripe.api_version, frozenset(EVENTS))
    [found] = await webhook_endpoints.find(till.client, till.run)
    assert (found.id, found.url, found.secret) == (made.id, URL, None)
    assert await _state(till, made.id, URL) is EndpointState.OK

    await webhook_endpoints.repair(till.client, made.id, configuration_id=till.run, url=f"{URL}/moved", name="Moved")
    assert await _state(till, made.id, URL) is EndpointState.WRONG_URL
    assert await _state(till, made.id, f"{URL}/moved") is EndpointState.OK

    assert await webhook_endpoints.delete(till.client, made.id, configuration_id=till.run)
    assert await _state(till, made.id, URL) is EndpointState.MISSING
    assert await webhook_endpoints.find(till.client, till.run) == ()


async def test_a_lost_secret_is_had_again_by_the_same_request(till: Till) -> None:
    made = await till.endpoint(URL)

    again = await till.endpoint(URL)

    assert (again.id, again.secret) == (made.id, made.secret)


async def test_an_event_is_signed_with_the_secret_of_its_endpoint(stand_in: Stripe, till_at_the_stand_in: Till) -> None:
    till = till_at_the_stand_in
    endpoint = await till.endpoint(URL)
    assert endpoint.secret is not None
    payment = await till.make(Flow.CHARGE)
    await till.cancel(payment.id)

    [post] = stand_in.pending_deliveries(int(NOW.timestamp()))

    header = post.headers["Stripe-Signature"]
    assert re.fullmatch(r"t=\d{10},v1=[0-9a-f]{64}", header)
    event = verified(post.body, header, [endpoint.secret], NOW)
    assert (event.type, event.payment_intent) == ("payment_intent.canceled", payment.id)
    for secret, now in ((f"{endpoint.secret}x", NOW), (endpoint.secret, NOW + TOLERANCE + timedelta(seconds=1))):
        with pytest.raises(Untrusted):
            verified(post.body, header, [secret], now)


async def _state(till: Till, endpoint: str, url: str) -> EndpointState:
    return await webhook_endpoints.state(till.client, endpoint, configuration_id=till.run, url=url)
