"""Tables of interpreters: archives that were uploaded, and which nodes are to have them.

As in `venvoy.store.tables`, which imports this so that the schema is whole.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, text

from venvoy.store.columns import UtcTime, document, identifier
from venvoy.store.metadata import metadata

python_archives = Table(
    "python_archives",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("name", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("implementation", String(32), nullable=False),
    Column("version", String(63), nullable=False),
    Column("platform", String(32), nullable=False),
    Column("glibc", String(16)),
    Column("uploaded_by", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True),
    Column("created_at", UtcTime, nullable=False),
)
"""The catalogue; the files are named by their sha256."""

node_pythons = Table(
    "node_pythons",
    metadata,
    Column("archive_id", identifier(), ForeignKey("python_archives.id"), primary_key=True),
    Column("node_id", identifier(), ForeignKey("nodes.id"), primary_key=True),
    # What it should be:
    Column("epoch", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("action", String(16), nullable=False),
    Column("operation_id", identifier(), ForeignKey("operations.id"), nullable=False),
    # What its node last reported:
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
"""One interpreter on one node, as `replicas` is one environment on one node."""
