"""A member of staff sets the app up: makes the restricted key that it asks for, enters it, gives it to all channels.

In one channel the app is to complete checkouts; a choice of the kind is a configuration's, so that there are two.
"""

from typing import Any

import httpx

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.keys import Key

_NEEDED = "{ restrictedKey(livemode: false) { permissions { code } } channels { channel { id slug } } }"
_CREATE = """
mutation Create($input: ConfigurationCreateInput!) {
  configurationCreate(input: $input) { configuration { id endpoint { state } } errors { field code message } }
}
"""
_ASSIGN = """
mutation Assign($channel: ID!, $configuration: ID!) {
  channelAssign(channelId: $channel, configurationId: $configuration) { errors { field code message } }
}
"""


COMPLETES = "channel-eur"
"""The channel where the app completes checkouts that are paid and left behind."""
_COMPLETE_AFTER = 2


class NotSetUp(Exception):
    """The app would not take what staff entered."""


async def enter_keys(http: httpx.AsyncClient, app_url: str, token: str, stripe: Stripe, account: Account) -> Key:
    """Through the API behind the app's pages in Saleor's Dashboard, with `token` from there; the restricted key.

    The app makes its webhook endpoint at Stripe itself. Raises NotSetUp.
    """
    needed = await _ask(http, app_url, token, _NEEDED, {})
    permissions = {permission["code"] for permission in needed["restrictedKey"]["permissions"]}
    key = stripe.create_key(account.id, permissions=permissions)
    given = {"publishableKey": account.publishable_key, "secretKey": key.value}
    completing = {"name": f"{account.name}, completing", "options": {"completeAfter": _COMPLETE_AFTER}}
    plain = await _created(http, app_url, token, given | {"name": account.name})
    completes = await _created(http, app_url, token, given | completing)
    for assignment in needed["channels"]:
        channel = assignment["channel"]
        variables = {"channel": channel["id"], "configuration": completes if channel["slug"] == COMPLETES else plain}
        assigned = await _ask(http, app_url, token, _ASSIGN, variables)
        if assigned["channelAssign"]["errors"]:
            raise NotSetUp(f"channelAssign: {assigned['channelAssign']['errors']}")
    return key


async def _created(http: httpx.AsyncClient, app_url: str, token: str, given: dict[str, Any]) -> str:
    created = (await _ask(http, app_url, token, _CREATE, {"input": given}))["configurationCreate"]
    if created["errors"]:
        raise NotSetUp(f"configurationCreate: {created['errors']}")
    return str(created["configuration"]["id"])


async def _ask(
    http: httpx.AsyncClient, app_url: str, token: str, query: str, variables: dict[str, Any]
) -> dict[str, Any]:
    headers = {"authorization-bearer": token}
    content = {"query": query, "variables": variables}
    answer = await http.post(f"{app_url}/api/graphql", json=content, headers=headers)
    if answer.is_error or answer.json().get("errors"):
        raise NotSetUp(f"{app_url}/api/graphql: HTTP {answer.status_code} {answer.text}")
    return dict(answer.json()["data"])
