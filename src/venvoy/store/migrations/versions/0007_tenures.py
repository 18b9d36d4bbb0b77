"""Tenures: which run of an agent acts as its node, where a copy claims to be it too."""

from alembic import op
from sqlalchemy import Column, ForeignKey, String, text

from venvoy.store.columns import UtcTime, document, identifier

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; a node without a row in it has not said which run it is."""
    op.create_table(
        "node_tenures",
        Column(
            "node_id", identifier(), ForeignKey("nodes.id", ondelete="CASCADE"), primary_key=True
        ),
        Column("instance", identifier(), nullable=False),
        Column("since", UtcTime, nullable=False),
        Column("refused", document(), nullable=False, server_default=text("'[]'")),
        Column("hostname", String(255), nullable=False, server_default=text("''")),
        Column("address", String(64), nullable=False, server_default=text("''")),
        Column("clone_hostname", String(255), nullable=False, server_default=text("''")),
        Column("clone_address", String(64), nullable=False, server_default=text("''")),
        Column("clone_since", UtcTime),
        Column("clone_seen_at", UtcTime),
    )
