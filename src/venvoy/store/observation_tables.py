"""Tables of what nodes see in their live prefixes: packages, and how they drifted.

As in `venvoy.store.tables`, which imports this so that the schema is whole. All of it
goes with its replica.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
)

from venvoy.store.columns import UtcTime, identifier
from venvoy.store.metadata import metadata


def _replica() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["environment_id", "node_id"],
        ["replicas.environment_id", "replicas.node_id"],
        ondelete="CASCADE",
    )


observed = Table(
    "observed",
    metadata,
    Column("environment_id", identifier(), primary_key=True),
    Column("node_id", identifier(), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("revision", Integer),
    Column("drift_total", Integer, nullable=False, server_default=text("0")),
    Column("observed_at", UtcTime, nullable=False),
    _replica(),
    Index("ix_observed_node_id_environment_id", "node_id", "environment_id"),
)
"""The newest observation of each replica; what it holds is in the tables below."""

observed_packages = Table(
    "observed_packages",
    metadata,
    Column("environment_id", identifier(), primary_key=True),
    Column("node_id", identifier(), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("installer", Text, nullable=False),
    Column("editable", Boolean, nullable=False, server_default=false()),
    Column("origin", String(32), nullable=False, server_default=text("''")),
    Column("requested", Boolean, nullable=False, server_default=false()),
    _replica(),
    Index("ix_observed_packages_name_version", "name", "version"),
)
"""What is installed behind each stable path, for queries over the fleet by name."""

drift = Table(
    "drift",
    metadata,
    Column("environment_id", identifier(), primary_key=True),
    Column("node_id", identifier(), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("package", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("wanted", Text, nullable=False),
    Column("found", Text, nullable=False),
    _replica(),
)
"""How each replica differs from what was put into it; the first few hundred of it."""
