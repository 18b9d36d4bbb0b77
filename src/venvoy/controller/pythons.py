"""The interpreters of nodes as people see them: what each node has, and what is on its way.

What a node has it says itself, by its heartbeats; what it is to have of the catalogue, and
how that goes, is kept here. Both are one list: an interpreter that Venvoy brought is known
by its path.
"""

from collections.abc import Collection, Mapping
from typing import Any

from packaging.version import InvalidVersion, Version

from venvoy.controller import python_use, views
from venvoy.controller.context import Context
from venvoy.domain.errors import NotFound
from venvoy.domain.python import Origin, origin_of
from venvoy.store import environments, node_lists, node_pythons, nodes, python_archives
from venvoy.store.node_lists import Filter
from venvoy.store.node_pythons import NodePythonRow
from venvoy.store.nodes import NodeRow
from venvoy.store.pages import Paging
from venvoy.store.python_archives import ArchiveRow
from venvoy.store.session import Transaction
from venvoy.wire.messages import Heartbeat, InterpreterFact
from venvoy.wire.pythons import NodePython
from venvoy.wire.schemas import Page

_SHOWN = 80


async def list_pythons(
    ctx: Context, wish: Paging, *, node: str | None = None, language: str = "en"
) -> Page[NodePython]:
    """Return the interpreters of nodes, those of one node together, newest version first.

    Args:
        wish: pages and sorts nodes, so that a page holds whole nodes.
        node: name of the only node that is asked for.

    Raises:
        NotFound: `node-not-found`.
        InvalidInput: `sort-unknown` or `cursor-invalid`.
    """
    async with ctx.db.read() as tx:
        if node is None:
            rows, following = await node_lists.list_page(tx, wish, Filter())
        else:
            only = await nodes.get(tx, node)
            if only is None:
                raise NotFound("node-not-found", name=node[:_SHOWN])
            rows, following = [only], None
        items = await _of_nodes(tx, rows, language)
    return Page[NodePython](items=items, next=following)


async def _of_nodes(tx: Transaction, rows: Collection[NodeRow], language: str) -> list[NodePython]:
    wanted = await node_pythons.on_nodes(tx, [row.id for row in rows])
    catalogue = await python_archives.by_ids(tx, {row.archive_id for row in wanted})
    used = {each for row in rows for ids in python_use.made_by(row).values() for each in ids}
    names = await environments.names(tx, used)
    found: list[NodePython] = []
    for node in rows:
        mine = [row for row in wanted if row.node_id == node.id]
        found += sorted(_of_node(node, mine, catalogue, names, language), key=_newest_first)
    return found


def _of_node(
    node: NodeRow,
    wanted: Collection[NodePythonRow],
    catalogue: Mapping[str, ArchiveRow],
    names: Mapping[str, str],
    language: str,
) -> list[NodePython]:
    facts = None if node.facts is None else Heartbeat.model_validate(node.facts)
    there = {each.path: each for each in (facts.interpreters if facts else ())}
    shown = []
    for row in wanted:
        fact = there.pop(row.path or "", None)
        shown.append(_wanted(node, row, catalogue[row.archive_id], fact, names, language))
    return shown + [_found(node, fact, names) for fact in there.values()]


def _wanted(
    node: NodeRow,
    row: NodePythonRow,
    archive: ArchiveRow,
    fact: InterpreterFact | None,
    names: Mapping[str, str],
    language: str,
) -> NodePython:
    return NodePython(
        node=node.name,
        node_state=node.state,
        version=archive.version,
        implementation=archive.implementation,
        origin=Origin.MANAGED,
        source=Origin.MANAGED.value,
        path=row.path,
        environments=_names(fact, names),
        archive=row.archive_id,
        state=row.state,
        step=row.step,
        attempt=row.attempt,
        progress=views.progress(row.progress),
        cause=views.cause(row.cause, language),
        operation=row.operation_id,
        reported_at=row.reported_at,
    )


def _found(node: NodeRow, fact: InterpreterFact, names: Mapping[str, str]) -> NodePython:
    told: dict[str, Any] = fact.model_dump(exclude={"v", "environments"})
    return NodePython(
        **told,
        node=node.name,
        node_state=node.state,
        origin=origin_of(fact.source),
        environments=_names(fact, names),
    )


def _names(fact: InterpreterFact | None, names: Mapping[str, str]) -> list[str]:
    return sorted({names[each] for each in fact.environments if each in names}) if fact else []


def _newest_first(shown: NodePython) -> tuple[bool, tuple[int, ...], str]:
    try:
        release = Version(shown.version).release
    except InvalidVersion:
        release = ()
    return not release, tuple(-part for part in release), shown.path or ""
