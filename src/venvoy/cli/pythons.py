"""`venvoy python …`: interpreters on nodes, and the catalogue that they come from."""

from pathlib import Path

import typer

from venvoy.cli import ask, python_archives
from venvoy.cli.output import Output
from venvoy.cli.parameters import YES, labels
from venvoy.cli.problem import DONE, FAILED, report_cause
from venvoy.cli.surroundings import Surroundings, surroundings
from venvoy.cli.tree import command, group
from venvoy.cli.wait import interruptible, until_ended
from venvoy.client import Client
from venvoy.domain.errors import WorkFailed
from venvoy.domain.platform import Platform
from venvoy.domain.state import OperationState, ReplicaState
from venvoy.wire.operations import Operation
from venvoy.wire.pythons import NodePython, PythonWish

SPEC = typer.Argument(metavar="SPEC", help="cli.help.python.spec")
NODES = typer.Option([], "--node", metavar="N", help="cli.help.python.node")
SELECT = typer.Option([], "--select", metavar="K=V", help="cli.help.python.select")
ONLY = typer.Option(None, "--node", metavar="N", help="cli.help.python.only_node")
WAIT = typer.Option(False, "--wait", help="cli.help.python.wait")
TIMEOUT = typer.Option(None, "--timeout", metavar="S", min=0, help="cli.help.python.timeout")
FILE = typer.Argument(metavar="ARCHIVE", help="cli.help.python.file")
SHA256 = typer.Option(None, "--sha256", metavar="HEX", help="cli.help.python.sha256")
VERSION = typer.Option(None, "--version", metavar="V", help="cli.help.python.version")
PLATFORM = typer.Option(None, "--platform", metavar="P", help="cli.help.python.platform")


def add(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    pythons = group(app, "python", "python.group")
    command(pythons, "list", list_, "python.list")
    command(pythons, "install", install, "python.install")
    command(pythons, "remove", remove, "python.remove")
    command(pythons, "upload", upload, "python.upload")
    python_archives.add(pythons)


def list_(context: typer.Context, node: str = ONLY) -> None:
    """List the interpreters of nodes."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.pythons(node=node))
    if here.output.as_json:
        here.output.listing(found)
    elif found:
        _table(here.output, found)
    else:
        here.output.say("no-pythons")


def install(
    context: typer.Context,
    python: str = SPEC,
    nodes: list[str] = NODES,
    select: list[str] = SELECT,
    wait: bool = WAIT,
    timeout: float = TIMEOUT,
) -> None:
    """Install an interpreter on nodes."""
    here = surroundings(context)
    wish = PythonWish(python=python, nodes=nodes, select=labels(select) or {})
    with here.client() as client, interruptible(here.output, "work-goes-on", name=python):
        made = client.install_python(wish)
        _follow(here, client, made, wait=wait, timeout=timeout)


def remove(
    context: typer.Context,
    python: str = SPEC,
    nodes: list[str] = NODES,
    select: list[str] = SELECT,
    wait: bool = WAIT,
    timeout: float = TIMEOUT,
    yes: bool = YES,
) -> int:
    """Remove an interpreter from nodes."""
    here = surroundings(context)
    wish = PythonWish(python=python, nodes=nodes, select=labels(select) or {})
    where = ", ".join([*nodes, *select])
    if not (yes or ask.confirmed(here.output, "python-remove-sure", python=python, nodes=where)):
        return FAILED
    with here.client() as client, interruptible(here.output, "work-goes-on", name=python):
        made = client.remove_python(wish)
        _follow(here, client, made, wait=wait, timeout=timeout)
    return DONE


def upload(
    context: typer.Context,
    file: Path = FILE,
    sha256: str = SHA256,
    version: str = VERSION,
    platform: Platform = PLATFORM,
) -> None:
    """Upload an archive to the catalogue."""
    here = surroundings(context)
    archive = python_archives.uploaded(here, file, sha256, version, platform)
    if here.output.as_json:
        here.output.document(archive)
    else:
        told = archive.model_dump(include={"name", "implementation", "version", "platform"})
        here.output.say("python-uploaded", **told)


def _table(output: Output, found: list[NodePython]) -> None:
    output.table(
        ("node", "python", "implementation", "origin", "state", "environments", "path"),
        (
            (
                each.node,
                each.version,
                f"{each.implementation}{' (freethreaded)' if each.free_threaded else ''}",
                output.term("origins", each.origin),
                "" if each.state is ReplicaState.READY else output.term("states", each.state),
                ", ".join(each.environments),
                each.path,
            )
            for each in found
        ),
    )


def _follow(
    here: Surroundings,
    client: Client,
    made: list[Operation],
    *,
    wait: bool,
    timeout: float | None,
) -> None:
    """Say what is under way; with `wait`, until it has ended on the nodes that are there.

    Raises:
        WorkFailed: it did not succeed somewhere; the causes were printed.
        TimedOut: the time was up first.
    """
    for operation in made:
        here.output.say("python-work", **_told(here.output, operation), operation=operation.id)
    ended = [until_ended(here, client, each, timeout) for each in made] if wait else made
    if here.output.as_json:
        here.output.listing(ended)
    failed = []
    for operation in ended if wait else ():
        if operation.state is OperationState.SUCCEEDED:
            here.output.say("python-done", **_told(here.output, operation))
        elif operation.state.ended:
            state = here.output.term("states", operation.state)
            here.output.say("python-failed", **_told(here.output, operation), state=state)
            if operation.cause:
                report_cause(here.output, operation.cause)
            failed.append(operation.node or "")
    if failed:
        raise WorkFailed("python-work-failed", nodes=failed)


def _told(output: Output, operation: Operation) -> dict[str, object]:
    kind = output.term("kinds", operation.kind)
    return {"node": operation.node, "kind": kind, "version": operation.python}
