"""Environments as people read them in a terminal."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from venvoy.cli.output import Output, size
from venvoy.cli.problem import report_cause
from venvoy.cli.rollouts import standing
from venvoy.cli.terms import Term, python_text
from venvoy.domain.placement import Reason
from venvoy.domain.state import NodeState, ReplicaState
from venvoy.wire.environments import (
    Environment,
    EnvironmentItem,
    Placement,
    PlacementNode,
    PlacementView,
    PythonFor,
    Replica,
    RevisionDetail,
)

_EXAMPLES = 5
"""Nodes that are named for a rule; the API names all."""


def table_of(output: Output, environments: Sequence[EnvironmentItem]) -> None:
    """Print a table, one environment a row."""
    output.table(
        ("name", "state", "revision", "python", "packages", "nodes", "title"),
        (
            (
                environment.name,
                output.term("states", environment.state),
                environment.revision,
                python_text(environment.python),
                environment.package_count,
                _nodes(environment),
                environment.title,
            )
            for environment in environments
        ),
    )


def show_environment(
    output: Output,
    environment: Environment,
    revision: RevisionDetail | None,
    placed: PlacementView | None = None,
) -> None:
    """Print one environment with its replicas, packages and, last, its failures.

    Args:
        placed: why it is where it is; None where it is on `local` as it names no place.
    """
    output.facts(
        (
            ("name", environment.name),
            ("title", environment.title),
            ("description", environment.description),
            ("state", output.term("states", environment.state)),
            ("revision", environment.revision),
            ("python", python_text(environment.python)),
            ("python-for", ", ".join(map(_python_for, environment.python_for))),
            ("platforms", ", ".join(environment.platforms)),
            ("placement", place(environment.placement)),
            ("keep", environment.policy.keep),
            ("checks", ", ".join(environment.policy.checks or ())),
            ("check_command", environment.policy.check_command),
            ("check_timeout", environment.policy.check_timeout),
            ("grace", environment.policy.grace),
            ("cool_down", environment.policy.cool_down),
            ("cool_down_except", ", ".join(environment.policy.cool_down_except or ())),
            ("after_units", ", ".join(environment.policy.after_units or ())),
            ("after_command", environment.policy.after_command),
            ("after_timeout", environment.policy.after_timeout),
            ("after_webhook", environment.policy.after_webhook),
            ("sync", environment.policy.sync),
            ("waves", ", ".join(environment.policy.waves or ())),
            ("wave-pause", environment.policy.wave_pause),
            ("may-fail", environment.policy.failures),
            ("rollout", standing(output, environment.rollout) if environment.rollout else None),
            ("on_drift", environment.policy.drift),
            ("labels", _pairs(environment.labels)),
            ("owner", environment.owner),
            ("updated", f"{environment.updated_at.astimezone():%Y-%m-%d %H:%M:%S}"),
            ("operation", environment.operation),
        )
    )
    if environment.replicas:
        output.line("")
        _replicas(output, environment.replicas)
    if placed is not None:
        output.line("")
        _placement(output, placed)
    if revision is not None and revision.packages:
        output.line("")
        _packages(output, revision)
    for replica in environment.replicas:
        if replica.cause:
            output.err.print()
            if replica.state is ReplicaState.READY:
                output.say("replica-hook-failed", node=replica.node)
            else:
                state = output.term("states", replica.state)
                output.say("replica-not-ready", node=replica.node, state=state)
            report_cause(output, replica.cause)
        if replica.note:
            output.err.print()
            output.say("replica-hook-failed", node=replica.node)
            report_cause(output, replica.note)


def place(wish: Placement) -> str:
    """Return where an environment is wanted, such as `alpha, gpu=yes`; empty for the default."""
    return ", ".join([*wish.nodes, *([_pairs(wish.select, " & ")] if wish.select else [])])


def _pairs(labels: Mapping[str, str], between: str = ", ") -> str:
    return between.join(f"{key}={value}" for key, value in labels.items())


def _placement(output: Output, placed: PlacementView) -> None:
    """Say by which rule how many nodes were placed, and name some of those that were not."""
    output.table(
        ("rule", "nodes", "example"),
        (
            (
                output.term("placement", reason),
                number,
                ", ".join(_example(each) for each in _by(placed, reason)[:_EXAMPLES]),
            )
            for reason, number in placed.counts.items()
        ),
    )
    if placed.missing:
        output.say("placement-missing", nodes=", ".join(placed.missing))


def _by(placed: PlacementView, reason: Reason) -> list[PlacementNode]:
    return [each for each in placed.nodes if each.reason is reason]


def _example(each: PlacementNode) -> str:
    if each.reason is Reason.LABEL_DIFFERS:
        return f"{each.node} ({each.key}={each.has})"
    if each.reason is Reason.LABEL_MISSING:
        return f"{each.node} ({each.key})"
    return each.node


def told(output: Output, environment: Environment, outcome: str, *, chosen: bool = False) -> None:
    """Say what has been made or changed.

    Args:
        outcome: a key of `cli.say`.
        chosen: whether the Python was chosen by the controller, which is said too.
    """
    output.say(
        outcome,
        name=environment.name,
        revision=environment.revision,
        packages=output.count("package-count", environment.package_count),
        python=python_text(environment.python),
    )
    if chosen:
        nodes = ", ".join(replica.node for replica in environment.replicas)
        output.say("python-chosen", python=python_text(environment.python), nodes=nodes)


def _replicas(output: Output, replicas: Sequence[Replica]) -> None:
    output.table(
        ("node", "state", "live", "python", "reported"),
        (
            (
                replica.node,
                _state(output, replica),
                replica.live_revision,
                replica.python_version,
                age(replica.reported_at),
            )
            for replica in replicas
        ),
    )
    paths = [replica for replica in replicas if replica.path]
    if paths:
        output.line("")
    for replica in paths:
        output.line(output.words("path-on", node=replica.node, path=replica.path))


def _packages(output: Output, revision: RevisionDetail) -> None:
    output.table(
        ("package", "version", "size", "requested"),
        (
            (
                package.name,
                package.version,
                size(package.size),
                "✓" if package.requested else "",
            )
            for package in revision.packages
        ),
    )


def _state(output: Output, replica: Replica) -> Term:
    state = output.term("states", replica.state)
    if replica.node_state is not NodeState.OFFLINE:
        return state
    away = output.term("states", NodeState.OFFLINE)
    return Term(state.code, output.words("state-and", state=state, other=away))


def _nodes(environment: EnvironmentItem) -> str:
    """Return the only node's name, or on how many of all its nodes it is ready."""
    if environment.node is not None:
        return environment.node
    total = sum(environment.counts.values())
    return f"{environment.counts.get(ReplicaState.READY, 0)}/{total}" if total else ""


def age(moment: datetime | None) -> str:
    """Return how long ago a moment was, such as `5m`, or nothing."""
    if moment is None:
        return ""
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def _python_for(other: PythonFor) -> str:
    """Return another Python of some nodes as it is written on a command line."""
    labels = ",".join(f"{key}={value}" for key, value in other.select.items())
    return f"{other.node or labels}={python_text(other.python)}"
