"""An index for the operations of one replica, which every report of its node asks for."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index; those that it begins like stay, for what the release before asks."""
    op.create_index(
        "ix_operations_environment_id_node_id", "operations", ["environment_id", "node_id"]
    )
