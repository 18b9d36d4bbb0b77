"""The table of rollouts.

As in `venvoy.store.tables`, which imports this so that the schema is whole.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    false,
    text,
    true,
)

from venvoy.store.columns import UtcTime, document, identifier
from venvoy.store.metadata import metadata

rollouts = Table(
    "rollouts",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column(
        "environment_id",
        identifier(),
        ForeignKey("environments.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("to", Integer, nullable=False),
    Column("back", Integer),
    Column("waves", document(), nullable=False, server_default=text("'[]'")),
    Column("pause_s", Integer, nullable=False, server_default=text("0")),
    Column("budget", String(16)),
    Column("returns", Boolean, nullable=False, server_default=true()),
    Column("phase", String(16), nullable=False),
    Column("wave", Integer, nullable=False, server_default=text("0")),
    Column("reason", String(32), nullable=False, server_default=text("''")),
    Column("until", UtcTime),
    Column("released", Boolean, nullable=False, server_default=false()),
    Column("requested_by", identifier()),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("story", document(), nullable=False, server_default=text("'[]'")),
    Index("ix_rollouts_environment_id_created_at", "environment_id", "created_at"),
    Index("ix_rollouts_ended_at", "ended_at"),
)
"""How a revision goes to nodes, one row for each time; one of an environment is open at most.

`story` is what happened, in order: what a reader of the row is to see, not what decides.
"""
