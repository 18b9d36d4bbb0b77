"""`venvoy env …`: create, look at and change environments."""

from collections.abc import Callable
from pathlib import Path

import typer

from venvoy.cli.environment_views import show_environment, table_of
from venvoy.cli.requirements import Gathered, gather
from venvoy.cli.surroundings import Surroundings, surroundings
from venvoy.cli.wait import resolved, until_ready
from venvoy.client import RemoteError
from venvoy.domain.errors import InvalidInput
from venvoy.domain.platform import Platform
from venvoy.wire.schemas import (
    Environment,
    EnvironmentCreate,
    EnvironmentEdit,
    EnvironmentUpgrade,
    Operation,
)

NAME = typer.Argument(metavar="NAME", help="cli.help.env.name")
FILES = typer.Option([], "-r", "--requirements", metavar="FILE", help="cli.help.env.file")
SINGLE = typer.Option([], "-p", "--package", metavar="REQUIREMENT", help="cli.help.env.package")
PYTHON = typer.Option(None, "--python", metavar="SPEC", help="cli.help.env.python")
PLATFORMS = typer.Option([], "--platform", metavar="P", help="cli.help.env.platform")
TITLE = typer.Option(None, "--title", metavar="T", help="cli.help.env.title")
DESCRIPTION = typer.Option(None, "--description", metavar="T", help="cli.help.env.description")
LABELS = typer.Option([], "--label", metavar="K=V", help="cli.help.env.label")
WAIT = typer.Option(False, "--wait", help="cli.help.env.wait")
TIMEOUT = typer.Option(None, "--timeout", metavar="S", min=0, help="cli.help.env.timeout")
MESSAGE = typer.Option("", "-m", "--message", metavar="T", help="cli.help.env.message")
ADD = typer.Option([], "--add", metavar="REQ", help="cli.help.env.add")
DROP = typer.Option([], "--drop", metavar="PKG", help="cli.help.env.drop")
PACKAGES = typer.Argument(None, metavar="[PKG]...", help="cli.help.env.packages")
SEARCH = typer.Option(None, "--search", metavar="Q", help="cli.help.env.search")
STATE = typer.Option(None, "--state", metavar="S", help="cli.help.env.state")
NODE = typer.Option(None, "--node", metavar="N", help="cli.help.env.node")
YES = typer.Option(False, "--yes", "-y", help="cli.help.env.yes")
FORMAT = typer.Option("pylock", "--format", metavar="F", help="cli.help.env.format")


