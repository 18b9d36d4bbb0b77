"""Tags on revisions."""

from alembic import op
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, String

from venvoy.store.columns import UtcTime, identifier

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; the release before does not look at it."""
    op.create_table(
        "revision_tags",
        Column("environment_id", identifier(), primary_key=True),
        Column("name", String(63), primary_key=True),
        Column("number", Integer, nullable=False),
        Column("author_id", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True),
        Column("created_at", UtcTime, nullable=False),
        ForeignKeyConstraint(
            ["environment_id", "number"], ["revisions.environment_id", "revisions.number"]
        ),
    )
