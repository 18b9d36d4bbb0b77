"""`venvoy agent …`: this machine as a node of a fleet.

Nothing here needs the controller's parts; what it does is the agent's.
"""

import asyncio
import os
import platform
import sys

import typer

from venvoy import config
from venvoy.cli import agent_service, ask
from venvoy.cli.environment_views import age
from venvoy.cli.parameters import LABELS, YES, labels
from venvoy.cli.problem import DONE, FAILED, report
from venvoy.cli.rights_views import rights_of
from venvoy.cli.surroundings import load, surroundings
from venvoy.cli.tree import command, group
from venvoy.domain.errors import VenvoyError
from venvoy.domain.name import name_of_host

URL = typer.Argument(metavar="URL", help="cli.help.people.url")
TOKEN = typer.Option(..., "--token", metavar="T", help="cli.help.agent.token")
NAME = typer.Option(None, "--name", metavar="N", help="cli.help.agent.name")
REGION = typer.Option("", "--region", metavar="R", help="cli.help.agent.region")
KEEP_DATA = typer.Option(False, "--keep-data", help="cli.help.agent.keep_data")
FORCE = typer.Option(False, "--force", help="cli.help.agent.force")
LOCAL = typer.Option(False, "--local", help="cli.help.agent.local")
_STDIN = "-"


def add(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    agent = group(app, "agent", "agent.group")
    command(agent, "join", join, "agent.join")
    command(agent, "run", run, "agent.run")
    command(agent, "status", status, "agent.status")
    command(agent, "leave", leave, "agent.leave")
    agent_service.add(agent)


def join(
    context: typer.Context,
    url: str = URL,
    token: str = TOKEN,
    name: str = NAME,
    region: str = REGION,
    pairs: list[str] = LABELS,
) -> None:
    """Make this machine a node of a controller's fleet."""
    from venvoy.agent.joining import Wish
    from venvoy.agent.joining import join as do

    here = surroundings(context)
    settings = load(config.AgentSettings)
    wish = Wish(
        url=url.rstrip("/"),
        token=sys.stdin.readline().strip() if token == _STDIN else token,
        name=name or name_of_host(platform.node()),
        region=region,
        proxy=settings.proxy,
        labels=labels(pairs) or {},
    )
    membership, created = asyncio.run(do(config.data_directory(), wish))
    if here.output.as_json:
        here.output.document(
            {
                "node": membership.node,
                "name": membership.name,
                "controller": membership.controller_url,
                "created": created,
            }
        )
        return
    told = {"name": membership.name, "url": membership.controller_url}
    here.output.say("agent-joined" if created else "agent-joined-already", **told)


def run() -> int:
    """Run the agent until it is stopped, in a process that holds nothing of the CLI."""
    from venvoy.agent.system import become

    command_line = [sys.executable, "-m", "venvoy.agent"]
    return become(sys.executable, command_line, os.environ)


def status(context: typer.Context) -> int:
    """Tell which fleet this machine belongs to and how its agent stands."""
    from venvoy.agent import identity, rights, standing
    from venvoy.agent.directory import real
    from venvoy.agent.facts import rights_fact
    from venvoy.agent.prefix import Layout

    here, layout = surroundings(context), Layout(real(config.data_directory()))
    membership = identity.identity(layout)[0]
    found = standing.read(layout.standing)
    alive = found is not None and found.alive
    state = "stopped"
    if found is not None and alive:
        state = "connected" if found.connected else "disconnected"
    allowed = rights.read(config.rights_files(layout.data))
    facts = {
        "node": membership.node,
        "name": membership.name,
        "controller": membership.controller_url,
        "state": state,
        "pid": found.pid if found and alive else None,
        "version": found.version if found and alive else None,
        "since": found.since.isoformat() if found and alive else None,
        "error": (found.error or None) if found and alive else None,
        "rights": rights_fact(allowed).model_dump(mode="json", exclude={"v"}),
    }
    if here.output.as_json:
        here.output.document(facts)
    else:
        here.output.facts(
            (
                ("node", membership.name),
                ("url", membership.controller_url),
                ("state", here.output.term("agent-states", state)),
                ("age", age(found.since) if found and alive else None),
                ("version", facts["version"]),
                *rights_of(here.output, rights_fact(allowed)),
            )
        )
        if allowed.error is not None:
            report(here.output, allowed.error)
        if found is not None and facts["error"]:
            report(here.output, VenvoyError(found.error, **found.params))
    return DONE if state == "connected" else FAILED


def leave(
    context: typer.Context,
    keep_data: bool = KEEP_DATA,
    force: bool = FORCE,
    local: bool = LOCAL,
    yes: bool = YES,
) -> int:
    """Take this machine out of its fleet."""
    from venvoy.agent import identity
    from venvoy.agent.directory import real
    from venvoy.agent.leaving import leave as do
    from venvoy.agent.prefix import Layout

    here, data = surroundings(context), config.data_directory()
    name = identity.name(Layout(real(data)))
    if not yes and not ask.confirmed(
        here.output, "agent-leave-keep-sure" if keep_data else "agent-leave-sure", name=name
    ):
        return FAILED
    departed, left = asyncio.run(do(data, keep_data=keep_data, force=force, local=local))
    told = {"name": departed.tombstone.name, "url": departed.url}
    if local:
        here.output.say("agent-left-here", **told)
    else:
        here.output.say("agent-left", **told)
    for path in left:
        here.output.say("prefix-left", path=path)
    return DONE
