"""Locks by digest, compressed, with their packages for search."""

import zlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, exists, insert, or_, select

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
    statement = insert_unless_there(tx, _locks).values(
        digest=digest, data=data, package_count=len(packages), created_at=now
    )
    new = (await tx.execute(statement)).rowcount > 0
    while not new and not await _held(tx, digest):  # removed a moment ago, as unused
        new = (await tx.execute(statement)).rowcount > 0
    if new and packages:
        values = [
            {"lock_digest": digest, "name": name, "version": version}
            for name, version in sorted(packages)
        ]
        await tx.execute(insert(_packages), values)
    return digest


async def remove_unused(tx: Transaction, digests: Collection[str]) -> None:
    """Remove those of the locks that neither a revision nor a plan has."""
    theirs = _locks.c.digest.in_(digests)
    # Held first, so that the deletion sees what whoever held them before has made of them.
    await tx.all(select(_locks.c.digest).where(theirs).order_by(_locks.c.digest).with_for_update())
    of_locks = (tables.revisions.c.lock_digest, tables.plans.c.lock_digest)
    used = [exists().where(column == _locks.c.digest) for column in of_locks]
    await tx.execute(delete(_locks).where(theirs, ~or_(*used)))


async def _held(tx: Transaction, digest: str) -> bool:
    """Whether a lock is there; it stays until the transaction ends."""
    statement = select(_locks.c.digest).where(_locks.c.digest == digest)
    held = statement.with_for_update(read=True, key_share=True)
    return await tx.scalar(held) is not None


async def document(tx: Transaction, digest: str) -> bytes | None:
    """Return the canonical form of a lock, uncompressed, or None."""
    data = await tx.scalar(select(_locks.c.data).where(_locks.c.digest == digest))
    return None if data is None else zlib.decompress(data)


async def get(tx: Transaction, digest: str) -> Lock | None:
    """Return a lock, or None."""
    data = await document(tx, digest)
    return None if data is None else Lock.from_bytes(data)


async def get_many(tx: Transaction, digests: Collection[str]) -> dict[str, Lock]:
    """Return locks by digest."""
    statement = select(_locks.c.digest, _locks.c.data).where(_locks.c.digest.in_(digests))
    return {
        row.digest: Lock.from_bytes(zlib.decompress(row.data)) for row in await tx.all(statement)
    }


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
