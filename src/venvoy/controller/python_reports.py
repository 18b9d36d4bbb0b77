"""Folds what nodes report of interpreters; as `venvoy.controller.reports` of replicas.

The rule is the same (`venvoy.domain.report`), so late, doubled and forged reports come to
the same end; only the rows and the words of the events are others.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from venvoy.controller import python_releases
from venvoy.controller.complaints import Complaints
from venvoy.controller.context import Context
from venvoy.controller.records import operation_changed
from venvoy.domain.reconcile import Aim
from venvoy.domain.report import Doing, Folded, Held, OnDisk, Report, Stamp, Verdict, fold
from venvoy.domain.state import OperationState
from venvoy.store import events, node_pythons, nodes, operations, outbox, python_archives
from venvoy.store.node_pythons import NodePythonRow
from venvoy.store.operations import OperationRow
from venvoy.store.python_archives import ArchiveRow
from venvoy.store.session import Transaction
from venvoy.wire.subjects import ReplicaAddress

_PROGRESS_S = 1.0


class PythonReports:
    """The fold.

    Args:
        ctx: of the controller.
        ahead: called with the epoch of a report that is newer than the database.
        gone: called for each interpreter that has left its node for good.
        complaints: about nodes that say what they may not.
    """

    def __init__(
        self,
        ctx: Context,
        *,
        ahead: Callable[[int], None],
        gone: Callable[[ReplicaAddress], None],
        complaints: Complaints,
    ) -> None:
        self._ctx = ctx
        self._ahead = ahead
        self._gone = gone
        self._complaints = complaints
        self._told: dict[ReplicaAddress, datetime] = {}

    async def fold(self, tx: Transaction, address: ReplicaAddress, report: Report) -> bool | None:
        """Fold one report about an archive; return whether it counts, None if there is none."""
        archive = await python_archives.get(tx, address.environment, lock=True)
        if archive is None:
            return None
        row = await node_pythons.get(tx, archive.id, address.node, lock=True)
        node = await nodes.by_id(tx, address.node)
        if row is None or node is None:
            if report.removed:
                tx.after_commit(lambda: self._gone(address))
            return True
        before = _held(row)
        folded = fold(before, report)
        if folded.verdict is Verdict.AHEAD:
            tx.after_commit(lambda: self._ahead(report.stamp.epoch))
        if folded.verdict is Verdict.REFUSED:
            self._complaints.warn("status-refused", address.node, python=archive.id)
        if folded.operation is None:
            return folded.verdict is Verdict.STALE
        await self._operations(tx, row, archive, node.name, report, folded)
        await self._keep(tx, address, folded)
        self._tell(tx, address, archive, node.name, before, folded)
        tx.after_commit(self._ctx.wakes.changed.ring)
        return True

    async def _keep(self, tx: Transaction, address: ReplicaAddress, folded: Folded) -> None:
        where = (address.environment, address.node)
        if folded.verdict is not Verdict.GONE:
            await node_pythons.report(tx, *where, _columns(folded.held))
            return
        await node_pythons.remove(tx, *where)
        await outbox.add_desired(tx, *where, self._ctx.clock())
        tx.after_commit(self._ctx.wakes.outbox.ring)
        tx.after_commit(lambda: self._gone(address))

    async def _operations(
        self,
        tx: Transaction,
        row: NodePythonRow,
        archive: ArchiveRow,
        node: str,
        report: Report,
        folded: Folded,
    ) -> None:
        """Bring the report's operation to its state; end those that it took the place of."""
        state = folded.operation
        found = await operations.get(tx, report.operation)
        mine = found is not None and (found.archive_id, found.node_id) == (archive.id, row.node_id)
        late = folded.verdict is Verdict.BEHIND
        if found and state and mine and not (late and found.state.ended):
            await self._move(tx, found, state, report, node)
        if late:
            return
        for other in await operations.open_of_python(tx, archive.id, row.node_id):
            if other.id != row.operation_id:
                await python_releases.end(self._ctx, tx, other, node, row.operation_id)

    async def _move(
        self,
        tx: Transaction,
        found: OperationRow,
        state: OperationState,
        report: Report,
        node: str,
    ) -> None:
        now, doing = self._ctx.clock(), report.doing
        values: dict[str, Any] = {
            "state": state.value,
            "step": doing.step,
            "attempt": doing.attempt,
            "progress": doing.progress,
            "cause": doing.cause or (found.cause if state is OperationState.CANCELLED else None),
            "started_at": found.started_at or (None if state is OperationState.QUEUED else now),
            "ended_at": (found.ended_at or now) if state.ended else None,
        }
        await operations.reported_python(tx, found.id, values)
        if state is not found.state:
            operation_changed(
                self._ctx, tx, found.id, found.kind, state, node=node, python=found.python
            )

    def _tell(
        self,
        tx: Transaction,
        address: ReplicaAddress,
        archive: ArchiveRow,
        node: str,
        before: Held,
        folded: Folded,
    ) -> None:
        after, now = folded.held, self._ctx.clock()
        names = {"node": node, "python": archive.version, "archive": archive.id}
        if folded.verdict is Verdict.GONE:
            self._told.pop(address, None)
            events.add(tx, "python-removed", now, **names)
        elif _seen(before) != _seen(after):
            self._told[address] = now
            events.add(tx, "python-changed", now, **names, **_seen(after))
        elif before.doing.progress != after.doing.progress:
            last = self._told.get(address)
            if last is None or (now - last).total_seconds() >= _PROGRESS_S:
                self._told[address] = now
                told = {"progress": after.doing.progress, "operation": after.operation}
                events.add(tx, "python-progress", now, **names, **told)


def _held(row: NodePythonRow) -> Held:
    return Held(
        wish=(row.epoch, row.generation),
        removing=row.action is Aim.REMOVE,
        operation=row.operation_id,
        seen=Stamp(row.seen_epoch, row.seen_generation, row.seen_sequence),
        disk=OnDisk(path=row.path, python_version=row.python_version),
        doing=Doing(row.state, None, row.step, row.attempt, row.progress, row.cause),
        reported_at=row.reported_at,
    )


def _columns(held: Held) -> dict[str, Any]:
    return {
        "seen_epoch": held.seen.epoch,
        "seen_generation": held.seen.generation,
        "seen_sequence": held.seen.sequence,
        "state": held.doing.state.value,
        "path": held.disk.path,
        "python_version": held.disk.python_version,
        "step": held.doing.step,
        "attempt": held.doing.attempt,
        "progress": held.doing.progress,
        "cause": held.doing.cause,
        "reported_at": held.reported_at,
    }


def _seen(held: Held) -> dict[str, object]:
    """What of an interpreter is worth an event of its own."""
    return {
        "state": held.doing.state.value,
        "step": held.doing.step,
        "attempt": held.doing.attempt,
        "operation": held.operation,
        "reason": (held.doing.cause or {}).get("code"),
    }
