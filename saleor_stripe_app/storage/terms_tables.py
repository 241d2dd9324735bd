"""The tables of what an operator decides for a marketplace. As in `tables`: times are UTC."""

from sqlalchemy import Column, ForeignKey, String, Table, Text

from saleor_stripe_app.storage.tables import UtcDateTime, metadata

__all__ = ("commission_rules", "marketplace_policies", "metadata")

marketplace_policies = Table(
    "marketplace_policies",
    metadata,
    Column("saleor_api_url", ForeignKey("installations.saleor_api_url"), primary_key=True),
    Column("channel", String, primary_key=True, doc="a slug; empty: every channel that has none of its own"),
    Column("policy", Text, nullable=False, doc="JSON"),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("updated_by", String, nullable=False, doc="Saleor's id of the member of staff"),
)

commission_rules = Table(
    "commission_rules",
    metadata,
    Column("saleor_api_url", ForeignKey("installations.saleor_api_url"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("rule", Text, nullable=False, doc="JSON"),
    Column("created_at", UtcDateTime, nullable=False, doc="of rules that are equally specific the oldest holds"),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("updated_by", String, nullable=False, doc="Saleor's id of the member of staff"),
)
