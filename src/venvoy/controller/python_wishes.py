"""Commands on nodes' interpreters: which a node is to have, and which not any more.

All that can be refused is refused for all nodes together before anything changes. An
interpreter is taken from a node only if Venvoy brought it and no environment needs it:
its prefixes would be dead at once. The node judges that once more, when it is about to
delete, for it alone knows what was begun meanwhile.
"""

from collections.abc import Collection
from dataclasses import dataclass

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from venvoy.controller import inventory, python_releases, python_use
from venvoy.controller.context import Actor, Context
from venvoy.controller.records import Change, node_changed
from venvoy.domain.archive import newest
from venvoy.domain.errors import Conflict, InvalidInput, NotFound, Unavailable
from venvoy.domain.label import check_labels
from venvoy.domain.name import check_name
from venvoy.domain.placement import Wish, decide
from venvoy.domain.python import parse_python, readable
from venvoy.domain.reconcile import Aim
from venvoy.domain.role import Role, require
from venvoy.domain.state import ReplicaState
from venvoy.store import idempotency, node_pythons, nodes, python_archives
from venvoy.store.node_pythons import NodePythonRow
from venvoy.store.nodes import NodeRow
from venvoy.store.python_archives import ArchiveRow
from venvoy.store.session import Transaction
from venvoy.wire.messages import Heartbeat
from venvoy.wire.pythons import PythonWish

_ENDED = frozenset({ReplicaState.FAILED, ReplicaState.CANCELLED})
_MANAGED = "managed"


@dataclass(frozen=True, slots=True)
class _Choice:
    """One interpreter on one node, and what is wanted of it so far."""

    node: NodeRow
    archive: ArchiveRow
    row: NodePythonRow | None


async def install(
    ctx: Context, actor: Actor, wish: PythonWish, claim: idempotency.Claim | None = None
) -> list[str]:
    """Have nodes install an interpreter from the catalogue.

    A node that has it, or is about to, is left in peace; one that failed tries again.

    Returns:
        The ids of the operations, one per node, the newest where there is nothing to do.

    Raises:
        Forbidden: `role-too-low`.
        InvalidInput: for a bad Python, name or label; `python-nodes-missing`,
            `placement-node-unknown`, `python-nodes-none`, `python-archive-none` with the
            nodes and what the catalogue has.
        Unavailable: `node-facts-missing`, with the nodes.
        Conflict: `idempotency-key-reused`.
    """
    require(actor.role, Role.OPERATOR)
    wanted = parse_python(wish.python)
    async with ctx.db.write() as tx:
        if claim and (kept := await idempotency.begin(tx, claim, ctx.clock())) is not None:
            return list(kept["operations"])
        made = []
        for choice in await _installable(tx, wish, wanted):
            row = choice.row
            if row is not None and row.action is not Aim.REMOVE and row.state not in _ENDED:
                made.append(row.operation_id)
                continue
            await _record(ctx, tx, actor, choice, "python-wanted")
            made.append(
                await python_releases.install(ctx, tx, choice.node, choice.archive, actor.user_id)
            )
        if claim:
            await idempotency.keep(tx, claim, {"operations": made})
    return made


async def remove(
    ctx: Context, actor: Actor, wish: PythonWish, claim: idempotency.Claim | None = None
) -> list[str]:
    """Have nodes remove interpreters that Venvoy installed.

    Returns:
        The ids of the operations, one per node and interpreter.

    Raises:
        Forbidden: `role-too-low`.
        InvalidInput: as `install`.
        NotFound: `python-not-on-node`.
        Conflict: `python-not-managed`, with its path; `python-in-use`, with the
            environments; `idempotency-key-reused`.
    """
    require(actor.role, Role.OPERATOR)
    wanted = parse_python(wish.python)
    async with ctx.db.write() as tx:
        if claim and (kept := await idempotency.begin(tx, claim, ctx.clock())) is not None:
            return list(kept["operations"])
        made = []
        for choice in await _removable(tx, wish, wanted):
            await _record(ctx, tx, actor, choice, "python-unwanted")
            made.append(
                await python_releases.remove(ctx, tx, choice.node, choice.archive, actor.user_id)
            )
        if claim:
            await idempotency.keep(tx, claim, {"operations": made})
    return made


