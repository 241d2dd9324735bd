"""Saleor's users: which are still there, and what this app writes on them for staff. Both need MANAGE_USERS.

https://docs.saleor.io/api-reference/users/queries/customers, https://docs.saleor.io/api-usage/metadata.
"""

from collections.abc import Collection

import msgspec

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.saleor.wire import Identified, MutationPayload

AT_ONCE = 100  # the most that Saleor gives in one page


class _Edge(msgspec.Struct, frozen=True):
    node: Identified


class _Page(msgspec.Struct, frozen=True):
    edges: tuple[_Edge, ...] = ()


class _Found(msgspec.Struct, frozen=True):
    customers: _Page | None = None


class _Written(msgspec.Struct, frozen=True, rename="camel"):
    update_private_metadata: MutationPayload = MutationPayload()


async def known(client: SaleorClient, installation: Installation, ids: Collection[str]) -> frozenset[str]:
    """Those of the users (global ids, at most 100) that Saleor still has.

    Raises Refusal when Saleor does not say, and what `SaleorClient.execute` raises.
    """
    if len(ids) > AT_ONCE:
        raise ValueError(f"Saleor is asked for at most {AT_ONCE} users at once.")
    found = await client.execute(installation, "customers-known", {"ids": sorted(ids)}, _Found)
    if found.customers is None:
        raise Refusal("Saleor does not show its customers to this app.", code="PermissionMissing")
    return frozenset(edge.node.id for edge in found.customers.edges)


async def write(client: SaleorClient, installation: Installation, user_id: str, key: str, value: str) -> None:
    """Add or replace one key of a user's private metadata.

    Raises Refusal when Saleor does not take it, and what `SaleorClient.execute` raises.
    """
    variables = {"id": user_id, "private": [{"key": key, "value": value}]}
    written = await client.execute(installation, "user-metadata", variables, _Written)
    for error in written.update_private_metadata.errors:
        raise Refusal(f"Saleor does not take the metadata ({error.code}): {error}", code=error.code)
