"""How payments are divided among vendors, what was moved for it, and what vendors owe."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Four tables."""
    op.create_table(
        "allocations",
        sa.Column("transaction", sa.String, nullable=False),
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("order_id", sa.String),
        sa.Column("number", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("seen", sa.Text, nullable=False),
        sa.Column("allocation", sa.Text),
        sa.Column("lines", sa.Text, nullable=False),
        sa.Column("returns", sa.Text, nullable=False),
        sa.Column("captured_at", MOMENT),
        sa.Column("look_at", MOMENT),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("transaction", name="pk_allocations"),
        sa.ForeignKeyConstraint(["transaction"], ["transactions.id"], name="fk_allocations_transaction"),
        sa.UniqueConstraint(
            "saleor_api_url", "order_id", "number", name="uq_allocations_saleor_api_url_order_id_number"
        ),
    )
    op.create_index("ix_allocations_look_at", "allocations", ["look_at"])
    op.create_table(
        "transfers",
        sa.Column("transaction", sa.String, nullable=False),
        sa.Column("vendor", sa.String, nullable=False),
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("sent", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("next_try", MOMENT),
        sa.Column("released_at", MOMENT),
        sa.Column("released_by", sa.String),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("transaction", "vendor", name="pk_transfers"),
        sa.ForeignKeyConstraint(["transaction"], ["allocations.transaction"], name="fk_transfers_transaction"),
    )
    for third in ("state", "vendor"):
        columns = ["saleor_api_url", third, "updated_at"]
        op.create_index(f"ix_transfers_{'_'.join(columns)}", "transfers", columns)
    op.create_table(
        "transfer_operations",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("transaction", sa.String, nullable=False),
        sa.Column("vendor", sa.String, nullable=False),
        sa.Column("move", sa.String, nullable=False),
        sa.Column("identity", sa.String, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("idempotency_key", sa.String, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("transfer", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("resendable", sa.Boolean, nullable=False),
        sa.Column("stripe_id", sa.String),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("code", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_transfer_operations"),
        sa.ForeignKeyConstraint(
            ["transaction"], ["allocations.transaction"], name="fk_transfer_operations_transaction"
        ),
        sa.UniqueConstraint(
            "transaction", "identity", "attempt", name="uq_transfer_operations_transaction_identity_attempt"
        ),
    )
    op.create_table(
        "debts",
        sa.Column("transaction", sa.String, nullable=False),
        sa.Column("identity", sa.String, nullable=False),
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("vendor", sa.String, nullable=False),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("transaction", "identity", name="pk_debts"),
        sa.ForeignKeyConstraint(["transaction"], ["allocations.transaction"], name="fk_debts_transaction"),
    )
    op.create_index("ix_debts_saleor_api_url_vendor_currency", "debts", ["saleor_api_url", "vendor", "currency"])
