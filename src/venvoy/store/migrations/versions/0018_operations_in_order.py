"""Indexes for lists of operations: by their time, and those in some states by their time."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; a list of a large fleet's operations else reads and sorts them all."""
    op.create_index("ix_operations_created_at_id", "operations", ["created_at", "id"])
    op.create_index(
        "ix_operations_state_created_at_id", "operations", ["state", "created_at", "id"]
    )
