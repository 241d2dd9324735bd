"""Stripe's customers of Saleor's users."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table."""
    op.create_table(
        "customers",
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("stripe_account", sa.String, nullable=False),
        sa.Column("livemode", sa.Boolean, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parameters", sa.Text),
        sa.Column("customer", sa.String),
        sa.Column("told", sa.String, nullable=False),
        sa.Column("show_at", sa.DateTime(timezone=True)),
        sa.Column("forget_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("saleor_api_url", "user_id", "stripe_account", "livemode", name="pk_customers"),
        sa.ForeignKeyConstraint(
            ["saleor_api_url"], ["installations.saleor_api_url"], name="fk_customers_saleor_api_url"
        ),
        sa.UniqueConstraint("stripe_account", "customer", name="uq_customers_stripe_account_customer"),
    )
    op.create_index("ix_customers_show_at", "customers", ["show_at"])
    op.create_index("ix_customers_forget_at", "customers", ["forget_at"])
