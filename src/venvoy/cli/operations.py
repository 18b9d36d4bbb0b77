"""`venvoy operation …`: follow, stop and repeat work."""

from itertools import islice

import typer

from venvoy.cli.environment_views import age
from venvoy.cli.logs import lines_of, print_log
from venvoy.cli.output import Output, size
from venvoy.cli.parameters import NODE
from venvoy.cli.problem import report_cause
from venvoy.cli.surroundings import surroundings
from venvoy.cli.tree import command, group
from venvoy.domain.state import OperationState
from venvoy.wire.operations import Operation

ID = typer.Argument(metavar="ID", help="cli.help.operation.id")
ENVIRONMENT = typer.Option(None, "--env", metavar="NAME", help="cli.help.operation.environment")
STATES = typer.Option([], "--state", metavar="S", help="cli.help.operation.state")
LIMIT = typer.Option(20, "--limit", metavar="N", min=1, help="cli.help.operation.limit")
LOG = typer.Option(False, "--log", help="cli.help.operation.log")


def add(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    operations = group(app, "operation", "operation.group")
    command(operations, "list", list_, "operation.list")
    command(operations, "show", show, "operation.show")
    command(operations, "cancel", cancel, "operation.cancel")
    command(operations, "retry", retry, "operation.retry")


def list_(
    context: typer.Context,
    environment: str = ENVIRONMENT,
    node: str = NODE,
    states: list[OperationState] = STATES,
    limit: int = LIMIT,
) -> None:
    """List operations, newest first."""
    here = surroundings(context)
    with here.client() as client:
        pages = client.operations(environment=environment, node=node, state=states)
        found = list(islice(pages, limit))
    if here.output.as_json:
        here.output.listing(found)
        return
    if not found:
        here.output.say("nothing-found")
        return
    here.output.table(
        ("operation", "kind", "state", "environment", "node", "age"),
        (
            (
                operation.id,
                here.output.term("kinds", operation.kind),
                here.output.term("states", operation.state),
                operation.environment,
                operation.node,
                age(operation.created_at),
            )
            for operation in found
        ),
    )


def show(context: typer.Context, identifier: str = ID, log: bool = LOG) -> None:
    """Show one operation, and its log."""
    here = surroundings(context)
    with here.client() as client:
        operation = client.operation(identifier)
        if here.output.as_json:
            document = operation.model_dump(mode="json")
            if log:
                lines = lines_of(client, here, operation, follow=False)
                document["log"] = [line.model_dump(mode="json") for line in lines]
            here.output.document(document)
            return
        _show(here.output, operation)
        if log:
            print_log(client, here, operation, follow=False)


def cancel(context: typer.Context, identifier: str = ID) -> None:
    """Stop an operation; what was live stays live."""
    here = surroundings(context)
    with here.client() as client:
        operation = client.cancel_operation(identifier)
    if here.output.as_json:
        here.output.document(operation)
    else:
        here.output.say("operation-cancelled", operation=operation.id)


def retry(context: typer.Context, identifier: str = ID) -> None:
    """Do an operation's work again."""
    here = surroundings(context)
    with here.client() as client:
        operation = client.retry_operation(identifier)
    if here.output.as_json:
        here.output.document(operation)
    else:
        here.output.say("operation-retried", operation=operation.id)


def _show(output: Output, operation: Operation) -> None:
    progress = operation.progress
    output.facts(
        (
            ("operation", operation.id),
            ("kind", output.term("kinds", operation.kind)),
            ("state", output.term("states", operation.state)),
            ("environment", operation.environment),
            ("node", operation.node),
            ("revision", operation.revision),
            ("step", output.term("cli.steps", operation.step) if operation.step else None),
            ("packages", f"{progress.packages_done}/{progress.packages_total}" if progress else ""),
            (
                "bytes",
                f"{size(progress.bytes_done)}/{size(progress.bytes_total)}"
                if progress and progress.bytes_total
                else "",
            ),
            ("author", operation.requested_by),
            ("created", f"{operation.created_at.astimezone():%Y-%m-%d %H:%M:%S}"),
            (
                "ended",
                f"{operation.ended_at.astimezone():%Y-%m-%d %H:%M:%S}"
                if operation.ended_at
                else "",
            ),
        )
    )
    if operation.cause:
        report_cause(output, operation.cause)
