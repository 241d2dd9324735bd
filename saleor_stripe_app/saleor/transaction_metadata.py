"""Writing what a transaction says beside its ledger, where no report takes it along.

https://docs.saleor.io/api-usage/metadata: both kinds need HANDLE_PAYMENTS on a transaction.
"""

from collections.abc import Mapping

import msgspec

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.domain.transaction import Metadata
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.saleor.wire import MutationPayload


class _Written(msgspec.Struct, frozen=True, rename="camel"):
    update_metadata: MutationPayload = MutationPayload()
    update_private_metadata: MutationPayload = MutationPayload()


async def write(client: SaleorClient, installation: Installation, transaction_id: str, metadata: Metadata) -> None:
    """Add or replace keys of this transaction (global id), in one request; other keys stay.

    Raises Refusal when Saleor does not take them, and what `SaleorClient.execute` raises.
    """
    variables = {
        "id": transaction_id,
        "public": items(metadata.public),
        "private": items(metadata.private),
        "somePublic": bool(metadata.public),
        "somePrivate": bool(metadata.private),
    }
    written = await client.execute(installation, "transaction-metadata", variables, _Written)
    for error in (*written.update_metadata.errors, *written.update_private_metadata.errors):
        raise Refusal(f"Saleor does not take the metadata ({error.code}): {error}", code=error.code)


def items(fields: Mapping[str, str]) -> list[dict[str, str]]:
    """Saleor's MetadataInput."""
    return [{"key": key, "value": value} for key, value in fields.items()]
