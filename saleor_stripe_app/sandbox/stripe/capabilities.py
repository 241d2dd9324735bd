"""What a connected account may do (https://docs.stripe.com/api/capabilities)."""

from saleor_stripe_app.sandbox.stripe.account_object import render_capability
from saleor_stripe_app.sandbox.stripe.accounts import connected
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.connect_objects import Capability
from saleor_stripe_app.sandbox.stripe.connected_accounts import request_or_withdraw, tell
from saleor_stripe_app.sandbox.stripe.errors import missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.pages import listing


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/accounts/{account}/capabilities."""
    account, connection = connected(call)
    shown = [render_capability(account, capability) for capability in connection.capabilities.values()]
    return listing(call.url, shown, has_more=False)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/accounts/{account}/capabilities/{capability}."""
    account, connection = connected(call)
    return render_capability(account, _named(connection.capabilities, call.path[1]))


def update(call: Call) -> dict[str, Json]:
    """POST /v1/accounts/{account}/capabilities/{capability}: ask for it, or do without it."""
    account, connection = connected(call)
    name = call.path[1]
    requested = call.parameters.flag("requested")
    before = connection.capabilities.get(name)
    request_or_withdraw(connection, name, requested, call.context.now)
    after = connection.capabilities.get(name)
    if after is not None:
        tell(call.context, account, name)
        return render_capability(account, after)
    gone = before or Capability(name, call.context.now)
    return {**render_capability(account, gone), "requested": False, "requested_at": None, "status": "unrequested"}


def _named(capabilities: dict[str, Capability], name: str) -> Capability:
    found = capabilities.get(name)
    if found is None:
        raise missing("capability", name, "capability")
    return found
