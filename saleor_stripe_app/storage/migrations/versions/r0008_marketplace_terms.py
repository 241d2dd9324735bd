"""What an operator decides for a marketplace."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Two tables."""
    op.create_table(
        "marketplace_policies",
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("updated_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("saleor_api_url", "channel", name="pk_marketplace_policies"),
        sa.ForeignKeyConstraint(
            ["saleor_api_url"], ["installations.saleor_api_url"], name="fk_marketplace_policies_saleor_api_url"
        ),
    )
    op.create_table(
        "commission_rules",
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("updated_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("saleor_api_url", "key", name="pk_commission_rules"),
        sa.ForeignKeyConstraint(
            ["saleor_api_url"], ["installations.saleor_api_url"], name="fk_commission_rules_saleor_api_url"
        ),
    )
