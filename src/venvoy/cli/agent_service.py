"""`venvoy agent service …`: the agent started with the machine, and kept running."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from venvoy import config
from venvoy.cli.problem import DONE, FAILED
from venvoy.cli.surroundings import Surroundings, surroundings
from venvoy.cli.tree import command, group

if TYPE_CHECKING:
    from venvoy.agent.service.order import Status

SERVICE_USER = typer.Option(None, "--user", metavar="U", help="cli.help.service.user")


def add(agent: typer.Typer) -> None:
    """Add the commands below `venvoy agent`."""
    service = group(agent, "service", "service.group")
    command(service, "install", install, "service.install")
    command(service, "remove", remove, "service.remove")
    command(service, "status", status, "service.status")


def install(context: typer.Context, user: str = SERVICE_USER) -> int:
    """Start the agent with the machine, and now."""
    from venvoy.agent import identity
    from venvoy.agent.directory import real
    from venvoy.agent.prefix import Layout
    from venvoy.agent.service.managers import manager, user_of
    from venvoy.agent.service.order import Order
    from venvoy.agent.service.systemd import Systemd

    here, keeper = surroundings(context), manager()
    data = real(config.data_directory())
    name = identity.name(Layout(data))
    order = Order(Path(sys.executable), data, user_of(user, data))
    found = keeper.install(order)
    if here.output.as_json:
        _document(here, keeper.name, found)
    else:
        here.output.say("service-installed", name=name, definition=found.definition)
    if isinstance(keeper, Systemd) and keeper.user and not keeper.linger():
        here.output.say("service-lingers-not")
    return DONE


def remove(context: typer.Context) -> None:
    """Stop the agent, and start it with the machine no more."""
    from venvoy.agent.service.managers import manager

    here = surroundings(context)
    there = manager().remove()
    here.output.say("service-removed" if there else "service-not-there")


def status(context: typer.Context) -> int:
    """Tell whether the agent is a service, and whether that runs."""
    from venvoy.agent.service.managers import manager

    here, keeper = surroundings(context), manager()
    found = keeper.status()
    if here.output.as_json:
        _document(here, keeper.name, found)
    elif not found.installed:
        here.output.say("service-not-there")
    else:
        active = {True: "running", False: "stopped", None: "unknown"}[found.active]
        here.output.facts(
            (
                ("service", found.definition),
                ("starts", here.output.term("service-starts", _starts(enabled=found.enabled))),
                ("state", here.output.term("service-states", active)),
            )
        )
    return DONE if found.installed and found.active is not False else FAILED


def _starts(*, enabled: bool) -> str:
    return "with-machine" if enabled else "by-hand"


def _document(here: Surroundings, manager: str, found: "Status") -> None:
    here.output.document(
        {
            "manager": manager,
            "installed": found.installed,
            "enabled": found.enabled,
            "active": found.active,
            "definition": found.definition,
        }
    )
