"""Plans and preflights as people read them in a terminal."""

from collections.abc import Iterable, Sequence

from venvoy import texts
from venvoy.cli.output import Output, size
from venvoy.cli.problem import report_cause
from venvoy.cli.requirements import Gathered
from venvoy.cli.terms import python_text
from venvoy.domain.offer import Has
from venvoy.wire.environments import Demand
from venvoy.wire.plans import (
    AdoptionView,
    HeldBackPackage,
    PackageChange,
    Plan,
    PlanNode,
    Preflight,
    PreflightPackage,
    PreflightTarget,
)

_DIGEST = 12
_GOOD = {Has.WHEEL, Has.NOT_NEEDED}


def show_plan(output: Output, plan: Plan) -> None:
    """Print what changes, what is held back, and what each node does."""
    _origin(output, plan)
    for line in plan.changed:
        output.line(f"  {line}")
    for target in plan.targets:
        where = {"platform": target.platform.value, "python": target.python}
        output.line("")
        output.line(output.words("plan-on", **where, nodes=_names(target.nodes) or "–"))
        if target.changes:
            _changes(output, target.changes)
        output.line(output.words("plan-unchanged", count=target.unchanged))
        if target.held_back:
            output.line("")
            _held_back(output, target.held_back)
    output.line("")
    _nodes(output, plan.nodes)
    for node in plan.nodes:
        _warn(output, node, python_text(node.wanted or plan.python))
    if plan.leaving:
        output.say("plan-leaving", nodes=_names(plan.leaving))
    elif not plan.revises and not any(node.because for node in plan.nodes):
        output.say("plan-nothing")
    if plan.offers_unknown:
        output.say("offers-unknown", packages=_names(plan.offers_unknown))


def show_preflight(output: Output, found: Preflight, gathered: Gathered) -> None:
    """Print what each platform comes to, each package, and what is in the way."""
    if found.targets:
        _targets(output, found.targets)
        output.line("")
        _packages(output, found)
    for node in found.nodes:
        if node.python is None:
            python = python_text(node.wanted or found.python)
            output.say("no-python-fits", node=node.node, python=python)
            if node.installable:
                output.say("python-installable", node=node.node, python=node.installable)
        else:
            output.say("python-on", node=node.node, python=node.python, path=node.path or "")
    if found.cause is not None:
        output.say("preflight-failed")
        report_cause(output, found.cause)
    for line in found.lines:
        file, number = gathered.place(line.line)
        place = f"{file}:{number}" if file else f"{number}"
        output.say("own-line", place=place, text=line.text)


def _origin(output: Output, plan: Plan) -> None:
    """Say where the lock comes from, where it is not just asked for."""
    if plan.source:
        output.line(
            output.words("plan-from", source=plan.source, digest=plan.lock_digest[:_DIGEST])
        )
    if plan.adoption:
        _adoption(output, plan.adoption)


def _adoption(output: Output, adoption: AdoptionView) -> None:
    where = {"node": adoption.node, "revision": adoption.revision}
    output.line(output.words("plan-adopts", **where))
    for each in adoption.lost:
        params = {"package": each.package, "version": each.version, "files": each.files}
        reason = _word(output, "loss", each.reason, **params)
        output.say("plan-loses", reason=reason, **params)
    if adoption.restored:
        output.say("plan-restores", packages=_names(adoption.restored))


def _warn(output: Output, node: PlanNode, python: str) -> None:
    """Say what stands in a node's way."""
    if node.python is None:
        output.say("no-python-fits", node=node.node, python=python)
    if node.missing:
        output.say("no-wheel-on", node=node.node, packages=_names(node.missing))
    if node.disk_free_bytes is not None and node.disk_bytes > node.disk_free_bytes:
        output.say("disk-short", node=node.node)


def _changes(output: Output, changes: Iterable[PackageChange]) -> None:
    output.table(
        ("change", "package", "before", "after", "size"),
        (
            (
                _word(output, "kind", change.kind.value),
                change.name,
                change.before,
                change.after,
                size(change.size) if change.after else "",
            )
            for change in changes
        ),
    )


def _held_back(output: Output, packages: Iterable[HeldBackPackage]) -> None:
    output.table(
        ("held-back", "version", "newest", "why"),
        (
            (
                package.name,
                package.version,
                package.newest,
                _word(output, "reason", package.reason.value, by=_demands(output, package.by)),
            )
            for package in packages
        ),
    )


def _nodes(output: Output, nodes: Iterable[PlanNode]) -> None:
    output.table(
        ("node", "state", "live", "python", "because", "download", "disk"),
        (
            (
                node.node,
                output.term("states", node.state),
                node.live_revision,
                node.python,
                _names([_word(output, "because", each.value) for each in node.because]),
                _bytes(node.fetch_bytes, node.unknown_sizes) if node.because else "",
                size(node.disk_bytes) if node.because else "",
            )
            for node in nodes
        ),
    )


def _targets(output: Output, targets: Iterable[PreflightTarget]) -> None:
    output.table(
        ("platform", "python", "required", "wheels", "sources", "missing", "download", "disk"),
        (
            (
                target.platform.value,
                target.python,
                "✓" if target.required else "",
                target.wheels,
                target.sources or "",
                target.missing or "",
                _bytes(target.download_bytes, target.unknown_sizes),
                size(target.disk_bytes),
            )
            for target in targets
        ),
    )


def _packages(output: Output, found: Preflight) -> None:
    output.table(
        ("package", "version", "size", "required-by", "lacks"),
        (
            (
                package.name,
                package.version,
                size(package.size) if package.version else "",
                _demands(output, package.required_by),
                _lacks(output, package, found.targets),
            )
            for package in found.packages
        ),
    )


def _lacks(output: Output, package: PreflightPackage, targets: Sequence[PreflightTarget]) -> str:
    """Where a package has no wheel, those where it is required in front."""
    pairs = zip(package.has, targets, strict=True)
    lacking = [(has, target) for has, target in pairs if has not in _GOOD]
    lacking.sort(key=lambda pair: not pair[1].required)
    return _names(
        [
            f"{target.platform.value} {target.python}: {_word(output, 'has', has.value)}"
            for has, target in lacking
        ]
    )


def _demands(output: Output, demands: Iterable[Demand]) -> str:
    own = _word(output, "own-line")
    told = (f"{demand.by or own} {demand.specifier}".strip() for demand in demands)
    return _names(list(dict.fromkeys(told)))


def _bytes(count: int, unknown: int) -> str:
    return f"{size(count)} + ? × {unknown}" if unknown else size(count)


def _names(names: Sequence[str]) -> str:
    return ", ".join(names)


def _word(output: Output, *keys: str, **params: object) -> str:
    return texts.text(output.language, ".".join(("plan", *keys)), params) or keys[-1]
