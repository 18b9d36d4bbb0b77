"""Plans: what an edit would do, with the lock that goes out when it is made."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Index, Integer, String

from venvoy.store.columns import UtcTime, document, identifier

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; the release before knows nothing of it."""
    op.create_table(
        "plans",
        Column("id", identifier(), primary_key=True),
        Column("environment_id", identifier(), ForeignKey("environments.id"), nullable=False),
        Column("base_version", Integer, nullable=False),
        Column("base_revision", Integer),
        Column("proposal", document(), nullable=False),
        Column("lock_digest", String(64), ForeignKey("locks.digest"), nullable=False, index=True),
        Column("shown", document(), nullable=False),
        Column("author_id", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True),
        Column("created_at", UtcTime, nullable=False),
        Column("expires_at", UtcTime, nullable=False, index=True),
        Index("ix_plans_environment_id_id", "environment_id", "id"),
    )
