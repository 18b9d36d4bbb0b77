"""What nodes see in their live prefixes: packages by name, and how they drifted."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    false,
    text,
)

from venvoy.store.columns import UtcTime, identifier

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables; the release before neither reads nor writes them."""
    op.create_table(
        "observed",
        *_replica(),
        Column("sequence", BigInteger, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("revision", Integer),
        Column("drift_total", Integer, nullable=False, server_default=text("0")),
        Column("observed_at", UtcTime, nullable=False),
        Index("ix_observed_node_id_environment_id", "node_id", "environment_id"),
    )
    op.create_table(
        "observed_packages",
        *_replica(),
        Column("name", Text, primary_key=True),
        Column("version", Text, nullable=False),
        Column("installer", Text, nullable=False),
        Column("editable", Boolean, nullable=False, server_default=false()),
        Index("ix_observed_packages_name_version", "name", "version"),
    )
    op.create_table(
        "drift",
        *_replica(),
        Column("position", Integer, primary_key=True),
        Column("kind", String(32), nullable=False),
        Column("package", Text, nullable=False),
        Column("path", Text, nullable=False),
        Column("wanted", Text, nullable=False),
        Column("found", Text, nullable=False),
    )


def _replica() -> tuple[Column[str] | ForeignKeyConstraint, ...]:
    """The columns of a replica; what is seen of it goes with it."""
    return (
        Column("environment_id", identifier(), primary_key=True),
        Column("node_id", identifier(), primary_key=True),
        ForeignKeyConstraint(
            ["environment_id", "node_id"],
            ["replicas.environment_id", "replicas.node_id"],
            ondelete="CASCADE",
        ),
    )
