"""Folds what nodes report into replicas, interpreters, operations and events.

Of several reports about one replica the newest is folded, and a batch shares one
transaction; nothing is lost by that, for each report holds all that its node knows
(`venvoy.domain.report`). A report about what is not placed on the node is dropped. A
report about a generation that was never given out is handed on: the database was
restored (`venvoy.controller.epochs`).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from venvoy.bus.connection import Message
from venvoy.bus.status import StatusBatch, StatusFeed
from venvoy.controller import webhooks
from venvoy.controller.complaints import Complaints
from venvoy.controller.context import Context
from venvoy.controller.drift_counts import counted
from venvoy.controller.python_reports import PythonReports
from venvoy.controller.records import operation_changed
from venvoy.controller.reported import Reported, reported
from venvoy.controller.statuses import columns_of, held_of, read_status, report_of, stamp_of
from venvoy.domain.cause import Step
from venvoy.domain.errors import InvalidInput, VenvoyError
from venvoy.domain.operation import superseded
from venvoy.domain.report import Folded, Held, Report, Verdict, fold
from venvoy.domain.state import OperationState, ReplicaState
from venvoy.domain.webhook import Told
from venvoy.store import events, operations, outbox, replicas
from venvoy.store import webhooks as webhook_rows
from venvoy.store.operations import OperationRow
from venvoy.store.session import Transaction
from venvoy.wire.messages import CauseMessage, ReplicaStatus
from venvoy.wire.subjects import ReplicaAddress, node_of

_log = structlog.get_logger(__name__)

_PROGRESS_S = 1.0
"""Between two events of one replica that tell nothing but bytes and packages.

