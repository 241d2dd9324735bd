"""The tables of what is divided among vendors and moved to them. As in `tables`: times are UTC, amounts minor units."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from saleor_stripe_app.storage.marketplace_tables import metadata
from saleor_stripe_app.storage.tables import UtcDateTime
from saleor_stripe_app.storage.terms_tables import commission_rules, marketplace_policies

__all__ = (
    "allocations",
    "commission_rules",
    "debts",
    "marketplace_policies",
    "metadata",
    "transfer_operations",
    "transfers",
)

allocations = Table(
    "allocations",
    metadata,
    Column("transaction", ForeignKey("transactions.id"), primary_key=True),
    Column("saleor_api_url", String, nullable=False),
    Column("order_id", String, doc="null: planned for a checkout, there is no order yet"),
    Column("number", Integer, doc="which of the order's payments it is; null without an order"),
    Column("version", Integer, nullable=False),
    Column("reason", Text, nullable=False, doc="why this version was worked out"),
    Column("policy", Text, nullable=False, doc="JSON: the operator's choices when it was worked out"),
    Column("seen", Text, nullable=False, doc="JSON: whose each variant was when Saleor showed it"),
    Column("allocation", Text, doc="JSON; null while it is only planned"),
    Column("lines", Text, nullable=False, doc="JSON: the ids of each vendor's lines"),
    Column("returns", Text, nullable=False, doc="JSON list: what went back to the shopper, and whose it was"),
    Column("captured_at", UtcDateTime),
    Column("look_at", UtcDateTime, doc="when to look since something waits; null: nothing does"),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("saleor_api_url", "order_id", "number"),
    Index(None, "look_at"),
)

transfers = Table(
    "transfers",
    metadata,
    Column("transaction", ForeignKey("allocations.transaction"), primary_key=True),
    Column("vendor", String, primary_key=True),
    Column("saleor_api_url", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("amount", BigInteger, nullable=False, doc="what the vendor should have of the payment; below 0: owes"),
    Column("sent", BigInteger, nullable=False, doc="what the vendor has of it"),
    Column("state", String, nullable=False),
    Column("reason", Text, nullable=False, doc="why it is held, or what Stripe said"),
    Column("failed", Integer, nullable=False, doc="how often Stripe refused it in a row"),
    Column("next_try", UtcDateTime, doc="not before; null: at any look"),
    Column("released_at", UtcDateTime, doc="staff released it by hand"),
    Column("released_by", String),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "saleor_api_url", "state", "updated_at"),
    Index(None, "saleor_api_url", "vendor", "updated_at"),
)

transfer_operations = Table(
    "transfer_operations",
    metadata,
    Column("id", String, primary_key=True),
    Column("transaction", ForeignKey("allocations.transaction"), nullable=False),
    Column("vendor", String, nullable=False),
    Column("move", String, nullable=False),
    Column("identity", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("idempotency_key", String, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("parameters", Text, nullable=False, doc="JSON"),
    Column("transfer", String, nullable=False, doc="what is reversed; empty: it is a transfer"),
    Column("state", String, nullable=False),
    Column("resendable", Boolean, nullable=False),
    Column("stripe_id", String),
    Column("message", Text, nullable=False),
    Column("code", String),
    UniqueConstraint("transaction", "identity", "attempt"),
)

debts = Table(
    "debts",
    metadata,
    Column("transaction", ForeignKey("allocations.transaction"), primary_key=True),
    Column("identity", String, primary_key=True, doc="the movement that it stands for"),
    Column("saleor_api_url", String, nullable=False),
    Column("vendor", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("amount", BigInteger, nullable=False, doc="added to what the vendor owes; below 0: paid of it"),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "saleor_api_url", "vendor", "currency"),
)
