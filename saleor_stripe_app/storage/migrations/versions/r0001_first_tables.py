"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "endpoints_to_delete",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("configuration_id", sa.String, nullable=False),
        sa.Column("endpoint_id", sa.String),
        sa.Column("secret_key", sa.Text, nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_endpoints_to_delete"),
    )
    op.create_index("ix_endpoints_to_delete_not_before", "endpoints_to_delete", ["not_before"])
    op.create_table(
        "installations",
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("app_id", sa.String, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("key_set", sa.Text, nullable=False),
        sa.Column("version_major", sa.Integer, nullable=False),
        sa.Column("version_minor", sa.Integer, nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("webhooks_digest", sa.String, nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("saleor_api_url", name="pk_installations"),
    )
    op.create_table(
        "configurations",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("publishable_key", sa.String, nullable=False),
        sa.Column("secret_key", sa.Text, nullable=False),
        sa.Column("stripe_account", sa.String, nullable=False),
        sa.Column("livemode", sa.Boolean, nullable=False),
        sa.Column("endpoint_id", sa.String),
        sa.Column("endpoint_secrets", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("draft", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["saleor_api_url"], ["installations.saleor_api_url"], name="fk_configurations_saleor_api_url"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_configurations"),
        sa.UniqueConstraint("saleor_api_url", "id", name="uq_configurations_saleor_api_url_id"),
    )
    op.create_table(
        "channels",
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("channel_id", sa.String, nullable=False),
        sa.Column("configuration_id", sa.String, nullable=False),
        sa.ForeignKeyConstraint(
            ["saleor_api_url", "configuration_id"],
            ["configurations.saleor_api_url", "configurations.id"],
            name="fk_channels_saleor_api_url_configuration_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("saleor_api_url", "channel_id", name="pk_channels"),
    )
    op.create_index("ix_channels_configuration_id", "channels", ["configuration_id"])
    op.create_table(
        "received",
        sa.Column("configuration_id", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["configuration_id"], ["configurations.id"], name="fk_received_configuration_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("configuration_id", "id", name="pk_received"),
    )
    op.create_index("ix_received_configuration_id_received_at", "received", ["configuration_id", "received_at"])
    op.create_index("ix_received_received_at", "received", ["received_at"])
    op.create_table(
        "transactions",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("saleor_api_url", sa.String, nullable=False),
        sa.Column("transaction_id", sa.String, nullable=False),
        sa.Column("configuration_id", sa.String, nullable=False),
        sa.Column("stripe_account", sa.String, nullable=False),
        sa.Column("flow", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payment_intent_id", sa.String),
        sa.Column("source_id", sa.String, nullable=False),
        sa.Column("source_type", sa.String, nullable=False),
        sa.ForeignKeyConstraint(
            ["saleor_api_url", "configuration_id"],
            ["configurations.saleor_api_url", "configurations.id"],
            name="fk_transactions_saleor_api_url_configuration_id",
        ),
        sa.ForeignKeyConstraint(
            ["saleor_api_url"], ["installations.saleor_api_url"], name="fk_transactions_saleor_api_url"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_transactions"),
        sa.UniqueConstraint("saleor_api_url", "transaction_id", name="uq_transactions_saleor_api_url_transaction_id"),
        sa.UniqueConstraint(
            "stripe_account", "payment_intent_id", name="uq_transactions_stripe_account_payment_intent_id"
        ),
    )
    op.create_index("ix_transactions_configuration_id_created_at", "transactions", ["configuration_id", "created_at"])
    op.create_table(
        "due",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("transaction", sa.String),
        sa.Column("configuration_id", sa.String),
        sa.Column("payment_intent_id", sa.String),
        sa.Column("generation", sa.String, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("next_try", sa.DateTime(timezone=True)),
        sa.Column("not_before", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["configuration_id"], ["configurations.id"], name="fk_due_configuration_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["transaction"], ["transactions.id"], name="fk_due_transaction"),
        sa.PrimaryKeyConstraint("id", name="pk_due"),
    )
    op.create_index("ix_due_configuration_id", "due", ["configuration_id"])
    op.create_index("ix_due_next_try", "due", ["next_try"])
    op.create_table(
        "leases",
        sa.Column("transaction", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["transaction"], ["transactions.id"], name="fk_leases_transaction"),
        sa.PrimaryKeyConstraint("transaction", name="pk_leases"),
    )
    op.create_table(
        "operations",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("transaction", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("request", sa.String, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("idempotency_key", sa.String, nullable=False),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("resendable", sa.Boolean, nullable=False),
        sa.Column("stripe_id", sa.String),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("code", sa.String),
        sa.Column("answer", sa.Text),
        sa.ForeignKeyConstraint(["transaction"], ["transactions.id"], name="fk_operations_transaction"),
        sa.PrimaryKeyConstraint("id", name="pk_operations"),
        sa.UniqueConstraint("transaction", "request", "attempt", name="uq_operations_transaction_request_attempt"),
    )
    op.create_table(
        "refused",
        sa.Column("transaction", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("reference", sa.String, nullable=False),
        sa.Column("amount", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["transaction"], ["transactions.id"], name="fk_refused_transaction"),
        sa.PrimaryKeyConstraint("transaction", "type", "reference", "amount", name="pk_refused"),
    )
