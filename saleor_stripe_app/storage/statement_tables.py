"""The tables of what vendors' statements need beside splits, transfers and debts. As in `tables`: times are UTC."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from saleor_stripe_app.storage.tables import UtcDateTime
from saleor_stripe_app.storage.transfer_tables import metadata

__all__ = ("metadata", "moves_elsewhere", "vendor_fees", "vendor_returns")

vendor_returns = Table(
    "vendor_returns",
    metadata,
    Column("id", Integer, primary_key=True, doc="in the order in which they were worked out"),
    Column("transaction", ForeignKey("allocations.transaction"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("ended", UtcDateTime, doc="a refund that failed, a dispute that was won; null: it stands"),
    Column("returned", Text, nullable=False, doc="JSON"),
    Index(None, "transaction"),
)

moves_elsewhere = Table(
    "moves_elsewhere",
    metadata,
    Column("id", Integer, primary_key=True, doc="in the order in which they were seen"),
    Column("transaction", ForeignKey("allocations.transaction"), nullable=False),
    Column("vendor", String, nullable=False),
    Column("transfer", String, nullable=False, doc="Stripe's id of the transfer that it was seen by"),
    Column("amount", BigInteger, nullable=False, doc="what the vendor has more by it; below 0: less"),
    Column("at", UtcDateTime, nullable=False, doc="when it was seen"),
    Index(None, "transaction"),
)

vendor_fees = Table(
    "vendor_fees",
    metadata,
    Column("transaction", ForeignKey("allocations.transaction"), primary_key=True),
    Column("vendor", String, primary_key=True),
    Column("fee", BigInteger, nullable=False, doc="the part of Stripe's fee that the vendor bears"),
)
