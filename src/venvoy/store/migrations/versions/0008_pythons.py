"""Interpreters: a catalogue of archives, which nodes are to have them, one per node group."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Text, text

from venvoy.store.columns import UtcTime, document, identifier

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables, and columns that the release before leaves empty."""
    op.create_table(
        "python_archives",
        Column("id", identifier(), primary_key=True),
        Column("sha256", String(64), nullable=False, unique=True),
        Column("name", String(255), nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("implementation", String(32), nullable=False),
        Column("version", String(63), nullable=False),
        Column("platform", String(32), nullable=False),
        Column("glibc", String(16)),
        Column(
            "uploaded_by", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True
        ),
        Column("created_at", UtcTime, nullable=False),
    )
    op.create_table(
        "node_pythons",
        Column("archive_id", identifier(), ForeignKey("python_archives.id"), primary_key=True),
        Column("node_id", identifier(), ForeignKey("nodes.id"), primary_key=True),
        Column("epoch", Integer, nullable=False),
        Column("generation", Integer, nullable=False),
        Column("action", String(16), nullable=False),
        Column("operation_id", identifier(), ForeignKey("operations.id"), nullable=False),
        Column("seen_epoch", Integer, nullable=False, server_default=text("0")),
        Column("seen_generation", Integer, nullable=False, server_default=text("0")),
        Column("seen_sequence", BigInteger, nullable=False, server_default=text("0")),
        Column("state", String(16), nullable=False),
        Column("path", Text),
        Column("python_version", String(63)),
        Column("step", String(16)),
        Column("attempt", Integer, nullable=False, server_default=text("1")),
        Column("progress", document()),
        Column("cause", document()),
        Column("reported_at", UtcTime),
        Index("ix_node_pythons_node_id_archive_id", "node_id", "archive_id"),
        Index("ix_node_pythons_operation_id", "operation_id"),
    )
    op.add_column("operations", Column("archive_id", identifier()))
    op.add_column("operations", Column("python", String(63)))
    op.add_column("replicas", Column("python", Text))
