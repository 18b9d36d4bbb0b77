"""Rollouts of an environment: how far a revision is on its way to nodes, and steering it."""

from fastapi import APIRouter

from venvoy.api.asking import Paged
from venvoy.api.auth import Operator, Viewer
from venvoy.api.parts import Has
from venvoy.controller import rollout_commands, rollout_views
from venvoy.wire.rollouts import Rollout
from venvoy.wire.schemas import Page

router = APIRouter(prefix="/environments/{name}", tags=["rollouts"])


@router.get("/rollouts", operation_id="list_rollouts")
async def list_rollouts(name: str, parts: Has, _: Viewer, wish: Paged) -> Page[Rollout]:
    """List an environment's rollouts, newest first; the first may be open."""
    return await rollout_views.list_rollouts(parts.ctx, name, wish)


@router.post("/sync", operation_id="sync_environment")
async def sync(name: str, parts: Has, who: Operator) -> Rollout:
    """Let the newest revision go out now, whatever the sync policy says; waves still hold."""
    return await rollout_commands.release(parts.ctx, who.actor, name)


@router.post("/pause", operation_id="pause_rollout")
async def pause(name: str, parts: Has, who: Operator) -> Rollout:
    """Let no further node move; those that are at it come to their end."""
    return await rollout_commands.pause(parts.ctx, who.actor, name)


@router.post("/resume", operation_id="resume_rollout")
async def resume(name: str, parts: Has, who: Operator) -> Rollout:
    """Go on with a rollout that was paused, or that stopped by itself."""
    return await rollout_commands.resume(parts.ctx, who.actor, name)


@router.post("/abort", operation_id="abort_rollout")
async def abort(name: str, parts: Has, who: Operator) -> Rollout:
    """Bring every node back to the revision before, which is wanted again."""
    return await rollout_commands.abort(parts.ctx, who.actor, name)
