"""Answers where a release or a file is, over the whole fleet.

What nodes saw comes before what was wished: a replica is found by its node's last
observation, and by the lock of its live revision only where nothing was told yet. The
names of files are in locks alone, so a file is found by the lock of what is live.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from venvoy.controller.context import Context
from venvoy.domain.fleet_query import FleetQuery, fleet_query, same_version
from venvoy.domain.lock import Lock
from venvoy.domain.state import ReplicaState
from venvoy.store import holdings, locks
from venvoy.store.holdings import REPLICA, REVISION, HoldingRow, Wanted
from venvoy.store.pages import Paging
from venvoy.store.session import Transaction
from venvoy.wire.find import Basis, Found, FoundKind, FoundPage, FoundTotals, FoundUse

_FILE_PAGE = 50
_FILE_ROUNDS = 5
"""Each reads the locks of one page: an answer costs no more than five of them."""


async def find(
    ctx: Context, wish: Paging, *, requirement: str = "", file: str = "", kind: str | None = None
) -> FoundPage:
    """Return one page of the replicas and revisions that hold something.

    Args:
        requirement: the releases, such as `requests<2.32`.
        file: the name of a wheel or a source distribution instead.
        kind: a `FoundKind` for only those.

    Raises:
        InvalidInput: as `fleet_query`, `sort-unknown` or `cursor-invalid`.
    """
    query = fleet_query(requirement, file)
    async with ctx.db.read() as tx:
        wanted = await releases(tx, query, kind)
        if not wanted.versions:
            return FoundPage(items=[], query=str(query), totals=FoundTotals())
        rows, following = await _page(tx, wish, wanted, query.file)
        found = await _shown(tx, query, rows)
        totals = None if query.file else await _totals(tx, wanted)
    return FoundPage(items=found, next=following, query=str(query), totals=totals)


async def releases(tx: Transaction, query: FleetQuery, kind: str | None = None) -> Wanted:
    """Return what to look for: the versions of the query that anything has."""
    versions = query.among(await holdings.versions_of(tx, query.name))
    return Wanted(query.name, versions, kind, by_lock=query.file is not None)


async def _page(
    tx: Transaction, wish: Paging, wanted: Wanted, file: str | None
) -> tuple[list[HoldingRow], str | None]:
    if file is None:
        return await holdings.list_page(tx, wish, wanted)
    wish, found = replace(wish, limit=min(wish.limit, _FILE_PAGE)), list[HoldingRow]()
    for _ in range(_FILE_ROUNDS):
        rows, following = await holdings.list_page(tx, wish, wanted)
        having = await _having(tx, {row.lock_digest for row in rows if row.lock_digest}, file)
        found = [row for row in rows if row.lock_digest in having]
        if found or following is None:
            break
        wish = replace(wish, cursor=following)
    return found, following


async def _having(tx: Transaction, digests: Collection[str], file: str) -> set[str]:
    """Return which of the locks have a file of this name."""
    found: set[str] = set()
    for digest in sorted(digests):
        document = await locks.document(tx, digest)
        if document is not None and await asyncio.to_thread(_has, document, file):
            found.add(digest)
    return found


def _has(document: bytes, file: str) -> bool:
    lock = Lock.from_bytes(document)
    return any(each.name == file for package in lock.packages for each in package.files)


async def _totals(tx: Transaction, wanted: Wanted) -> FoundTotals:
    counted = await holdings.totals(tx, replace(wanted, kind=None))
    return FoundTotals(replicas=counted.replicas, nodes=counted.nodes, revisions=counted.revisions)


async def _shown(tx: Transaction, query: FleetQuery, rows: Sequence[HoldingRow]) -> list[Found]:
    digests = {row.lock_digest for row in rows if row.lock_digest}
    locked = await holdings.locked_versions(tx, query.name, digests)
    numbered = {(row.environment_id, row.revision or 0) for row in rows if row.kind == REVISION}
    live = await holdings.live_counts(tx, numbered)
    return [_found(query.name, row, locked, live) for row in rows]


def _found(
    name: str,
    row: HoldingRow,
    locked: Mapping[str, list[str]],
    live: Mapping[tuple[str, int], int],
) -> Found:
    versions = locked.get(row.lock_digest or "", [])
    live_on = 1 if row.kind == REPLICA else live.get((row.environment_id, row.revision or 0), 0)
    use = FoundUse.WANTED if row.wanted else FoundUse.KEPT
    return Found(
        kind=FoundKind(row.kind),
        basis=Basis.OBSERVED if row.observed else Basis.LOCKED,
        environment=row.environment,
        node=row.node,
        package=name,
        version=row.version,
        revision=row.revision,
        locked=versions,
        as_locked=any(same_version(row.version, each) for each in versions),
        use=FoundUse.LIVE if live_on else use,
        live_on=live_on,
        deleted=row.deleted,
        state=ReplicaState(row.state) if row.state else None,
        seen=row.seen,
        installer=row.installer or "",
        editable=bool(row.editable),
        observed_at=row.observed_at,
    )
