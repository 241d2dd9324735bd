"""What an operator decides for a marketplace: a policy for each channel or for all, and commission rules."""

from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import delete, select

from saleor_stripe_app.domain.marketplace.commission import Rule
from saleor_stripe_app.domain.marketplace.policy import Policy
from saleor_stripe_app.storage.engine import Storage, insert
from saleor_stripe_app.storage.terms_tables import commission_rules, marketplace_policies

FOR_ALL = ""

_policy = msgspec.json.Decoder(Policy)
_rule = msgspec.json.Decoder(Rule)


async def policy(storage: Storage, saleor_api_url: str, channel: str) -> Policy:
    """The policy of a channel, by its slug; that for all channels where it has none, and the usual one without any."""
    statement = (
        select(marketplace_policies.c.policy)
        .where(
            marketplace_policies.c.saleor_api_url == saleor_api_url,
            marketplace_policies.c.channel.in_([channel, FOR_ALL]),
        )
        .order_by(marketplace_policies.c.channel.desc())
        .limit(1)
    )
    async with storage.read() as connection:
        found = (await connection.execute(statement)).scalar_one_or_none()
    return Policy() if found is None else _policy.decode(found)


async def policies(storage: Storage, saleor_api_url: str) -> dict[str, Policy]:
    """Every policy of a Saleor, by channel; "" is the one for all channels without their own."""
    statement = (
        select(marketplace_policies.c.channel, marketplace_policies.c.policy)
        .where(marketplace_policies.c.saleor_api_url == saleor_api_url)
        .order_by(marketplace_policies.c.channel)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return {row.channel: _policy.decode(row.policy) for row in rows}


async def save_policy(
    storage: Storage, saleor_api_url: str, channel: str, chosen: Policy | None, who: str, now: datetime
) -> None:
    """Keep the policy of a channel; None takes it away. What was divided before stays as it is."""
    mine = (marketplace_policies.c.saleor_api_url == saleor_api_url) & (marketplace_policies.c.channel == channel)
    async with storage.begin() as connection:
        await connection.execute(delete(marketplace_policies).where(mine))
        if chosen is not None:
            row = {
                "saleor_api_url": saleor_api_url,
                "channel": channel,
                "policy": msgspec.json.encode(chosen).decode(),
                "updated_at": now,
                "updated_by": who,
            }
            await connection.execute(insert(connection.dialect.name, marketplace_policies).values(row))


async def rules(storage: Storage, saleor_api_url: str) -> tuple[Rule, ...]:
    """Every commission rule of a Saleor, the oldest first."""
    statement = (
        select(commission_rules)
        .where(commission_rules.c.saleor_api_url == saleor_api_url)
        .order_by(commission_rules.c.created_at, commission_rules.c.key)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(replace(_rule.decode(row.rule), key=row.key, created=row.created_at) for row in rows)


async def save_rule(storage: Storage, saleor_api_url: str, rule: Rule, who: str, now: datetime) -> None:
    """Keep a rule under its key; one that is changed stays as old as it was."""
    row = {
        "saleor_api_url": saleor_api_url,
        "key": rule.key,
        "rule": msgspec.json.encode(rule).decode(),
        "created_at": now,
        "updated_at": now,
        "updated_by": who,
    }
    async with storage.begin() as connection:
        statement = insert(connection.dialect.name, commission_rules)
        changed = {name: statement.excluded[name] for name in ("rule", "updated_at", "updated_by")}
        upsert = statement.on_conflict_do_update(index_elements=["saleor_api_url", "key"], set_=changed)
        await connection.execute(upsert, row)


async def delete_rule(storage: Storage, saleor_api_url: str, key: str) -> bool:
    """Forget a rule. False if there is none."""
    mine = (commission_rules.c.saleor_api_url == saleor_api_url) & (commission_rules.c.key == key)
    async with storage.begin() as connection:
        return bool((await connection.execute(delete(commission_rules).where(mine))).rowcount)
