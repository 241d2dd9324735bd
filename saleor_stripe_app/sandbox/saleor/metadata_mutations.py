"""`updateMetadata` and `updatePrivateMetadata`, of transactions.

Source: saleor/graphql/meta/permissions.py and mutations/: on a transaction both kinds need HANDLE_PAYMENTS, whoever it
belongs to. Keys are added or replaced, and none is removed.
"""

from collections.abc import Mapping

from saleor_stripe_app.sandbox.saleor.apps import HANDLE_PAYMENTS
from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.resolvers import Context
from saleor_stripe_app.sandbox.saleor.transactions import Transaction

Payload = Mapping[str, object]
Items = list[dict[str, str]]


def given(items: Items | None) -> dict[str, str]:
    """The keys and values of a MetadataInput list; raises MutationError for an empty key."""
    for item in items or ():
        if not item["key"].strip():
            raise MutationError("input", "Metadata key cannot be empty.", "REQUIRED")
    return {item["key"]: item["value"] for item in items or ()}


def update(context: Context, *, id: str, input: Items) -> Payload:  # noqa: A002
    transaction = _writable(context, id)
    transaction.metadata.update(given(input))
    return _payload(transaction)


def update_private(context: Context, *, id: str, input: Items) -> Payload:  # noqa: A002
    transaction = _writable(context, id)
    transaction.private_metadata.update(given(input))
    return _payload(transaction)


def _writable(context: Context, id_: str) -> Transaction:
    context.requestor.must_have(HANDLE_PAYMENTS)
    return context.saleor.transaction(id_)


def _payload(transaction: Transaction) -> Payload:
    return {"item": transaction, "errors": [], "metadataErrors": []}
