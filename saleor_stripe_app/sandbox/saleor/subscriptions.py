"""A webhook's subscription query: is it valid, which events is it for, and the payload it makes of an event.

Source: saleor/graphql/webhook/subscription_query.py and subscription_payload.py.
"""

import json
import re
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
    parse,
    validate,
)

from saleor_stripe_app.sandbox.saleor.resolvers import Context, resolve_field, resolve_type


class InvalidSubscription(ValueError):
    """Saleor would refuse a webhook with this query."""


@lru_cache(maxsize=256)
def parse_subscription(query: str, schema: GraphQLSchema) -> DocumentNode:
    """The query as a document; raises InvalidSubscription unless it is one valid subscription to `event`."""
    if not query.strip():
        raise InvalidSubscription("Subscription query cannot be empty.")
    try:
        document = parse(query)
    except GraphQLError as error:
        raise InvalidSubscription(f"Subscription query is not valid: {error.message}") from error
    if errors := validate(schema, document):
        raise InvalidSubscription("; ".join(error.message for error in errors))
    operation = _operation(document)
    if operation.operation is not OperationType.SUBSCRIPTION:
        raise InvalidSubscription("Subscription operation can't be found.")
    if not events(document):
        raise InvalidSubscription("Subscription must select one event.")
    return document


def _operation(document: DocumentNode) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) != 1:
        raise InvalidSubscription("Subscription must be the only operation of its query.")
    return operations[0]


def events(document: DocumentNode) -> tuple[str, ...]:
    """The webhook events that the query is for, from the types it selects `on`: "TRANSACTION_CHARGE_REQUESTED"."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    names: dict[str, None] = {}

    def collect(selections: SelectionSetNode | None) -> None:
        for selection in selections.selections if selections else ():
            if isinstance(selection, InlineFragmentNode) and selection.type_condition:
                names.setdefault(selection.type_condition.name.value)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = fragments[selection.name.value]
                names.setdefault(fragment.type_condition.name.value)
                collect(fragment.selection_set if fragment.type_condition.name.value == "Event" else None)

    for field in _operation(document).selection_set.selections:
        if isinstance(field, FieldNode) and field.name.value == "event":
            collect(field.selection_set)
    return tuple(_upper(name) for name in names if name != "Event")


def _upper(type_name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type_name).upper()


def payload(document: DocumentNode, event: object, schema: GraphQLSchema, context: Context) -> bytes | None:
    """The webhook's body, or None where the query selects nothing of this event: then nothing is sent.

    Errors stand in the body beside what could be resolved. Numbers are written as Python writes floats, and
    everything beyond ASCII is escaped.
    """
    result = execute_sync(
        schema,
        document,
        root_value={"event": event},
        context_value=context,
        field_resolver=resolve_field,
        type_resolver=resolve_type,
    )
    selected = result.data.get("event") if result.data else None
    if not selected:
        return None
    if result.errors:
        selected = {**selected, "errors": [error.formatted for error in result.errors]}
    return json.dumps(selected).encode()
