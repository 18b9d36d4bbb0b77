"""Tables of people: who they are, how they are signed in, and what they asked for once.

As in `venvoy.store.tables`, which imports this so that the schema is whole.
"""

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text

from venvoy.store.columns import UtcTime, document, identifier, name
from venvoy.store.metadata import metadata

users = Table(
    "users",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column("username", name(), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("last_sign_in_at", UtcTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column(
        "user_id",
        identifier(),
        ForeignKey("users.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("digest", String(64), nullable=False, unique=True),
    Column("csrf_token", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("last_used_at", UtcTime, nullable=False),
)
"""`digest` is the sha256 of the cookie's secret; the secret itself is not kept."""

tokens = Table(
    "tokens",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column(
        "user_id",
        identifier(),
        ForeignKey("users.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("name", String(120), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("last_used_at", UtcTime),
)
"""API tokens, by the sha256 of their secret."""

idempotency = Table(
    "idempotency",
    metadata,
    Column("user_id", identifier(), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("route", String(255), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("result", document()),
    Column("created_at", UtcTime, nullable=False, index=True),
)
"""What a request with an `Idempotency-Key` did; written in the transaction that did it."""
