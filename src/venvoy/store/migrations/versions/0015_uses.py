"""Which processes work in environments, as nodes last told."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
)

from venvoy.store.columns import UtcTime, document, identifier

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables; the release before neither reads nor writes them."""
    op.create_table(
        "node_uses",
        Column(
            "node_id", identifier(), ForeignKey("nodes.id", ondelete="CASCADE"), primary_key=True
        ),
        Column("sequence", BigInteger, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("told_at", UtcTime, nullable=False),
    )
    op.create_table(
        "replica_uses",
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
