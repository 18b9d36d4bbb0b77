"""Environments as people read them in a terminal."""

from collections.abc import Sequence
from datetime import UTC, datetime

from venvoy.cli.output import Output, size
from venvoy.cli.problem import report_cause
from venvoy.domain.state import NodeState
from venvoy.wire.schemas import Environment, Replica, RevisionDetail


def table_of(output: Output, environments: Sequence[Environment]) -> None:
    """Print a table, one environment a row."""
    output.table(
        ("name", "state", "revision", "python", "packages", "nodes", "title"),
        (
            (
                environment.name,
                environment.state.value,
                environment.revision or "",
                environment.python or "",
                environment.package_count,
                ", ".join(replica.node for replica in environment.replicas),
                environment.title,
            )
            for environment in environments
        ),
    )


def show_environment(
    output: Output, environment: Environment, revision: RevisionDetail | None
) -> None:
    """Print one environment with its replicas, packages and failures."""
    labels = ", ".join(f"{key}={value}" for key, value in environment.labels.items())
    output.facts(
        (
            ("name", environment.name),
            ("title", environment.title),
            ("description", environment.description),
            ("state", environment.state.value),
            ("revision", environment.revision),
            ("python", environment.python),
            ("platforms", ", ".join(environment.platforms)),
            ("labels", labels),
            ("owner", environment.owner),
            ("updated", f"{environment.updated_at.astimezone():%Y-%m-%d %H:%M:%S}"),
            ("operation", environment.operation),
        )
    )
    output.line("")
    output.table(
        ("node", "state", "live", "python", "path", "reported"),
        (_replica(replica) for replica in environment.replicas),
    )
    if revision is not None and revision.packages:
        output.line("")
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
    for replica in environment.replicas:
        if replica.cause:
            report_cause(output, replica.cause)


def _replica(replica: Replica) -> tuple[object, ...]:
    offline = replica.node_state is NodeState.OFFLINE
    return (
        replica.node,
        f"{replica.state.value} (offline)" if offline else replica.state.value,
        replica.live_revision or "",
        replica.python_version or "",
        replica.path or "",
        age(replica.reported_at),
    )


def age(moment: datetime | None) -> str:
    """Return how long ago a moment was, such as `5m`, or nothing."""
    if moment is None:
        return ""
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
