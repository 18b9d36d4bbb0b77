"""Environments: what should be, made, changed, read and taken away."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query

from venvoy.api.asking import Call, Called, IfMatch, Paged, claim_of
from venvoy.api.auth import Operator, Viewer
from venvoy.api.etags import needed_version, tag, version_in
from venvoy.api.problems import OperationFailed
from venvoy.controller import (
    drift,
    environments,
    operations,
    queries,
    revisions,
    running_use,
)
from venvoy.domain.state import EnvironmentState, OperationState
from venvoy.wire.drift import ReplicaDrift
from venvoy.wire.environments import (
    Environment,
    EnvironmentCreate,
    EnvironmentEdit,
    EnvironmentItem,
    EnvironmentUpgrade,
    PlacementView,
    Replica,
)
from venvoy.wire.operations import Operation
from venvoy.wire.processes import Running
from venvoy.wire.revisions import RollbackWish
from venvoy.wire.schemas import Page

router = APIRouter(prefix="/environments", tags=["environments"])

_LONGEST_WAIT = 60.0
_LABELS = 64
Wait = Annotated[
    float,
    Query(ge=0, le=_LONGEST_WAIT, description="seconds to wait for the resolution; 0 answers 202"),
]
Force = Annotated[bool, Query(description="also while processes work in it; they keep their files")]
_LATER: dict[int | str, dict[str, Any]] = {
    202: {"model": Operation, "description": "the resolution is still under way"}
}


@router.get("", operation_id="list_environments")
async def list_environments(
    call: Called,
    _: Viewer,
    wish: Paged,
    search: str | None = None,
    state: Annotated[tuple[EnvironmentState, ...], Query()] = (),
    node: str | None = None,
    label: Annotated[tuple[str, ...], Query(max_length=_LABELS)] = (),
) -> Page[EnvironmentItem]:
    """List environments; `search` looks at names, titles, packages and requirements.

    A `label` is `key=value`: of one key any of the values given, of every key one.
    Each has the numbers of its replicas by state; the replicas themselves are asked
    for by name.
    """
    return await queries.list_environments(
        call.ctx,
        wish,
        search=search,
        states=state,
        node=node,
        labels=label,
        language=call.language,
    )


@router.post(
    "", operation_id="create_environment", status_code=HTTPStatus.CREATED, responses=_LATER
)
async def create_environment(
    call: Called,
    who: Operator,
    wish: EnvironmentCreate,
    wait: Wait = _LONGEST_WAIT,
) -> Environment | Operation:
    """Make an environment; it is there once its requirements are resolved."""
    claim = await claim_of(call.request, who)
    operation = await environments.create(call.ctx, who.actor, wish, claim)
    return await _resolved(call, wish.name, operation, wait)


@router.get("/{name}", operation_id="show_environment")
async def show_environment(name: str, call: Called, _: Viewer) -> Environment:
    """Show one environment; its `ETag` is what an edit starts from."""
    return await shown(call, name)


@router.patch("/{name}", operation_id="edit_environment", responses=_LATER)
async def edit_environment(
    name: str,
    call: Called,
    who: Operator,
    change: EnvironmentEdit,
    wait: Wait = _LONGEST_WAIT,
    if_match: IfMatch = None,
) -> Environment | Operation:
    """Change an environment; what cannot be resolved changes nothing."""
    version = needed_version(if_match)
    operation = await environments.edit(call.ctx, who.actor, name, change, version)
    return await _resolved(call, name, operation, wait)


@router.post("/{name}/upgrade", operation_id="upgrade_environment", responses=_LATER)
async def upgrade_environment(
    name: str,
    call: Called,
    who: Operator,
    wish: EnvironmentUpgrade,
    wait: Wait = _LONGEST_WAIT,
    if_match: IfMatch = None,
) -> Environment | Operation:
    """Resolve anew without the live lock's pins, for some packages or for all."""
    version = version_in(if_match)
    operation = await environments.upgrade(call.ctx, who.actor, name, wish, version)
    return await _resolved(call, name, operation, wait)


@router.post("/{name}/rollback", operation_id="roll_back_environment")
async def roll_back_environment(
    name: str, call: Called, who: Operator, wish: RollbackWish, if_match: IfMatch = None
) -> Environment:
    """Go back to a revision; nodes that still hold it only turn their stable path."""
    await revisions.roll_back(call.ctx, who.actor, name, wish, version_in(if_match))
    return await shown(call, name)


@router.delete("/{name}", operation_id="delete_environment", status_code=HTTPStatus.NO_CONTENT)
async def delete_environment(
    name: str, call: Called, who: Operator, if_match: IfMatch = None, force: Force = False
) -> None:
    """Delete an environment; its nodes remove their replicas when they hear of it.

    One that processes work in is refused (`environment-in-use`) unless it is forced.
    """
    version = version_in(if_match)
    await environments.delete(call.ctx, who.actor, name, version, force=force)


@router.get("/{name}/replicas", operation_id="list_replicas")
async def list_replicas(name: str, call: Called, _: Viewer) -> Page[Replica]:
    """List an environment's replicas, by node."""
    shown = await queries.show_environment(call.ctx, name, language=call.language)
    return Page[Replica](items=shown.replicas)


@router.get("/{name}/drift", operation_id="show_drift")
async def show_drift(
    name: str, call: Called, _: Viewer, node: str | None = None
) -> Page[ReplicaDrift]:
    """Show how nodes differ from what was put there, by node; see `docs/drift.md`.

    A node that has not told yet what it sees is left out.
    """
    return Page[ReplicaDrift](items=await drift.show_drift(call.ctx, name, node))


@router.get("/{name}/processes", operation_id="list_processes")
async def list_processes(name: str, call: Called, _: Viewer, node: str | None = None) -> Running:
    """List the processes that work in an environment, by node, as nodes told last."""
    return await running_use.of_environment(call.ctx, name, node)


@router.get("/{name}/placement", operation_id="show_placement")
async def show_placement(name: str, call: Called, _: Viewer) -> PlacementView:
    """Show where an environment goes, and why: every node with the rule that decided."""
    return await queries.show_placement(call.ctx, name, language=call.language)


async def shown(call: Call, name: str) -> Environment:
    """Return an environment as it is now, with its `ETag`."""
    found = await queries.show_environment(call.ctx, name, language=call.language)
    call.response.headers["ETag"] = tag(found.version)
    return found


async def _resolved(
    call: Call,
    name: str,
    operation: str | None,
    wait: float,
) -> Environment | Operation:
    """Wait for a resolution and answer with what came of it.

    Raises:
        OperationFailed: `resolution-failed`, with the cause.
    """
    if operation is None:
        return await shown(call, name)
    if wait:
        await operations.wait_ended(call.ctx, operation, wait)
    work = await queries.show_operation(call.ctx, operation, language=call.language)
    if not work.state.ended:
        call.response.status_code = HTTPStatus.ACCEPTED
        call.response.headers["Location"] = f"/api/v1/operations/{operation}"
        return work
    if work.state is not OperationState.SUCCEEDED:
        raise OperationFailed("resolution-failed", work.cause, name=name, operation=operation)
    return await shown(call, name)
