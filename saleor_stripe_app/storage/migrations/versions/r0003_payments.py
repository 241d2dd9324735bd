"""What was chosen for a channel; of a payment whether a bank warned of it, whose it is and where it came from."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every channel so far takes what its Stripe account takes."""
    op.add_column("transactions", sa.Column("warned", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("transactions", sa.Column("user_id", sa.String))
    op.add_column("transactions", sa.Column("address", sa.String))
    for column in ("source_id", "user_id", "address"):
        op.create_index(f"ix_transactions_{column}_created_at", "transactions", [column, "created_at"])
    op.add_column("channels", sa.Column("options", sa.Text, nullable=False, server_default="{}"))
    op.add_column("transactions", sa.Column("weighed", sa.BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "orders_awaited",
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("checkout_id", sa.String, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("refusal", sa.Text, nullable=False),
        sa.Column("refused_since", sa.DateTime(timezone=True)),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(
            ["saleor_api_url"], ["installations.saleor_api_url"], name="fk_orders_awaited_saleor_api_url"
        ),
        sa.PrimaryKeyConstraint("saleor_api_url", "checkout_id", name="pk_orders_awaited"),
    )
    op.create_index("ix_orders_awaited_next_try", "orders_awaited", ["next_try"])
