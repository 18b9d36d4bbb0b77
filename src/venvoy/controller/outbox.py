"""Brings desired state from the database into the bucket, from where it reaches nodes.

Level-triggered: an outbox entry names a replica or an interpreter on a node, and what is
written is its newest state, so entries may be handled twice and in any order. At the
start, on every new connection and from time to time all replicas are compared with
the bucket: a bucket that was lost is made again, and one that is newer than the
database tells of a restored backup. What changes meanwhile is published between two
pages of the comparison, so a release never waits for the whole fleet. Every write
expects what was read, so two publishers that know nothing of each other could
not bring back an older state.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog

from venvoy.bus.jetstream import JetStream
from venvoy.bus.streams import DesiredState, Entry, ensure_streams
from venvoy.controller.context import Context
from venvoy.controller.desired import Documents, Wanted
from venvoy.controller.supervisor import rounds
from venvoy.domain.errors import InvalidInput, StaleVersion, Unavailable
from venvoy.domain.publication import Publication, publication
from venvoy.domain.reconcile import Version
from venvoy.store import node_pythons, outbox, replicas
from venvoy.store.session import Transaction
from venvoy.wire.subjects import ReplicaAddress, desired_key, parse_desired_key

_log = structlog.get_logger(__name__)

_LOOK_S = 1.0
"""Entries of another controller wait so long at most."""
_COMPARE_S = 3_600.0
"""A node asks the database itself every five minutes, so a bucket that somebody else has
changed costs no more than that; to compare 100,000 replicas costs a minute of processor."""
_BATCH = 500
_CHUNK = 64
"""Keys that share a look at the database; the first of them waits for the others' reading."""
_AT_ONCE = 16
_TRIES = 8
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class _Written:
    """What this publisher wrote last under a key, so that it need not be read again.

    A write that expects this revision fails if anybody has written since.
    """

    revision: int
    version: Version


