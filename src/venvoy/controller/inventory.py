"""Nodes as people see and change them: lists, single ones, their history, their labels.

What a node says of itself comes by its heartbeats and is nobody's to edit; title, labels,
region and cordon are desired state of the controller's, edited with a version, an audit
entry and an event like everything else.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from venvoy.controller import views
from venvoy.controller.context import Actor, Context
from venvoy.controller.records import Change, node_changed
from venvoy.controller.stale import refuse_stale
from venvoy.controller.tenures import clone_of
from venvoy.domain.errors import NotFound
from venvoy.domain.history import Metric, resolution_for
from venvoy.domain.label import merged
from venvoy.domain.name import check_name
from venvoy.domain.printable import check_text
from venvoy.domain.role import Role, require
from venvoy.store import environments, node_lists, nodes, replicas, samples, tenures
from venvoy.store.node_lists import Filter
from venvoy.store.nodes import NodeRow
from venvoy.store.pages import Paging
from venvoy.store.session import Transaction
from venvoy.wire.environments import Replica
from venvoy.wire.nodes import HistoryPoint, Node, NodeEdit, NodeHistory, NodePage
from venvoy.wire.schemas import Page

_SHOWN = 80
_SINCE = timedelta(hours=1)


async def list_nodes(
    ctx: Context, wish: Paging, wanted: Filter, *, language: str = "en"
) -> NodePage:
    """Return one page of nodes, and how many of all of them are in each state.

    Raises:
        InvalidInput: `sort-unknown` or `cursor-invalid`.
    """
    async with ctx.db.read() as tx:
        rows, following = await node_lists.list_page(tx, wish, wanted)
        items = await _shown(ctx, tx, rows, language)
        counts, regions = await node_lists.counts(tx, wanted), await node_lists.regions(tx)
    return NodePage(items=items, next=following, counts=counts, regions=regions)


async def show_node(ctx: Context, name: str, *, language: str = "en") -> Node:
    """Return one node.

    Raises:
        NotFound: `node-not-found`.
    """
    async with ctx.db.read() as tx:
        return (await _shown(ctx, tx, [await _node(tx, name)], language))[0]


async def history(ctx: Context, name: str, metric: Metric, since: datetime | None) -> NodeHistory:
    """Return how a figure of a node went, as finely as it is kept for so long.

    Args:
        since: from when on; an hour ago when absent.

    Raises:
        NotFound: `node-not-found`.
    """
    now = ctx.clock()
    start = min(since or now - _SINCE, now)
    resolution = resolution_for(start, now)
    start = max(resolution.start(start), resolution.oldest(now))
    async with ctx.db.read() as tx:
        node = await _node(tx, name)
        found = await samples.of_node(tx, node.id, metric, resolution, start)
    points = [
        HistoryPoint(at=each.start, mean=each.figure.mean, peak=each.figure.peak) for each in found
    ]
    return NodeHistory(
        node=node.name,
        metric=metric,
        step_seconds=resolution.seconds,
        since=start,
        points=points,
    )


async def list_replicas(ctx: Context, name: str, *, language: str = "en") -> Page[Replica]:
    """Return the replicas on a node, by environment.

    Raises:
        NotFound: `node-not-found`.
    """
    async with ctx.db.read() as tx:
        node = await _node(tx, name)
        rows = await replicas.of_node(tx, node.id)
        names = await environments.names(tx, {row.environment_id for row in rows})
    items = [views.replica(row, names[row.environment_id], node, language) for row in rows]
    items.sort(key=lambda each: each.environment)
    return Page[Replica](items=items)


async def edit(
    ctx: Context, actor: Actor, name: str, change: NodeEdit, if_match: str | None = None
) -> None:
    """Change what people say of a node.

    Args:
        if_match: the version that the edit started from; None or `*` for any.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `node-not-found`.
        StaleVersion: `stale-version`, with who changed what since.
        InvalidInput: for a bad title, label or region.
    """
    require(actor.role, Role.OPERATOR)
    async with ctx.db.write() as tx:
        row = await _node(tx, name, lock=True)
        await refuse_stale(tx, row, if_match)
        values = _changes(row, change)
        if not values:
            return
        await nodes.change(tx, row.id, ctx.clock(), **values)
        after = replace(row, **values)
        what = Change(_action(values), row.version + 1, document(row), document(after))
        await node_changed(ctx, tx, actor, row, what)
        tx.after_commit(ctx.wakes.places.ring)


def document(row: NodeRow) -> dict[str, Any]:
    """Return what the audit keeps of a node."""
    return {
        "title": row.title,
        "labels": row.labels,
        "region": row.region,
        "cordoned": row.cordoned,
    }


def _changes(row: NodeRow, change: NodeEdit) -> dict[str, Any]:
    """Return the columns that differ after a change."""
    wanted: dict[str, Any] = {}
    if change.title is not None:
        wanted["title"] = check_text("title", change.title)
    if change.labels is not None:
        wanted["labels"] = merged(row.labels, change.labels)
    if change.region is not None:
        wanted["region"] = check_name(change.region) if change.region else ""
    if change.cordoned is not None:
        wanted["cordoned"] = change.cordoned
    return {field: value for field, value in wanted.items() if getattr(row, field) != value}


def _action(values: dict[str, Any]) -> str:
    if values.keys() == {"cordoned"}:
        return "cordoned" if values["cordoned"] else "uncordoned"
    return "edited"


async def _shown(
    ctx: Context, tx: Transaction, rows: Collection[NodeRow], language: str
) -> list[Node]:
    ids, now = [row.id for row in rows], ctx.clock()
    counts = await node_lists.replica_counts(tx, ids)
    held = await tenures.of_nodes(tx, ids)
    return [
        views.node(row, counts.get(row.id, {}), language, clone_of(held.get(row.id), now))
        for row in rows
    ]


async def _node(tx: Transaction, name: str, *, lock: bool = False) -> NodeRow:
    row = await nodes.get(tx, name, lock=lock)
    if row is None:
        raise NotFound("node-not-found", name=name[:_SHOWN])
    return row
