"""Webhook endpoints (https://docs.stripe.com/api/webhook_endpoints)."""

from urllib.parse import urlsplit

from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.objects import WebhookEndpoint
from saleor_stripe_app.sandbox.stripe.pages import page
from saleor_stripe_app.sandbox.stripe.parameters import merged_metadata

_MOST = 16


def create(call: Call) -> dict[str, Json]:
    """POST /v1/webhook_endpoints: the only answer that shows the secret; the API version is fixed here."""
    parameters, context = call.parameters, call.context
    if len(call.books.webhook_endpoints) >= _MOST:
        raise invalid(f"You have reached the maximum of {_MOST} webhook endpoints.")
    endpoint = WebhookEndpoint(
        id=context.ids.new("we"),
        url=_url(call),
        secret=context.ids.new("whsec", 32),
        enabled_events=parameters.texts("enabled_events"),
        created=context.now,
        livemode=call.books.livemode,
        api_version=parameters.text("api_version"),
        connect=bool(parameters.flag("connect")),
        description=parameters.text("description"),
        metadata=merged_metadata({}, parameters),
    )
    call.books.webhook_endpoints[endpoint.id] = endpoint
    return {**render(endpoint), "secret": endpoint.secret}


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/webhook_endpoints/{webhook_endpoint}."""
    return render(_own(call))


def update(call: Call) -> dict[str, Json]:
    """POST /v1/webhook_endpoints/{webhook_endpoint}."""
    endpoint, parameters = _own(call), call.parameters
    if "url" in parameters:
        endpoint.url = _url(call)
    endpoint.enabled_events = parameters.texts("enabled_events") or endpoint.enabled_events
    if "description" in parameters:
        endpoint.description = parameters.text("description")
    if "disabled" in parameters:
        endpoint.enabled = not parameters.flag("disabled")
    endpoint.metadata = merged_metadata(endpoint.metadata, parameters)
    return render(endpoint)


def delete(call: Call) -> dict[str, Json]:
    """DELETE /v1/webhook_endpoints/{webhook_endpoint}."""
    endpoint = _own(call)
    del call.books.webhook_endpoints[endpoint.id]
    return {"id": endpoint.id, "object": "webhook_endpoint", "deleted": True}


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/webhook_endpoints, newest first."""
    return page(call, list(reversed(call.books.webhook_endpoints.values())), render)


def render(endpoint: WebhookEndpoint) -> dict[str, Json]:
    """https://docs.stripe.com/api/webhook_endpoints/object, without the secret."""
    return {
        "id": endpoint.id,
        "object": "webhook_endpoint",
        "api_version": endpoint.api_version,
        "application": None,
        "created": endpoint.created,
        "description": endpoint.description,
        "enabled_events": list(endpoint.enabled_events),
        "livemode": endpoint.livemode,
        "metadata": endpoint.metadata,
        "status": "enabled" if endpoint.enabled else "disabled",
        "url": endpoint.url,
    }


def _own(call: Call) -> WebhookEndpoint:
    found = call.books.webhook_endpoints.get(call.path[0])
    if found is None:
        raise missing("webhook endpoint", call.path[0], "webhook_endpoint")
    return found


def _url(call: Call) -> str:
    """An address on the web; live mode needs TLS."""
    url = call.parameters.required_text("url")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise invalid("Invalid URL: URL must be a publicly accessible http or https address", "url", "url_invalid")
    if call.books.livemode and parts.scheme != "https":
        raise invalid("Invalid URL: URL must be an HTTPS URL in live mode", "url", "url_invalid")
    return url
