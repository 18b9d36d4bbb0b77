"""`venvoy env adopt`: what was done by hand on a node becomes Venvoy's.

`adopt NAME --node N` makes what a node holds of an environment its next revision;
`adopt --path DIR --as NAME --node N` makes an environment of a virtual environment that
somebody made there, which stays as it is.
"""

from dataclasses import dataclass

import typer

from venvoy import texts
from venvoy.cli import ask
from venvoy.cli.environment_views import told
from venvoy.cli.parameters import MESSAGE, TIMEOUT, WAIT, YES
from venvoy.cli.plan_views import show_plan
from venvoy.cli.problem import DONE, FAILED
from venvoy.cli.surroundings import Surroundings, surroundings
from venvoy.cli.tree import command
from venvoy.cli.wait import interruptible, resolved, until_ready
from venvoy.domain.errors import InvalidInput
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, PlacementWish
from venvoy.wire.plans import AdoptionWish

NODE = typer.Option(..., "--node", metavar="NODE", help="cli.help.adopt.node")
ADOPTED = typer.Argument(None, metavar="[NAME]", help="cli.help.env.name")
PATH = typer.Option(None, "--path", metavar="DIR", help="cli.help.adopt.path")
AS = typer.Option(None, "--as", metavar="NAME", help="cli.help.adopt.as")
DRY_RUN = typer.Option(False, "--dry-run", help="cli.help.adopt.dry_run")


def add(environments: typer.Typer) -> None:
    """Add the command to those of environments."""
    command(environments, "adopt", adopt, "adopt.command")


def adopt(
    context: typer.Context,
    name: str | None = ADOPTED,
    node: str = NODE,
    path: str | None = PATH,
    new: str | None = AS,
    dry_run: bool = DRY_RUN,
    message: str = MESSAGE,
    yes: bool = YES,
    wait_for_it: bool = WAIT,
    timeout: float = TIMEOUT,
) -> int:
    """Make what a node holds an environment's next revision, or a new environment."""
    here = surroundings(context)
    output = here.output
    if name is None and path is not None and new is not None:
        take = _Take(node, path, new, dry_run=dry_run, yes=yes)
        with interruptible(output, "work-goes-on", name=new):
            return _take_over(here, take, timeout, wait_for_it=wait_for_it)
    if name is None or path is not None or new is not None:
        raise InvalidInput("adopt-what")
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


@dataclass(frozen=True, slots=True)
class _Take:
    """What is to be taken over, from where."""

    node: str
    path: str
    name: str
    dry_run: bool
    yes: bool


def _take_over(here: Surroundings, take: _Take, timeout: float | None, *, wait_for_it: bool) -> int:
    output = here.output
    with here.client() as client:
        found = client.survey(take.node, take.path)
        if take.dry_run and output.as_json:
            output.document(found)
        elif not output.as_json:
            output.line(f"# python {found.python}")
            for line in found.requirements:
                output.line(line)
        for each in found.lost:
            reason = texts.text(output.language, f"plan.loss.{each.reason}") or each.reason
            output.say("plan-loses", package=each.package, version=each.version, reason=reason)
        if take.dry_run:
            return DONE
        lost = sorted({each.package for each in found.lost})
        if lost and not (
            take.yes or ask.confirmed(output, "survey-sure", packages=", ".join(lost))
        ):
            return FAILED
        wish = EnvironmentCreate(
            name=take.name,
            description=f"{found.node}:{found.path}",
            requirements="\n".join(found.requirements),
            python=found.python,
            placement=PlacementWish(nodes=[found.node]),
        )
        with output.busy("resolving", name=take.name):
            answer = client.create_environment(wish)
            environment = resolved(client, here, answer, take.name)
        told(output, environment, "created")
        if wait_for_it:
            environment = until_ready(client, here, take.name, timeout=timeout)
    if output.as_json:
        output.document(environment)
    return DONE
