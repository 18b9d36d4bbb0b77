"""Blocked releases."""

from alembic import op
from sqlalchemy import Column, ForeignKey, String, Text, UniqueConstraint

from venvoy.store.columns import UtcTime, identifier, name

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; the release before neither reads nor writes it."""
    op.create_table(
        "blocks",
        Column("id", identifier(), primary_key=True),
        Column("name", name(255), nullable=False),
        Column("specifier", String(255), nullable=False),
        Column("reason", Text, nullable=False),
        Column("author_id", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True),
        Column("created_at", UtcTime, nullable=False),
        UniqueConstraint("name", "specifier"),
    )
