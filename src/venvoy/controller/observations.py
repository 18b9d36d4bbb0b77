"""Answers a node that tells what its prefixes hold: `up.<node>.req.observed`.

Offers are answered with what is lacking; what is told whole replaces what was kept of
that replica. A doubled one changes nothing, a late one is known by its number, and one
about what is not placed on the node is dropped: the node learns of that elsewhere.
"""

from pydantic import ValidationError

from venvoy.controller.context import Context
from venvoy.controller.drift_counts import counts
from venvoy.domain.errors import InvalidInput
from venvoy.store import environments, events, nodes, observations, replicas
from venvoy.store.observations import DriftRow, ObservedPackageRow, ObservedRow
from venvoy.store.session import Transaction
from venvoy.wire.observations import ObservedReply, ObservedRequest, ReplicaObservation


class Observations:
    """Takes observations in.

    Args:
        ctx: of the controller.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def answer(self, node: str, data: bytes) -> bytes:
        """Keep what is told and return what is lacking of what is offered.

        Args:
            node: id of the node that tells, as proven by the subject.
            data: an `ObservedRequest`.

        Raises:
            InvalidInput: `message-unreadable`.
            Unavailable: the database failed; tell again.
        """
        try:
            request = ObservedRequest.model_validate_json(data)
        except ValidationError as error:
            raise InvalidInput("message-unreadable", subject=f"up.{node}.req.observed") from error
        if request.told is not None:
            await self._keep(node, request.told)
        wanted: tuple[str, ...] = ()
        if request.offers:
            async with self._ctx.db.read() as tx:
                named = [offer.environment for offer in request.offers]
                kept = await observations.digests(tx, node, named)
            wanted = tuple(
                offer.environment
                for offer in request.offers
                if kept.get(offer.environment) != offer.digest
            )
        return ObservedReply(wanted=wanted).model_dump_json().encode()

    async def _keep(self, node: str, told: ReplicaObservation) -> None:
        async with self._ctx.db.write() as tx:
            # Holding the replica's row orders this with every other message about it.
            if await replicas.get(tx, told.environment, node, lock=True) is None:
                return
            before = await observations.get(tx, told.environment, node)
            if before is not None and told.sequence <= before.sequence:
                return
            now, digest = self._ctx.clock(), told.digest()
            row = ObservedRow(
                told.environment, node, told.sequence, digest, told.revision,
                told.findings_total, now,
            )  # fmt: skip
            await observations.replace(tx, row, _packages(node, told), _findings(node, told))
            if (before.drift_total if before else 0) != told.findings_total:
                await self._tell(tx, row, told)
                tx.after_commit(self._ctx.wakes.drift.ring)

    async def _tell(self, tx: Transaction, row: ObservedRow, told: ReplicaObservation) -> None:
        environment = await environments.by_id(tx, row.environment_id)
        node = await nodes.by_id(tx, row.node_id)
        if environment is None or node is None:
            return
        tx.after_commit(self._ctx.wakes.changed.ring)
        if not counts(environment.policy):
            return
        events.add(
            tx,
            "drift-seen" if row.drift_total else "drift-gone",
            row.observed_at,
            environment=environment.name,
            environment_id=environment.id,
            node=node.name,
            count=row.drift_total,
            packages=sorted({each.package for each in told.findings})[:20],
        )


def _packages(node: str, told: ReplicaObservation) -> list[ObservedPackageRow]:
    # A name is a key; a prefix that hand-work left with two copies shows one.
    named = {each.name: each for each in told.packages}
    return [
        ObservedPackageRow(
            told.environment,
            node,
            each.name,
            each.version,
            each.installer,
            each.editable,
            each.origin,
            each.requested,
        )
        for each in named.values()
    ]


def _findings(node: str, told: ReplicaObservation) -> list[DriftRow]:
    return [
        DriftRow(
            told.environment, node, each.kind, each.package, each.path, each.wanted, each.found
        )
        for each in told.findings
    ]
