"""`venvoy env adopt NAME --node N`: what was done by hand on a node becomes a revision."""

import typer

from venvoy.cli import ask
from venvoy.cli.environment_views import told
from venvoy.cli.parameters import MESSAGE, NAME, TIMEOUT, WAIT, YES
from venvoy.cli.plan_views import show_plan
from venvoy.cli.problem import DONE, FAILED
from venvoy.cli.surroundings import surroundings
from venvoy.cli.tree import command
from venvoy.cli.wait import interruptible, resolved, until_ready
from venvoy.wire.environments import EnvironmentEdit
from venvoy.wire.plans import AdoptionWish

NODE = typer.Option(..., "--node", metavar="NODE", help="cli.help.adopt.node")
DRY_RUN = typer.Option(False, "--dry-run", help="cli.help.adopt.dry_run")


def add(environments: typer.Typer) -> None:
    """Add the command to those of environments."""
    command(environments, "adopt", adopt, "adopt.command")


def adopt(
    context: typer.Context,
    name: str = NAME,
    node: str = NODE,
    dry_run: bool = DRY_RUN,
    message: str = MESSAGE,
    yes: bool = YES,
    wait_for_it: bool = WAIT,
    timeout: float = TIMEOUT,
) -> int:
    """Make what a node holds the environment's next revision."""
    here = surroundings(context)
    output = here.output
    with here.client() as client, interruptible(output, "work-goes-on", name=name):
        with output.busy("resolving", name=name):
            plan = client.plan_adoption(name, AdoptionWish(node=node, message=message))
        if dry_run and output.as_json:
            output.document(plan)
        elif not output.as_json:
            show_plan(output, plan)
        if dry_run:
            output.say("plan-made", name=name, plan=plan.id)
            return DONE
        lost = sorted({each.package for each in plan.adoption.lost}) if plan.adoption else []
        if lost and not (yes or ask.confirmed(output, "adopt-sure", packages=", ".join(lost))):
            return FAILED
        change = EnvironmentEdit(plan=plan.id)
        answer = client.edit_environment(name, change, version=plan.base_version)
        environment = resolved(client, here, answer, name)
        told(output, environment, "changed")
        if wait_for_it:
            environment = until_ready(client, here, name, timeout=timeout)
    if output.as_json:
        output.document(environment)
    return DONE
