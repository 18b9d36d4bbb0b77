"""Asks nodes what of their prefixes is garbage, and to delete it at once.

Nodes collect by themselves after every switch and every ten minutes; this is for who
wants to see it, or not to wait. What is offline is named and not waited for: it collects
when it returns.
"""

import asyncio
from dataclasses import dataclass

from venvoy.controller.context import Actor, Context
from venvoy.controller.node_commands import Ask
from venvoy.controller.records import Change, node_changed
from venvoy.domain.errors import NotFound
from venvoy.domain.role import Role, require
from venvoy.domain.state import NodeState
from venvoy.store import environments, nodes
from venvoy.store.nodes import NodeRow
from venvoy.wire.collections import (
    CollectCommand,
    CollectedPrefix,
    Collections,
    CollectionWish,
    CollectReply,
    NodeCollection,
    is_free,
)

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Garbage:
    """Asks nodes.

    Attributes:
        ask: sends a command and returns what its node answers, None if it does not.
    """

    ctx: Context
    ask: Ask

    async def collect(self, actor: Actor, wish: CollectionWish) -> Collections:
        """Ask some nodes at the same time; what each of them did is in the audit.

        Raises:
            Forbidden: `role-too-low`.
            NotFound: `node-not-found`.
        """
        require(actor.role, Role.OPERATOR)
        async with self.ctx.db.read() as tx:
            rows = {name: await nodes.get(tx, name) for name in sorted(set(wish.nodes))}
        there = []
        for name, row in rows.items():
            if row is None:
                raise NotFound("node-not-found", name=name[:_SHOWN])
            there.append(row)
        replies = await asyncio.gather(*(self._asked(row, wish) for row in there))
        told = dict(zip((row.id for row in there), replies, strict=True))
        named = {each.environment for reply in replies if reply for each in reply.prefixes}
        async with self.ctx.db.read() as tx:
            names = await environments.names(tx, named)
        items = [_shown(row, told[row.id], names) for row in there]
        if not wish.preview:
            await self._note(actor, list(zip(there, items, strict=True)))
        return Collections(preview=wish.preview, items=items)

    async def _asked(self, row: NodeRow, wish: CollectionWish) -> CollectReply | None:
        if row.state is NodeState.OFFLINE:
            return None
        return await self.ask(CollectCommand(node=row.id, preview=wish.preview), CollectReply)

    async def _note(self, actor: Actor, done: list[tuple[NodeRow, NodeCollection]]) -> None:
        async with self.ctx.db.write() as tx:
            for row, each in done:
                if each.answered:
                    after = {"prefixes": each.free, "bytes": each.free_bytes}
                    change = Change("collected", row.version, None, after, after)
                    await node_changed(self.ctx, tx, actor, row, change)


def _shown(row: NodeRow, reply: CollectReply | None, names: dict[str, str]) -> NodeCollection:
    if reply is None:
        return NodeCollection(node=row.name, node_state=row.state, answered=False)
    free = [each for each in reply.prefixes if is_free(each.fate)]
    return NodeCollection(
        node=row.name,
        node_state=row.state,
        answered=True,
        finished=reply.finished,
        free=len(free),
        free_bytes=sum(each.own_bytes or 0 for each in free),
        prefixes=[
            CollectedPrefix(
                environment=names.get(each.environment, each.environment),
                build=each.build,
                revision=each.revision,
                fate=each.fate,
                processes=each.processes,
                size_bytes=each.size_bytes,
                own_bytes=each.own_bytes,
            )
            for each in reply.prefixes
        ],
        total=reply.total,
    )
