"""The first schema."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)

from venvoy.store.columns import UtcTime, document, identifier, name

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, those that others refer to first."""
    _people()
    _nodes()
    _environments()
    _work()
    _log()


def _people() -> None:
    op.create_table(
        "meta",
        Column("key", String(63), primary_key=True),
        Column("value", Text, nullable=False),
    )
    op.create_table(
        "users",
        Column("id", identifier(), primary_key=True),
        Column("username", name(), nullable=False, unique=True),
        Column("password_hash", Text, nullable=False),
        Column("role", String(16), nullable=False),
        Column("disabled", Boolean, nullable=False),
        Column("created_at", UtcTime, nullable=False),
        Column("updated_at", UtcTime, nullable=False),
        Column("last_sign_in_at", UtcTime),
    )
    op.create_table(
        "sessions",
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
    op.create_table(
        "tokens",
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
    op.create_table(
        "idempotency",
        Column("user_id", identifier(), primary_key=True),
        Column("key", String(255), primary_key=True),
        Column("route", String(255), primary_key=True),
        Column("digest", String(64), nullable=False),
        Column("result", document()),
        Column("created_at", UtcTime, nullable=False, index=True),
    )


def _nodes() -> None:
    op.create_table(
        "nodes",
        Column("id", identifier(), primary_key=True),
        Column("name", name(), nullable=False, unique=True),
        Column("public_key", String(120), unique=True),
        Column("facts", document()),
        Column("boot", BigInteger, nullable=False, server_default=text("0")),
        Column("online", Boolean, nullable=False),
        Column("cordoned", Boolean, nullable=False),
        Column("last_seen_at", UtcTime),
        Column("created_at", UtcTime, nullable=False),
        Column("updated_at", UtcTime, nullable=False),
    )
    op.create_table(
        "nonces",
        Column(
            "node_id", identifier(), ForeignKey("nodes.id", ondelete="CASCADE"), primary_key=True
        ),
        Column("nonce", String(64), primary_key=True),
        Column("expires_at", UtcTime, nullable=False, index=True),
    )


def _environments() -> None:
    op.create_table(
        "environments",
        Column("id", identifier(), primary_key=True),
        Column("name", name(), nullable=False),
        Column("title", String(120), nullable=False),
        Column("description", Text, nullable=False),
        Column("labels", document(), nullable=False),
        Column("owner_id", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True),
        Column("version", Integer, nullable=False),
        Column("revision", Integer),
        Column("operation_id", identifier()),
        Column("created_at", UtcTime, nullable=False),
        Column("updated_at", UtcTime, nullable=False),
        Column("deleted_at", UtcTime),
    )
    op.create_index(
        "uq_environments_name_live",
        "environments",
        ["name"],
        unique=True,
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    )
    op.create_table(
        "environment_nodes",
        Column(
            "environment_id",
            identifier(),
            ForeignKey("environments.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        Column("node_id", identifier(), ForeignKey("nodes.id"), primary_key=True, index=True),
    )
    op.create_table(
        "locks",
        Column("digest", String(64), primary_key=True),
        Column("data", LargeBinary, nullable=False),
        Column("package_count", Integer, nullable=False),
        Column("created_at", UtcTime, nullable=False),
    )
    op.create_table(
        "lock_packages",
        Column(
            "lock_digest",
            String(64),
            ForeignKey("locks.digest", ondelete="CASCADE"),
            primary_key=True,
        ),
        Column("name", name(255), primary_key=True),
        Column("version", String(255), primary_key=True),
        Index("ix_lock_packages_name", "name"),
    )
    op.create_table(
        "revisions",
        Column("id", identifier(), primary_key=True),
        Column("environment_id", identifier(), ForeignKey("environments.id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("spec", document(), nullable=False),
        Column("lock_digest", String(64), ForeignKey("locks.digest"), nullable=False, index=True),
        Column("author_id", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True),
        Column("message", String(500), nullable=False),
        Column("created_at", UtcTime, nullable=False),
        UniqueConstraint("environment_id", "number"),
    )


def _work() -> None:
    op.create_table(
        "operations",
        Column("id", identifier(), primary_key=True),
        Column("kind", String(16), nullable=False),
        Column("state", String(16), nullable=False),
        Column("environment_id", identifier(), ForeignKey("environments.id"), index=True),
        Column("node_id", identifier(), ForeignKey("nodes.id"), index=True),
        Column("epoch", Integer),
        Column("generation", Integer),
        Column("revision", Integer),
        Column("step", String(16)),
        Column("attempt", Integer, nullable=False, server_default=text("1")),
        Column("progress", document()),
        Column("cause", document()),
        Column("proposal", document()),
        Column("cancel_requested", Boolean, nullable=False),
        Column(
            "requested_by", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True
        ),
        Column("created_at", UtcTime, nullable=False),
        Column("started_at", UtcTime),
        Column("ended_at", UtcTime),
        Index("ix_operations_kind_state", "kind", "state"),
    )
    op.create_table(
        "replicas",
        Column("environment_id", identifier(), ForeignKey("environments.id"), primary_key=True),
        Column("node_id", identifier(), ForeignKey("nodes.id"), primary_key=True),
        Column("epoch", Integer, nullable=False),
        Column("generation", Integer, nullable=False),
        Column("action", String(16), nullable=False),
        Column("revision", Integer),
        Column("operation_id", identifier(), ForeignKey("operations.id"), nullable=False),
        Column("seen_epoch", Integer, nullable=False, server_default=text("0")),
        Column("seen_generation", Integer, nullable=False, server_default=text("0")),
        Column("seen_sequence", BigInteger, nullable=False, server_default=text("0")),
        Column("state", String(16), nullable=False),
        Column("seen_revision", Integer),
        Column("live_revision", Integer),
        Column("prefix", Text),
        Column("path", Text),
        Column("python_version", String(63)),
        Column("step", String(16)),
        Column("attempt", Integer, nullable=False, server_default=text("1")),
        Column("progress", document()),
        Column("cause", document()),
        Column("reported_at", UtcTime),
        CheckConstraint("action != 'install' OR revision IS NOT NULL", name="install_has_revision"),
        Index("ix_replicas_node_id_environment_id", "node_id", "environment_id"),
        Index("ix_replicas_environment_id_state", "environment_id", "state"),
        Index("ix_replicas_operation_id", "operation_id"),
    )


def _log() -> None:
    serial = BigInteger().with_variant(Integer(), "sqlite")
    op.create_table(
        "outbox",
        Column("id", serial, primary_key=True, autoincrement=True),
        Column("kind", String(16), nullable=False),
        Column("key", String(120), nullable=False),
        Column("payload", document()),
        Column("created_at", UtcTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "events",
        Column("id", serial, primary_key=True, autoincrement=True),
        Column("at", UtcTime, nullable=False, index=True),
        Column("code", String(63), nullable=False),
        Column("params", document(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit",
        Column("id", identifier(), primary_key=True),
        Column("at", UtcTime, nullable=False, index=True),
        Column("user_id", identifier(), index=True),
        Column("username", String(63)),
        Column("action", String(63), nullable=False),
        Column("subject_kind", String(16), nullable=False),
        Column("subject_id", identifier(), nullable=False),
        Column("subject_name", String(120), nullable=False),
        Column("version", Integer),
        Column("before", document()),
        Column("after", document()),
        Index("ix_audit_subject_id_version", "subject_id", "version"),
    )
