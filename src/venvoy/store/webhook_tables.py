"""The table of webhooks.

As in `venvoy.store.tables`, which imports this so that the schema is whole.
"""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, String, Table, Text, text

from venvoy.store.columns import UtcTime, identifier
from venvoy.store.metadata import metadata

webhooks = Table(
    "webhooks",
    metadata,
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
"""What is told of each replica by a webhook: the newest switch, and how far that is.

A row with `due_at` is still to be sent. One of a replica, so that a receiver that is
away for long fills nothing.
"""
