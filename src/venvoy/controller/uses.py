"""Answers a node that tells which processes work in its prefixes: `up.<node>.req.use`.

What is told replaces all that was kept of the node. A doubled one changes nothing, a
late one is known by its number, and what is not placed on the node is dropped; then the
digest is not kept, so that the next offer is wanted.
"""

from pydantic import ValidationError

from venvoy.controller.context import Context
from venvoy.domain.errors import InvalidInput
from venvoy.store import nodes, replicas, uses
from venvoy.store.uses import NodeUseRow, ReplicaUseRow
from venvoy.wire.usage import NodeUse, ReplicaUse, UseReply, UseRequest


class Uses:
    """Takes in what nodes tell.

    Args:
        ctx: of the controller.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def answer(self, node: str, data: bytes) -> bytes:
        """Keep what is told, and say whether what is offered is lacking.

        Args:
            node: id of the node that tells, as proven by the subject.
            data: a `UseRequest`.

        Raises:
            InvalidInput: `message-unreadable`.
            Unavailable: the database failed; tell again.
        """
        try:
            request = UseRequest.model_validate_json(data)
        except ValidationError as error:
            raise InvalidInput("message-unreadable", subject=f"up.{node}.req.use") from error
        if request.told is not None:
            await self._keep(node, request.told)
        wanted = False
        if request.offer is not None:
            async with self._ctx.db.read() as tx:
                kept = await uses.last(tx, node)
            wanted = kept is None or kept.digest != request.offer
        return UseReply(wanted=wanted).model_dump_json().encode()

    async def _keep(self, node: str, told: NodeUse) -> None:
        async with self._ctx.db.write() as tx:
            # Holding the node's row orders this with every other message of it.
            if await nodes.by_id(tx, node, lock=True) is None:
                return
            before = await uses.last(tx, node)
            if before is not None and told.sequence <= before.sequence:
                return
            here = {row.environment_id for row in await replicas.of_node(tx, node)}
            # An environment is a key, so that it counts once whatever is told.
            named = {each.environment: each for each in told.replicas}
            kept = [_row(node, each) for name, each in named.items() if name in here]
            digest = told.digest() if len(kept) == len(told.replicas) else ""
            row = NodeUseRow(node, told.sequence, digest, self._ctx.clock())
            await uses.replace(tx, row, kept)


def _row(node: str, told: ReplicaUse) -> ReplicaUseRow:
    return ReplicaUseRow(
        environment_id=told.environment,
        node_id=node,
        total=sum(each.count for each in told.revisions),
        revisions=[each.model_dump(mode="json", exclude={"v"}) for each in told.revisions],
        processes=[each.model_dump(mode="json", exclude={"v"}) for each in told.processes],
    )
