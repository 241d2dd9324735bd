"""When to look at an authorization that runs out, and which payment another one was authorized in place of."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Authorizations so far are warned of once something else has them looked at."""
    op.add_column("transactions", sa.Column("look_at", sa.DateTime(timezone=True)))
    op.add_column("transactions", sa.Column("replaces", sa.String))
    op.create_index("ix_transactions_look_at", "transactions", ["look_at"])
    op.create_index("ix_transactions_replaces", "transactions", ["replaces"], unique=True)
