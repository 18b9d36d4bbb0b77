"""`venvoy env logs`: an operation's lines, kept and live."""

from collections.abc import Iterator
from functools import partial

import typer

from venvoy.cli.cells import pad
from venvoy.cli.output import Output, clean
from venvoy.cli.parameters import NAME, NODE
from venvoy.cli.problem import FAILED
from venvoy.cli.surroundings import Surroundings, surroundings
from venvoy.cli.wait import Deadline, interruptible, patiently
from venvoy.client import Client
from venvoy.domain.errors import NotFound
from venvoy.domain.state import OperationKind, OperationState
from venvoy.wire.messages import LogLine
from venvoy.wire.operations import LogPage, Operation

FOLLOW = typer.Option(False, "--follow", "-f", help="cli.help.logs.follow")
_HOLD = 10.0
"""Seconds for which the API may hold a question for new lines."""
_STEP_CELLS = 11
_LOOKS = 10
_LOOK_SECONDS = 0.2


def logs(context: typer.Context, name: str = NAME, node: str = NODE, follow: bool = FOLLOW) -> int:
    """Print the log of an environment's newest operation; with --follow, of each next one."""
    here = surroundings(context)
    with here.client() as client, interruptible(here.output, "work-goes-on", name=name):
        operation = _newest(client, name, node)
        if operation is None:
            client.environment(name)
            raise NotFound("no-operation", name=name)
        print_log(client, here, operation, follow=follow)
        while follow:
            ended = client.operation(operation.id)
            following = _after(client, here, name, node, ended)
            if following is None:
                return 0 if ended.state is OperationState.SUCCEEDED else FAILED
            operation = following
            print_log(client, here, operation, follow=follow)
    return 0


def print_log(client: Client, here: Surroundings, operation: Operation, *, follow: bool) -> None:
    """Print an operation's lines; with `follow`, until it has ended."""
    output = here.output
    if not output.as_json:
        where = operation.node or output.words("controller")
        kind = output.term("kinds", operation.kind)
        output.say("log-of", kind=kind, node=where, operation=operation.id)
    for line in lines_of(client, here, operation, follow=follow):
        output.stream(line) if output.as_json else _print(output, line)


def lines_of(
    client: Client, here: Surroundings, operation: Operation, *, follow: bool
) -> Iterator[LogLine]:
    """Yield an operation's lines; with `follow`, until it has ended."""
    position = 0
    deadline = Deadline(here, None)
    while True:
        page = patiently(partial(_page, client, operation.id, position, follow), deadline, "log")
        yield from page.lines
        if page.ended or not (page.lines or follow):
            return
        position = page.next


def _page(client: Client, operation: str, after: int, follow: bool) -> LogPage:
    return client.operation_log(operation, after=after, wait=_HOLD if follow else 0)


def _print(output: Output, line: LogLine) -> None:
    moment = line.at.astimezone().strftime("%H:%M:%S.%f")[:-3]
    step = pad(str(output.term("cli.steps", line.step)), _STEP_CELLS)
    output.line(f"{moment} {step} {clean(line.text)}")


def _newest(client: Client, name: str, node: str | None) -> Operation | None:
    return next(client.operations(environment=name, node=node), None)


def _after(
    client: Client, here: Surroundings, name: str, node: str | None, ended: Operation
) -> Operation | None:
    """Return the operation that an ended one led to, such as a build after a resolution."""
    for _ in range(_LOOKS):
        newest = _newest(client, name, node)
        if newest is not None and newest.id > ended.id:
            return newest
        if not (ended.state is OperationState.SUCCEEDED and ended.kind is OperationKind.RESOLVE):
            return None
        here.sleep(_LOOK_SECONDS)
    return None
