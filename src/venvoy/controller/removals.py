"""Taking a node out of the fleet: at once in the database, within seconds at NATS.

One transaction takes away what the node should hold, ends its work and keeps its row
as a mark: from then on its signatures are answered with a signed tombstone, whatever
it asks and whenever it returns. A loop then has NATS drop it, until that is done; the
agent loses its connection, asks for new credentials, and gets the tombstone.
"""

from collections.abc import Awaitable, Callable

from venvoy.bus.jetstream import JetStream
from venvoy.bus.streams import forget_node
from venvoy.controller.context import Actor, Context
from venvoy.controller.credentials import LOCAL
from venvoy.controller.records import Change, node_changed, operation_changed
from venvoy.controller.supervisor import rounds
from venvoy.domain.cause import Step
from venvoy.domain.errors import Conflict, NotFound
from venvoy.domain.operation import node_removed
from venvoy.domain.role import Role, require
from venvoy.domain.state import OperationState
from venvoy.store import environments, events, node_pythons, nodes, operations, replicas
from venvoy.store.nodes import NodeRow
from venvoy.store.session import Transaction
from venvoy.wire.messages import CauseMessage

_LOOK_S = 5.0
"""Removals by another controller wait so long at most."""
_SHOWN = 80


async def remove(ctx: Context, actor: Actor, name: str, *, keep_data: bool) -> None:
    """Take a node out of the fleet.

    Args:
        keep_data: whether its environments stay on the machine, without care.

    Raises:
        Forbidden: `role-too-low`; admins only, as for letting nodes in.
        NotFound: `node-not-found`.
        Conflict: `node-is-local`, for the controller's own machine.
    """
    require(actor.role, Role.ADMIN)
    async with ctx.db.write() as tx:
        node = await nodes.get(tx, name)
        if node is None:
            raise NotFound("node-not-found", name=name[:_SHOWN])
        await _remove(ctx, tx, actor, node, keep_data=keep_data)


async def leave(ctx: Context, node: NodeRow, *, keep_data: bool) -> NodeRow:
    """Take a node out of the fleet that asked for it itself; return its row.

    Raises:
        Conflict: `node-is-local`.
    """
    async with ctx.db.write() as tx:
        await _remove(ctx, tx, None, node, keep_data=keep_data)
        gone = await nodes.by_id(tx, node.id)
    return gone or node


async def _remove(
    ctx: Context, tx: Transaction, actor: Actor | None, node: NodeRow, *, keep_data: bool
) -> None:
    if node.name == LOCAL:
        raise Conflict("node-is-local")
    placed = await environments.on_node(tx, node.id, lock=True)
    now = ctx.clock()
    await _end_work(ctx, tx, node)
    names = []
    for environment in placed:
        await replicas.remove(tx, environment.id, node.id)
        if environment.deleted_at is None:
            names.append(environment.name)
        told = {"environment": environment.name, "environment_id": environment.id}
        events.add(tx, "replica-removed", now, node=node.name, **told)
    await environments.leave_node(tx, node.id)
    await node_pythons.leave_node(tx, node.id)
    await nodes.remove(tx, node.id, keep_data=keep_data, now=now)
    before = {
        "name": node.name,
        "region": node.region,
        "labels": node.labels,
        "public_key": node.public_key,
        "environments": names,
        "keep_data": keep_data,
    }
    action = "removed" if actor else "left"
    change = Change(action, node.version + 1, before=before)
    await node_changed(ctx, tx, actor, node, change)
    tx.after_commit(ctx.wakes.removals.ring)


async def _end_work(ctx: Context, tx: Transaction, node: NodeRow) -> None:
    for row in await operations.open_on_node(tx, node.id):
        cause = node_removed(Step(row.step) if row.step else Step.QUEUE, node.name)
        document = CauseMessage.of(cause).model_dump(mode="json")
        ended = OperationState.CANCELLED
        await operations.end(tx, row.id, ended, ctx.clock(), cause=document)
        names = await environments.names(tx, [row.environment_id or ""])
        environment = names.get(row.environment_id or "")
        operation_changed(ctx, tx, row.id, row.kind, ended, environment=environment, node=node.name)


class Removals:
    """Has NATS shut removed nodes out, and forget what it holds for them.

    Args:
        ctx: of the controller.
        jetstream: over the controller's link.
        revoke: ends a node's connections and voids its tokens.
    """

    def __init__(
        self, ctx: Context, jetstream: JetStream, revoke: Callable[[str], Awaitable[None]]
    ) -> None:
        self._ctx = ctx
        self._jetstream = jetstream
        self._revoke = revoke

    async def run(self, done: Callable[[], None]) -> None:
        """Carry removals through, until cancelled."""
        await rounds(self.step, wake=self._ctx.wakes.removals, seconds=_LOOK_S, done=done)

    async def step(self) -> None:
        """Carry through all removals of which NATS was not told.

        Raises:
            Unavailable, TimedOut: the bus or the database failed; nothing is lost.
            JetStreamError: as `JetStream.call`.
        """
        async with self._ctx.db.read() as tx:
            waiting = await nodes.unrevoked(tx)
        for node in waiting:
            if node.public_key is not None:
                await self._revoke(node.public_key)
            await forget_node(self._jetstream, node.id)
            async with self._ctx.db.write() as tx:
                await nodes.revoked(tx, node.id, self._ctx.clock())
