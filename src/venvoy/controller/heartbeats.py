"""Signs of life of nodes: what they are, and whether they are there.

Heartbeats of many nodes are written in one transaction; of several from one node
the last. A node goes offline when it was silent for `node_offline_seconds` while
this controller listened (`venvoy.domain.liveness`); both turns are events. A
heartbeat says nothing about replicas.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from venvoy.bus.connection import Message
from venvoy.controller.boundary import bounded, bounded_number
from venvoy.controller.complaints import Complaints
from venvoy.controller.supervisor import rounds
from venvoy.controller.wakes import Wake
from venvoy.domain.errors import InvalidInput
from venvoy.domain.liveness import silent_before
from venvoy.store import events, nodes
from venvoy.store.session import Database, Transaction
from venvoy.wire.messages import Heartbeat
from venvoy.wire.subjects import node_of, parse_heartbeat

_REST_S = 0.25
"""Between two transactions, so that many heartbeats share one."""
_LOOK_S = 2.0
"""Between two looks for silent nodes."""


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
    """

    def __init__(
        self, db: Database, clock: Callable[[], datetime], changed: Wake, offline_s: float
    ) -> None:
        self._db = db
        self._clock = clock
        self._changed = changed
        self._offline_s = offline_s
        self._signs: dict[str, _Sign] = {}
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
        self._signs[node] = _Sign(heartbeat, self._clock())
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
                await self._write(signs)
            except BaseException:
                self._signs = signs | self._signs
                raise
        await self._end_silent()
        if signs:
            await asyncio.sleep(_REST_S)

    async def _write(self, signs: dict[str, _Sign]) -> None:
        async with self._db.write() as tx:
            known = await nodes.by_ids(tx, list(signs))
            # In the order of ids, as everywhere: nobody waits in a circle.
            for node_id in sorted(known):
                await self._keep(tx, known[node_id], signs[node_id])

    async def _keep(self, tx: Transaction, node: nodes.NodeRow, sign: _Sign) -> None:
        facts = bounded(sign.heartbeat.model_dump(mode="json"))
        boot = bounded_number(sign.heartbeat.boot)
        if boot == node.boot and _timeless(facts) == _timeless(node.facts):
            await nodes.touch_seen(tx, node.id, at=sign.at)
        else:
            await nodes.update_seen(tx, node.id, facts=facts, boot=boot, at=sign.at)
            tx.after_commit(self._changed.ring)
        if await nodes.set_online(tx, node.id, online=True, now=sign.at):
            events.add(tx, "node-online", sign.at, node=node.name)
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


def _timeless(facts: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What a node says of itself, without the time at which it said so."""
    return None if facts is None else {key: facts[key] for key in facts if key != "at"}
