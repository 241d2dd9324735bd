"""The tables of a marketplace. As in `tables`: times are UTC, sealed columns say so."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, String, Table, Text

from saleor_stripe_app.storage.tables import UtcDateTime, metadata

__all__ = ("metadata", "vendor_changes", "vendors")

vendors = Table(
    "vendors",
    metadata,
    Column("saleor_api_url", String, primary_key=True),
    Column("key", String, primary_key=True, doc="how Saleor's products name the vendor"),
    Column("configuration_id", String, nullable=False, doc="by whose key the account is asked about and paid"),
    Column("name", String, nullable=False),
    Column("status", String, nullable=False),
    Column("stripe_account", String, doc="the connected account; set by staff alone"),
    Column("interface", String, doc="which of Stripe's APIs made the account; null: it was linked, or there is none"),
    Column("commission", Text, doc="JSON; null: none of its own"),
    Column("country", String, nullable=False),
    Column("currency", String),
    Column("account", Text, doc="JSON: the account as Stripe showed it last"),
    Column("read_at", UtcDateTime, doc="when Stripe showed it"),
    Column("look_at", UtcDateTime, doc="when to look at the account again; null: there is none"),
    Column("asked", Text, doc="JSON: the account that Stripe is asked for; null: none, or it is made"),
    Column("onboarding", String, doc="the newest link that staff gave out; earlier ones lead nowhere"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(
        ["saleor_api_url", "configuration_id"], ["configurations.saleor_api_url", "configurations.id"]
    ),
    Index(None, "configuration_id"),
    Index(None, "stripe_account"),
    Index(None, "look_at"),
)

vendor_changes = Table(
    "vendor_changes",
    metadata,
    Column("id", Integer, primary_key=True, doc="in the order of the changes"),
    Column("saleor_api_url", String, nullable=False),
    Column("vendor", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String, nullable=False, doc="Saleor's id of the member of staff; empty: Stripe says so"),
    Column("what", Text, nullable=False, doc="JSON: field to [before, after]"),
    ForeignKeyConstraint(["saleor_api_url", "vendor"], ["vendors.saleor_api_url", "vendors.key"]),
    Index(None, "saleor_api_url", "vendor", "id"),
)
