"""What a lock changes, machine by machine and node by node, as documents. No effects.

Kinds of machines are compared with the newest revision, for that is what an edit starts
from; nodes with what is live on them, for that is what they have.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from venvoy.controller.knowledge import Known
from venvoy.controller.machines import any_machine, interpreter_of, machine_of, platform_of
from venvoy.domain.dependency import Edge
from venvoy.domain.held_back import HeldBack, held_back
from venvoy.domain.lock import Lock
from venvoy.domain.plan import Change, Installed, because, count, diff, fetch, view
from venvoy.domain.proposal import Proposal
from venvoy.domain.pythons import Pythons
from venvoy.domain.wheel_choice import Machine
from venvoy.store.nodes import NodeRow
from venvoy.store.replicas import LiveRow
from venvoy.wire.environments import Demand
from venvoy.wire.messages import Heartbeat
from venvoy.wire.plans import HeldBackPackage, PackageChange, PlanNode, PlanTarget

_NONE = Lock("", ())


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that a plan is made of.

    Attributes:
        environment_id: whose plan it is.
        base: the newest revision's wish and lock; the lock is None before the first.
        after: what is asked for, and the lock that it gives.
        revises: whether that is another revision.
        known: what the index says.
        nodes: where the environment is to be placed.
        new: ids of those among them where it is not yet.
        live: the revisions that are live on these nodes, of whatever environment.
        locks: theirs, by digest.
        asked: machines that are asked for and that no node is.
    """

    environment_id: str
    base: tuple[Proposal, Lock | None]
    after: tuple[Proposal, Lock]
    revises: bool
    known: Known
    nodes: Collection[NodeRow]
    new: Collection[str]
    live: Collection[LiveRow]
    locks: Mapping[str, Lock]
    asked: Collection[Machine]


def targets(outlook: Outlook) -> list[PlanTarget]:
    """Return what changes on each kind of machine, by platform and Python."""
    kinds: defaultdict[tuple[Machine, Machine | None], list[str]] = defaultdict(list)
    before, lock = outlook.base
    for node in outlook.nodes:
        wanted, had = (_machine(node, each[0].pythons) for each in (outlook.after, outlook.base))
        if wanted is not None:
            kinds[wanted, had if lock else None].append(node.name)
    for wanted in outlook.asked:
        had = any_machine(wanted.target.platform, before.python) if lock else None
        kinds.setdefault((wanted, had), [])
    order = sorted(kinds.items(), key=lambda item: (item[0][0].target, item[1]))
    return [_target(outlook, wanted, had, sorted(names)) for (wanted, had), names in order]


def nodes(outlook: Outlook) -> list[PlanNode]:
    """Return what happens on each node, by name."""
    rows: defaultdict[str, list[LiveRow]] = defaultdict(list)
    for row in outlook.live:
        rows[row.node_id].append(row)
    return [
        _node(outlook, node, rows[node.id])
        for node in sorted(outlook.nodes, key=lambda node: node.name)
    ]


def demand(edge: Edge) -> Demand:
    """Return one demand as a document."""
    return Demand(
        by=edge.by or None,
        specifier=edge.specifier,
        extras=list(edge.extras),
        marker=edge.marker,
    )


def _target(outlook: Outlook, wanted: Machine, had: Machine | None, names: list[str]) -> PlanTarget:
    proposal, lock = outlook.after
    after = view(lock, wanted)
    before = view(outlook.base[1] or _NONE, had) if had else {}
    changes = diff(before, after)
    demands = outlook.known.demands(proposal.requirements, after, wanted.target)
    pins = _pins(outlook.base[1], proposal.upgrade)
    held = held_back(after, outlook.known.offers, demands, pins, wanted)
    return PlanTarget(
        platform=wanted.target.platform,
        python=wanted.target.python,
        python_before=had.target.python if had else None,
        nodes=names,
        changes=[_change(each, proposal.names) for each in changes],
        unchanged=len(after) - sum(1 for each in changes if each.after is not None),
        held_back=[_held_back(each) for each in held],
    )


def _node(outlook: Outlook, node: NodeRow, live: Collection[LiveRow]) -> PlanNode:
    mine = next((row for row in live if row.environment_id == outlook.environment_id), None)
    chosen = interpreter_of(node, outlook.after[0].pythons)
    facts = None if node.said is None else Heartbeat.model_validate(node.said)
    shown = PlanNode(
        node=node.name,
        state=node.state,
        platform=platform_of(node),
        wanted=outlook.after[0].pythons.of(node.name, node.labels),
        python=chosen.version if chosen else None,
        python_before=mine.python_version if mine else None,
        live_revision=mine.live_revision if mine else None,
        because=[],
        counts=count(()),
        disk_free_bytes=facts.disk_free_bytes if facts else None,
        missing=[],
    )
    wanted = machine_of(node, shown.python)
    new = node.id in outlook.new
    # A cordoned node gets nothing further until that is lifted.
    if wanted is None or (new and node.cordoned) or not (new or outlook.revises):
        return shown
    after, before = view(outlook.after[1], wanted), _live_view(outlook, node, mine)
    changes = diff(before, after)
    reasons = because(changes, (shown.python_before, shown.python), first=mine is None)
    needed = fetch(after, _held(outlook, node, live))
    return shown.model_copy(
        update={
            "because": list(reasons),
            "counts": count(changes),
            "fetch_files": needed.files,
            "fetch_bytes": needed.bytes,
            "unknown_sizes": needed.unknown,
            "disk_bytes": needed.disk_bytes,
            "missing": sorted(name for name, each in after.items() if each.sha256 is None),
        }
    )


def _live_view(outlook: Outlook, node: NodeRow, row: LiveRow | None) -> dict[str, Installed]:
    machine = machine_of(node, row.python_version) if row else None
    return view(outlook.locks[row.lock_digest], machine) if row and machine else {}


def _held(outlook: Outlook, node: NodeRow, live: Iterable[LiveRow]) -> frozenset[str]:
    """Files that a node has unpacked, for they are in a prefix that is live there."""
    views = (_live_view(outlook, node, row) for row in live)
    return frozenset(each.sha256 for found in views for each in found.values() if each.sha256)


def _machine(node: NodeRow, pythons: Pythons) -> Machine | None:
    chosen = interpreter_of(node, pythons)
    return machine_of(node, chosen.version if chosen else None)


def _pins(live: Lock | None, upgrade: frozenset[str] | None) -> dict[str, frozenset[str]]:
    """Versions that the resolution was to prefer, by name."""
    if live is None or upgrade == frozenset():
        return {}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for package in live.packages:
        if package.name not in (upgrade or ()):
            found[package.name].add(package.version)
    return {name: frozenset(versions) for name, versions in found.items()}


def _change(change: Change, requested: frozenset[str]) -> PackageChange:
    file = change.after.file if change.after else None
    return PackageChange(
        kind=change.kind,
        name=change.name,
        before=change.before.version if change.before else None,
        after=change.after.version if change.after else None,
        size=file.size if file else None,
        requested=change.name in requested,
    )


def _held_back(package: HeldBack) -> HeldBackPackage:
    return HeldBackPackage(
        name=package.name,
        version=package.version,
        newest=package.newest,
        reason=package.reason,
        by=[demand(edge) for edge in package.by],
    )
