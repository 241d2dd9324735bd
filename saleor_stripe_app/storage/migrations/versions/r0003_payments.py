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
