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
from collections.abc import Callable, Collection

import structlog

from venvoy.bus.jetstream import JetStream
from venvoy.bus.streams import DesiredState, ensure_streams
from venvoy.controller.context import Context
from venvoy.controller.desired import Documents, Wanted
from venvoy.controller.supervisor import rounds
from venvoy.domain.errors import InvalidInput, StaleVersion, Unavailable
from venvoy.domain.publication import Publication, publication
from venvoy.domain.reconcile import Version
from venvoy.store import node_pythons, outbox, replicas
from venvoy.wire.subjects import desired_key, parse_desired_key

_log = structlog.get_logger(__name__)

_LOOK_S = 1.0
"""Entries of another controller wait so long at most."""
_COMPARE_S = 300.0
_BATCH = 500
_AT_ONCE = 16
_TRIES = 8


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

    def compare_soon(self) -> None:
        """Ask for a comparison of everything; the bucket may be another one now."""
        self._compare_at = 0.0
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
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(key: str) -> None:
            async with places:
                try:
                    await self.publish(key)
                except InvalidInput as error:
                    # It would be refused every time and keep the others waiting.
                    _log.error("desired-unpublishable", key=key, code=error.code)

        results = await asyncio.gather(*map(one, sorted(keys)), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _publish(self, key: str) -> None:
        address = parse_desired_key(key)
        entry = await self._bucket.read_desired(key)
        # After the bucket, which is always behind: what is newer there is so for good.
        async with self._ctx.db.read() as tx:
            row: Wanted | None = await replicas.desired(tx, address.environment, address.node)
            row = row or await node_pythons.desired(tx, address.environment, address.node)
        wanted = None if row is None else self._documents.signed(row)
        version = None if row is None else Version(row.epoch, row.generation)
        there = None if entry is None else self._documents.standing(entry.value, wanted)
        what = publication(version, there)
        if what is Publication.PUT and wanted is not None:
            await self._bucket.put_desired(key, wanted, entry.revision if entry else 0)
        elif what is Publication.TAKE_AWAY and entry is not None:
            await self._bucket.remove_desired(key, entry.revision)
        elif what is Publication.AHEAD and there is not None and there.version is not None:
            self._ahead(there.version.epoch)