def add(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    group = typer.Typer(help="cli.help.env.group", no_args_is_help=True, rich_markup_mode=None)
    for name, command in (
        ("create", create),
        ("list", list_),
        ("show", show),
        ("edit", edit),
        ("upgrade", upgrade),
        ("delete", delete),
        ("wait", wait),
        ("history", history),
        ("export", export),
    ):
        key = "wait_command" if name == "wait" else name
        group.command(name, help=f"cli.help.env.{key}")(command)
    app.add_typer(group, name="env")


def create(
    context: typer.Context,
    name: str = NAME,
    files: list[Path] = FILES,
    single: list[str] = SINGLE,
    python: str = PYTHON,
    platforms: list[Platform] = PLATFORMS,
    title: str = TITLE,
    description: str = DESCRIPTION,
    labels: list[str] = LABELS,
    wait_for_it: bool = WAIT,
    timeout: float = TIMEOUT,
) -> None:
    """Create an environment."""
    here = surroundings(context)
    gathered = gather(files, single)
    wish = EnvironmentCreate(
        name=name,
        title=title or "",
        description=description or "",
        labels=_labels(labels) or {},
        requirements=gathered.text,
        python=python,
        platforms=platforms,
    )
    with here.client() as client, here.output.busy("resolving", name=name):
        answer = _placed(gathered, lambda: client.create_environment(wish))
        environment = resolved(client, here.output, answer, name)
    _told(here, environment, "created", chosen=python is None)
    _finish(here, environment, wait_for_it=wait_for_it, timeout=timeout)


def list_(
    context: typer.Context, search: str = SEARCH, state: str = STATE, node: str = NODE
) -> None:
    """List environments."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.environments(search=search, state=state, node=node))
    if here.output.as_json:
        here.output.listing(found)
    elif found:
        table_of(here.output, found)
    else:
        here.output.say("nothing-found" if search or state or node else "no-environments")


def show(context: typer.Context, name: str = NAME) -> None:
    """Show one environment."""
    here = surroundings(context)
    with here.client() as client:
        environment = client.environment(name)
        if here.output.as_json:
            here.output.document(environment)
        else:
            number = environment.revision
            show_environment(
                here.output, environment, client.revision(name, number) if number else None
            )


def edit(
    context: typer.Context,
    name: str = NAME,
    files: list[Path] = FILES,
    single: list[str] = SINGLE,
    add_lines: list[str] = ADD,
    drop: list[str] = DROP,
    python: str = PYTHON,
    platforms: list[Platform] = PLATFORMS,
    title: str = TITLE,
    description: str = DESCRIPTION,
    labels: list[str] = LABELS,
    message: str = MESSAGE,
    wait_for_it: bool = WAIT,
    timeout: float = TIMEOUT,
) -> None:
    """Change an environment; what is not named stays."""
    here = surroundings(context)
    gathered = gather(files, single) if files or single else None
    change = EnvironmentEdit(
        title=title,
        description=description,
        labels=_labels(labels),
        requirements=gathered.text if gathered else None,
        add=add_lines,
        drop=drop,
        python=python,
        platforms=platforms or None,
        message=message,
    )
    if change == EnvironmentEdit(message=message):
        raise InvalidInput("edit-nothing", name=name)
    with here.client() as client, here.output.busy("resolving", name=name):
        version = client.environment(name).version
        answer = _placed(gathered, lambda: client.edit_environment(name, change, version=version))
        environment = resolved(client, here.output, answer, name)
    _told(here, environment, "changed")
    _finish(here, environment, wait_for_it=wait_for_it, timeout=timeout)


def upgrade(
    context: typer.Context,
    name: str = NAME,
    packages: list[str] = PACKAGES,
    message: str = MESSAGE,
    wait_for_it: bool = WAIT,
    timeout: float = TIMEOUT,
) -> None:
    """Lock anew, all packages or those that are named."""
    here = surroundings(context)
    wish = EnvironmentUpgrade(packages=packages or [], message=message)
    with here.client() as client, here.output.busy("resolving", name=name):
        before = client.environment(name).revision
        environment = resolved(client, here.output, client.upgrade_environment(name, wish), name)
    _told(here, environment, "unchanged" if environment.revision == before else "changed")
    _finish(here, environment, wait_for_it=wait_for_it, timeout=timeout)


def delete(context: typer.Context, name: str = NAME, yes: bool = YES) -> None:
    """Delete an environment from every node."""
    here = surroundings(context)
    with here.client() as client:
        environment = client.environment(name)
        if not yes:
            nodes = ", ".join(replica.node for replica in environment.replicas)
            question = here.output.words("delete-sure", name=name, nodes=nodes)
            typer.confirm(question, abort=True, err=True)
        client.delete_environment(name, version=environment.version)
    here.output.say("deleted", name=name)


def wait(context: typer.Context, name: str = NAME, timeout: float = TIMEOUT) -> None:
    """Wait until an environment is ready on every node that is online."""
    here = surroundings(context)
    with here.client() as client:
        environment = until_ready(client, here.output, name, timeout=timeout)
    if here.output.as_json:
        here.output.document(environment)


def history(context: typer.Context, name: str = NAME) -> None:
    """List an environment's revisions."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.revisions(name))
    if here.output.as_json:
        here.output.listing(found)
        return
    here.output.table(
        ("revision", "created", "author", "python", "packages", "message"),
        (
            (
                revision.number,
                revision.created_at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
                revision.author or "",
                revision.python,
                revision.package_count,
                revision.message,
            )
            for revision in found
        ),
    )


def export(context: typer.Context, name: str = NAME, form: str = FORMAT) -> None:
    """Print an environment's lock or spec."""
    here = surroundings(context)
    with here.client() as client:
        here.output.line(client.export_environment(name, form).rstrip("\n"))


def _labels(pairs: list[str]) -> dict[str, str] | None:
    """Return `K=V` pairs as a dictionary, or None where none is given."""
    for pair in pairs:
        if "=" not in pair:
            raise InvalidInput("label-invalid", label=pair)
    return dict(pair.split("=", 1) for pair in pairs) or None


def _placed(
    gathered: Gathered | None, send: Callable[[], Environment | Operation]
) -> Environment | Operation:
    """Return what `send` returns; refused lines are named as they stand in their files."""
    try:
        return send()
    except RemoteError as error:
        if gathered is not None:
            error.places = {line.line: gathered.place(line.line) for line in error.problem.lines}
        raise


def _told(
    here: Surroundings, environment: Environment, outcome: str, *, chosen: bool = False
) -> None:
    here.output.say(
        outcome,
        name=environment.name,
        revision=environment.revision,
        packages=environment.package_count,
        python=environment.python or "",
    )
    if chosen:
        nodes = ", ".join(replica.node for replica in environment.replicas)
        here.output.say("python-chosen", python=environment.python or "", nodes=nodes)


def _finish(
    here: Surroundings, environment: Environment, *, wait_for_it: bool, timeout: float | None
) -> None:
    if wait_for_it:
        with here.client() as client:
            environment = until_ready(client, here.output, environment.name, timeout=timeout)
    if here.output.as_json:
        here.output.document(environment)
