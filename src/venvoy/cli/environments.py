"""`venvoy env …`: create, look at and change environments."""

from pathlib import Path

import typer

from venvoy.cli import (
    adoption,
    ask,
    comparisons,
    drift,
    drift_work,
    logs,
    plans,
    processes,
    revisions,
    rollouts,
    undeletion,
)
from venvoy.cli.environment_views import show_environment, table_of, told
from venvoy.cli.parameters import (
    ADD,
    ANYWAY,
    DESCRIPTION,
    DROP,
    FILES,
    FROM,
    LABELS,
    MESSAGE,
    NAME,
    NO_PYTHON_FOR,
    NODE,
    NODES,
    PLATFORMS,
    PYTHON,
    PYTHON_FOR,
    SELECT,
    SINGLE,
    TIMEOUT,
    TITLE,
    WAIT,
    YES,
    Format,
    labels,
    placement,
    python_for,
)
from venvoy.cli.policy import policied
from venvoy.cli.problem import FAILED
from venvoy.cli.requirements import gather, in_place
from venvoy.cli.surroundings import Surroundings, surroundings
from venvoy.cli.tree import command, group
from venvoy.cli.wait import interruptible, resolved, until_ready
from venvoy.domain.errors import InvalidInput
from venvoy.domain.platform import Platform
from venvoy.domain.state import EnvironmentState
from venvoy.wire.environments import (
    Environment,
    EnvironmentCreate,
    EnvironmentEdit,
    EnvironmentUpgrade,
    PolicyWish,
)

PLAN = typer.Option(None, "--plan", metavar="ID", help="cli.help.env.plan_id")
PACKAGES = typer.Argument(None, metavar="[PKG]...", help="cli.help.env.packages")
FORCE = typer.Option(False, "--force", help="cli.help.env.force")
SEARCH = typer.Option(None, "--search", metavar="Q", help="cli.help.env.search")
STATES = typer.Option([], "--state", metavar="S", help="cli.help.env.state")
FORMAT = typer.Option(Format.PYLOCK, "--format", metavar="F", help="cli.help.env.format")


