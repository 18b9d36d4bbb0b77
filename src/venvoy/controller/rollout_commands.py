"""What people do to the rollout that is open: let it out, pause it, go on, call it off."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from venvoy.controller import placing, rollout_views, rollouts
from venvoy.controller.context import Actor, Context
from venvoy.controller.records import Change, environment_changed
from venvoy.domain.errors import Conflict, NotFound
from venvoy.domain.role import Role, require
from venvoy.domain.rollout import Decision, Phase, Reason
from venvoy.domain.share import Share
from venvoy.store import environments
from venvoy.store import rollouts as rows
from venvoy.store.environments import EnvironmentRow
from venvoy.store.rollouts import RolloutRow
from venvoy.store.session import Transaction
from venvoy.wire.rollouts import Rollout

_SHOWN = 80
Values = dict[str, Any]


async def release(ctx: Context, actor: Actor, name: str) -> Rollout:
    """Let the newest revision go out, whatever the sync policy says; waves still hold.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `environment-not-found`.
        Conflict: `rollout-none`, `rollout-paused` or `rollout-going-back`.
    """

    def values(row: RolloutRow, _: Decision) -> Values:
        if row.phase in {Phase.PAUSED, Phase.STOPPED}:
            raise Conflict("rollout-paused", name=name, revision=row.to)
        return {"released": True}

    return await _act(ctx, actor, name, "released", values)


async def pause(ctx: Context, actor: Actor, name: str) -> Rollout:
    """Let no further node move; those that are at it come to their end.

    Raises:
        As `release`.
    """

    def values(row: RolloutRow, _: Decision) -> Values:
        if row.phase in {Phase.PAUSED, Phase.STOPPED}:
            raise Conflict("rollout-paused", name=name, revision=row.to)
        return {"phase": Phase.PAUSED.value, "reason": Reason.PAUSED.value, "until": None}

    return await _act(ctx, actor, name, "paused", values)


async def resume(ctx: Context, actor: Actor, name: str) -> Rollout:
    """Go on with a rollout that was paused, or that stopped by itself.

    With one that stopped the nodes that have failed are put up with: as many more may
    fail as might at first.

    Raises:
        As `release`, and Conflict: `rollout-running`.
    """

    def values(row: RolloutRow, now_is: Decision) -> Values:
        if row.phase is Phase.RUNNING:
            raise Conflict("rollout-running", name=name, revision=row.to)
        running = {"phase": Phase.RUNNING.value}
        if row.phase is not Phase.STOPPED or row.budget is None:
            return running
        return running | {"budget": str(Share(len(now_is.failed) + now_is.allowed))}

    return await _act(ctx, actor, name, "resumed", values)


async def abort(ctx: Context, actor: Actor, name: str) -> Rollout:
    """Bring every node back to the revision before, which is wanted again.

    Raises:
        As `release`, and Conflict: `rollout-first`, where there is none to go back to.
    """

    def values(row: RolloutRow, _: Decision) -> Values:
        if row.back is None:
            raise Conflict("rollout-first", name=name, revision=row.to)
        return {"phase": Phase.RETURNING.value, "reason": Reason.GOING_BACK.value, "until": None}

    return await _act(ctx, actor, name, "aborted", values)


async def _act(
    ctx: Context,
    actor: Actor,
    name: str,
    action: str,
    change: Callable[[RolloutRow, Decision], Values],
) -> Rollout:
    """Change the open rollout and take its next step.

    Args:
        action: past participle; the audit says `environment-` and this.
        change: returns the columns to set, from the row and how things are.
    """
    require(actor.role, Role.OPERATOR)
    async with ctx.db.write() as tx:
        environment = await environments.get(tx, name, lock=True)
        if environment is None:
            raise NotFound("environment-not-found", name=name[:_SHOWN])
        row = await _open(tx, environment)
        able = (await rows.placed(tx, [environment.id]))[environment.id]
        before = await rollouts.look_at(ctx, tx, environment, row, able)
        values = change(row, before.decision)
        story = rollouts.written(row, ctx.clock(), action, user=actor.user_id)
        await rows.change(tx, row.id, story=story, **values)
        number = environment.revision
        if values.get("phase") == Phase.RETURNING.value:
            number = row.back
            await environments.change(tx, environment.id, ctx.clock(), revision=number)
        after = replace(environment, revision=number)
        await placing.apply(ctx, tx, after, actor.user_id)
        told = {"revision": row.to}
        version = environment.version + int(number != environment.revision)
        was, now_is = {"revision": environment.revision}, {"revision": number}
        news = Change(f"rollout-{action}", version, was, now_is, told)
        await environment_changed(ctx, tx, actor, environment, news)
        shown = await rows.last(tx, environment.id)
        return await rollout_views.document(ctx, tx, after, shown or row)


async def _open(tx: Transaction, environment: EnvironmentRow) -> RolloutRow:
    row = (await rows.open_of(tx, [environment.id])).get(environment.id)
    if row is None:
        raise Conflict("rollout-none", name=environment.name)
    if row.phase is Phase.RETURNING:
        raise Conflict("rollout-going-back", name=environment.name, revision=row.to)
    return row
