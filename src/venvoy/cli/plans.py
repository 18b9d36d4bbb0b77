"""`venvoy env plan` and `venvoy env preflight`: what would be, before anything is."""

from pathlib import Path
from typing import Any

import typer

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
    NODES,
    PLATFORMS,
    PYTHON,
    PYTHON_FOR,
    SELECT,
    SINGLE,
    TITLE,
    labels,
    placement,
    python_for,
)
from venvoy.cli.plan_views import show_plan, show_preflight
from venvoy.cli.policy import policied
from venvoy.cli.problem import DONE, FAILED
from venvoy.cli.requirements import gather, in_place
from venvoy.cli.surroundings import surroundings
from venvoy.domain.errors import InvalidInput
from venvoy.domain.platform import Platform
from venvoy.wire.environments import PolicyWish
from venvoy.wire.plans import EnvironmentPlan, PreflightWish, UpgradeWish

FOR = typer.Option(None, "--for", metavar="NAME", help="cli.help.env.preflight_for")
UPGRADE = typer.Option([], "--upgrade", metavar="PKG", help="cli.help.env.plan_upgrade")
UPGRADE_ALL = typer.Option(False, "--upgrade-all", help="cli.help.env.plan_upgrade_all")


@policied(editing=True)
def plan(
    context: typer.Context,
    name: str = NAME,
    files: list[Path] = FILES,
    single: list[str] = SINGLE,
    add_lines: list[str] = ADD,
    drop: list[str] = DROP,
    packages: list[str] = UPGRADE,
    every: bool = UPGRADE_ALL,
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
    source: str = FROM,
    force: bool = ANYWAY,
) -> None:
    """Show what an edit or an upgrade would do on each node."""
    here = surroundings(context)
    gathered = gather(files, single) if files or single else None
    upgrade = UpgradeWish(packages=[] if every else packages) if packages or every else None
    wish = EnvironmentPlan(
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
        upgrade=upgrade,
        source=source,
        force=force or None,
    )
    if wish == EnvironmentPlan(message=message):
        raise InvalidInput("edit-nothing", name=name)
    with here.client() as client, here.output.busy("resolving", name=name):
        made = in_place(gathered, lambda: client.plan_environment(name, wish))
    if here.output.as_json:
        here.output.document(made)
    else:
        show_plan(here.output, made)
    here.output.say("plan-made", name=name, plan=made.id)


def preflight(
    context: typer.Context,
    files: list[Path] = FILES,
    single: list[str] = SINGLE,
    name: str = FOR,
    python: str = PYTHON,
    others: list[str] = PYTHON_FOR,
    platforms: list[Platform] = PLATFORMS,
    nodes: list[str] = NODES,
    select: list[str] = SELECT,
) -> int:
    """Show what requirements need and where they fit."""
    here = surroundings(context)
    gathered = gather(files, single)
    # What is not said is that of the environment, and not nothing.
    given: dict[str, Any] = {"platforms": platforms} if platforms else {}
    given |= {"requirements": gathered.text} if files or single or not name else {}
    wish = PreflightWish(
        environment=name,
        python=python,
        python_for=python_for(others),
        placement=placement(nodes, select),
        **given,
    )
    with here.client() as client, here.output.busy("looking"):
        found = in_place(gathered, lambda: client.preflight(wish))
    if here.output.as_json:
        here.output.document(found)
    else:
        show_preflight(here.output, found, gathered)
    return DONE if found.resolved else FAILED
