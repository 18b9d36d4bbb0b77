"""The findings of a preflight as documents. No effects.

One column per platform and minor version of Python. What a lock holds for a column is
read from its wheels; where it holds none, the project's page tells whether there is
source to build from.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from packaging.requirements import Requirement

from venvoy.controller.context import ResolveRequest, Survey
from venvoy.controller.knowledge import Known
from venvoy.controller.machines import interpreter_of, machine_of, platform_of
from venvoy.controller.placements import interpreters
from venvoy.controller.plan_view import demand
from venvoy.controller.resolve_project import targets_of
from venvoy.domain.archive import Archive, newest
from venvoy.domain.dependency import Edge
from venvoy.domain.lock import Lock, LockedPackage
from venvoy.domain.marker import applies
from venvoy.domain.offer import Has, best
from venvoy.domain.plan import unpacked, view
from venvoy.domain.platform import Platform
from venvoy.domain.python import lowest, minors
from venvoy.domain.pythons import Pythons
from venvoy.domain.wheel import Target
from venvoy.domain.wheel_choice import Machine, best_file
from venvoy.store.nodes import NodeRow
from venvoy.wire.plans import PreflightNode, PreflightPackage, PreflightTarget

MOST_PYTHONS = 8
"""Columns of one platform; a wish such as `>=3.9` has no end of its own."""


@dataclass(frozen=True, slots=True)
class Column:
    """One kind of machine.

    Attributes:
        required: whether a lock has to hold for it.
        nodes: names of those that are of this kind.
    """

    machine: Machine
    required: bool
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a preflight found."""

    request: ResolveRequest
    survey: Survey
    known: Known
    columns: list[Column]


def columns(placed: Collection[NodeRow], request: ResolveRequest, pythons: Pythons) -> list[Column]:
    """Return the kinds of machines, by platform and Python.

    Those of nodes are as the nodes are; of the others the newest C library and the
    first release of each minor version are taken.
    """
    python = request.spec.python
    used: defaultdict[tuple[Platform, int], list[tuple[str, Machine]]] = defaultdict(list)
    for node in placed:
        chosen = interpreter_of(node, pythons)
        machine = machine_of(node, chosen.version if chosen else None)
        if machine is not None:
            used[machine.target.platform, machine.target.minor].append((node.name, machine))
    asked = {(target.platform, target.minor) for target in targets_of(request)}
    wanted = request.spec.platforms or tuple(Platform)
    kinds = {(platform, minor) for platform in wanted for minor in _minors(placed, python)}
    found = []
    for platform, minor in sorted(kinds | asked | used.keys()):
        here = used.get((platform, minor), [])
        # Of several nodes the one with the oldest Python and C library has the least choice.
        machines = sorted(
            (each for _, each in here), key=lambda each: (each.target, each.libc or 0)
        )
        machine = machines[0] if machines else _assumed(platform, minor, python)
        names = tuple(sorted(name for name, _ in here))
        found.append(Column(machine, (platform, minor) in asked or bool(here), names))
    return found


def packages(findings: Findings) -> list[PreflightPackage]:
    """Return every package, those that had to be left out last."""
    lock, requested = findings.survey.lock, _requested(findings)
    demands = _demands(findings)
    locked = [
        _locked(findings, package, requested, demands)
        for package in (lock.packages if lock else ())
    ]
    return locked + [
        _left_out(findings, name, requested, demands[name])
        for name in sorted(findings.survey.left_out)
    ]


def targets(findings: Findings, shown: Collection[PreflightPackage]) -> list[PreflightTarget]:
    """Return what each column comes to."""
    lock, made = findings.survey.lock, []
    for place, column in enumerate(findings.columns):
        found = [package.has[place] for package in shown]
        installed = view(lock, column.machine).values() if lock else ()
        files = {each.sha256: each.file for each in installed if each.file is not None}
        sizes = [file.size for file in files.values()]
        total = sum(size for size in sizes if size is not None)
        made.append(
            PreflightTarget(
                platform=column.machine.target.platform,
                python=f"3.{column.machine.target.minor}",
                required=column.required,
                nodes=list(column.nodes),
                wheels=found.count(Has.WHEEL),
                sources=found.count(Has.SOURCE),
                missing=found.count(Has.MISSING),
                download_bytes=total,
                unknown_sizes=sizes.count(None),
                disk_bytes=total + unpacked(total),
            )
        )
    return made


