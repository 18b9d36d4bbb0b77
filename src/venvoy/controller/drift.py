"""Answers how an environment's replicas drifted, as their nodes last told."""

from collections import defaultdict

from venvoy.controller.context import Context
from venvoy.domain.errors import NotFound
from venvoy.store import environments, nodes, observations, replicas
from venvoy.wire.drift import DriftEntry, ReplicaDrift


async def show_drift(ctx: Context, name: str, node: str | None = None) -> list[ReplicaDrift]:
    """Return what each node sees, by name.

    A node that has not told yet, of what is live there now, is left out.

    Args:
        node: name of the only node to tell of.

    Raises:
        NotFound: `environment-not-found`, `node-not-found`.
    """
    async with ctx.db.read() as tx:
        row = await environments.get(tx, name)
        if row is None:
            raise NotFound("environment-not-found", name=name)
        if node is not None and await nodes.get(tx, node) is None:
            raise NotFound("node-not-found", name=node)
        rows = await replicas.of_environments(tx, [row.id])
        live = {(each.node_id, each.live_revision) for each in rows}
        told = await observations.of_environment(tx, row.id)
        seen = [each for each in told if (each.node_id, each.revision) in live]
        found = await observations.drift_of_environment(tx, row.id)
        known = await nodes.by_ids(tx, {each.node_id for each in seen})
    entries: defaultdict[str, list[DriftEntry]] = defaultdict(list)
    for each in found:
        entries[each.node_id].append(
            DriftEntry(
                kind=each.kind,
                package=each.package,
                path=each.path,
                wanted=each.wanted,
                found=each.found,
            )
        )
    shown = [
        ReplicaDrift(
            node=known[each.node_id].name,
            revision=each.revision,
            total=each.drift_total,
            entries=entries[each.node_id],
            observed_at=each.observed_at,
        )
        for each in seen
    ]
    wanted = (each for each in shown if node is None or each.node == node)
    return sorted(wanted, key=lambda each: each.node)
