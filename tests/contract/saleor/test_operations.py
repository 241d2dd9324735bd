"""Every operation, and every variable that goes with it, as each version of Saleor declares it."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from aiohttp import web
from graphql import GraphQLSchema, OperationDefinitionNode, parse, validate
from graphql.execution.values import get_variable_values

from saleor_stripe_app.domain.payment_method import PaymentMethod
from saleor_stripe_app.domain.report import Report, Result
from saleor_stripe_app.domain.transaction import Action, EventType
from saleor_stripe_app.saleor import channels, operations, problems, reports, transactions, versions, webhooks
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.saleor.manifest import manifest
from tests.contract.saleor import schemas
from tests.saleor.loopback import Asked, running

NAMES = operations.names()
CARD = PaymentMethod("card", "visa", "Visa", "4242", 12, 2034)


@pytest.fixture(params=versions.KNOWN, ids=lambda version: f"{version[0]}.{version[1]}")
def version(request):
    return request.param


@pytest.fixture
def schema(version) -> GraphQLSchema:
    return schemas.schema(version)


@pytest.mark.parametrize("name", NAMES)
def test_an_operation_is_valid_where_it_is_used_and_does_not_exist_elsewhere(name, version, schema):
    if version < operations.first_version(name):
        with pytest.raises(operations.NotInThisSaleor):
            operations.operation(name, version)
        return
    assert validate(schema, parse(operations.operation(name, version).text)) == []


@pytest.mark.parametrize("name", ["app-problem-create", "app-problem-dismiss", "app-problems"])
def test_an_operation_is_kept_from_older_versions_for_a_reason(name):
    """A mark that hides what an older Saleor can do as well would take a feature away from its shops."""
    first = operations.first_version(name)
    before = versions.KNOWN[versions.KNOWN.index(first) - 1]
    assert validate(schemas.schema(before), parse(operations.operation(name, first).text)) != []


def test_the_manifests_webhooks_are_valid_and_their_events_exist(version, schema):
    made = manifest(app_url="https://pay.example", app_id="app", app_name="Stripe", version=version)
    for webhook in made["webhooks"]:
        assert validate(schema, parse(webhook["query"])) == []
        kinds = (("syncEvents", "WebhookEventTypeSyncEnum"), ("asyncEvents", "WebhookEventTypeAsyncEnum"))
        for key, enum in kinds:
            assert set(webhook.get(key, [])) <= set(schema.get_type(enum).values)


def test_every_newer_operation_is_accounted_for():
    """APP_DELETED is declared by older versions as well, which do not send it to the app itself."""
    newer = {name for name in NAMES if operations.first_version(name) > versions.OLDEST}
    assert newer == {"app-problem-create", "app-problem-dismiss", "app-problems", "app-deleted", "customer-deleted"}


def test_our_event_types_and_actions_are_saleors(schema):
    assert {event.value for event in EventType} == set(schema.get_type("TransactionEventTypeEnum").values)
    assert {action.value for action in Action} == set(schema.get_type("TransactionActionEnum").values)
    assert {result.value for result in Result} < {event.value for event in EventType}


def assert_taken(schema: GraphQLSchema, text: str) -> None:
    """The request's variables are what the schema declares, and its document is valid."""
    body = json.loads(text)
    document = parse(body["query"])
    assert validate(schema, document) == []
    (definition,) = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    declared = {variable.variable.name.value for variable in definition.variable_definitions or ()}
    assert set(body["variables"]) <= declared
    coerced = get_variable_values(schema, definition.variable_definitions or (), body["variables"])
    assert not isinstance(coerced, list), coerced


STALE = {
    "id": "V2ViaG9vazox",
    "name": "Stripe Payment Gateway Initialize",
    "targetUrl": "https://old.example/api/webhooks/saleor/a",
    "isActive": True,
    "syncEvents": [],
    "asyncEvents": [],
    "subscriptionQuery": None,
}
QUERIES = {
    "Transaction": {"transaction": None},
    "Channels": {"channels": []},
    "AppProblems": {"app": {"problems": []}},
    "AppWebhooks": {"app": {"id": "QXBwOjE=", "webhooks": [STALE, {**STALE, "id": "V2ViaG9vazoy", "name": "Old"}]}},
}


async def fitting(request: web.Request) -> web.Response:
    """An answer that fits the operation."""
    name = Asked({}, await request.text()).operation
    done = {"errors": [], "webhook": {"id": "V2ViaG9vazox"}, "alreadyProcessed": False}
    return web.json_response({"data": QUERIES.get(name) or {name[0].lower() + name[1:]: done}})


@pytest.fixture
async def client():
    opened = SaleorClient()
    yield opened
    await opened.close()


@pytest.mark.parametrize("method", [None, CARD, PaymentMethod("ideal")])
async def test_what_is_sent_is_what_saleor_declares(client, version, schema, method):
    made = manifest(app_url="https://pay.example", app_id="app", app_name="Stripe", version=version)
    async with running() as saleor:
        saleor.says(fitting)
        installation = saleor.installation(version)
        for event in EventType:
            report = Report(
                event,
                "pi_1",
                Decimal("10.10"),
                datetime(2026, 11, 24, tzinfo=UTC),
                "Paid",
                "https://dashboard.stripe.com/payments/pi_1",
                frozenset(Action),
                method,
            )
            await reports.send(client, installation, "VHJhbnM=", report)
        await transactions.read(client, installation, "VHJhbnM=")
        await channels.read(client, installation)
        await problems.create(
            client, installation, key="key", message="Message", critical_threshold=1, aggregation_minutes=5
        )
        await problems.dismiss(client, installation, ["key"])
        await problems.shown(client, installation)
        await webhooks.bring_up_to_date(client, installation, made)
        for asked in saleor.asked:
            assert_taken(schema, asked.text)
        sent = {asked.operation for asked in saleor.asked}
    assert {"TransactionEventReport", "WebhookCreate", "WebhookUpdate", "WebhookDelete"} < sent
    assert ("AppProblemCreate" in sent) is (version >= (3, 22))
