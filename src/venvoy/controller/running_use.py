"""Answers which processes work in an environment, or in all of a node."""

from collections.abc import Sequence

from venvoy.controller.context import Context
from venvoy.domain.errors import Conflict, NotFound
from venvoy.store import environments, nodes, uses
from venvoy.store.environments import EnvironmentRow
from venvoy.store.nodes import NodeRow
from venvoy.store.session import Transaction
from venvoy.store.uses import ReplicaUseRow
from venvoy.wire.processes import MOST_SHOWN, Running, RunningCount, RunningProcess
from venvoy.wire.usage import ProcessFact, RevisionUse

_NAMED = 10
_SHOWN = 80


async def of_environment(ctx: Context, name: str, node: str | None = None) -> Running:
    """Return what runs from an environment.

    Args:
        node: name of the only node to tell of.

    Raises:
        NotFound: `environment-not-found`, `node-not-found`.
    """
    async with ctx.db.read() as tx:
        row = await environments.get(tx, name)
        if row is None:
            raise NotFound("environment-not-found", name=name[:_SHOWN])
        only = None if node is None else await _node(tx, node)
        found = await uses.of_environment(tx, row.id)
        known = await nodes.by_ids(tx, {each.node_id for each in found})
    wanted = [each for each in found if only is None or each.node_id == only.id]
    return _running(wanted, {row.id: row}, known)


async def of_node(ctx: Context, name: str) -> Running:
    """Return what runs from all environments of a node.

    Raises:
        NotFound: `node-not-found`.
    """
    async with ctx.db.read() as tx:
        node = await _node(tx, name)
        found = await uses.of_node(tx, node.id)
        known = await environments.by_ids(tx, {each.environment_id for each in found})
    return _running(found, known, {node.id: node})


async def refuse_used(tx: Transaction, row: EnvironmentRow) -> None:
    """Refuse what would take an environment from under running processes.

    Raises:
        Conflict: `environment-in-use`, with how many processes and the nodes.
    """
    found = [each for each in await uses.of_environment(tx, row.id) if each.total]
    if not found:
        return
    named = await nodes.names(tx, {each.node_id for each in found})
    busiest = sorted(found, key=lambda each: (-each.total, named[each.node_id]))
    shown = [f"{named[each.node_id]} ({each.total})" for each in busiest[:_NAMED]]
    more = len(busiest) - len(shown)
    raise Conflict(
        "environment-in-use",
        name=row.name,
        count=sum(each.total for each in found),
        nodes=", ".join(shown) + (f", … +{more}" if more else ""),
    )


def _running(
    found: Sequence[ReplicaUseRow],
    known: dict[str, EnvironmentRow],
    where: dict[str, NodeRow],
) -> Running:
    rows = sorted(
        found, key=lambda each: (known[each.environment_id].name, where[each.node_id].name)
    )
    items: list[RunningProcess] = []
    counts: list[RunningCount] = []
    for row in rows:
        environment, node = known[row.environment_id], where[row.node_id]
        for told in row.revisions:
            use = RevisionUse.model_validate(told)
            counts.append(
                RunningCount(
                    environment=environment.name,
                    node=node.name,
                    node_state=node.state,
                    revision=use.revision,
                    behind=_behind(use.revision, environment),
                    count=use.count,
                )
            )
        for told in row.processes[: MOST_SHOWN - len(items)]:
            fact = ProcessFact.model_validate(told)
            items.append(
                RunningProcess(
                    environment=environment.name,
                    node=node.name,
                    node_state=node.state,
                    pid=fact.pid,
                    program=fact.program,
                    user=fact.user,
                    revision=fact.revision,
                    behind=_behind(fact.revision, environment),
                    since=fact.started,
                )
            )
    return Running(items=items, counts=counts, total=sum(row.total for row in rows))


def _behind(revision: int | None, environment: EnvironmentRow) -> bool:
    return revision is not None and revision != environment.revision


async def _node(tx: Transaction, name: str) -> NodeRow:
    node = await nodes.get(tx, name)
    if node is None:
        raise NotFound("node-not-found", name=name[:_SHOWN])
    return node
