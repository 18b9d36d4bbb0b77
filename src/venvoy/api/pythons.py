"""Interpreters on nodes: what is there, what is to come and what is to go."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from venvoy.api.asking import Call, Called, Paged, claim_of
from venvoy.api.auth import Operator, Viewer
from venvoy.controller import python_wishes, pythons, queries
from venvoy.wire.operations import Operation
from venvoy.wire.pythons import NodePython, PythonWish
from venvoy.wire.schemas import Page

router = APIRouter(prefix="/pythons", tags=["pythons"])


@router.get("", operation_id="list_pythons")
async def list_pythons(
    call: Called,
    _: Viewer,
    wish: Paged,
    node: Annotated[str | None, Query(max_length=63)] = None,
) -> Page[NodePython]:
    """List what nodes have, and what is on its way; a page holds whole nodes."""
    return await pythons.list_pythons(call.ctx, wish, node=node, language=call.language)


@router.post("/install", operation_id="install_python", status_code=HTTPStatus.ACCEPTED)
async def install_python(call: Called, who: Operator, wish: PythonWish) -> Page[Operation]:
    """Have nodes install an interpreter from the catalogue; one operation for each."""
    claim = await claim_of(call.request, who)
    return await _shown(call, await python_wishes.install(call.ctx, who.actor, wish, claim))


@router.post("/remove", operation_id="remove_python", status_code=HTTPStatus.ACCEPTED)
async def remove_python(call: Called, who: Operator, wish: PythonWish) -> Page[Operation]:
    """Have nodes remove an interpreter that Venvoy installed and that nothing needs."""
    claim = await claim_of(call.request, who)
    return await _shown(call, await python_wishes.remove(call.ctx, who.actor, wish, claim))


async def _shown(call: Call, made: list[str]) -> Page[Operation]:
    items = await queries.some_operations(call.ctx, made, language=call.language)
    return Page[Operation](items=items)
