"""`venvoy env logs`: an operation's lines, kept and live."""

import sys
import time

import typer

from venvoy.cli.environments import NAME
from venvoy.cli.output import Output, clean
from venvoy.cli.surroundings import surroundings
from venvoy.cli.wait import Deadline, patiently
from venvoy.client import Client
from venvoy.domain.errors import NotFound
from venvoy.domain.state import OperationState
from venvoy.wire.messages import LogLine
from venvoy.wire.schemas import Operation

NODE = typer.Option(None, "--node", metavar="N", help="cli.help.env.node")
FOLLOW = typer.Option(False, "--follow", "-f", help="cli.help.logs.follow")
_HOLD = 10.0
"""Seconds for which the API may hold a question for new lines."""


def add(app: typer.Typer) -> None:
    """Add the commands to the group `env` and `operation`."""
    for group in app.registered_groups:
        if group.name == "env" and group.typer_instance is not None:
            group.typer_instance.command("logs", help="cli.help.env.logs")(logs)


def logs(context: typer.Context, name: str = NAME, node: str = NODE, follow: bool = FOLLOW) -> int:
    """Print the log of an environment's newest operation; with --follow, of each next one."""
    here = surroundings(context)
    with here.client() as client:
        operation = _newest(client, name, node)
        if operation is None:
            client.environment(name)
            raise NotFound("no-operation", name=name)
        while True:
            print_log(client, here.output, operation, follow=follow)
            if not follow:
                return 0
            ended = client.operation(operation.id)
            following = _after(client, name, node, ended)
            if following is None:
                return 0 if ended.state is OperationState.SUCCEEDED else 1
            operation = following


def print_log(client: Client, output: Output, operation: Operation, *, follow: bool) -> None:
    """Print an operation's lines; with `follow`, until it has ended."""
    if not output.as_json:
        where = operation.node or output.words("controller")
        output.say("log-of", kind=operation.kind.value, node=where, operation=operation.id)
    position = 0
    deadline = Deadline(None)
    while True:
        page = patiently(
            lambda after=position: client.operation_log(  # type: ignore[misc]
                operation.id, after=after, wait=_HOLD if follow else 0
            ),
            deadline,
            operation.id,
        )
        for line in page.lines:
            output.stream(line) if output.as_json else _print(line)
        finished = page.ended if follow else not page.lines
        if finished and page.next == position:
            return
        position = page.next


def _print(line: LogLine) -> None:
    moment = line.at.astimezone().strftime("%H:%M:%S.%f")[:-3]
    sys.stdout.write(f"{moment} {line.step.value:<11} {clean(line.text)}\n")
    sys.stdout.flush()


def _newest(client: Client, name: str, node: str | None) -> Operation | None:
    return next(client.operations(environment=name, node=node), None)


def _after(client: Client, name: str, node: str | None, ended: Operation) -> Operation | None:
    """Return the operation that an ended one led to, such as a build after a resolution."""
    for _ in range(10):
        newest = _newest(client, name, node)
        if newest is not None and newest.id > ended.id:
            return newest
        if ended.state is not OperationState.SUCCEEDED or ended.kind.value != "resolve":
            return None
        time.sleep(0.2)
    return None