async def _installable(tx: Transaction, wish: PythonWish, wanted: str) -> list[_Choice]:
    """Return the best archive for each node."""
    found = await _nodes(tx, wish)
    silent = [node.name for node in found if node.facts is None]
    if silent:
        raise Unavailable("node-facts-missing", nodes=silent)
    catalogue = await python_archives.everything(tx)
    chosen, lacking = {}, []
    for node in found:
        facts = node.facts or {}
        platform, libc = str(facts.get("platform")), facts.get("libc")
        best = newest((each for each in catalogue if each.runs_on(platform, libc)), wanted)
        if best is None:
            lacking.append(f"{node.name} ({platform})")
        else:
            chosen[node.id] = best
    if lacking:
        there = [f"{each.version} ({each.platform.value})" for each in catalogue]
        raise InvalidInput(
            "python-archive-none", wanted=readable(wanted), nodes=lacking, there=there or ["–"]
        )
    # In the order in which every transaction locks rows.
    for archive_id in sorted({archive.id for archive in chosen.values()}):
        await python_archives.get(tx, archive_id, lock=True)
    held = {
        (row.archive_id, row.node_id): row for row in await node_pythons.on_nodes(tx, chosen.keys())
    }
    return [
        _Choice(node, chosen[node.id], held.get((chosen[node.id].id, node.id))) for node in found
    ]


async def _removable(tx: Transaction, wish: PythonWish, wanted: str) -> list[_Choice]:
    """Return what is to go from each node, if all of it may."""
    found = await _nodes(tx, wish)
    rows = await node_pythons.on_nodes(tx, [node.id for node in found])
    catalogue: dict[str, ArchiveRow] = {}
    for archive_id in sorted({row.archive_id for row in rows}):
        locked = await python_archives.get(tx, archive_id, lock=True)
        catalogue |= {} if locked is None else {archive_id: locked}
    specifiers = SpecifierSet(wanted, prereleases=True)
    going = []
    for node in found:
        mine = [
            _Choice(node, catalogue[row.archive_id], row)
            for row in rows
            if row.node_id == node.id
            and not (row.action is Aim.REMOVE and row.state is not ReplicaState.FAILED)
            and Version(catalogue[row.archive_id].version) in specifiers
        ]
        if not mine:
            raise _not_there(node, specifiers, readable(wanted))
        for choice in mine:
            await _refuse_used(tx, choice)
        going += mine
    return going


async def _refuse_used(tx: Transaction, choice: _Choice) -> None:
    path = choice.row.path if choice.row else None
    if path is None:
        return
    names = await python_use.needing(tx, choice.node, path)
    if names:
        raise Conflict(
            "python-in-use",
            node=choice.node.name,
            version=choice.archive.version,
            environments=names,
        )


def _not_there(node: NodeRow, wanted: SpecifierSet, shown: str) -> Conflict | NotFound:
    """Say whether a node has such an interpreter that is none of Venvoy's, or none at all."""
    facts = None if node.facts is None else Heartbeat.model_validate(node.facts)
    for each in facts.interpreters if facts else ():
        if each.source != _MANAGED and _matches(each.version, wanted):
            return Conflict(
                "python-not-managed", node=node.name, version=each.version, path=each.path
            )
    return NotFound("python-not-on-node", node=node.name, wanted=shown)


def _matches(version: str, wanted: SpecifierSet) -> bool:
    try:
        return Version(version) in wanted
    except InvalidVersion:
        return False


async def _nodes(tx: Transaction, wish: PythonWish) -> list[NodeRow]:
    """Return the nodes that are meant, by name; cordoned ones too."""
    place = Wish.made(map(check_name, wish.nodes), check_labels(wish.select))
    if place.default:
        raise InvalidInput("python-nodes-missing")
    fleet = await nodes.candidates(tx)
    decision = decide(place, fleet, {each.id for each in fleet})
    if decision.missing:
        raise InvalidInput("placement-node-unknown", nodes=list(decision.missing))
    if not decision.placed:
        select: Collection[str] = [f"{key}={value}" for key, value in place.select]
        raise InvalidInput("python-nodes-none", select=list(select))
    there = await nodes.by_ids(tx, await nodes.still_there(tx, decision.placed))
    return sorted(there.values(), key=lambda node: node.name)


async def _record(
    ctx: Context, tx: Transaction, actor: Actor, choice: _Choice, action: str
) -> None:
    """Note who wanted what; the node's own version stays, for no edit starts from this."""
    node, told = choice.node, {"python": choice.archive.version, "archive": choice.archive.id}
    shown = inventory.document(node)
    after = shown | told if action == "python-wanted" else shown
    before = shown if action == "python-wanted" else shown | told
    change = Change(action, node.version, before, after, told)
    await node_changed(ctx, tx, actor, node, change)
