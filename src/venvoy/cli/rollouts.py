"""`venvoy env sync`, `pause`, `resume`, `abort`, `rollouts`: revisions on their way to nodes."""

from datetime import datetime

import typer

from venvoy import texts
from venvoy.cli.output import Output
from venvoy.cli.parameters import NAME
from venvoy.cli.surroundings import surroundings
from venvoy.cli.tree import command
from venvoy.domain.rollout import Phase
from venvoy.wire.rollouts import Rollout, RolloutBrief

_SHOWN = 5
"""Names of nodes in one line; `--json` has more."""


def add(environments: typer.Typer) -> None:
    """Add the commands to those of environments."""
    command(environments, "sync", sync, "rollout.sync")
    command(environments, "pause", pause, "rollout.pause")
    command(environments, "resume", resume, "rollout.resume")
    command(environments, "abort", abort, "rollout.abort")
    command(environments, "rollouts", rollouts, "rollout.list")


def sync(context: typer.Context, name: str = NAME) -> None:
    """Let the newest revision go out now."""
    _act(context, name, "sync")


def pause(context: typer.Context, name: str = NAME) -> None:
    """Let no further node move."""
    _act(context, name, "pause")


def resume(context: typer.Context, name: str = NAME) -> None:
    """Go on with a rollout."""
    _act(context, name, "resume")


def abort(context: typer.Context, name: str = NAME) -> None:
    """Bring every node back to the revision before."""
    _act(context, name, "abort")


def rollouts(context: typer.Context, name: str = NAME) -> None:
    """Tell how revisions went to nodes, newest first."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.rollouts(name))
    if here.output.as_json:
        here.output.listing(found)
    elif not found:
        here.output.say("no-rollouts", name=name)
    for number, rollout in enumerate([] if here.output.as_json else found):
        if number:
            here.output.line("")
        _tell(here.output, rollout)


def standing(output: Output, rollout: RolloutBrief) -> str:
    """Return in words where a rollout stands."""
    superseded = rollout.phase is Phase.SUPERSEDED
    key = "superseded" if superseded else rollout.reason or "begun"
    about = {
        "wave": rollout.wave,
        "waves": rollout.waves,
        "until": _time(rollout.until) if rollout.until else "",
        "back": rollout.back,
    }
    reason = texts.text(output.language, f"rollout-reasons.{key}", about) or key
    return output.words("rollout-at", revision=rollout.revision, reason=reason)


def _act(context: typer.Context, name: str, action: str) -> None:
    here = surroundings(context)
    with here.client() as client:
        rollout = client.act_on_rollout(name, action)
    if here.output.as_json:
        here.output.document(rollout)
    else:
        here.output.say("rollout-is", name=name, standing=standing(here.output, rollout))


def _tell(output: Output, rollout: Rollout) -> None:
    output.facts(
        (
            ("revision", rollout.revision),
            ("before", rollout.back),
            ("standing", standing(output, rollout)),
            ("waves", ", ".join(rollout.sizes)),
            ("may-fail", rollout.failures),
            ("by", rollout.requested_by),
            ("ready", _of(rollout)),
            ("waits-for", _some(rollout.waits_for)),
            ("behind", _some(rollout.behind)),
            ("failed", _some(rollout.failed)),
        )
    )
    if rollout.steps:
        output.line("")
        output.table(
            ("time", "event", "wave", "nodes", "failed", "by"),
            (
                (
                    _time(step.at),
                    output.term("rollout-events", step.event),
                    step.wave,
                    _some(step.nodes, step.count),
                    _some(step.failed),
                    step.by,
                )
                for step in rollout.steps
            ),
        )


def _of(rollout: Rollout) -> str | None:
    return None if rollout.ended_at else f"{rollout.ready}/{rollout.nodes}"


def _some(names: list[str], count: int | None = None) -> str:
    left = (count or len(names)) - min(len(names), _SHOWN)
    return ", ".join([*names[:_SHOWN], *([f"+{left}"] if left else [])])


def _time(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
