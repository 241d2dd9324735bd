"""Reconciliations and moments; when to see whether an intent was abandoned."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them, and have every payment so far looked at once for whether it was abandoned."""
    op.create_table(
        "reconciliations",
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("run", sa.String, nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failure", sa.Text, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("period_since", sa.DateTime(timezone=True)),
        sa.Column("period_until", sa.DateTime(timezone=True)),
        sa.Column("covered_until", sa.DateTime(timezone=True)),
        sa.Column("looked", sa.Integer, nullable=False),
        sa.Column("adopted", sa.Integer, nullable=False),
        sa.Column("reported", sa.Integer, nullable=False),
        sa.Column("differences", sa.Text, nullable=False),
        sa.Column("orphans", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["saleor_api_url"], ["installations.saleor_api_url"], name="fk_reconciliations_saleor_api_url"
        ),
        sa.PrimaryKeyConstraint("saleor_api_url", name="pk_reconciliations"),
    )
    op.create_table(
        "moments",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_moments"),
    )
    op.add_column("transactions", sa.Column("abandoned_after", sa.DateTime(timezone=True)))
    op.create_index("ix_transactions_abandoned_after", "transactions", ["abandoned_after"])
    op.execute("UPDATE transactions SET abandoned_after = created_at WHERE payment_intent_id IS NOT NULL")
