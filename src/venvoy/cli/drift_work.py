"""`venvoy env heal NAME` and `venvoy env verify NAME`: what is done about drift."""

import typer

from venvoy.cli import ask
from venvoy.cli.parameters import NAME, TIMEOUT, WAIT, YES
from venvoy.cli.problem import DONE, FAILED, report_cause
from venvoy.cli.surroundings import Surroundings, surroundings
from venvoy.cli.tree import command
from venvoy.cli.wait import interruptible, until_ended
from venvoy.client import Client
from venvoy.domain.errors import WorkFailed
from venvoy.domain.state import OperationKind, OperationState
from venvoy.wire.drift import DriftWish
from venvoy.wire.operations import Operation

NODES = typer.Option([], "--node", metavar="N", help="cli.help.drift.nodes")


def add(environments: typer.Typer) -> None:
    """Add the commands to those of environments."""
    command(environments, "heal", heal, "drift.heal")
    command(environments, "verify", verify, "drift.verify")


def heal(
    context: typer.Context,
    name: str = NAME,
    nodes: list[str] = NODES,
    wait: bool = WAIT,
    timeout: float = TIMEOUT,
    yes: bool = YES,
) -> int:
    """Build what drifted anew on nodes, and switch to it."""
    here = surroundings(context)
    with here.client() as client:
        if not (yes or _sure(here, client, name, nodes)):
            return FAILED
        with interruptible(here.output, "work-goes-on", name=name):
            made = client.heal_environment(name, DriftWish(nodes=nodes))
            _follow(here, client, made, wait=wait, timeout=timeout)
    return DONE


def verify(
    context: typer.Context,
    name: str = NAME,
    nodes: list[str] = NODES,
    wait: bool = WAIT,
    timeout: float = TIMEOUT,
) -> None:
    """Read every file of an environment on nodes."""
    here = surroundings(context)
    with here.client() as client, interruptible(here.output, "work-goes-on", name=name):
        made = client.verify_environment(name, DriftWish(nodes=nodes))
        _follow(here, client, made, wait=wait, timeout=timeout)


def _sure(here: Surroundings, client: Client, name: str, nodes: list[str]) -> bool:
    found = [each for each in client.drift(name) if each.total]
    where = [each.node for each in found if not nodes or each.node in nodes]
    if not where:
        return True  # the controller says why there is nothing to do
    return ask.confirmed(here.output, "heal-sure", name=name, nodes=", ".join(where))


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
        kind = here.output.term("kinds", operation.kind)
        here.output.say("drift-work", node=operation.node, kind=kind, operation=operation.id)
    ended = [until_ended(here, client, each, timeout) for each in made] if wait else made
    if here.output.as_json:
        here.output.listing(ended)
    failed = [op.node or "" for op in ended if wait and op.state.ended and not _told(here, op)]
    if failed:
        raise WorkFailed("drift-work-failed", nodes=failed)


def _told(here: Surroundings, operation: Operation) -> bool:
    """Say how an operation ended, and return whether it did its work."""
    if operation.state is not OperationState.SUCCEEDED:
        state = here.output.term("states", operation.state)
        kind = here.output.term("kinds", operation.kind)
        here.output.say("drift-work-ended", node=operation.node, kind=kind, state=state)
        if operation.cause:
            report_cause(here.output, operation.cause)
        return False
    if operation.kind is OperationKind.HEAL:
        here.output.say("healed", node=operation.node, revision=operation.revision)
    elif operation.cause is None:
        here.output.say("verified", node=operation.node)
    else:
        here.output.say("verified-drift", node=operation.node, **operation.cause.params)
    return True
