"""Tables of which processes work in environments, as nodes last told.

As in `venvoy.store.tables`, which imports this so that the schema is whole. What is told
of a replica goes with it.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
)

from venvoy.store.columns import UtcTime, document, identifier
from venvoy.store.metadata import metadata

node_uses = Table(
    "node_uses",
    metadata,
    Column("node_id", identifier(), ForeignKey("nodes.id", ondelete="CASCADE"), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("told_at", UtcTime, nullable=False),
)
"""The newest that each node told, whole; what it holds is in the table below."""

replica_uses = Table(
    "replica_uses",
    metadata,
    Column("environment_id", identifier(), primary_key=True),
    Column("node_id", identifier(), primary_key=True),
    Column("total", Integer, nullable=False),
    Column("revisions", document(), nullable=False),
    Column("processes", document(), nullable=False),
    ForeignKeyConstraint(
        ["environment_id", "node_id"],
        ["replicas.environment_id", "replicas.node_id"],
        ondelete="CASCADE",
    ),
    Index("ix_replica_uses_node_id", "node_id"),
)
"""The processes of each replica in use: all counted by revision, the first of them named."""
