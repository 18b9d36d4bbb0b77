"""Tokens with which machines join, where nodes stand, and nodes that were removed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, String, text

from venvoy.store.columns import UtcTime, document, identifier, name

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tokens and columns; the release before fills none of them.

    A node's name is unique among those that are there only, so that it can be given
    again after a removal.
    """
    with op.batch_alter_table("nodes") as batch:
        batch.add_column(Column("labels", document(), nullable=False, server_default=text("'{}'")))
        batch.add_column(Column("region", name(), nullable=False, server_default=text("''")))
        batch.add_column(Column("removed_at", UtcTime))
        batch.add_column(Column("keep_data", Boolean, nullable=False, server_default=sa.false()))
        batch.add_column(Column("revoked_at", UtcTime))
        batch.drop_constraint("uq_nodes_name", type_="unique")
    there = text("removed_at IS NULL")
    op.create_index(
        "uq_nodes_name_there",
        "nodes",
        ["name"],
        unique=True,
        sqlite_where=there,
        postgresql_where=there,
    )
    op.create_table(
        "node_tokens",
        Column("id", identifier(), primary_key=True),
        Column("digest", String(64), nullable=False, unique=True),
        Column("uses", Integer, nullable=False),
        Column("used", Integer, nullable=False),
        Column("created_by", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True),
        Column("created_at", UtcTime, nullable=False),
        Column("expires_at", UtcTime, nullable=False, index=True),
        CheckConstraint("used <= uses", name="within_uses"),
    )
