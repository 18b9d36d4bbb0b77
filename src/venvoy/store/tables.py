"""The tables: what the controller keeps, and nothing about how it is used.

Ids are UUIDv7 in text form, times are UTC. The migrations in `store.migrations`
make exactly this schema (a test compares). Desired state is only ever written
together with its outbox entry, so that a crash loses neither.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from venvoy.store.block_tables import blocks
from venvoy.store.columns import UtcTime, document, identifier, name
from venvoy.store.metadata import metadata
from venvoy.store.observation_tables import drift, observed, observed_packages
from venvoy.store.people_tables import idempotency, sessions, tokens, users
from venvoy.store.python_tables import node_pythons, python_archives
from venvoy.store.rollout_tables import rollouts
from venvoy.store.use_tables import node_uses, replica_uses
from venvoy.store.webhook_tables import webhooks

__all__ = [
    "blocks",
    "drift",
    "idempotency",
    "metadata",
    "node_pythons",
    "node_uses",
    "observed",
    "observed_packages",
    "python_archives",
    "replica_uses",
    "rollouts",
    "sessions",
    "tokens",
    "users",
    "webhooks",
]

# SQLite numbers rows by itself only in a column whose type is exactly INTEGER.
_serial = BigInteger().with_variant(Integer(), "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("key", String(63), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Facts of the whole installation: `epoch`, `instance`."""

# --- nodes ------------------------------------------------------------------------

