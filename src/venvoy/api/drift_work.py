"""What is done about drift: building anew, and reading every file."""

from http import HTTPStatus

from fastapi import APIRouter

from venvoy.api.asking import Call, Called, claim_of
from venvoy.api.auth import Operator
from venvoy.controller import drift_work, queries
from venvoy.wire.drift import DriftWish
from venvoy.wire.operations import Operation
from venvoy.wire.schemas import Page

router = APIRouter(prefix="/environments", tags=["environments"])


@router.post("/{name}/heal", operation_id="heal_environment", status_code=HTTPStatus.ACCEPTED)
async def heal_environment(
    name: str, call: Called, who: Operator, wish: DriftWish
) -> Page[Operation]:
    """Have nodes build what drifted anew, beside, and switch; one operation for each."""
    claim = await claim_of(call.request, who)
    made = await drift_work.heal(call.ctx, who.actor, name, wish.nodes, claim)
    return await _shown(call, made)


@router.post("/{name}/verify", operation_id="verify_environment", status_code=HTTPStatus.ACCEPTED)
async def verify_environment(
    name: str, call: Called, who: Operator, wish: DriftWish
) -> Page[Operation]:
    """Have nodes read every file of what is live; one operation for each.

    Where something differs, an operation ends with `drift-found` as its cause.
    """
    claim = await claim_of(call.request, who)
    made = await drift_work.verify(call.ctx, who.actor, name, wish.nodes, claim)
    return await _shown(call, made)


async def _shown(call: Call, made: list[str]) -> Page[Operation]:
    items = await queries.some_operations(call.ctx, made, language=call.language)
    return Page[Operation](items=items)
