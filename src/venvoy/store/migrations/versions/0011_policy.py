"""How an environment is kept, and what of it each replica was last told."""

from alembic import op
from sqlalchemy import Column, text

from venvoy.store.columns import document

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the release before leaves them at nothing chosen."""
    op.add_column(
        "environments", Column("policy", document(), nullable=False, server_default=text("'{}'"))
    )
    op.add_column(
        "replicas", Column("settings", document(), nullable=False, server_default=text("'{}'"))
    )
