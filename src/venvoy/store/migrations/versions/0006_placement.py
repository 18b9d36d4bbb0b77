"""Placement: where environments are wanted, and why a node cannot have one yet."""

from alembic import op
from sqlalchemy import Column, text

from venvoy.store.columns import document

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns; what the release before places nowhere in particular is on `local`."""
    op.add_column(
        "environments",
        Column("placement", document(), nullable=False, server_default=text("'{}'")),
    )
    op.add_column("environment_nodes", Column("waiting", document()))