class Outbox:
    """The publisher.

    Args:
        ctx: of the controller.
        jetstream: over the controller's link.
        documents: signs what is published.
        ahead: called with the epoch of a document that is newer than the database.
        page: replicas that are compared at once.
    """

    def __init__(
        self,
        ctx: Context,
        jetstream: JetStream,
        documents: Documents,
        ahead: Callable[[int], None],
        page: int = _BATCH,
    ) -> None:
        self._ctx = ctx
        self._jetstream = jetstream
        self._bucket = DesiredState(jetstream)
        self._documents = documents
        self._ahead = ahead
        self._page = page
        self._compare_at = 0.0
        self._written: dict[str, _Written] = {}

    def compare_soon(self) -> None:
        """Ask for a comparison of everything; the bucket may be another one now."""
        self._compare_at = 0.0
        self._written.clear()
        self._ctx.wakes.outbox.ring()

    async def run(self, done: Callable[[], None]) -> None:
        """Publish what changes, until cancelled.

        Raises:
            Unavailable, TimedOut: database or bus failed; run it again.
        """
        self._compare_at = 0.0
        await rounds(self.step, wake=self._ctx.wakes.outbox, seconds=_LOOK_S, done=done)

    async def step(self) -> None:
        """Publish all that the outbox names, and compare everything when that is due.

        Raises:
            Unavailable, TimedOut: database or bus failed; nothing is lost.
        """
        await self._drain()
        now = asyncio.get_running_loop().time()
        if now >= self._compare_at:
            await self._compare()
            self._compare_at = now + _COMPARE_S

    async def publish(self, key: str) -> None:
        """Make the bucket hold what the database says of one replica.

        Raises:
            Unavailable, TimedOut: database or bus failed.
        """
        for _ in range(_TRIES):
            try:
                await self._publish(key)
                return
            except StaleVersion:
                # Another controller wrote in between: look again at both.
                continue
        raise Unavailable("desired-state-contended", key=key)

    async def _drain(self) -> None:
        while True:
            async with self._ctx.db.read() as tx:
                entries = await outbox.pending(tx, _BATCH)
            if not entries:
                return
            await self._publish_all(
                {entry.key for entry in entries if entry.kind == outbox.DESIRED}
            )
            async with self._ctx.db.write() as tx:
                await outbox.done(tx, [entry.id for entry in entries])

    async def _compare(self) -> None:
        await ensure_streams(self._jetstream)
        self._written.clear()
        async with self._ctx.db.read() as tx:
            pythons = await node_pythons.keys(tx)
        await self._publish_all({desired_key(node, archive) for archive, node in pythons})
        after: tuple[str, str] | None = None
        while True:
            async with self._ctx.db.read() as tx:
                rows = await replicas.all_desired(tx, after=after, limit=self._page)
            if not rows:
                return
            await self._publish_all({desired_key(row.node_id, row.environment_id) for row in rows})
            after = (rows[-1].environment_id, rows[-1].node_id)
            await self._drain()

    async def _publish_all(self, keys: Collection[str]) -> None:
        ordered = sorted(keys)
        for start in range(0, len(ordered), _CHUNK):
            await self._publish_chunk(ordered[start : start + _CHUNK])

    async def _publish_chunk(self, keys: Sequence[str]) -> None:
        """Make the bucket hold what the database says of some replicas, read at once."""
        addresses = {key: address for key in keys if (address := self._address(key)) is not None}
        unknown = [key for key in addresses if key not in self._written]
        entries = dict(
            zip(unknown, await _at_once(self._bucket.read_desired, unknown), strict=True)
        )
        # After the bucket, which is always behind: what is newer there is so for good.
        async with self._ctx.db.read() as tx:
            rows = await _wanted(tx, addresses)

        async def one(key: str) -> None:
            try:
                await self._settle(key, rows.get(key), entries)
            except StaleVersion:
                # Another controller wrote in between, or somebody emptied the bucket.
                self._written.pop(key, None)
                await self.publish(key)
            except InvalidInput as error:
                # It would be refused every time and keep the others waiting.
                _log.error("desired-unpublishable", key=key, code=error.code)

        await _at_once(one, list(addresses))

    def _address(self, key: str) -> ReplicaAddress | None:
        try:
            return parse_desired_key(key)
        except InvalidInput as error:
            _log.error("desired-unpublishable", key=key, code=error.code)
            return None

    async def _settle(
        self, key: str, row: Wanted | None, entries: Mapping[str, Entry | None]
    ) -> None:
        if key in entries:
            await self._follow(key, row, entries[key])
            return
        written = self._written[key]
        if row is None or Version(row.epoch, row.generation) <= written.version:
            # Nothing newer to write, so it must be seen what stands there.
            await self.publish(key)
            return
        await self._put(key, row, self._documents.signed(row), written.revision)

    async def _put(self, key: str, row: Wanted, document: bytes, revision: int) -> None:
        revision = await self._bucket.put_desired(key, document, revision)
        self._written[key] = _Written(revision, Version(row.epoch, row.generation))

    async def _publish(self, key: str) -> None:
        address = parse_desired_key(key)
        entry = await self._bucket.read_desired(key)
        async with self._ctx.db.read() as tx:
            rows = await _wanted(tx, {key: address})
        await self._follow(key, rows.get(key), entry)

    async def _follow(self, key: str, row: Wanted | None, entry: Entry | None) -> None:
        """Make the bucket follow, where it is known what stands there."""
        wanted = None if row is None else self._documents.signed(row)
        version = None if row is None else Version(row.epoch, row.generation)
        if entry is not None and version is not None and entry.value == wanted:
            # What this controller would write itself needs no proof, nor to be written.
            self._written[key] = _Written(entry.revision, version)
            return
        there = None if entry is None else self._documents.standing(entry.value, wanted)
        what = publication(version, there)
        if what is Publication.PUT and row is not None and wanted is not None:
            await self._put(key, row, wanted, entry.revision if entry else 0)
        elif what is Publication.TAKE_AWAY and entry is not None:
            await self._bucket.remove_desired(key, entry.revision)
            self._written.pop(key, None)
        elif what is Publication.AHEAD and there is not None and there.version is not None:
            self._ahead(there.version.epoch)


async def _wanted(tx: Transaction, addresses: Mapping[str, ReplicaAddress]) -> dict[str, Wanted]:
    """Return what should stand under keys, without those under which nothing should."""
    found: dict[str, Wanted] = {
        desired_key(row.node_id, row.environment_id): row
        for row in await replicas.desired_at(tx, addresses.values())
    }
    for key in addresses.keys() - found.keys():
        row = await node_pythons.desired(tx, addresses[key].environment, addresses[key].node)
        if row is not None:
            found[key] = row
    return found


async def _at_once(work: Callable[[str], Awaitable[_Answer]], keys: Sequence[str]) -> list[_Answer]:
    """Do the same for some keys, a few at a time; the first fault is raised when all ended."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(key: str) -> _Answer:
        async with places:
            return await work(key)

    results = await asyncio.gather(*map(one, keys), return_exceptions=True)
    answers: list[_Answer] = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        answers.append(result)
    return answers
