"""How far a revision is on its way to nodes, as its environment's policy lets it go.

Where a policy lets everything out at once there is no rollout: the revision goes to all
nodes with its own transaction. Else there is one, and `venvoy.domain.rollout` decides
who moves, in the same transaction as anything else that changes the environment, and
whenever nodes report, come or go. A revision that takes another's place takes over how
far that was, and what to go back to.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from venvoy.controller.context import Context
from venvoy.controller.records import Change, environment_changed
from venvoy.domain.policy import Policy
from venvoy.domain.reconcile import Aim
from venvoy.domain.rollout import Decision, Member, Outcome, Phase, decide
from venvoy.domain.state import ReplicaState
from venvoy.domain.sync import parse_sync
from venvoy.store import environments, events, operations
from venvoy.store import rollouts as rows
from venvoy.store.environments import EnvironmentRow
from venvoy.store.rollouts import MemberRow, RolloutRow
from venvoy.store.session import Transaction

_TOLD = 50
"""Names of nodes in one entry of a story; how many there are is told beside."""
_LONGEST_STORY = 200
_NOT_SAID = ReplicaState.PENDING
_OUTCOMES = {
    ReplicaState.READY: Outcome.GOOD,
    ReplicaState.DRIFTED: Outcome.GOOD,
    ReplicaState.FAILED: Outcome.FAILED,
    ReplicaState.CANCELLED: Outcome.LEFT,
}


@dataclass(frozen=True, slots=True)
class Look:
    """An open rollout, its nodes, and what is to be done next."""

    row: RolloutRow
    members: tuple[Member, ...]
    decision: Decision

    @property
    def differs(self) -> bool:
        """Whether anything is to be written or to be told to a node."""
        found, row = self.decision, self.row
        now_is = (found.phase, found.wave, found.reason, found.until)
        was = (row.phase, row.wave, row.reason, row.until)
        return bool(found.forward or found.backward) or now_is != was

    @property
    def targets(self) -> dict[str, int]:
        """The revisions that nodes are to be told now, by id."""
        found = dict.fromkeys(self.decision.forward, self.row.to)
        if self.row.back is not None:
            found |= dict.fromkeys(self.decision.backward, self.row.back)
        return found

    @property
    def waves(self) -> int:
        """How many waves there are."""
        return self.row.rollout.waves_of(len(self.members))


async def begin(
    ctx: Context,
    tx: Transaction,
    environment: EnvironmentRow,
    policy: Mapping[str, Any],
    to: int,
    requested_by: str | None,
) -> None:
    """Open a rollout where the policy wants one; one that is under way ends here.

    Callers hold the environment's lock, and then apply (`venvoy.controller.placing`).

    Args:
        environment: as it is before the revision.
        policy: that is to hold.
        to: the number of the new revision.
    """
    superseded = await end(ctx, tx, environment.id, by=to)
    back = environment.revision if superseded is None else superseded.back
    wish = Policy.of(policy)
    if wish.at_once:
        return
    plan = wish.rollout(to, back)
    row = RolloutRow(
        id=ctx.new_id(),
        environment_id=environment.id,
        to=to,
        back=back,
        waves=[str(each) for each in plan.waves],
        pause_s=int(plan.pause.total_seconds()),
        budget=None if plan.budget is None else str(plan.budget),
        returns=plan.returns,
        phase=plan.phase,
        wave=plan.wave,
        reason="",
        until=None,
        released=False,
        requested_by=requested_by,
        created_at=ctx.clock(),
    )
    await rows.add(tx, row)


async def end(
    ctx: Context, tx: Transaction, environment_id: str, by: int | None = None
) -> RolloutRow | None:
    """End the open rollout of an environment, if there is one, and return it.

    Args:
        by: the number of the revision that is wanted in its place; None where the
            environment goes.
    """
    row = (await rows.open_of(tx, [environment_id])).get(environment_id)
    if row is None:
        return None
    now = ctx.clock()
    story = written(row, now, Phase.SUPERSEDED.value, revision=by)
    await rows.change(tx, row.id, phase=Phase.SUPERSEDED.value, ended_at=now, story=story)
    return row


async def look(
    ctx: Context, tx: Transaction, environment: EnvironmentRow, able: Collection[str]
) -> Look | None:
    """Return the open rollout of an environment and its next step; None where none is open.

    Args:
        environment: whose policy says whether nodes may move now.
        able: ids of the nodes that it is placed on and that can have it.
    """
    row = (await rows.open_of(tx, [environment.id])).get(environment.id)
    return None if row is None else await look_at(ctx, tx, environment, row, able)


async def look_at(
    ctx: Context,
    tx: Transaction,
    environment: EnvironmentRow,
    row: RolloutRow,
    able: Collection[str],
) -> Look:
    """Return the next step of a rollout that is open."""
    now = ctx.clock()
    found = await rows.members(tx, environment.id, able)
    stopped = [each.operation_id for each in found if each.action is Aim.HOLD]
    held = await operations.get_many(tx, [each for each in stopped if each is not None])
    members = tuple(
        _member(each, held[each.operation_id].revision if each.operation_id in held else None, now)
        for each in found
    )
    gate = parse_sync(Policy.of(environment.policy).sync).gate(now, released=row.released)
    return Look(row, members, decide(row.rollout, members, now, gate))


async def keep(ctx: Context, tx: Transaction, environment: EnvironmentRow, found: Look) -> None:
    """Write down what was decided; callers have told the nodes.

    Where the rollout turns back, the revision before is the one that is wanted again.
    """
    row, decision = found.row, found.decision
    if not found.differs:
        return
    now = ctx.clock()
    values: dict[str, Any] = {
        "phase": decision.phase.value,
        "wave": decision.wave,
        "reason": decision.reason.value,
        "until": decision.until,
        "ended_at": now if decision.phase.ended else None,
    }
    was = (row.phase, row.wave, row.reason)
    if decision.forward or was != (decision.phase, decision.wave, decision.reason):
        about = _about(found)
        values["story"] = written(row, now, decision.reason.value, **about)
        names = {"environment": environment.name, "environment_id": environment.id}
        told = {"revision": row.to, "waves": found.waves} | about
        events.add(tx, f"rollout-{decision.reason.value}", now, **names, **told)
    await rows.change(tx, row.id, **values)
    tx.after_commit(ctx.wakes.changed.ring)
    if decision.phase is Phase.RETURNING and row.phase is not Phase.RETURNING:
        await want_back(ctx, tx, environment, row)


async def want_back(
    ctx: Context, tx: Transaction, environment: EnvironmentRow, row: RolloutRow
) -> None:
    """Make the revision before a rollout the wanted one again, by itself."""
    await environments.change(tx, environment.id, ctx.clock(), revision=row.back)
    before, after = {"revision": row.to}, {"revision": row.back}
    change = Change("taken-back", environment.version + 1, before, after, after)
    await environment_changed(ctx, tx, None, environment, change)


def written(row: RolloutRow, at: datetime, event: str, **about: object) -> list[dict[str, Any]]:
    """Return a rollout's story with one more entry; the oldest of very many are left out.

    Args:
        event: a `Reason`, or what somebody did, such as `paused`.
    """
    told = {name: value for name, value in about.items() if value not in (None, [])}
    story = [*row.story, {"at": at.isoformat(), "event": event, **told}]
    return story[-_LONGEST_STORY:]


def _about(found: Look) -> dict[str, object]:
    decision = found.decision
    moved = set(decision.forward) | set(decision.backward)
    names = [each.name for each in found.members if each.id in moved]
    return {
        "wave": decision.wave + 1,
        "nodes": names[:_TOLD],
        "count": len(names) or None,
        "failed": list(decision.failed[:_TOLD]),
    }


def _member(row: MemberRow, stopped: int | None, now: datetime) -> Member:
    """Return a node as rollouts see it.

    Args:
        stopped: the revision whose installation a person stopped there.
    """
    goal = {Aim.INSTALL: row.revision, Aim.HOLD: stopped}.get(row.action or Aim.REMOVE)
    ended = Outcome.LEFT if row.action is Aim.HOLD else _OUTCOMES.get(row.state or _NOT_SAID)
    return Member(
        id=row.node_id,
        name=row.name,
        online=row.online,
        goal=goal,
        outcome=ended or Outcome.BUSY,
        since=row.reported_at or now,
    )
