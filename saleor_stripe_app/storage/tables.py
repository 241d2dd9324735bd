"""The tables. Times are UTC; ids are uuid4 texts unless Saleor or Stripe gave them; sealed columns say so."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. SQLite gives it back without a zone, PostgreSQL in the session's: both become UTC here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Refuse a time without a zone: it could be any of 24 hours."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Give it back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

installations = Table(
    "installations",
    metadata,
    Column("saleor_api_url", String, primary_key=True),
    Column("app_id", String, nullable=False),
    Column("token", Text, nullable=False, doc="sealed"),
    Column("key_set", Text, nullable=False),
    Column("version_major", Integer, nullable=False),
    Column("version_minor", Integer, nullable=False),
    Column("installed_at", UtcDateTime, nullable=False),
    Column("webhooks_digest", String, nullable=False),
    Column("removed_at", UtcDateTime),
)

configurations = Table(
    "configurations",
    metadata,
    Column("id", String, primary_key=True),
    Column("saleor_api_url", ForeignKey("installations.saleor_api_url"), nullable=False),
    Column("name", String, nullable=False),
    Column("publishable_key", String, nullable=False),
    Column("secret_key", Text, nullable=False, doc="sealed"),
    Column("stripe_account", String, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("endpoint_id", String),
    Column("endpoint_secrets", Text, nullable=False, doc="sealed JSON list"),
    Column("connect_endpoint_id", String),
    Column("connect_endpoint_secrets", Text, doc="sealed JSON list; null where there are no vendors"),
    Column("options", Text, nullable=False, doc="JSON: what the merchant chose"),
    Column("draft", Boolean, nullable=False, doc="true until its webhook endpoint is recorded"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("archived_at", UtcDateTime),
    # What channels and transactions refer to, so that none can name another shop's configuration.
    UniqueConstraint("saleor_api_url", "id"),
)

channels = Table(
    "channels",
    metadata,
    Column("saleor_api_url", String, primary_key=True),
    Column("channel_id", String, primary_key=True),
    Column("configuration_id", String, nullable=False),
    Column("options", Text, nullable=False, server_default="{}", doc="JSON: what was chosen for this channel"),
    ForeignKeyConstraint(
        ["saleor_api_url", "configuration_id"],
        ["configurations.saleor_api_url", "configurations.id"],
        ondelete="CASCADE",
    ),
    Index(None, "configuration_id"),
)

endpoints_to_delete = Table(
    "endpoints_to_delete",
    metadata,
    Column("id", String, primary_key=True),
    Column("configuration_id", String, nullable=False, doc="the mark of its endpoint; it may be gone already"),
    Column("endpoint_id", String, doc="null: every endpoint whose metadata names the configuration but for its own"),
    Column("secret_key", Text, nullable=False, doc="sealed"),
    Column("not_before", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Index(None, "not_before"),
)

transactions = Table(
    "transactions",
    metadata,
    Column("id", String, primary_key=True),
    Column("saleor_api_url", ForeignKey("installations.saleor_api_url"), nullable=False),
    Column("transaction_id", String, nullable=False),
    Column("configuration_id", String, nullable=False),
    Column("stripe_account", String, nullable=False),
    Column("flow", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("payment_intent_id", String),
    Column("source_id", String, nullable=False),
    Column("source_type", String, nullable=False),
    Column("abandoned_after", UtcDateTime, doc="when to see whether nobody paid; null: somebody did, or it was ended"),
    Column("weighed", BigInteger, nullable=False, server_default="0", doc="minor units held against its order so far"),
    Column("warned", Boolean, nullable=False, server_default=false(), doc="the bank may have warned of fraud"),
    Column("user_id", String, doc="Saleor's customer; null for a guest"),
    Column("address", String, doc="keyed digest of the shopper's network; null unless attempts are limited by it"),
    Column("look_at", UtcDateTime, doc="when to look since its authorization runs out; null: not for that"),
    Column("replaces", String, doc="the payment in whose place it was authorized anew, which nothing else replaces"),
    ForeignKeyConstraint(
        ["saleor_api_url", "configuration_id"], ["configurations.saleor_api_url", "configurations.id"]
    ),
    UniqueConstraint("saleor_api_url", "transaction_id"),
    UniqueConstraint("stripe_account", "payment_intent_id"),
    Index(None, "configuration_id", "created_at"),
    Index(None, "source_id", "created_at"),
    Index(None, "user_id", "created_at"),
    Index(None, "address", "created_at"),
    Index(None, "abandoned_after"),
    Index(None, "look_at"),
    Index(None, "replaces", unique=True),
)

orders_awaited = Table(
    "orders_awaited",
    metadata,
    Column("saleor_api_url", ForeignKey("installations.saleor_api_url"), primary_key=True),
    Column("checkout_id", String, primary_key=True),
    Column("since", UtcDateTime, nullable=False, doc="when money was first seen for it"),
    Column("next_try", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("refusal", Text, nullable=False, doc="why Saleor makes no order of it; empty if it was not asked"),
    Column("refused_since", UtcDateTime),
    Column("told", Boolean, nullable=False, doc="whether staff were told"),
    Index(None, "next_try"),
)

operations = Table(
    "operations",
    metadata,
    Column("id", String, primary_key=True),
    Column("transaction", ForeignKey("transactions.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("request", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("idempotency_key", String, nullable=False),
    Column("reference", String, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("parameters", Text, nullable=False, doc="JSON"),
    Column("state", String, nullable=False),
    Column("resendable", Boolean, nullable=False),
    Column("stripe_id", String),
    Column("message", Text, nullable=False),
    Column("code", String),
    Column("answer", Text),
    UniqueConstraint("transaction", "request", "attempt"),
)

leases = Table(
    "leases",
    metadata,
    Column("transaction", ForeignKey("transactions.id"), primary_key=True),
    Column("owner", String, nullable=False),
    Column("expires", UtcDateTime, nullable=False),
    Column("fence", BigInteger, nullable=False),
)

due = Table(
    "due",
    metadata,
    Column("id", String, primary_key=True, doc="the transaction's id, or configuration and intent of an unknown one"),
    Column("transaction", ForeignKey("transactions.id")),
    Column("configuration_id", ForeignKey("configurations.id", ondelete="CASCADE")),
    Column("payment_intent_id", String),
    Column("generation", String, nullable=False, doc="new with every mark"),
    Column("since", UtcDateTime, doc="null: nothing to look at"),
    Column("next_try", UtcDateTime, doc="null: nothing to look at"),
    Column("not_before", UtcDateTime, doc="the end of the pause after the last look"),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Index(None, "next_try"),
    Index(None, "configuration_id"),
)

received = Table(
    "received",
    metadata,
    Column("configuration_id", ForeignKey("configurations.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String, primary_key=True),
    Column("type", String, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Index(None, "configuration_id", "received_at"),
    Index(None, "received_at"),
)

refused = Table(
    "refused",
    metadata,
    Column("transaction", ForeignKey("transactions.id"), primary_key=True),
    Column("type", String, primary_key=True),
    Column("reference", String, primary_key=True),
    Column("amount", String, primary_key=True),
    Column("code", String, nullable=False),
    Column("message", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("saleor_api_url", ForeignKey("installations.saleor_api_url"), primary_key=True),
    Column("run", String, nullable=False, doc="new with every claim"),
    Column("claimed_until", UtcDateTime, doc="null: nobody is at it"),
    Column("started_at", UtcDateTime, nullable=False, doc="the last run, whatever became of it"),
    Column("failure", Text, nullable=False, doc="why the last run came to no end"),
    Column("finished_at", UtcDateTime, doc="the last run that came to its end; so are all below"),
    Column("period_since", UtcDateTime),
    Column("period_until", UtcDateTime),
    Column("covered_until", UtcDateTime, doc="what happened before was compared, by this run or an earlier one"),
    Column("looked", Integer, nullable=False),
    Column("adopted", Integer, nullable=False),
    Column("reported", Integer, nullable=False),
    Column("differences", Text, nullable=False, doc="JSON list of [transaction, why]"),
    Column("orphans", Text, nullable=False, doc="JSON list of [payment intent, why]"),
)

moments = Table(
    "moments",
    metadata,
    Column("name", String, primary_key=True, doc="what happened last then: heartbeat, sanitized"),
    Column("at", UtcDateTime, nullable=False),
)

customers = Table(
    "customers",
    metadata,
    Column("saleor_api_url", ForeignKey("installations.saleor_api_url"), primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("stripe_account", String, primary_key=True),
    Column("livemode", Boolean, primary_key=True, doc="both modes of an account have the account's id"),
    Column("generation", Integer, nullable=False, doc="how many customers were made of this user"),
    Column("begun_at", UtcDateTime, nullable=False, doc="when this generation was first asked for"),
    Column("parameters", Text, doc="JSON: what this generation is made from; null once it is"),
    Column("customer", String, doc="Stripe's id (cus_...); null until it is made"),
    Column("told", String, nullable=False, doc="digest of what Stripe was told last"),
    Column("show_at", UtcDateTime, doc="when to write the id on Saleor's user; null: it is there"),
    Column("forget_at", UtcDateTime, doc="when to delete the customer at Stripe; null: never"),
    UniqueConstraint("stripe_account", "customer"),
    Index(None, "show_at"),
    Index(None, "forget_at"),
)
