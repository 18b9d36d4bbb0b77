"""Locks by digest, compressed, with their packages for search."""

import zlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select

from venvoy.domain.lock import Lock
from venvoy.store import tables
from venvoy.store.records import insert_unless_there
from venvoy.store.session import Transaction

_locks = tables.locks
_packages = tables.lock_packages


async def add(tx: Transaction, lock: Lock, now: datetime) -> str:
    """Keep a lock, once; return its digest."""
    data, digest = zlib.compress(lock.to_bytes(), 6), lock.digest
    packages = {(package.name, package.version) for package in lock.packages}
    done = await tx.execute(
        insert_unless_there(tx, _locks).values(
            digest=digest, data=data, package_count=len(packages), created_at=now
        )
    )
    if done.rowcount and packages:
        values = [
            {"lock_digest": digest, "name": name, "version": version}
            for name, version in sorted(packages)
        ]
        await tx.execute(insert(_packages), values)
    return digest


async def document(tx: Transaction, digest: str) -> bytes | None:
    """Return the canonical form of a lock, uncompressed, or None."""
    data = await tx.scalar(select(_locks.c.data).where(_locks.c.digest == digest))
    return None if data is None else zlib.decompress(data)


async def get(tx: Transaction, digest: str) -> Lock | None:
    """Return a lock, or None."""
    data = await document(tx, digest)
    return None if data is None else Lock.from_bytes(data)


async def package_names(tx: Transaction, digest: str) -> frozenset[str]:
    """Return the names of a lock's packages."""
    statement = select(_packages.c.name).where(_packages.c.lock_digest == digest)
    return frozenset(row.name for row in await tx.all(statement))


async def package_counts(tx: Transaction, digests: Collection[str]) -> dict[str, int]:
    """Return how many packages locks have, by digest."""
    statement = select(_locks.c.digest, _locks.c.package_count)
    rows = await tx.all(statement.where(_locks.c.digest.in_(digests)))
    return {row.digest: row.package_count for row in rows}


async def readable_by(tx: Transaction, digest: str, node_id: str) -> bool:
    """Whether some replica of the node should hold a revision with this lock."""
    replicas, revisions = tables.replicas, tables.revisions
    statement = (
        select(replicas.c.node_id)
        .join(
            revisions,
            (revisions.c.environment_id == replicas.c.environment_id)
            & (revisions.c.number == replicas.c.revision),
        )
        .where(replicas.c.node_id == node_id, revisions.c.lock_digest == digest)
        .limit(1)
    )
    return await tx.scalar(statement) is not None
