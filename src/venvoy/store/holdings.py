"""Who holds a release: replicas by what their nodes saw, revisions by their locks.

A replica whose node has told nothing yet stands for what the lock of its live revision
says. The revisions of deleted environments are left out; what is still on a node is not.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Select,
    String,
    Table,
    Text,
    and_,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from venvoy.store import pages, tables
from venvoy.store.columns import UtcTime
from venvoy.store.records import records
from venvoy.store.session import Transaction
from venvoy.store.url import Backend

REPLICA = "replica"
REVISION = "revision"

_NEWEST_FIRST = 1_000_000_000
"""Less a revision's number: ten digits that sort the newest first, as text too."""

_environments = tables.environments
_nodes = tables.nodes
_replicas = tables.replicas
_revisions = tables.revisions
_observed = tables.observed
_seen = tables.observed_packages
_locked = tables.lock_packages


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for.

    Attributes:
        name: of the package, normalised.
        versions: as they are written down; see `versions_of`.
        kind: `replica` or `revision`; None for both.
        by_lock: replicas by the lock of their live revision, whatever was seen there.
    """

    name: str
    versions: Collection[str]
    kind: str | None = None
    by_lock: bool = False


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """One replica or revision with one version; `lock_digest` is its revision's."""

    kind: str
    observed: bool
    environment_id: str
    environment: str
    deleted: bool
    node: str | None
    version: str
    revision: int | None
    wanted: bool
    lock_digest: str | None
    state: str | None
    seen: str | None
    installer: str | None
    editable: bool | None
    observed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many hold it; `nodes` are those of the replicas."""

    replicas: int = 0
    nodes: int = 0
    revisions: int = 0


async def versions_of(tx: Transaction, name: str) -> set[str]:
    """Return every version of a package that some node saw or some lock has."""
    found: set[str] = set()
    for table in (_seen, _locked):
        walk = _leaps(table, name)
        found.update(row.version for row in await tx.all(walk))
    return found


async def list_page(
    tx: Transaction, wish: pages.Paging, wanted: Wanted
) -> tuple[list[HoldingRow], str | None]:
    """Return one page, by environment: its replicas by node, then revisions, the newest first.

    Sorted by `environment` or `node`.
    """
    found = _union(wanted).subquery()
    identity: ColumnElement[Any] = found.c.identity
    if tx.backend is Backend.POSTGRESQL:
        identity = identity.collate("C")
    keys = {"environment": found.c.environment, "node": func.coalesce(found.c.node, "")}
    rows, following = await pages.page(tx, select(found), keys, identity, wish)
    return records(HoldingRow, rows), following


async def totals(tx: Transaction, wanted: Wanted) -> Totals:
    """Return how many replicas, nodes and revisions hold it."""
    found = _union(wanted).subquery()
    statement = select(
        found.c.kind,
        func.count().label("rows"),
        func.count(found.c.node.distinct()).label("nodes"),
    ).group_by(found.c.kind)
    counted = {row.kind: row for row in await tx.all(statement)}
    replicas, revisions = counted.get(REPLICA), counted.get(REVISION)
    return Totals(
        replicas=replicas.rows if replicas else 0,
        nodes=replicas.nodes if replicas else 0,
        revisions=revisions.rows if revisions else 0,
    )


async def locked_versions(
    tx: Transaction, name: str, digests: Collection[str]
) -> dict[str, list[str]]:
    """Return the versions of a package in locks, by digest."""
    statement = select(_locked.c.lock_digest, _locked.c.version).where(
        _locked.c.name == name, _locked.c.lock_digest.in_(digests)
    )
    found: dict[str, list[str]] = {}
    for row in await tx.all(statement.order_by(_locked.c.version)):
        found.setdefault(row.lock_digest, []).append(row.version)
    return found


async def live_counts(
    tx: Transaction, revisions: Collection[tuple[str, int]]
) -> dict[tuple[str, int], int]:
    """Return on how many nodes revisions are live, by environment id and number."""
    if not revisions:
        return {}
    either = [
        and_(_replicas.c.environment_id == id_, _replicas.c.live_revision == number)
        for id_, number in revisions
    ]
    statement = (
        select(_replicas.c.environment_id, _replicas.c.live_revision, func.count().label("rows"))
        .where(or_(*either))
        .group_by(_replicas.c.environment_id, _replicas.c.live_revision)
    )
    return {(row.environment_id, row.live_revision): row.rows for row in await tx.all(statement)}


def _leaps(table: Table, name: str) -> Select[Any]:
    """Each version once; see https://wiki.postgresql.org/wiki/Loose_indexscan."""
    of_name = table.c.name == name
    first = select(func.min(table.c.version).label("version")).where(of_name)
    walk = first.cte("versions", recursive=True)
    following = select(func.min(table.c.version)).where(of_name, table.c.version > walk.c.version)
    step = select(following.scalar_subquery()).where(walk.c.version.is_not(None))
    walk = walk.union_all(step)
    return select(walk.c.version).where(walk.c.version.is_not(None))


