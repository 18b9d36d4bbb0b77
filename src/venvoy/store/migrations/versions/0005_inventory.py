"""Inventory: what people say of nodes, what nodes measure, and how that went over time."""

from alembic import op
from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, text

from venvoy.store.columns import UtcTime, document, identifier

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns with defaults, which the release before leaves alone, and a table."""
    for column in (
        Column("title", String(120), nullable=False, server_default=text("''")),
        Column("version", Integer, nullable=False, server_default=text("1")),
        Column("gauges", document()),
        Column("clock_skew_s", Float),
    ):
        op.add_column("nodes", column)
    op.create_table(
        "node_samples",
        Column(
            "node_id", identifier(), ForeignKey("nodes.id", ondelete="CASCADE"), primary_key=True
        ),
        Column("seconds", Integer, primary_key=True),
        Column("start", UtcTime, primary_key=True),
        Column("cpu_count", Integer, nullable=False, server_default=text("0")),
        Column("cpu_total", Float, nullable=False, server_default=text("0")),
        Column("cpu_peak", Float, nullable=False, server_default=text("0")),
        Column("memory_count", Integer, nullable=False, server_default=text("0")),
        Column("memory_total", Float, nullable=False, server_default=text("0")),
        Column("memory_peak", Float, nullable=False, server_default=text("0")),
        Column("disk_count", Integer, nullable=False, server_default=text("0")),
        Column("disk_total", Float, nullable=False, server_default=text("0")),
        Column("disk_peak", Float, nullable=False, server_default=text("0")),
        Index("ix_node_samples_seconds_start", "seconds", "start"),
    )
