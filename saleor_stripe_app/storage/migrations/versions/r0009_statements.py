"""What vendors' statements need: when something went back, what was moved elsewhere, and who bears Stripe's fee."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Three tables."""
    op.create_table(
        "vendor_returns",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("transaction", sa.String, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("ended", MOMENT),
        sa.Column("returned", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vendor_returns"),
        sa.ForeignKeyConstraint(["transaction"], ["allocations.transaction"], name="fk_vendor_returns_transaction"),
    )
    op.create_index("ix_vendor_returns_transaction", "vendor_returns", ["transaction"])
    op.create_table(
        "moves_elsewhere",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("transaction", sa.String, nullable=False),
        sa.Column("vendor", sa.String, nullable=False),
        sa.Column("transfer", sa.String, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_moves_elsewhere"),
        sa.ForeignKeyConstraint(["transaction"], ["allocations.transaction"], name="fk_moves_elsewhere_transaction"),
    )
    op.create_index("ix_moves_elsewhere_transaction", "moves_elsewhere", ["transaction"])
    op.create_table(
        "vendor_fees",
        sa.Column("transaction", sa.String, nullable=False),
        sa.Column("vendor", sa.String, nullable=False),
        sa.Column("fee", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("transaction", "vendor", name="pk_vendor_fees"),
        sa.ForeignKeyConstraint(["transaction"], ["allocations.transaction"], name="fk_vendor_fees_transaction"),
    )