def _union(wanted: Wanted) -> Any:
    parts: list[Select[Any]] = []
    if wanted.kind != REVISION:
        parts.append(_by_lock(wanted))
        if not wanted.by_lock:
            parts.append(_by_sight(wanted))
    if wanted.kind != REPLICA:
        parts.append(_in_history(wanted))
    return union_all(*parts)


def _by_sight(wanted: Wanted) -> Select[Any]:
    """Replicas whose nodes saw it."""
    of_replica = [
        _seen.c.environment_id == _replicas.c.environment_id,
        _seen.c.node_id == _replicas.c.node_id,
    ]
    told = [
        _observed.c.environment_id == _seen.c.environment_id,
        _observed.c.node_id == _seen.c.node_id,
    ]
    revision = [
        _revisions.c.environment_id == _observed.c.environment_id,
        _revisions.c.number == _observed.c.revision,
    ]
    columns = _columns(
        kind=literal(REPLICA),
        observed=true(),
        node=_nodes.c.name,
        version=_seen.c.version,
        revision=_observed.c.revision,
        lock_digest=_revisions.c.lock_digest,
        state=_replicas.c.state,
        seen=_seen.c.version,
        installer=_seen.c.installer,
        editable=_seen.c.editable,
        observed_at=_observed.c.observed_at,
    )
    return (
        select(*columns)
        .select_from(_seen)
        .join(_replicas, and_(*of_replica))
        .join(_observed, and_(*told))
        .join(_environments, _environments.c.id == _seen.c.environment_id)
        .join(_nodes, _nodes.c.id == _seen.c.node_id)
        .outerjoin(_revisions, and_(*revision))
        .where(*_released(_seen, wanted), _nodes.c.removed_at.is_(None))
    )


def _by_lock(wanted: Wanted) -> Select[Any]:
    """Replicas whose live revision's lock has it; of those seen already only `by_lock`."""
    revision = [
        _revisions.c.environment_id == _replicas.c.environment_id,
        _revisions.c.number == _replicas.c.live_revision,
    ]
    told = [
        _observed.c.environment_id == _replicas.c.environment_id,
        _observed.c.node_id == _replicas.c.node_id,
    ]
    package = [
        _seen.c.environment_id == _replicas.c.environment_id,
        _seen.c.node_id == _replicas.c.node_id,
        _seen.c.name == wanted.name,
    ]
    columns = _columns(
        kind=literal(REPLICA),
        observed=false(),
        node=_nodes.c.name,
        version=_locked.c.version,
        revision=_replicas.c.live_revision,
        lock_digest=_revisions.c.lock_digest,
        state=_replicas.c.state,
        seen=_seen.c.version,
        installer=_seen.c.installer,
        editable=_seen.c.editable,
        observed_at=_observed.c.observed_at,
    )
    statement = (
        select(*columns)
        .select_from(_locked)
        .join(_revisions, _revisions.c.lock_digest == _locked.c.lock_digest)
        .join(_replicas, and_(*revision))
        .join(_environments, _environments.c.id == _replicas.c.environment_id)
        .join(_nodes, _nodes.c.id == _replicas.c.node_id)
        .outerjoin(_observed, and_(*told))
        .outerjoin(_seen, and_(*package))
        .where(*_released(_locked, wanted), _nodes.c.removed_at.is_(None))
    )
    return statement if wanted.by_lock else statement.where(_observed.c.node_id.is_(None))


def _in_history(wanted: Wanted) -> Select[Any]:
    """Revisions whose lock has it."""
    columns = _columns(
        kind=literal(REVISION),
        observed=false(),
        node=cast(null(), String),
        version=_locked.c.version,
        revision=_revisions.c.number,
        lock_digest=_revisions.c.lock_digest,
        state=cast(null(), String),
        seen=cast(null(), Text),
        installer=cast(null(), Text),
        editable=cast(null(), Boolean),
        observed_at=cast(null(), UtcTime),
    )
    return (
        select(*columns)
        .select_from(_locked)
        .join(_revisions, _revisions.c.lock_digest == _locked.c.lock_digest)
        .join(_environments, _environments.c.id == _revisions.c.environment_id)
        .where(*_released(_locked, wanted), _environments.c.deleted_at.is_(None))
    )


def _columns(**given: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """The columns of each part in one order; `identity` is what rows sort by after the key."""
    number = cast(literal(_NEWEST_FIRST, Integer) - func.coalesce(given["revision"], 0), String)
    place = func.coalesce(cast(given["node"], String), number)
    named = [column.label(name) for name, column in given.items()]
    id_, slash = _environments.c.id, literal("/")
    identity = id_ + slash + given["kind"] + slash + place + slash + cast(given["version"], String)
    return [
        id_.label("environment_id"),
        _environments.c.name.label("environment"),
        _environments.c.deleted_at.is_not(None).label("deleted"),
        (func.coalesce(_environments.c.revision, 0) == func.coalesce(given["revision"], -1)).label(
            "wanted"
        ),
        identity.label("identity"),
        *named,
    ]


def _released(table: Table, wanted: Wanted) -> list[ColumnElement[bool]]:
    return [table.c.name == wanted.name, table.c.version.in_(wanted.versions)]