def add(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    environments = group(app, "env", "env.group")
    command(environments, "create", create, "env.create")
    command(environments, "list", list_, "env.list")
    command(environments, "show", show, "env.show")
    command(environments, "edit", edit, "env.edit")
    command(environments, "plan", plans.plan, "env.plan")
    command(environments, "preflight", plans.preflight, "env.preflight")
    command(environments, "upgrade", upgrade, "env.upgrade")
    command(environments, "delete", delete, "env.delete")
    undeletion.add(environments)
    command(environments, "wait", wait, "env.wait_command")
    command(environments, "logs", logs.logs, "env.logs")
    revisions.add(environments)
    rollouts.add(environments)
    comparisons.add(environments)
    drift.add(environments)
    processes.add(environments)
    drift_work.add(environments)
    adoption.add(environments)
    command(environments, "export", export, "env.export")


@policied()
def create(
    context: typer.Context,
    name: str = NAME,
    files: list[Path] = FILES,
    single: list[str] = SINGLE,
    python: str = PYTHON,
    others: list[str] = PYTHON_FOR,
    platforms: list[Platform] = PLATFORMS,
    nodes: list[str] = NODES,
    select: list[str] = SELECT,
    policy: PolicyWish | None = None,
    title: str = TITLE,
    description: str = DESCRIPTION,
    pairs: list[str] = LABELS,
    source: str = FROM,
    force: bool = ANYWAY,
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
        labels=labels(pairs) or {},
        requirements=gathered.text,
        python=python,
        python_for=python_for(others),
        platforms=platforms,
        placement=placement(nodes, select),
        policy=policy,
        source=source,
        force=force or None,
    )
    with here.client() as client, interruptible(here.output, "work-goes-on", name=name):
        with here.output.busy("resolving", name=name):
            answer = in_place(gathered, lambda: client.create_environment(wish))
            environment = resolved(client, here, answer, name)
        told(here.output, environment, "created", chosen=not (python or source))
        _finish(here, environment, wait_for_it=wait_for_it, timeout=timeout)


def list_(
    context: typer.Context,
    search: str = SEARCH,
    states: list[EnvironmentState] = STATES,
    node: str = NODE,
) -> None:
    """List environments."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.environments(search=search, state=states, node=node))
    if here.output.as_json:
        here.output.listing(found)
    elif found:
        table_of(here.output, found)
    else:
        here.output.say("nothing-found" if search or states or node else "no-environments")


def show(context: typer.Context, name: str = NAME) -> None:
    """Show one environment."""
    here = surroundings(context)
    with here.client() as client:
        environment = client.environment(name)
        if here.output.as_json:
            here.output.document(environment)
            return
        number = environment.revision
        revision = client.revision(name, number) if number else None
        asked = environment.placement
        placed = client.placement(name) if asked.nodes or asked.select else None
        running = client.processes(name)
    show_environment(here.output, environment, revision, placed)
    processes.say_behind(here.output, running)


@policied(editing=True)
def edit(
    context: typer.Context,
    name: str = NAME,
    files: list[Path] = FILES,
    single: list[str] = SINGLE,
    add_lines: list[str] = ADD,
    drop: list[str] = DROP,
    python: str = PYTHON,
    others: list[str] = PYTHON_FOR,
    no_others: bool = NO_PYTHON_FOR,
    platforms: list[Platform] = PLATFORMS,
    nodes: list[str] = NODES,
    select: list[str] = SELECT,
    policy: PolicyWish | None = None,
    title: str = TITLE,
    description: str = DESCRIPTION,
    pairs: list[str] = LABELS,
    message: str = MESSAGE,
    plan: str = PLAN,
    source: str = FROM,
    force: bool = ANYWAY,
    wait_for_it: bool = WAIT,
    timeout: float = TIMEOUT,
) -> None:
    """Change an environment; what is not named stays."""
    here = surroundings(context)
    gathered = gather(files, single) if files or single else None
    change = EnvironmentEdit(
        title=title,
        description=description,
        labels=labels(pairs),
        requirements=gathered.text if gathered else None,
        add=add_lines,
        drop=drop,
        python=python,
        python_for=python_for(others, none=no_others),
        platforms=platforms or None,
        placement=placement(nodes, select),
        policy=policy,
        message=message,
        plan=plan,
        source=source,
        force=force or None,
    )
    if change == EnvironmentEdit(message=message):
        raise InvalidInput("edit-nothing", name=name)
    with here.client() as client, interruptible(here.output, "work-goes-on", name=name):
        with here.output.busy("resolving", name=name):
            version = client.environment(name).version
            answer = in_place(
                gathered, lambda: client.edit_environment(name, change, version=version)
            )
            environment = resolved(client, here, answer, name)
        told(here.output, environment, "changed")
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
    with here.client() as client, interruptible(here.output, "work-goes-on", name=name):
        with here.output.busy("resolving", name=name):
            before = client.environment(name)
            answer = client.upgrade_environment(name, wish, version=before.version)
            environment = resolved(client, here, answer, name)
        same = environment.revision == before.revision
        told(here.output, environment, "unchanged" if same else "changed")
        _finish(here, environment, wait_for_it=wait_for_it, timeout=timeout)


def delete(context: typer.Context, name: str = NAME, force: bool = FORCE, yes: bool = YES) -> int:
    """Delete an environment from every node."""
    here = surroundings(context)
    with here.client() as client:
        environment = client.environment(name)
        nodes = ", ".join(replica.node for replica in environment.replicas)
        if not (yes or ask.confirmed(here.output, "delete-sure", name=name, nodes=nodes)):
            return FAILED
        client.delete_environment(name, version=environment.version, force=force)
    here.output.say("deleted", name=name)
    return 0


def wait(context: typer.Context, name: str = NAME, timeout: float = TIMEOUT) -> None:
    """Wait until an environment is ready on every node that is online."""
    here = surroundings(context)
    with here.client() as client, interruptible(here.output, "work-goes-on", name=name):
        environment = until_ready(client, here, name, timeout=timeout)
    if here.output.as_json:
        here.output.document(environment)


def export(context: typer.Context, name: str = NAME, form: Format = FORMAT) -> None:
    """Print an environment's lock or spec."""
    here = surroundings(context)
    with here.client() as client:
        text = client.export_environment(name, form.value)
    if here.output.as_json:
        here.output.document({"format": form.value, "text": text})
    else:
        here.output.line(text.rstrip("\n"))


def _finish(
    here: Surroundings, environment: Environment, *, wait_for_it: bool, timeout: float | None
) -> None:
    if wait_for_it:
        with here.client() as client:
            name, revision = environment.name, environment.revision
            environment = until_ready(client, here, name, timeout=timeout, revision=revision)
    if here.output.as_json:
        here.output.document(environment)
