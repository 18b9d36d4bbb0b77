"""Signs of life of nodes: what they are, and whether they are there.

Heartbeats of many nodes are written in one transaction; of several from one node the
last, but each of them counts for the node's history. A node goes offline when it was
silent for `node_offline_seconds` while this controller listened
(`venvoy.domain.liveness`); both turns are events. A heartbeat says nothing about
replicas. One of a run that does not act as the node (`venvoy.controller.tenures`) is no
sign of the node's life, but of a second machine.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from pydantic import ValidationError

from venvoy.bus.connection import Message
from venvoy.controller.boundary import NUMBER_LIMIT, bounded, bounded_number, bounded_time
from venvoy.controller.complaints import Complaints
from venvoy.controller.supervisor import rounds
from venvoy.controller.tenures import Tenures
from venvoy.controller.wakes import Wake
from venvoy.domain.errors import InvalidInput, VenvoyError
from venvoy.domain.history import Metric
from venvoy.domain.liveness import silent_before, skew
from venvoy.store import events, nodes, tenures
from venvoy.store.nodes import Beat, NodeRow, fixed, gauges
from venvoy.store.session import Database, Transaction
from venvoy.wire.messages import Heartbeat
from venvoy.wire.subjects import node_of, parse_heartbeat

Measured = Callable[[str, datetime, Mapping[Metric, float]], None]

_REST_S = 0.25
"""Between two transactions, so that many heartbeats share one."""
_LOOK_S = 2.0
"""Between two looks for silent nodes."""
_LAST_WORDS = timedelta(seconds=5)
"""What a run said before it ended may arrive when the next one acts already."""

_log = structlog.get_logger(__name__)


class _Run(NamedTuple):
    node: str
    instance: str | None


@dataclass(frozen=True, slots=True)
class _Sign:
    heartbeat: Heartbeat
    at: datetime


class Heartbeats:
    """Collects heartbeats and writes them.

    Args:
        db: where nodes are.
        clock: aware, UTC; the only clock that counts, a node's own may be wrong.
        changed: rung after each change.
        offline_s: seconds of silence after which a node is offline.
        runs: which run of an agent acts as a node.
        measured: hears the figures of every heartbeat, and when it came.
        able: called when what a node is or has may be other than before.
    """

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        changed: Wake,
        offline_s: float,
        runs: Tenures,
        measured: Measured = lambda *_: None,
        able: Callable[[], None] = lambda: None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._changed = changed
        self._offline_s = offline_s
        self._runs = runs
        self._measured = measured
        self._able = able
        self._signs: dict[_Run, _Sign] = {}
        self._news = Wake()
        self._complaints = Complaints()
        self._listening_since: datetime | None = None

    async def receive(self, message: Message) -> None:
        """Take one message from `up.<node>.heartbeat`; nonsense is logged and dropped."""
        try:
            node = parse_heartbeat(message.subject)
            heartbeat = Heartbeat.model_validate_json(message.data)
        except (InvalidInput, ValidationError) as error:
            said_by = node_of(message.subject)
            self._complaints.warn("heartbeat-unreadable", said_by, error=type(error).__name__)
            return
        if heartbeat.node != node:
            self._complaints.warn("heartbeat-of-another", node)
            return
        now = self._clock()
        self._signs[_Run(node, heartbeat.instance)] = _Sign(heartbeat, now)
        self._measured(node, now, measurements(heartbeat))
        self._news.ring()

    def listening(self, *, connected: bool) -> None:
        """Say that heartbeats begin to arrive, or that they cannot."""
        self._listening_since = self._clock() if connected else None

    async def run(self, done: Callable[[], None]) -> None:
        """Write what came and look for silent nodes, until cancelled."""
        await rounds(self.step, wake=self._news, seconds=_LOOK_S, done=done)

    async def step(self) -> None:
        """Write all that came since the last step, then turn silent nodes offline.

        Raises:
            Unavailable: the database failed; what came is kept for the next step.
        """
        signs = self._signs
        if signs:
            self._signs = {}
            try:
                others = await self._write(signs)
            except BaseException:
                self._signs = signs | self._signs
                raise
            for node, instance in others:
                await self._part(node, instance)
        await self._end_silent()
        if signs:
            await asyncio.sleep(_REST_S)

    async def _write(self, signs: dict["_Run", _Sign]) -> list[tuple[NodeRow, str]]:
        """Write signs of life; return those of runs that do not act as their node."""
        ids = {run.node for run in signs}
        async with self._db.write() as tx:
            found = await nodes.by_ids(tx, ids)
            known = {node_id: node for node_id, node in found.items() if node.removed_at is None}
            own, others = self._told_apart(known, await tenures.of_nodes(tx, ids), signs)
            # In the order of ids, as everywhere: nobody waits in a circle.
            beats = [_beat(known[node_id], own[node_id]) for node_id in sorted(own)]
            await nodes.keep_beats(tx, beats)
            if any(beat.facts is not None for beat in beats):
                tx.after_commit(self._changed.ring)
                tx.after_commit(self._able)
            for beat in beats:
                if not known[beat.node_id].online:
                    await self._turn_online(tx, known[beat.node_id], beat.at)
        return others

    def _told_apart(
        self,
        known: Mapping[str, NodeRow],
        rows: Mapping[str, tenures.TenureRow],
        signs: Mapping["_Run", _Sign],
    ) -> tuple[dict[str, _Sign], list[tuple[NodeRow, str]]]:
        own: dict[str, _Sign] = {}
        others: list[tuple[NodeRow, str]] = []
        for run, sign in signs.items():
            if (node := known.get(run.node)) is None:
                continue
            row = rows.get(run.node)
            if run.instance is None or row is None or self._runs.heard(row, run.instance, sign.at):
                own[run.node] = sign
            elif sign.at - row.since > _LAST_WORDS:
                others.append((node, run.instance))
        return own, others

    async def _part(self, node: NodeRow, instance: str) -> None:
        try:
            await self._runs.part(node, instance)
        except VenvoyError as error:
            _log.warning("node-not-parted", node=node.name, code=error.code)

    async def _turn_online(self, tx: Transaction, node: NodeRow, at: datetime) -> None:
        if await nodes.set_online(tx, node.id, online=True, now=at):
            events.add(tx, "node-online", at, node=node.name)
            tx.after_commit(self._changed.ring)

    async def _end_silent(self) -> None:
        now = self._clock()
        since = self._listening_since
        before = None if since is None else silent_before(now, since, self._offline_s)
        if before is None:
            return
        async with self._db.read() as tx:
            if not await nodes.silent_since(tx, before):
                return
        async with self._db.write() as tx:
            for node in await nodes.silent_since(tx, before):
                if await nodes.set_online(tx, node.id, online=False, now=now):
                    events.add(tx, "node-offline", now, node=node.name)
            tx.after_commit(self._changed.ring)


def _beat(node: NodeRow, sign: _Sign) -> Beat:
    """Return what is to be kept of a sign; facts that are as they were are not."""
    said = bounded(sign.heartbeat.model_dump(mode="json"))
    boot = bounded_number(sign.heartbeat.boot)
    same = boot == node.boot and node.facts is not None and fixed(said) == fixed(node.facts)
    ahead = skew(bounded_time(sign.heartbeat.at), sign.at)
    return Beat(node.id, boot, None if same else said, gauges(said), sign.at, ahead)


def measurements(heartbeat: Heartbeat) -> dict[Metric, float]:
    """Return the figures of a heartbeat that are worth a history, as far as they are sane."""
    found: dict[Metric, float] = {}
    if heartbeat.cpu_percent is not None:
        found[Metric.CPU] = heartbeat.cpu_percent
    if heartbeat.memory_used_bytes is not None:
        found[Metric.MEMORY] = heartbeat.memory_used_bytes
    found[Metric.DISK] = heartbeat.disk_total_bytes - heartbeat.disk_free_bytes
    return {metric: value for metric, value in found.items() if 0 <= value <= NUMBER_LIMIT}
