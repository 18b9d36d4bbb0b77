"""Webhooks: the switches that are to be told, and how far that is."""

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, String, Text, text

from venvoy.store.columns import UtcTime, identifier

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the release before neither reads nor writes it."""
    op.create_table(
        "webhooks",
        Column("environment_id", identifier(), primary_key=True),
        Column("node_id", identifier(), primary_key=True),
        Column("prefix", Text),
        Column("revision", Integer),
        Column("previous", Integer),
        Column("epoch", Integer),
        Column("generation", Integer),
        Column("code", String(32)),
        Column("reason", String(64), nullable=False, server_default=text("''")),
        Column("event", identifier()),
        Column("at", UtcTime),
        Column("tries", Integer, nullable=False, server_default=text("0")),
        Column("due_at", UtcTime),
        Column("problem", String(64), nullable=False, server_default=text("''")),
        ForeignKeyConstraint(
            ["environment_id", "node_id"],
            ["replicas.environment_id", "replicas.node_id"],
            ondelete="CASCADE",
        ),
        Index("ix_webhooks_due_at", "due_at"),
    )
