"""What was chosen for a channel."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every channel so far takes what its Stripe account takes."""
    op.add_column("transactions", sa.Column("warned", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("channels", sa.Column("options", sa.Text, nullable=False, server_default="{}"))
