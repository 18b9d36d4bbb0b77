"""Keeps two machines from being one node: claims are judged, and copies turned away.

Every connection of an agent begins with a claim (`venvoy.domain.tenure` is the rule).
Before another run may act, the one that acts is asked over NATS whether it lives, so
two never act at once. A run that was frozen meanwhile and wakes up gives itself away by
its heartbeat: then both lose their connection and claim anew. When a run was last heard
is kept in memory, for silence proves only what this controller could have heard.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from pydantic import ValidationError

from venvoy.bus.client import Link
from venvoy.controller.context import Context
from venvoy.controller.records import Change, node_changed
from venvoy.domain.errors import Conflict, VenvoyError
from venvoy.domain.liveness import silent_before
from venvoy.domain.logtext import clean
from venvoy.domain.tenure import claim, may_take_over, taken_over, turned_away
from venvoy.store import nodes, tenures
from venvoy.store.nodes import NodeRow
from venvoy.store.session import Transaction
from venvoy.store.tenures import Machine, TenureRow
from venvoy.wire.subjects import presence
from venvoy.wire.tenure import NodeClone, Presence, TenureClaim

_log = structlog.get_logger(__name__)

_ANSWER_S = 2.0
"""A run that lives answers within milliseconds; one whose machine lost power never does."""
CLONE_SHOWN = timedelta(minutes=2)
"""A copy asks again at least every quarter of a minute; one that stopped is shown no longer."""
_HOST, _ADDRESS = 255, 64


class Tenures:
    """Judges who may act as a node.

    Args:
        ctx: of the controller.
        alive: whether a run of a node, both by their ids, answers at this moment.
        revoke: ends the connections of a node's key, and voids its tokens.
    """

    def __init__(
        self,
        ctx: Context,
        alive: Callable[[str, str], Awaitable[bool]],
        revoke: Callable[[str], Awaitable[None]],
    ) -> None:
        self._ctx = ctx
        self._alive = alive
        self._revoke = revoke
        self._heard: dict[str, datetime] = {}
        self._listening_since: datetime | None = None

    def listening(self, *, connected: bool) -> None:
        """Say that signs of life begin to arrive, or that they cannot."""
        self._listening_since = self._ctx.clock() if connected else None

    def heard(self, row: TenureRow, instance: str, at: datetime) -> bool:
        """Note a sign of life; return whether it is of the run that acts."""
        if row.instance != instance:
            return False
        self._heard[row.node_id] = at
        return True

    async def claim(self, node: NodeRow, wish: TenureClaim | None, address: str) -> None:
        """Let a run act as a node.

        Args:
            wish: None from an agent of a release that says nothing of its run.
            address: that the request came from.

        Raises:
            Conflict: `node-cloned`, while another run acts as the node.
            Unavailable: the database failed.
        """
        if wish is None:
            return
        machine = Machine(clean(wish.hostname)[:_HOST], clean(address)[:_ADDRESS])
        async with self._ctx.db.read() as tx:
            row = await tenures.of_node(tx, node.id)
        if row is not None and row.instance == wish.instance:
            return
        alive = row is not None and await self._alive(node.id, row.instance)
        async with self._ctx.db.write() as tx:
            row = await tenures.of_node(tx, node.id, lock=True)
            allowed = self._allowed(row, wish, alive=alive)
            if allowed:
                await tenures.keep(tx, self._taken(row, node.id, wish, machine))
            elif row is not None:
                row = await self._note_clone(tx, node, row, wish.instance, machine)
        if not allowed and row is not None:
            raise _cloned(node, row)

    async def may_leave(self, node: NodeRow, wish: TenureClaim | None) -> None:
        """Refuse to a copy to take the machine that acts out of the fleet.

        Raises:
            Conflict: `node-cloned`.
            Unavailable: the database failed.
        """
        if wish is None:
            return
        async with self._ctx.db.read() as tx:
            row = await tenures.of_node(tx, node.id)
        if row is None:
            return
        alive = await self._alive(node.id, row.instance)
        if not self._allowed(row, wish, alive=alive):
            raise _cloned(node, row)

    async def part(self, node: NodeRow, instance: str) -> None:
        """Have all runs of a node claim anew, for two of them were heard.

        Raises:
            Unavailable: NATS or the disk failed; the next sign of life brings it here again.
        """
        _log.warning("node-heard-twice", node=node.name, instance=instance)
        if node.public_key is not None:
            await self._revoke(node.public_key)

    def _allowed(self, row: TenureRow | None, wish: TenureClaim, *, alive: bool) -> bool:
        if row is None:
            return True
        what = claim(row.tenure, wish.instance, wish.lineage)
        return may_take_over(what, alive=alive, silent=self._silent(row))

    def _silent(self, row: TenureRow) -> bool:
        since, limit_s = self._listening_since, self._ctx.settings.node_offline_seconds
        before = None if since is None else silent_before(self._ctx.clock(), since, limit_s)
        if before is None:
            return False
        return max(row.since, self._heard.get(row.node_id, row.since)) < before

    def _taken(
        self, row: TenureRow | None, node: str, wish: TenureClaim, machine: Machine
    ) -> TenureRow:
        now = self._ctx.clock()
        before = None if row is None else row.tenure
        tenure = taken_over(before, wish.instance, wish.lineage, now)
        kept = (row or TenureRow(node, wish.instance, now)).holding(tenure)
        return replace(kept, hostname=machine.hostname, address=machine.address)

    async def _note_clone(
        self, tx: Transaction, node: NodeRow, row: TenureRow, instance: str, machine: Machine
    ) -> TenureRow:
        now = self._ctx.clock()
        same = clone_of(row, now) is not None
        row = replace(
            row.holding(turned_away(row.tenure, instance)),
            clone_hostname=machine.hostname,
            clone_address=machine.address,
            clone_since=row.clone_since if same else now,
            clone_seen_at=now,
        )
        await tenures.keep(tx, row)
        if not same:
            told = {
                "host": machine.hostname,
                "address": machine.address,
                "holder_host": row.hostname,
                "holder_address": row.address,
            }
            found = await nodes.by_id(tx, node.id)
            version = (found or node).version
            await node_changed(
                self._ctx, tx, None, node, Change("cloned", version, after=told, told=told)
            )
        return row


async def answers(link: Link, node: str, instance: str) -> bool:
    """Ask a run of an agent whether it lives; no, if it cannot be asked."""
    try:
        answer = await link.request(presence(node), b"", timeout_s=_ANSWER_S)
        return Presence.model_validate_json(answer.data).instance == instance
    except (VenvoyError, ValidationError):
        return False


def clone_of(row: TenureRow | None, now: datetime) -> NodeClone | None:
    """Return the copy of a node that is turned away at present."""
    if row is None or row.clone_since is None or row.clone_seen_at is None:
        return None
    if now - row.clone_seen_at > CLONE_SHOWN:
        return None
    return NodeClone(
        hostname=row.clone_hostname,
        address=row.clone_address,
        holder_hostname=row.hostname,
        holder_address=row.address,
        since=row.clone_since,
        last_seen_at=row.clone_seen_at,
    )


def _cloned(node: NodeRow, row: TenureRow) -> Conflict:
    return Conflict(
        "node-cloned",
        name=node.name,
        host=row.hostname or "?",
        address=row.address or "?",
        since=f"{row.since:%Y-%m-%d %H:%M} UTC",
    )
