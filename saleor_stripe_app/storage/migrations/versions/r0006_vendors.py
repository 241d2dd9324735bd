"""Vendors of a marketplace, and the endpoint that hears of their accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables, and two columns."""
    op.add_column("configurations", sa.Column("connect_endpoint_id", sa.String))
    op.add_column("configurations", sa.Column("connect_endpoint_secrets", sa.Text))
    op.create_table(
        "vendors",
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("configuration_id", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("stripe_account", sa.String),
        sa.Column("interface", sa.String),
        sa.Column("commission", sa.Text),
        sa.Column("country", sa.String, nullable=False),
        sa.Column("currency", sa.String),
        sa.Column("account", sa.Text),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("look_at", sa.DateTime(timezone=True)),
        sa.Column("asked", sa.Text),
        sa.Column("onboarding", sa.String),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("saleor_api_url", "key", name="pk_vendors"),
        sa.ForeignKeyConstraint(
            ["saleor_api_url", "configuration_id"],
            ["configurations.saleor_api_url", "configurations.id"],
            name="fk_vendors_saleor_api_url_configuration_id",
        ),
    )
    op.create_index("ix_vendors_configuration_id", "vendors", ["configuration_id"])
    op.create_index("ix_vendors_stripe_account", "vendors", ["stripe_account"])
    op.create_index("ix_vendors_look_at", "vendors", ["look_at"])
    op.create_table(
        "vendor_changes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("vendor", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vendor_changes"),
        sa.ForeignKeyConstraint(
            ["saleor_api_url", "vendor"],
            ["vendors.saleor_api_url", "vendors.key"],
            name="fk_vendor_changes_saleor_api_url_vendor",
        ),
    )
    op.create_index("ix_vendor_changes_saleor_api_url_vendor_id", "vendor_changes", ["saleor_api_url", "vendor", "id"])
