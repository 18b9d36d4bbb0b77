"""The table of blocked releases.

As in `venvoy.store.tables`, which imports this so that the schema is whole.
"""

from sqlalchemy import Column, ForeignKey, String, Table, Text, UniqueConstraint

from venvoy.store.columns import UtcTime, identifier, name
from venvoy.store.metadata import metadata

blocks = Table(
    "blocks",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column("name", name(255), nullable=False),
    Column("specifier", String(255), nullable=False),
    Column("reason", Text, nullable=False),
    Column("author_id", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("name", "specifier"),
)
"""Releases that nothing may be resolved to (`venvoy.domain.block`)."""