What comes sooner is told by no event of its own: a transaction for it would cost more
than it is worth, as whoever looks at a build asks every two seconds, and the end of a
step is always told.
"""


class Reports:
    """The fold.

    Args:
        ctx: of the controller.
        ahead: called with the epoch of a report that is newer than the database.
        gone: called for each replica that has left its node for good.
    """

    def __init__(
        self,
        ctx: Context,
        *,
        ahead: Callable[[int], None],
        gone: Callable[[ReplicaAddress], None] = lambda _: None,
    ) -> None:
        self._ctx = ctx
        self._ahead = ahead
        self._gone = gone
        self._unfolded: StatusBatch | None = None
        self._told: dict[ReplicaAddress, datetime] = {}
        self._complaints = Complaints()
        self._pythons = PythonReports(ctx, ahead=ahead, gone=gone, complaints=self._complaints)

    async def run(self, feed: StatusFeed, done: Callable[[], None]) -> None:
        """Fold what comes, until cancelled.

        Args:
            feed: the reports; a batch is acknowledged when it is folded.
            done: called each time that nothing more is waiting.

        Raises:
            Unavailable: the database failed; run it again, and it begins with the
                batch that it could not fold.
        """
        if self._unfolded is not None:
            await self._finish(self._unfolded)
        done()
        async with aclosing(feed.batches()) as batches:
            async for batch in batches:
                self._unfolded = batch
                await self._finish(batch)
                done()

    async def fold(self, messages: Sequence[Message]) -> None:
        """Fold messages, in any order, in one transaction; nonsense is dropped.

        Raises:
            Unavailable: the database failed; nothing was folded.
        """
        said: defaultdict[ReplicaAddress, list[ReplicaStatus]] = defaultdict(list)
        for message in messages:
            status = self._readable(message)
            if status is not None:
                said[ReplicaAddress(status.node, status.environment)].append(status)
        if not said:
            return
        named = {status.operation for each in said.values() for status in each}
        async with self._ctx.db.write() as tx:
            known, found = await reported(tx, said.keys(), named), _Found()
            # The order in which every transaction locks rows.
            for address in sorted(said, key=lambda at: (at.environment, at.node)):
                # What is older than one that counts is stale, so the first ends it.
                for status in sorted(said[address], key=stamp_of, reverse=True):
                    if await self._fold(tx, known, found, address, report_of(status)):
                        break
            await found.write(tx)

    def _readable(self, message: Message) -> ReplicaStatus | None:
        try:
            return read_status(message)
        except InvalidInput as error:
            node = node_of(message.subject)
            self._complaints.warn("status-refused", node, code=error.code, subject=message.subject)
            return None

    async def _finish(self, batch: StatusBatch) -> None:
        try:
            await self.fold(batch.messages)
        except VenvoyError:
            raise
        except Exception:  # noqa: BLE001 - one report that meets a bug must not keep out others
            _log.exception("status-batch-failed", count=len(batch.messages))
            await self._fold_each(batch)
        await batch.ack()
        self._unfolded = None

    async def _fold_each(self, batch: StatusBatch) -> None:
        for message in batch.messages:
            try:
                await self.fold([message])
            except VenvoyError:
                raise
            except Exception:  # noqa: BLE001 - as above
                _log.exception("status-failed", subject=message.subject)

    async def _fold(
        self,
        tx: Transaction,
        known: Reported,
        found: "_Found",
        address: ReplicaAddress,
        report: Report,
    ) -> bool:
        """Fold one report; return whether it counts, so that older ones do not."""
        environment = known.environments.get(address.environment)
        if environment is None:
            counts = await self._pythons.fold(tx, address, report)
            if counts is not None:
                return counts
        row, node = known.replicas.get(address), known.nodes.get(address.node)
        if environment is None or row is None or node is None:
            _log.info("status-not-placed", node=address.node, environment=address.environment)
            if report.removed:
                # Said once more after it was folded, and so back in the stream.
                tx.after_commit(lambda: self._gone(address))
            return True
        before = held_of(row)
        folded = fold(before, report)
        if folded.verdict is Verdict.AHEAD:
            tx.after_commit(lambda: self._ahead(report.stamp.epoch))
        if folded.verdict is Verdict.REFUSED:
            self._complaints.warn("status-refused", address.node, environment=address.environment)
        if not report.understood:
            # A later release's agent; what is known of the state is kept.
            self._complaints.warn(
                "status-state-unknown", address.node, environment=address.environment
            )
        if folded.operation is None:
            return folded.verdict is Verdict.STALE
        folded = counted(environment, folded)
        if folded.held.doing.state is ReplicaState.DRIFTED:
            tx.after_commit(self._ctx.wakes.drift.ring)
        told = _Told(self._ctx, tx, known, found, address, environment.name, node)
        told.operation(row.operation_id, report, folded)
        await self._keep_replica(tx, found, address, folded)
        self._tell_replica(told, before, folded)
        self._note_switch(tx, known, found, address, before, folded)
        tx.after_commit(self._ctx.wakes.changed.ring)
        return True

    async def _keep_replica(
        self, tx: Transaction, found: "_Found", address: ReplicaAddress, folded: Folded
    ) -> None:
        where = (address.environment, address.node)
        if folded.verdict is not Verdict.GONE:
            found.replicas[address] = columns_of(folded.held)
            return
        await replicas.remove(tx, *where)
        # The publisher finds no replica, and takes the tombstone out of the bucket.
        await outbox.add_desired(tx, *where, self._ctx.clock())
        tx.after_commit(self._ctx.wakes.outbox.ring)
        tx.after_commit(lambda: self._gone(address))

    def _note_switch(
        self,
        tx: Transaction,
        known: Reported,
        found: "_Found",
        address: ReplicaAddress,
        before: Held,
        folded: Folded,
    ) -> None:
        if not webhooks.wanted(known.environments[address.environment]):
            return
        told = webhooks.news(known.webhooks.get(address), before, folded)
        if told is not None:
            found.told[address] = (told, self._ctx.new_id(), self._ctx.clock())
            tx.after_commit(self._ctx.wakes.webhooks.ring)

    def _tell_replica(self, told: "_Told", before: Held, folded: Folded) -> None:
        after, now = folded.held, self._ctx.clock()
        if folded.verdict is Verdict.GONE:
            self._told.pop(told.address, None)
            told.event("replica-removed", now)
        elif _seen(before) != _seen(after):
            self._told[told.address] = now
            told.event("replica-changed", now, **_seen(after))
        elif before.doing.progress != after.doing.progress:
            last = self._told.get(told.address)
            if last is None or (now - last).total_seconds() >= _PROGRESS_S:
                self._told[told.address] = now
                told.event(
                    "replica-progress",
                    now,
                    progress=after.doing.progress,
                    operation=after.operation,
                )


@dataclass(frozen=True, slots=True)
class _Found:
    """What a batch comes to, written at its end in a statement for each kind of row.

    Attributes:
        operations: columns by id.
        ended: causes of operations that others took the place of, by id, with the time.
        replicas: columns of each.
        told: what webhooks are to tell of them.
    """

    operations: dict[str, dict[str, Any]] = field(default_factory=dict)
    ended: dict[str, tuple[datetime, dict[str, Any]]] = field(default_factory=dict)
    replicas: dict[ReplicaAddress, dict[str, Any]] = field(default_factory=dict)
    told: dict[ReplicaAddress, tuple[Told, str, datetime]] = field(default_factory=dict)

    async def write(self, tx: Transaction) -> None:
        """Write it all."""
        await operations.reported(tx, self.operations)
        for operation_id, (now, cause) in self.ended.items():
            await operations.end(tx, operation_id, OperationState.CANCELLED, now, cause=cause)
        await replicas.report_all(tx, self.replicas)
        await webhook_rows.keep(tx, self.told)


class _Told:
    """Notes what a report says of operations, and the events of one replica."""

    def __init__(
        self,
        ctx: Context,
        tx: Transaction,
        known: Reported,
        found: _Found,
        address: ReplicaAddress,
        environment: str,
        node: str,
    ) -> None:
        self.address = address
        self._known = known
        self._found = found
        self._ctx = ctx
        self._tx = tx
        self._environment = environment
        self._node = node

    def event(self, code: str, now: datetime, **params: object) -> None:
        """Note an event of this replica."""
        names = {"environment": self._environment, "environment_id": self.address.environment}
        events.add(self._tx, code, now, **names, node=self._node, **params)

    def operation(self, current: str, report: Report, folded: Folded) -> None:
        """Bring the report's operation to its state; end those that it took the place of."""
        state = folded.operation
        found = self._known.operations.get(report.operation)
        mine = found is not None and (found.environment_id, found.node_id) == (
            self.address.environment,
            self.address.node,
        )
        late = folded.verdict is Verdict.BEHIND
        if found is not None and state is not None and mine and not (late and found.state.ended):
            self._move(found, state, report)
        if not late:
            self._end_others(current)

    def _move(self, found: OperationRow, state: OperationState, report: Report) -> None:
        now = self._ctx.clock()
        begun = found.started_at or (None if state is OperationState.QUEUED else now)
        ended = (found.ended_at or now) if state.ended else None
        doing = report.doing
        # A cancelled build says nothing more of why than what asked for it.
        cause = doing.cause or (found.cause if state is OperationState.CANCELLED else None)
        self._found.operations[found.id] = {
            "state": state.value,
            "step": doing.step,
            "attempt": doing.attempt,
            "progress": doing.progress,
            "cause": cause,
            "started_at": begun,
            "ended_at": ended,
        }
        if state is not found.state:
            self._tell_operation(found, state)

    def _end_others(self, current: str) -> None:
        for other in self._known.open.get(self.address, ()):
            if other.id == current:
                continue
            step = Step(other.step) if other.step else Step.QUEUE
            cause = CauseMessage.of(superseded(step, current)).model_dump(mode="json")
            self._found.ended[other.id] = (self._ctx.clock(), cause)
            self._tell_operation(other, OperationState.CANCELLED)

    def _tell_operation(self, operation: OperationRow, state: OperationState) -> None:
        operation_changed(
            self._ctx,
            self._tx,
            operation.id,
            operation.kind,
            state,
            environment=self._environment,
            node=self._node,
        )


def _seen(held: Held) -> dict[str, object]:
    """What of a replica is worth an event of its own."""
    return {
        "state": held.doing.state.value,
        "step": held.doing.step,
        "attempt": held.doing.attempt,
        "revision": held.doing.revision,
        "live_revision": held.disk.live_revision,
        "operation": held.operation,
        "reason": (held.doing.cause or {}).get("code"),
    }
