"""Rotation: seal every stored secret anew with the newest key, while the app runs."""

from dataclasses import dataclass

from sqlalchemy import Column, Table, select, update

from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.sealed import Unsealable, Where
from saleor_stripe_app.storage.tables import configurations, endpoints_to_delete, installations

SEALED: tuple[tuple[Table, Column[str], Column[str]], ...] = (
    (installations, installations.c.saleor_api_url, installations.c.token),
    (configurations, configurations.c.id, configurations.c.secret_key),
    (configurations, configurations.c.id, configurations.c.endpoint_secrets),
    (configurations, configurations.c.id, configurations.c.connect_endpoint_secrets),
    (endpoints_to_delete, endpoints_to_delete.c.id, endpoints_to_delete.c.secret_key),
)
"""Every sealed column: its table, the primary key that it is bound to, and itself."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: texts sealed anew, those that were already, those that changed meanwhile (rotate again),
    and the places of those that do not open with any key given."""

    resealed: int = 0
    already: int = 0
    changed: int = 0
    unreadable: tuple[Where, ...] = ()


async def rotate(storage: Storage) -> Rotated:
    """Seal every secret with the newest key. Once all replicas have that key and nothing is left, the old may go."""
    resealed = already = changed = 0
    unreadable: list[Where] = []
    for table, key, column in SEALED:
        async with storage.read() as connection:
            rows = (await connection.execute(select(key, column).where(column.is_not(None)).order_by(key))).all()
        for row_id, sealed in rows:
            where = Where(table.name, column.name, row_id)
            if storage.keys.is_newest(sealed):
                already += 1
                continue
            try:
                text = storage.keys.unseal(sealed, where)
            except Unsealable:
                unreadable.append(where)
                continue
            unchanged = update(table).where(key == row_id, column == sealed)
            async with storage.begin() as connection:
                done = await connection.execute(unchanged.values({column: storage.keys.seal(text, where)}))
            resealed += done.rowcount
            changed += 1 - done.rowcount
    return Rotated(resealed, already, changed, tuple(unreadable))