def lacking(shown: Iterable[PreflightPackage], found: list[Column]) -> frozenset[str]:
    """Return the packages without a wheel where one is required."""
    good = {Has.WHEEL, Has.NOT_NEEDED}
    return frozenset(
        package.name
        for package in shown
        if package.version is None
        or any(
            has not in good
            for has, column in zip(package.has, found, strict=True)
            if column.required
        )
    )


def nodes(
    placed: Iterable[NodeRow], pythons: Pythons, catalogue: Collection[Archive] = ()
) -> list[PreflightNode]:
    """Return which interpreter each node would use, or which could be installed for it."""
    made = []
    for node in placed:
        chosen = interpreter_of(node, pythons)
        wanted = pythons.of(node.name, node.labels)
        spare = None if chosen else newest(_running_on(node, catalogue), wanted)
        made.append(
            PreflightNode(
                node=node.name,
                state=node.state,
                platform=platform_of(node),
                python=chosen.version if chosen else None,
                path=chosen.path if chosen else None,
                wanted=wanted,
                installable=spare.version if spare else None,
                found=list(dict.fromkeys(each.version for each in interpreters(node))),
            )
        )
    return made


def _running_on(node: NodeRow, catalogue: Iterable[Archive]) -> list[Archive]:
    facts = node.facts or {}
    platform, libc = str(facts.get("platform")), facts.get("libc")
    return [each for each in catalogue if each.runs_on(platform, libc)]


def _minors(placed: Iterable[NodeRow], python: str) -> tuple[int, ...]:
    """The minor versions to show: all, or up to the newest that a node has."""
    every = minors(python)
    if len(every) <= MOST_PYTHONS:
        return every
    there = (int(each.minor.split(".")[1]) for node in placed for each in interpreters(node))
    newest = max([every[0], *(minor for minor in there if minor in every)])
    return tuple(minor for minor in every if minor <= newest)[-MOST_PYTHONS:]


def _assumed(platform: Platform, minor: int, python: str) -> Machine:
    first = lowest(python)
    same = first.startswith(f"3.{minor}.")
    return Machine(Target(platform, first if same else f"3.{minor}.0"))


def _requested(findings: Findings) -> dict[str, Requirement]:
    found = map(Requirement, findings.request.spec.requirements)
    return {requirement.name: requirement for requirement in found}


def _demands(findings: Findings) -> defaultdict[str, list[Edge]]:
    lock = findings.survey.lock or Lock("", ())
    machines = [column.machine for column in findings.columns]
    return findings.known.demands_by_package(findings.request.spec.requirements, lock, machines)


def _locked(
    findings: Findings,
    package: LockedPackage,
    requested: dict[str, Requirement],
    demands: defaultdict[str, list[Edge]],
) -> PreflightPackage:
    has, sizes = [], []
    for column in findings.columns:
        target = column.machine.target
        if not applies(package.marker, target.platform, target.python):
            has.append(Has.NOT_NEEDED)
            continue
        file = best_file(package.files, column.machine)
        if file is not None:
            has.append(Has.WHEEL)
            sizes += [file.size] if file.size is not None else []
        else:
            offered = findings.known.offers.get(package.name, ())
            found = best(offered, f"=={package.version}", column.machine)
            # The page may have a wheel that this lock cannot hold; none was taken.
            has.append(Has.MISSING if found is Has.WHEEL else found)
    return PreflightPackage(
        name=package.name,
        version=package.version,
        marker=package.marker,
        requested=package.name in requested,
        size=max(sizes, default=None),
        has=has,
        required_by=[demand(edge) for edge in demands[package.name]],
    )


def _left_out(
    findings: Findings, name: str, requested: dict[str, Requirement], demands: list[Edge]
) -> PreflightPackage:
    own = requested.get(name)
    # The owner's line holds; what the others ask for could be another without it.
    counted = [edge for edge in demands if not edge.by] or demands
    wanted = ",".join(filter(None, (edge.specifier for edge in counted)))
    offered = findings.known.offers.get(name, ())
    has = [
        Has.SOURCE if own is not None and own.url else best(offered, wanted, column.machine)
        for column in findings.columns
    ]
    return PreflightPackage(
        name=name,
        version=None,
        requested=own is not None,
        has=has,
        required_by=[demand(edge) for edge in demands],
    )
