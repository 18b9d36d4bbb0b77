"""Nodes as people read them in a terminal."""

from collections.abc import Sequence

from venvoy.cli.environment_views import age
from venvoy.cli.output import Output, clean, size
from venvoy.cli.rights_views import rights_of
from venvoy.cli.terms import Term
from venvoy.domain.liveness import CLOCK_TOLERATED_S
from venvoy.domain.state import NodeState
from venvoy.wire.nodes import Node


def table_of(output: Output, nodes: Sequence[Node]) -> None:
    """Print a table, one node a row."""
    output.table(
        (
            "name",
            "state",
            "region",
            "platform",
            "cpu",
            "memory",
            "disk",
            "environments",
            "seen",
            "labels",
            "title",
        ),
        (
            (
                node.name,
                _state(output, node),
                node.region,
                node.platform,
                _percent(node.cpu_percent),
                _share(node.memory_used_bytes, node.memory_bytes),
                _share(_disk_used(node), node.disk_total_bytes),
                sum(node.replicas.values()),
                age(node.last_seen_at),
                _labels(node),
                node.title,
            )
            for node in nodes
        ),
    )


def show_node(output: Output, node: Node) -> None:
    """Print one node with its disks and interpreters."""
    output.facts(
        (
            ("name", node.name),
            ("title", node.title),
            ("state", _state(output, node)),
            ("region", node.region),
            ("labels", _labels(node)),
            ("platform", node.platform),
            ("libc", node.libc),
            ("host", node.hostname),
            ("cpus", node.cpus),
            ("cpu", _percent(node.cpu_percent)),
            ("load", None if node.load is None else f"{node.load:.2f}"),
            ("memory", _memory(output, node)),
            ("agent", node.agent_version),
            ("uv", node.uv_version),
            ("clock", _clock(node)),
            ("seen", age(node.last_seen_at)),
            ("environments", _replicas(output, node)),
            *rights_of(output, node.rights),
        )
    )
    if node.disks:
        output.line("")
        output.table(
            ("disk", "size"),
            ((disk.path, _room(output, disk.free_bytes, disk.total_bytes)) for disk in node.disks),
        )
    if node.interpreters:
        output.line("")
        output.table(
            ("python", "implementation", "source", "path"),
            (
                (
                    each.version,
                    f"{each.implementation}{' (freethreaded)' if each.free_threaded else ''}",
                    each.source,
                    each.path,
                )
                for each in node.interpreters
            ),
        )
    if node.rights is not None and node.rights.problem is not None:
        output.err.print()
        output.err.print(clean(node.rights.problem.message))
    if (clone := node.clone) is not None:
        output.err.print()
        output.say(
            "node-cloned",
            name=node.name,
            host=clone.hostname or "?",
            address=clone.address or "?",
            holder=clone.holder_hostname or "?",
            holder_address=clone.holder_address or "?",
        )
    skew = node.clock_skew_seconds
    if skew is not None and abs(skew) > CLOCK_TOLERATED_S:
        output.err.print()
        output.say("clock-wrong", name=node.name, seconds=round(skew))


def _state(output: Output, node: Node) -> Term:
    state = output.term("states", node.state)
    if not node.cordoned or node.state is NodeState.CORDONED:
        return state
    cordoned = output.term("states", NodeState.CORDONED)
    return Term(state.code, output.words("state-and", state=state, other=cordoned))


def _labels(node: Node) -> str:
    return ", ".join(f"{key}={value}" for key, value in node.labels.items())


def _replicas(output: Output, node: Node) -> str:
    return ", ".join(
        f"{number} {output.term('states', state)}" for state, number in node.replicas.items()
    )


def _memory(output: Output, node: Node) -> str:
    if node.memory_used_bytes is None:
        return "" if node.memory_bytes is None else size(node.memory_bytes)
    used, total = size(node.memory_used_bytes), size(node.memory_bytes)
    return output.words("used-of", used=used, total=total)


def _room(output: Output, free: int, total: int) -> str:
    return output.words("free-of", free=size(free), total=size(total))


def _clock(node: Node) -> str:
    return "" if node.clock_skew_seconds is None else f"{node.clock_skew_seconds:+.1f} s"


def _disk_used(node: Node) -> int | None:
    if node.disk_total_bytes is None or node.disk_free_bytes is None:
        return None
    return node.disk_total_bytes - node.disk_free_bytes


def _share(used: int | None, total: int | None) -> str:
    return "" if used is None or not total else _percent(100 * used / total)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.0f} %"