nodes = Table(
    "nodes",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column("name", name(), nullable=False),
    Column("public_key", String(120), unique=True),
    Column("facts", document()),
    Column("boot", BigInteger, nullable=False, server_default=text("0")),
    Column("online", Boolean, nullable=False),
    Column("cordoned", Boolean, nullable=False),
    Column("last_seen_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("labels", document(), nullable=False, server_default=text("'{}'")),
    Column("region", name(), nullable=False, server_default=text("''")),
    Column("removed_at", UtcTime),
    Column("keep_data", Boolean, nullable=False, server_default=false()),
    Column("revoked_at", UtcTime),
    Column("title", String(120), nullable=False, server_default=text("''")),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("gauges", document()),
    Column("clock_skew_s", Float),
)
"""`facts` and `gauges` are the last heartbeat: what seldom changes, and what always does.

`online` is what the lease loop last decided. `title`, `labels`, `region` and `cordoned`
are people's; `version` is raised whenever one of them changes.

A removed node keeps its row, for what it did and so that its key stays refused; its
name is free. `revoked_at` says that NATS has shut it out.
"""

Index(
    "uq_nodes_name_there",
    nodes.c.name,
    unique=True,
    sqlite_where=nodes.c.removed_at.is_(None),
    postgresql_where=nodes.c.removed_at.is_(None),
)

node_tenures = Table(
    "node_tenures",
    metadata,
    Column("node_id", identifier(), ForeignKey("nodes.id", ondelete="CASCADE"), primary_key=True),
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
"""Which run of an agent acts as a node, and the copy that was last turned away."""

node_tokens = Table(
    "node_tokens",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("uses", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column("created_by", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    CheckConstraint("used <= uses", name="within_uses"),
)
"""With which machines join, by the sha256 of the secret; each use makes one node."""

node_samples = Table(
    "node_samples",
    metadata,
    Column("node_id", identifier(), ForeignKey("nodes.id", ondelete="CASCADE"), primary_key=True),
    Column("seconds", Integer, primary_key=True),
    Column("start", UtcTime, primary_key=True),
    *(
        Column(f"{metric}_{part}", kind, nullable=False, server_default=text("0"))
        for metric in ("cpu", "memory", "disk")
        for part, kind in (("count", Integer), ("total", Float), ("peak", Float))
    ),
    Index("ix_node_samples_seconds_start", "seconds", "start"),
)
"""Buckets of a node's history (`venvoy.domain.history`); `seconds` is their length."""

nonces = Table(
    "nonces",
    metadata,
    Column("node_id", identifier(), ForeignKey("nodes.id", ondelete="CASCADE"), primary_key=True),
    Column("nonce", String(64), primary_key=True),
    Column("expires_at", UtcTime, nullable=False, index=True),
)
"""Nonces of signed requests that were used, so that none works twice."""

# --- environments -----------------------------------------------------------------

environments = Table(
    "environments",
    metadata,
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
    Column("placement", document(), nullable=False, server_default=text("'{}'")),
    Column("policy", document(), nullable=False, server_default=text("'{}'")),
)
"""`revision` is the newest revision's number; `operation_id` the last resolution's.

`version` is raised whenever what a reader may start an edit from has changed.
"""

Index(
    "uq_environments_name_live",
    environments.c.name,
    unique=True,
    sqlite_where=environments.c.deleted_at.is_(None),
    postgresql_where=environments.c.deleted_at.is_(None),
)

environment_nodes = Table(
    "environment_nodes",
    metadata,
    Column(
        "environment_id",
        identifier(),
        ForeignKey("environments.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("node_id", identifier(), ForeignKey("nodes.id"), primary_key=True, index=True),
    Column("waiting", document()),
)
"""Where an environment is placed; `waiting` is why a node cannot have it yet, as a cause."""

locks = Table(
    "locks",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("package_count", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)
"""`data` is the canonical form, compressed with zlib; immutable."""

lock_packages = Table(
    "lock_packages",
    metadata,
    Column(
        "lock_digest", String(64), ForeignKey("locks.digest", ondelete="CASCADE"), primary_key=True
    ),
    Column("name", name(255), primary_key=True),
    Column("version", String(255), primary_key=True),
    Index("ix_lock_packages_name_version", "name", "version"),
)
"""The packages of a lock, for search."""

revisions = Table(
    "revisions",
    metadata,
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

revision_tags = Table(
    "revision_tags",
    metadata,
    Column("environment_id", identifier(), primary_key=True),
    Column("name", String(63), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("author_id", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True),
    Column("created_at", UtcTime, nullable=False),
    ForeignKeyConstraint(
        ["environment_id", "number"], ["revisions.environment_id", "revisions.number"]
    ),
)
"""Names that people gave to revisions."""

plans = Table(
    "plans",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column("environment_id", identifier(), ForeignKey("environments.id"), nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("base_revision", Integer),
    Column("proposal", document(), nullable=False),
    Column("lock_digest", String(64), ForeignKey("locks.digest"), nullable=False, index=True),
    Column("shown", document(), nullable=False),
    Column("author_id", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Index("ix_plans_environment_id_id", "environment_id", "id"),
)
"""What an edit would do, kept for a day; `shown` is the document that was answered."""

# --- work -------------------------------------------------------------------------

operations = Table(
    "operations",
    metadata,
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
    Column("requested_by", identifier(), ForeignKey("users.id", ondelete="SET NULL"), index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("archive_id", identifier()),
    Column("python", String(63)),
    Index("ix_operations_kind_state", "kind", "state"),
    Index("ix_operations_environment_id_node_id", "environment_id", "node_id"),
    Index("ix_operations_created_at_id", "created_at", "id"),
    Index("ix_operations_state_created_at_id", "state", "created_at", "id"),
)
"""`proposal` is what a resolution was asked for, so that a restart can go on with it.

Of work on an interpreter, `archive_id` and `python` (its version) stay when the archive goes.
"""

replicas = Table(
    "replicas",
    metadata,
    Column("environment_id", identifier(), ForeignKey("environments.id"), primary_key=True),
    Column("node_id", identifier(), ForeignKey("nodes.id"), primary_key=True),
    # What it should be:
    Column("epoch", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("action", String(16), nullable=False),
    Column("revision", Integer),
    Column("operation_id", identifier(), ForeignKey("operations.id"), nullable=False),
    # What its node last reported:
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
    Column("python", Text),
    Column("settings", document(), nullable=False, server_default=text("'{}'")),
    CheckConstraint("action != 'install' OR revision IS NOT NULL", name="install_has_revision"),
    Index("ix_replicas_node_id_environment_id", "node_id", "environment_id"),
    Index("ix_replicas_environment_id_state", "environment_id", "state"),
    Index("ix_replicas_operation_id", "operation_id"),
)
"""One environment on one node: desired state and the last report beside it.

`python` is the specifier set that this node is to use, None for the revision's own;
`settings` what of the environment's policy the node was told.
"""

outbox = Table(
    "outbox",
    metadata,
    Column("id", _serial, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("key", String(120), nullable=False),
    Column("payload", document()),
    Column("created_at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)
"""What is still to be published; `desired` entries name `<node>.<environment>`."""

events = Table(
    "events",
    metadata,
    Column("id", _serial, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("code", String(63), nullable=False),
    Column("params", document(), nullable=False),
    sqlite_autoincrement=True,
)
"""The stream that browsers follow; ids rise in the order of the commits."""

audit = Table(
    "audit",
    metadata,
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
"""Who changed what; names are kept as they were, so no foreign key removes a line."""
