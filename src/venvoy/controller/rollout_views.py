"""Rollouts as the documents of the API."""

from collections.abc import Collection, Mapping
from typing import Any

from venvoy.controller import rollouts
from venvoy.controller.context import Context
from venvoy.controller.rollouts import Look
from venvoy.domain.errors import NotFound
from venvoy.domain.rollout import Outcome
from venvoy.store import environments, people
from venvoy.store import rollouts as rows
from venvoy.store.environments import EnvironmentRow
from venvoy.store.pages import Paging
from venvoy.store.rollouts import RolloutRow
from venvoy.store.session import Transaction
from venvoy.wire.rollouts import Rollout, RolloutBrief, RolloutStep
from venvoy.wire.schemas import Page

_SHOWN = 80


async def list_rollouts(ctx: Context, name: str, wish: Paging) -> Page[Rollout]:
    """Return one page of an environment's rollouts, the newest first by default.

    Raises:
        NotFound: `environment-not-found`.
        InvalidInput: `sort-unknown` or `cursor-invalid`.
    """
    async with ctx.db.read() as tx:
        environment = await environments.get(tx, name)
        if environment is None:
            raise NotFound("environment-not-found", name=name[:_SHOWN])
        found, following = await rows.list_page(tx, environment.id, wish)
        items = await _documents(ctx, tx, environment, found)
    return Page[Rollout](items=items, next=following)


async def document(
    ctx: Context, tx: Transaction, environment: EnvironmentRow, row: RolloutRow
) -> Rollout:
    """Return one rollout."""
    return (await _documents(ctx, tx, environment, [row]))[0]


async def briefs(tx: Transaction, ids: Collection[str]) -> Mapping[str, RolloutBrief]:
    """Return where the open rollouts of environments stand, by environment id."""
    found = await rows.open_of(tx, ids)
    counts = {at: len(each) for at, each in (await rows.placed(tx, list(found))).items()}
    return {at: brief(row, counts[at]) for at, row in found.items()}


def brief(row: RolloutRow, nodes: int) -> RolloutBrief:
    """Return where a rollout stands.

    Args:
        nodes: that can have the revision.
    """
    return RolloutBrief(
        revision=row.to,
        back=row.back,
        phase=row.phase,
        reason=row.reason,
        wave=row.wave + 1,
        waves=row.rollout.waves_of(nodes),
        until=row.until,
    )


async def _documents(
    ctx: Context, tx: Transaction, environment: EnvironmentRow, found: list[RolloutRow]
) -> list[Rollout]:
    able = (await rows.placed(tx, [environment.id]))[environment.id]
    users = {row.requested_by for row in found}
    users |= {step.get("user") for row in found for step in row.story}
    names = await people.usernames(tx, users)
    shown = []
    for row in found:
        look = None
        if row.ended_at is None:
            look = await rollouts.look_at(ctx, tx, environment, row, able)
        shown.append(_document(environment, row, look, len(able), names))
    return shown


def _document(
    environment: EnvironmentRow,
    row: RolloutRow,
    look: Look | None,
    nodes: int,
    users: Mapping[str, str],
) -> Rollout:
    return Rollout(
        **dict(brief(row, nodes)),
        id=row.id,
        environment=environment.name,
        sizes=row.waves,
        pause_seconds=row.pause_s,
        failures=row.budget,
        returns=row.returns,
        requested_by=users.get(row.requested_by or ""),
        created_at=row.created_at,
        ended_at=row.ended_at,
        steps=[_step(each, users) for each in row.story],
        **(_now(look) if look is not None else {}),
    )


def _now(look: Look) -> dict[str, Any]:
    decision, row = look.decision, look.row
    moved = [each for each in look.members if each.goal == row.to]
    return {
        "allowed": None if row.budget is None else decision.allowed,
        "nodes": len(look.members),
        "moved": len(moved),
        "ready": sum(each.outcome is Outcome.GOOD for each in moved),
        "waits_for": list(decision.waits_for),
        "behind": list(decision.behind),
        "failed": list(decision.failed),
    }


def _step(entry: Mapping[str, object], users: Mapping[str, str]) -> RolloutStep:
    told = {name: value for name, value in entry.items() if name != "user"}
    return RolloutStep.model_validate(told | {"by": users.get(str(entry.get("user")))})
