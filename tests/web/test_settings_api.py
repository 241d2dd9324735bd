"""The settings API over HTTP, for staff with a token that a real Dashboard would hold.

On SQLite alone: what differs between databases lies below this door.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from graphql import build_schema, validate
from graphql import parse as parse_graphql

from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.domain.options import Options
from saleor_stripe_app.saleor.operations import shipped
from saleor_stripe_app.sandbox.saleor import tokens
from saleor_stripe_app.sandbox.saleor.signing import SigningKey
from saleor_stripe_app.storage import received, reconciliations
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.received import ReceivedEvent
from saleor_stripe_app.web.application import application
from saleor_stripe_app.web.settings_api import door
from saleor_stripe_app.web.settings_api.schema import sdl
from tests.acceptance.world import APP_URL, GATEWAY, World, opened
from tests.usecases.merchant import ID, endpoints_at_stripe, paid_with, restricted_key, rows, stored

CONFIGURATION = """
fragment Configuration on Configuration {
  id name publishableKey secretKeyLastFour restricted livemode stripeAccount createdAt updatedAt archivedAt
  endpoint { state url message } channels { id slug name currencyCode isActive }
  lastEvent { id type created receivedAt }
  options {
    sendOrder sendShipping receiptEmail statementSuffix threeDSecure threeDSecureFrom { currency amount }
    extendedAuthorization
  }
}
"""
ERRORS = "errors { field code message }"
CREATE = (
    f"mutation Create($input: ConfigurationCreateInput!) {{ configurationCreate(input: $input) {{ {ERRORS} warnings "
    f"configuration {{ ...Configuration }} }} }} {CONFIGURATION}"
)
UPDATE = (
    f"mutation Update($id: ID!, $input: ConfigurationUpdateInput!) {{ configurationUpdate(id: $id, input: $input) {{ "
    f"{ERRORS} warnings configuration {{ ...Configuration }} }} }} {CONFIGURATION}"
)
DELETE = (
    "mutation Delete($id: ID!, $force: Boolean! = false) "
    f"{{ configurationDelete(id: $id, force: $force) {{ {ERRORS} outcome }} }}"
)
ASSIGN = (
    "mutation Assign($channel: ID!, $id: ID, $options: ChannelOptionsInput) "
    f"{{ channelAssign(channelId: $channel, configurationId: $id, options: $options) {{ {ERRORS} "
    "assignment { channel { slug } configuration { id } options { ...Chosen } } takenFrom { id name } } }"
    "fragment Chosen on ChannelOptions { methodConfiguration excludedMethods limits { minimum maximum } }"
)
TEST = (
    f"mutation Test($id: ID!) {{ configurationTest(id: $id) {{ {ERRORS} ok endpointState missingPermissions warnings "
    "configuration { id } } }"
)
REPAIR = (
    f"mutation Repair($id: ID!, $byHand: Boolean! = false) {{ endpointRepair(id: $id, replaceHandMade: $byHand) {{ "
    f"{ERRORS} configuration {{ id endpoint {{ state }} }} }} }}"
)
LIST = (
    "query List($archived: Boolean! = false) "
    f"{{ configurations(archived: $archived) {{ ...Configuration }} }} {CONFIGURATION}"
)
ONE = f"query One($id: ID!) {{ configuration(id: $id) {{ ...Configuration }} }} {CONFIGURATION}"
CHANNELS = (
    "{ channels { channel { id slug currencyCode } configuration { id name } "
    "options { methodConfiguration excludedMethods limits { minimum maximum } } } }"
)
NOTHING_CHOSEN = {"methodConfiguration": "", "excludedMethods": [], "limits": {"minimum": None, "maximum": None}}
FORM = "{ configurationForm { id webhookUrl } }"
KEY = "query Key($live: Boolean!) { restrictedKey(livemode: $live) { url permissions { code name } } }"
COMPARED = "{ health { reconciliation { running failure last { looked adopted reported different orphaned } } } }"
HEALTH = "{ health { backlog { count oldest } } }"
OPERATIONS = (CREATE, UPDATE, DELETE, ASSIGN, TEST, REPAIR, LIST, ONE, CHANNELS, FORM, KEY, HEALTH)


@dataclass
class Dashboard:
    """Staff at the Dashboard. Every answer is kept, to be searched for secrets."""

    world: World
    http: httpx.AsyncClient
    answers: list[str]

    def token(self, *permissions: str, life: int = 300, **claims: Any) -> str:
        user = self.world.saleor.add_user("owner@shop.example", is_staff=True, permissions=permissions)
        app = self.world.saleor.app_by_identifier(GATEWAY)
        assert app is not None
        made = tokens.staff_token(
            self.world.saleor.key,
            self.world.saleor.api_url,
            app,
            user,
            self.world.clock(),
            life=timedelta(seconds=life),
        )
        if not claims:
            return made
        return self.world.saleor.key.token(self.world.saleor.key.claims(made) | claims)

    async def post(self, content: Any, token: str | None = None, **headers: str) -> httpx.Response:
        shown = token or self.token("HANDLE_PAYMENTS", "MANAGE_APPS")
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        given = {"authorization-bearer": shown, "content-type": "application/json"} | headers
        response = await self.http.post("/api/graphql", content=body, headers=given)
        self.answers.append(response.text)
        return response

    async def ask(self, query: str, token: str | None = None, **variables: Any) -> dict[str, Any]:
        response = await self.post({"query": query, "variables": variables}, token)
        assert response.status_code == 200, response.text
        body = response.json()
        assert "errors" not in body, body
        data: dict[str, Any] = body["data"]
        return data

    async def mutate(self, query: str, **variables: Any) -> dict[str, Any]:
        ((_, payload),) = (await self.ask(query, **variables)).items()
        answer: dict[str, Any] = payload
        return answer

    def form(self, **changes: Any) -> dict[str, Any]:
        account = self.world.account
        given = {"id": ID, "name": "Main", "publishableKey": account.publishable_key, "secretKey": account.secret_key}
        return given | changes

    async def create(self, **changes: Any) -> dict[str, Any]:
        payload = await self.mutate(CREATE, input=self.form(**changes))
        assert payload["errors"] == []
        created: dict[str, Any] = payload["configuration"]
        return created


@pytest.fixture
async def dashboard(sqlite_url: str) -> AsyncIterator[Dashboard]:
    """The app installed, without keys yet, and staff before its pages."""
    async with opened(sqlite_url) as world:
        await world.install()
        app = application(door.routes(world.backends), body_limit=1_000_000, secure=False)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=APP_URL) as http:
            yield Dashboard(world, http, [])


def test_the_exported_schema_is_the_one_that_is_served():
    written = (shipped("graphql") / "settings.graphql").read_text(encoding="utf-8")
    assert written == sdl(), "write it anew: print(sdl(), end='') > graphql/settings.graphql"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda text: text.split("(")[0].strip("{ "))
def test_the_operations_of_this_test_are_valid(operation: str):
    assert validate(build_schema(sdl()), parse_graphql(operation)) == []


async def test_a_configuration_is_shown_without_its_secrets(dashboard: Dashboard):
    key = restricted_key(dashboard.world)
    created = await dashboard.create(secretKey=key)
    assert created["name"] == "Main"
    assert created["secretKeyLastFour"] == key[-4:]
    assert created["restricted"]
    assert not created["livemode"]
    assert created["stripeAccount"] == dashboard.world.account.id
    assert created["endpoint"]["state"] == "OK"
    assert created["endpoint"]["url"] == f"{APP_URL}/api/webhooks/stripe/{ID}"
    assert created["channels"] == []
    assert created["lastEvent"] is None
    assert (await dashboard.ask(LIST))["configurations"] == [created]
    assert (await dashboard.ask(ONE, id=ID))["configuration"] == created


async def test_the_event_that_came_last_is_shown(dashboard: Dashboard):
    await dashboard.create()
    now = dashboard.world.clock()
    await received.record(dashboard.world.backends.storage, ReceivedEvent("evt_1", ID, "charge.succeeded", now, now))
    shown = (await dashboard.ask(ONE, id=ID))["configuration"]["lastEvent"]
    assert (shown["id"], shown["type"]) == ("evt_1", "charge.succeeded")
    assert shown["receivedAt"] == now.isoformat()


async def test_another_shops_configuration_is_not_there(dashboard: Dashboard):
    assert (await dashboard.ask(ONE, id="5f0a6d62-9f57-4f0c-8c6b-6f6f6f6f6f6f"))["configuration"] is None


async def test_channels_are_assigned_and_shown(dashboard: Dashboard):
    await dashboard.create()
    channel = dashboard.world.saleor.channel("channel-pln")
    payload = await dashboard.mutate(ASSIGN, channel=channel.id, id=ID)
    assert payload["errors"] == []
    assert payload["assignment"] == {
        "channel": {"slug": "channel-pln"},
        "configuration": {"id": ID},
        "options": NOTHING_CHOSEN,
    }
    assert payload["takenFrom"] is None
    shown = (await dashboard.ask(ONE, id=ID))["configuration"]["channels"]
    assert [(one["slug"], one["currencyCode"]) for one in shown] == [("channel-pln", "PLN")]
    listed = (await dashboard.ask(CHANNELS))["channels"]
    assert {one["channel"]["slug"]: (one["configuration"] or {}).get("id") for one in listed} == {
        other.slug: ID if other is channel else None for other in dashboard.world.saleor.channels
    }
    assert {one["channel"]["slug"]: one["options"] for one in listed} == {
        other.slug: NOTHING_CHOSEN if other is channel else None for other in dashboard.world.saleor.channels
    }
    payload = await dashboard.mutate(ASSIGN, channel=channel.id, id=None)
    assert payload["takenFrom"]["id"] == ID


async def test_channels_say_whether_they_complete_checkouts_by_themselves(dashboard: Dashboard):
    query = "{ channels { channel { slug completesCheckouts } } }"
    saleor = dashboard.world.saleor
    saleor.channel("channel-pln").checkout_settings.automatically_complete_fully_paid_checkouts = True
    listed = [one["channel"] for one in (await dashboard.ask(query))["channels"]]
    assert {one["slug"]: one["completesCheckouts"] for one in listed} == {
        channel.slug: channel.slug == "channel-pln" for channel in saleor.channels
    }


async def test_a_silent_saleor_hides_channels_and_nothing_else(dashboard: Dashboard):
    await dashboard.create()
    channel = dashboard.world.saleor.channel("channel-pln")
    await dashboard.mutate(ASSIGN, channel=channel.id, id=ID)
    token = dashboard.token("HANDLE_PAYMENTS")
    async with dashboard.world.served.down():
        body = (await dashboard.post({"query": LIST}, token)).json()
    assert body["data"]["configurations"][0]["name"] == "Main"
    assert body["data"]["configurations"][0]["channels"] is None
    assert body["errors"][0]["extensions"]["code"] == "Unavailable"


async def test_what_is_wrong_is_said_beside_its_field(dashboard: Dashboard):
    payload = await dashboard.mutate(CREATE, input=dashboard.form(secretKey="sk_live_00000000000000000000"))
    (error,) = payload["errors"]
    assert (error["field"], error["code"]) == ("publishableKey", "KEYS_OF_TWO_MODES")
    assert payload["configuration"] is None
    key = restricted_key(dashboard.world, "rak_charge_write")
    (error,) = (await dashboard.mutate(CREATE, input=dashboard.form(secretKey=key)))["errors"]
    assert (error["field"], error["code"]) == ("secretKey", "MISSING_PERMISSIONS")
    assert "Charges and Refunds: Write" in error["message"]
    (error,) = (await dashboard.mutate(ASSIGN, channel="Q2hhbm5lbDo5OTk=", id=None))["errors"]
    assert (error["field"], error["code"]) == ("channelId", "UNKNOWN_CHANNEL")
    channel = dashboard.world.saleor.channel("channel-pln")
    (error,) = (await dashboard.mutate(ASSIGN, channel=channel.id, id=ID))["errors"]
    assert (error["field"], error["code"]) == ("configurationId", "UNKNOWN_CONFIGURATION")
    (error,) = (await dashboard.mutate(UPDATE, id=ID, input={"name": "x"}))["errors"]
    assert (error["field"], error["code"]) == ("id", "UNKNOWN_CONFIGURATION")


async def test_a_configuration_is_changed_tested_repaired_and_deleted(dashboard: Dashboard):
    await dashboard.create()
    payload = await dashboard.mutate(UPDATE, id=ID, input={"name": "Renamed", "secretKey": ""})
    assert payload["configuration"]["name"] == "Renamed"
    endpoints_at_stripe(dashboard.world).clear()
    tested = await dashboard.mutate(TEST, id=ID)
    assert (tested["ok"], tested["endpointState"], tested["errors"]) == (False, "MISSING", [])
    repaired = await dashboard.mutate(REPAIR, id=ID)
    assert repaired["configuration"]["endpoint"]["state"] == "OK"
    assert (await dashboard.mutate(TEST, id=ID))["ok"]
    assert (await dashboard.mutate(DELETE, id=ID)) == {"errors": [], "outcome": "DELETED"}
    assert (await dashboard.ask(LIST))["configurations"] == []


async def test_options_have_careful_defaults(dashboard: Dashboard):
    assert (await dashboard.create())["options"] == {
        "sendOrder": True,
        "sendShipping": True,
        "receiptEmail": False,
        "statementSuffix": "",
        "threeDSecure": "AUTOMATIC",
        "threeDSecureFrom": [],
        "extendedAuthorization": False,
    }


async def test_options_are_chosen_and_what_is_left_out_stays(dashboard: Dashboard):
    given = {
        "statementSuffix": " SHOP ",
        "threeDSecure": "CHALLENGE",
        "threeDSecureFrom": [{"currency": "USD", "amount": "100"}, {"currency": "EUR", "amount": 90.5}],
    }
    chosen = (await dashboard.create(options=given))["options"]
    assert chosen["statementSuffix"] == "SHOP"
    assert chosen["threeDSecure"] == "CHALLENGE"
    assert chosen["threeDSecureFrom"] == [
        {"currency": "EUR", "amount": "90.50"},
        {"currency": "USD", "amount": "100.00"},
    ]
    changes = {"options": {"receiptEmail": True, "threeDSecureFrom": [], "statementSuffix": ""}}
    changed = (await dashboard.mutate(UPDATE, id=ID, input=changes))["configuration"]["options"]
    assert changed == chosen | {"receiptEmail": True, "threeDSecureFrom": [], "statementSuffix": ""}
    renamed = (await dashboard.mutate(UPDATE, id=ID, input={"name": "Renamed"}))["configuration"]
    assert renamed["options"] == changed
    assert (await dashboard.ask(ONE, id=ID))["configuration"]["options"] == changed


@pytest.mark.parametrize(
    ("given", "field", "code", "words"),
    [
        ({"statementSuffix": "12345"}, "statementSuffix", "INVALID_STATEMENT_SUFFIX", "at least one letter"),
        ({"completeAfter": -1}, "completeAfter", "INVALID_COMPLETE_AFTER", "never: 0"),
        ({"completeAfter": 86401}, "completeAfter", "INVALID_COMPLETE_AFTER", "never: 0"),
        (
            {"threeDSecureFrom": [{"currency": "EUR", "amount": "1"}, {"currency": "eur", "amount": "2"}]},
            "threeDSecureFrom",
            "INVALID_THREE_D_SECURE_FROM",
            "more than once",
        ),
        (
            {"threeDSecureFrom": [{"currency": "XYZ", "amount": "1"}]},
            "threeDSecureFrom",
            "INVALID_THREE_D_SECURE_FROM",
            "XYZ",
        ),
    ],
)
async def test_options_that_stripe_would_refuse_are_refused(
    dashboard: Dashboard, given: dict[str, Any], field: str, code: str, words: str
):
    payload = await dashboard.mutate(CREATE, input=dashboard.form(options=given))
    assert payload["configuration"] is None
    await dashboard.create(options={"receiptEmail": True})
    for errors in (payload["errors"], (await dashboard.mutate(UPDATE, id=ID, input={"options": given}))["errors"]):
        (error,) = errors
        assert (error["field"], error["code"]) == (field, code)
        assert words in error["message"]
    kept = await stored(dashboard.world)
    assert kept is not None
    assert kept.options == Options(receipt_email=True)


async def test_an_amount_that_is_no_number_is_no_operation(dashboard: Dashboard):
    given = {"threeDSecureFrom": [{"currency": "EUR", "amount": "five"}]}
    response = await dashboard.post({"query": CREATE, "variables": {"input": dashboard.form(options=given)}})
    assert response.status_code == 400


async def test_a_channel_has_options_of_its_own_and_what_is_left_out_stays(dashboard: Dashboard):
    await dashboard.create()
    channel = dashboard.world.saleor.channel("channel-pln").id
    given = {"excludedMethods": ["klarna", "alipay"], "limits": {"minimum": "5", "maximum": 90.5}}
    payload = await dashboard.mutate(ASSIGN, channel=channel, id=ID, options=given)
    assert payload["errors"] == []
    chosen = payload["assignment"]["options"]
    assert chosen == {
        "methodConfiguration": "",
        "excludedMethods": ["klarna", "alipay"],
        "limits": {"minimum": "5.00", "maximum": "90.50"},
    }
    again = await dashboard.mutate(ASSIGN, channel=channel, id=ID, options={"excludedMethods": ["klarna"]})
    assert again["assignment"]["options"] == chosen | {"excludedMethods": ["klarna"]}
    again = await dashboard.mutate(ASSIGN, channel=channel, id=ID, options={"limits": {"maximum": "7"}})
    assert again["assignment"]["options"]["limits"] == {"minimum": None, "maximum": "7.00"}
    untouched = await dashboard.mutate(ASSIGN, channel=channel, id=ID)
    assert untouched["assignment"] == again["assignment"]
    listed = {one["channel"]["slug"]: one["options"] for one in (await dashboard.ask(CHANNELS))["channels"]}
    assert listed["channel-pln"] == again["assignment"]["options"]
    freed = await dashboard.mutate(ASSIGN, channel=channel, id=None)
    assert freed["assignment"]["options"] is None
    assert (await dashboard.mutate(ASSIGN, channel=channel, id=ID))["assignment"]["options"] == NOTHING_CHOSEN


@pytest.mark.parametrize(
    ("given", "field", "code", "words"),
    [
        ({"excludedMethods": ["card", "pigeon"]}, "excludedMethods", "INVALID_METHOD", "pigeon"),
        ({"methodConfiguration": "card"}, "methodConfiguration", "INVALID_METHOD_CONFIGURATION", "pmc_"),
        ({"limits": {"minimum": "0.001"}}, "limits", "INVALID_LIMITS", "the step is 0.01"),
        ({"limits": {"minimum": "9", "maximum": "5"}}, "limits", "INVALID_LIMITS", "9.00 PLN is above the maximum"),
    ],
)
async def test_options_of_a_channel_that_cannot_be_are_refused_beside_their_field(
    dashboard: Dashboard, given: dict[str, Any], field: str, code: str, words: str
):
    await dashboard.create()
    channel = dashboard.world.saleor.channel("channel-pln").id
    await dashboard.mutate(ASSIGN, channel=channel, id=ID, options={"excludedMethods": ["klarna"]})
    payload = await dashboard.mutate(ASSIGN, channel=channel, id=ID, options=given)
    assert payload["assignment"] is None
    (error,) = payload["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert words in error["message"]
    kept = (await dashboard.mutate(ASSIGN, channel=channel, id=ID))["assignment"]["options"]
    assert kept == NOTHING_CHOSEN | {"excludedMethods": ["klarna"]}


async def test_a_method_configuration_that_cannot_be_used_is_refused_beside_its_field(dashboard: Dashboard):
    await dashboard.create(secretKey=restricted_key(dashboard.world))
    channel = dashboard.world.saleor.channel("channel-pln").id
    given = {"methodConfiguration": "pmc_1AbC"}
    (error,) = (await dashboard.mutate(ASSIGN, channel=channel, id=ID, options=given))["errors"]
    assert (error["field"], error["code"]) == ("methodConfiguration", "MISSING_PERMISSIONS")
    await dashboard.mutate(UPDATE, id=ID, input={"secretKey": dashboard.world.account.secret_key})
    (error,) = (await dashboard.mutate(ASSIGN, channel=channel, id=ID, options=given))["errors"]
    assert (error["field"], error["code"]) == ("methodConfiguration", "INVALID_METHOD_CONFIGURATION")
    assert "pmc_1AbC" in error["message"]


async def test_options_without_a_configuration_take_no_configuration_away(dashboard: Dashboard):
    await dashboard.create()
    channel = dashboard.world.saleor.channel("channel-pln").id
    await dashboard.mutate(ASSIGN, channel=channel, id=ID)
    payload = await dashboard.mutate(ASSIGN, channel=channel, id=None, options={"excludedMethods": ["klarna"]})
    (error,) = payload["errors"]
    assert (error["field"], error["code"]) == ("configurationId", "UNKNOWN_CONFIGURATION")
    (shown,) = (await dashboard.ask(ONE, id=ID))["configuration"]["channels"]
    assert shown["slug"] == "channel-pln"


async def test_an_archived_configuration_is_shown_on_request(dashboard: Dashboard):
    await dashboard.create()
    kept = await stored(dashboard.world)
    assert kept is not None
    await paid_with(dashboard.world, kept)
    assert (await dashboard.mutate(DELETE, id=ID))["outcome"] == "ARCHIVED"
    assert (await dashboard.ask(LIST))["configurations"] == []
    (shown,) = (await dashboard.ask(LIST, archived=True))["configurations"]
    assert shown["archivedAt"] == dashboard.world.clock().isoformat()
    assert (await dashboard.mutate(DELETE, id=ID, force=True))["outcome"] == "ERASED"
    (shown,) = (await dashboard.ask(LIST, archived=True))["configurations"]
    assert shown["secretKeyLastFour"] == ""


async def test_an_endpoint_made_by_hand_is_entered_under_the_id_of_the_form(dashboard: Dashboard):
    form = (await dashboard.ask(FORM))["configurationForm"]
    endpoint = {"url": form["webhookUrl"], "signingSecret": "whsec_byhand_0000000000000000"}
    created = await dashboard.create(id=form["id"], endpoint=endpoint)
    assert created["id"] == form["id"]
    assert created["endpoint"]["state"] == "MADE_BY_HAND"
    (error,) = (await dashboard.mutate(REPAIR, id=form["id"]))["errors"]
    assert error["code"] == "ENDPOINT_MADE_BY_HAND"
    assert (await dashboard.mutate(REPAIR, id=form["id"], byHand=True))["configuration"]["endpoint"]["state"] == "OK"


async def test_the_permissions_of_a_restricted_key_come_with_stripes_form(dashboard: Dashboard):
    shown = (await dashboard.ask(KEY, live=False))["restrictedKey"]
    assert {one["code"] for one in shown["permissions"]} == {
        "rak_balance_transaction_source_read",
        "rak_payment_intent_write",
        "rak_charge_write",
        "rak_dispute_read",
        "rak_webhook_write",
        "rak_customer_write",
        "rak_payment_method_write",
        "rak_setup_intent_write",
        "rak_customer_session_write",
    }
    assert shown["url"].startswith("https://dashboard.stripe.com/test/apikeys/create?")
    assert "rak_webhook_write" in shown["url"]


async def test_what_waits_to_be_looked_at_is_counted(dashboard: Dashboard):
    assert (await dashboard.ask(HEALTH))["health"] == {"backlog": {"count": 0, "oldest": None}}


async def test_health_shows_what_the_last_comparison_of_the_ledgers_came_to(dashboard: Dashboard):
    assert (await dashboard.ask(COMPARED))["health"]["reconciliation"] is None
    storage, now = dashboard.world.backends.storage, dashboard.world.clock()
    claim = await reconciliations.claim(storage, dashboard.world.saleor.api_url, now, timedelta(minutes=10))
    assert claim is not None
    under_way = (await dashboard.ask(COMPARED))["health"]["reconciliation"]
    assert (under_way["running"], under_way["last"]) == (True, None)
    different, orphans = (("transaction", "why"), ("another", "why")), (("pi_1", "why"),)
    outcome = reconciliations.Outcome(now - timedelta(days=1), now, 7, 3, 4, different, orphans)
    await reconciliations.finish(storage, claim, now, outcome, now)
    shown = (await dashboard.ask(COMPARED))["health"]["reconciliation"]
    numbers = {"looked": 7, "adopted": 3, "reported": 4, "different": 2, "orphaned": 1}
    assert shown == {"running": False, "failure": "", "last": numbers}


async def test_no_answer_and_no_log_holds_a_secret(dashboard: Dashboard, caplog: pytest.LogCaptureFixture):
    caplog.set_level("DEBUG")
    world = dashboard.world
    by_hand = "whsec_byhand_0000000000000000"
    keys = [world.account.secret_key, restricted_key(world), restricted_key(world, "rak_charge_write")]
    unfit = ["sk_live_1111222233334444555566667777", "rk_tset_1111222233334444", "nothing like a key at all"]
    url = f"{APP_URL}/api/webhooks/stripe/{ID}"
    await dashboard.mutate(CREATE, input=dashboard.form(secretKey=keys[2]))
    for key in unfit:
        await dashboard.mutate(CREATE, input=dashboard.form(secretKey=key))
        await dashboard.post({"query": CREATE, "variables": {"input": {"secretKey": key, "name": ["x"]}}})
        await dashboard.post({"query": CREATE, "variables": {"input": dashboard.form(secretKey=[key, {"a": key}])}})
        literal = json.dumps(key)
        await dashboard.post({"query": f"mutation {{ configurationCreate(input: {{secretKey: {literal}}}) {{ no }} }}"})
        await dashboard.post({"query": f"mutation {{ configurationCreate(input: {literal}) {{ errors {{ code }} }} }}"})
        await dashboard.post({"query": f'{{ configuration(id: "{key}'})
        await dashboard.post({"query": CREATE, "variables": dashboard.form(secretKey=key), "operationName": key})
    endpoint = {"url": url, "signingSecret": by_hand}
    await dashboard.create(secretKey=keys[1], endpoint=endpoint)
    await dashboard.mutate(UPDATE, id=ID, input={"endpoint": {**endpoint, "url": "https://elsewhere.example/"}})
    await dashboard.mutate(UPDATE, id=ID, input={"endpoint": {**endpoint, "signingSecret": unfit[0]}})
    await dashboard.mutate(REPAIR, id=ID, byHand=True)
    await dashboard.mutate(UPDATE, id=ID, input={"secretKey": keys[0]})
    for mutation in (TEST, REPAIR, DELETE):
        await dashboard.mutate(mutation, id=ID)
    await dashboard.create(id=None)
    for query in (CHANNELS, FORM, HEALTH, LIST):
        await dashboard.ask(query)
    secrets = [endpoint.secret for endpoint in endpoints_at_stripe(world).values()]
    said = "\n".join([*dashboard.answers, caplog.text, *(repr(record.__dict__) for record in caplog.records)])
    installation = world.installation
    assert installation is not None
    for secret in (*keys, *unfit, *secrets, by_hand, installation.token):
        assert secret not in said
        assert json.dumps(secret)[1:-1] not in said


@pytest.mark.parametrize(
    ("claims", "status", "words"),
    [
        ({"type": "access"}, 401, "not made for this app"),
        ({"app": "QXBwOjk5OQ=="}, 401, "not made for this app"),
        ({"iss": "https://other.example/graphql/"}, 401, "has not installed"),
        ({"exp": 1}, 401, "expired"),
        ({"user_permissions": ["MANAGE_APPS"]}, 403, "HANDLE_PAYMENTS"),
        ({"user_permissions": []}, 403, "HANDLE_PAYMENTS"),
    ],
    ids=str,
)
async def test_a_token_for_anything_else_is_refused_with_a_reason(
    dashboard: Dashboard, claims: dict[str, Any], status: int, words: str
):
    token = dashboard.token("HANDLE_PAYMENTS", "MANAGE_APPS", **claims)
    response = await dashboard.post({"query": LIST}, token)
    assert response.status_code == status
    (error,) = response.json()["errors"]
    assert words in error["message"]
    assert error["extensions"]["code"] == ("Forbidden" if status == 403 else "Untrusted")


async def test_shoppers_and_staffs_own_tokens_are_refused(dashboard: Dashboard):
    saleor = dashboard.world.saleor
    shopper = saleor.add_user("shopper@shop.example")
    staff = saleor.add_user("owner@shop.example", is_staff=True, permissions=["HANDLE_PAYMENTS", "MANAGE_APPS"])
    for user in (shopper, staff):
        token = tokens.access_token(saleor.key, saleor.api_url, user, dashboard.world.clock())
        assert (await dashboard.post({"query": LIST}, token)).status_code == 401


async def test_a_token_signed_by_anyone_else_is_refused(dashboard: Dashboard):
    saleor = dashboard.world.saleor
    claims = saleor.key.claims(dashboard.token("HANDLE_PAYMENTS", "MANAGE_APPS"))
    response = await dashboard.post({"query": LIST}, SigningKey.generate().token(claims))
    assert response.status_code == 401


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "..", "x" * 9000])
async def test_what_is_no_token_is_refused(dashboard: Dashboard, token: str):
    assert (await dashboard.post({"query": LIST}, token)).status_code == 401


async def test_without_a_token_staff_are_told_where_to_open_the_page(dashboard: Dashboard):
    response = await dashboard.http.post("/api/graphql", json={"query": LIST})
    assert response.status_code == 401
    assert "Dashboard" in response.json()["errors"][0]["message"]


async def test_the_usual_authorization_header_does_too(dashboard: Dashboard):
    token = dashboard.token("HANDLE_PAYMENTS")
    response = await dashboard.http.post(
        "/api/graphql", json={"query": HEALTH}, headers={"authorization": f"Bearer {token}"}
    )
    assert response.status_code == 200


async def test_a_saleor_api_url_that_is_not_the_tokens_is_refused(dashboard: Dashboard):
    other = {"saleor-api-url": "https://other.example/graphql/"}
    assert (await dashboard.post({"query": LIST}, **other)).status_code == 401
    same = {"saleor-api-url": dashboard.world.saleor.api_url}
    assert (await dashboard.post({"query": LIST}, **same)).status_code == 200


async def test_staff_of_a_saleor_that_removed_the_app_are_refused(dashboard: Dashboard):
    token = dashboard.token("HANDLE_PAYMENTS", "MANAGE_APPS")
    app = dashboard.world.saleor.app_by_identifier(GATEWAY)
    assert app is not None
    await dashboard.world.served.courier.uninstall(app)
    assert (await dashboard.post({"query": LIST}, token)).status_code == 401


async def test_a_new_key_of_saleors_is_fetched_once(dashboard: Dashboard):
    saleor = dashboard.world.saleor
    saleor.key = SigningKey.generate()
    assert (await dashboard.post({"query": HEALTH})).status_code == 200
    stranger = SigningKey.generate().token(saleor.key.claims(dashboard.token("HANDLE_PAYMENTS")))
    assert (await dashboard.post({"query": HEALTH}, stranger)).status_code == 401
    assert (await dashboard.post({"query": HEALTH})).status_code == 200


async def test_reading_needs_no_permission_to_write(dashboard: Dashboard):
    await dashboard.create()
    reader = dashboard.token("HANDLE_PAYMENTS")
    assert len((await dashboard.ask(LIST, reader))["configurations"]) == 1


@pytest.mark.parametrize(
    ("mutation", "variables"),
    [
        (CREATE, {"input": {"name": "x", "publishableKey": "pk_test_x", "secretKey": "sk_test_x"}}),
        (UPDATE, {"id": ID, "input": {"name": "Taken over"}}),
        (DELETE, {"id": ID, "force": True}),
        (ASSIGN, {"channel": "Q2hhbm5lbDox", "id": ID}),
        (TEST, {"id": ID}),
        (REPAIR, {"id": ID}),
    ],
    ids=lambda value: value.split("(")[0] if isinstance(value, str) else "",
)
async def test_writing_needs_the_permission_to_manage_apps(
    dashboard: Dashboard, mutation: str, variables: dict[str, Any]
):
    await dashboard.create()
    before = await stored(dashboard.world)
    asked = len(dashboard.world.stripe.records)
    reader = dashboard.token("HANDLE_PAYMENTS")
    response = await dashboard.post({"query": mutation, "variables": variables}, reader)
    assert response.status_code == 403
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "Forbidden"
    assert "MANAGE_APPS" in error["message"]
    assert await stored(dashboard.world) == before
    assert await rows(dashboard.world) == (1, 0)
    assert len(dashboard.world.stripe.records) == asked


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b'"text"',
        b'[{"query": "{ health { backlog { count } } }"}]',
        b'{"query": 1}',
        b'{"query": "{ health { backlog { count } } }", "variables": []}',
        b'{"query": "' + b" " * 70_000 + b'"}',
        json.dumps({"query": "{ nothing }"}).encode(),
        json.dumps({"query": "{ health {"}).encode(),
        json.dumps({"query": ""}).encode(),
        json.dumps({"query": "subscription { health { backlog { count } } }"}).encode(),
        json.dumps({"query": HEALTH, "operationName": "Other"}).encode(),
        json.dumps({"query": "{ " + "health { backlog { count } } " * 1000 + "}"}).encode(),
        json.dumps({"query": "{ " + " ".join(f"a{n}: configurations {{ id }}" for n in range(50)) + " }"}).encode(),
        json.dumps(
            {"query": "{ __schema { types { " + "fields { type { " * 9 + "name" + " } }" * 9 + " } } }"}
        ).encode(),
    ],
    ids=lambda body: body[:60].decode(errors="replace"),
)
async def test_what_cannot_be_executed_is_refused_with_a_reason(dashboard: Dashboard, body: bytes):
    response = await dashboard.post(body)
    assert response.status_code == 400
    (error, *_) = response.json()["errors"]
    assert error["message"]
    assert error["extensions"]["code"] == "Malformed"
    assert "data" not in response.json()


async def test_only_post_is_answered(dashboard: Dashboard):
    response = await dashboard.http.get("/api/graphql", params={"query": HEALTH})
    assert response.status_code == 405


class Failing(Storage):
    """A database whose reads fail in the given way after the first few."""

    __slots__ = ("error", "good")

    def read(self):
        if self.good == 0:
            raise self.error
        object.__setattr__(self, "good", self.good - 1)
        return super().read()


def fail(dashboard: Dashboard, error: Exception, *, good: int) -> None:
    """Let the database fail; the token is verified by the first read."""
    kept = dashboard.world.backends.storage
    storage = Failing(kept.engine, kept.reading, kept.keys)
    object.__setattr__(storage, "error", error)
    object.__setattr__(storage, "good", good)
    object.__setattr__(dashboard.world.backends, "storage", storage)


async def test_a_defect_of_ours_is_told_to_the_log_alone(dashboard: Dashboard, caplog: pytest.LogCaptureFixture):
    token = dashboard.token("HANDLE_PAYMENTS")
    fail(dashboard, RuntimeError("inner workings"), good=1)
    response = await dashboard.post({"query": HEALTH}, token)
    assert response.status_code == 500
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "InternalError"
    assert "inner workings" not in response.text
    assert "inner workings" in caplog.text


@pytest.mark.parametrize("good", [0, 1])
async def test_a_database_that_is_away_is_said_to_be_so(dashboard: Dashboard, good: int):
    token = dashboard.token("HANDLE_PAYMENTS")
    fail(dashboard, Unavailable("The database does not answer."), good=good)
    response = await dashboard.post({"query": HEALTH}, token)
    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"]["code"] == "Unavailable"
