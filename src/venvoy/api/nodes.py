"""Nodes: the machines, with what they last said of themselves."""

from fastapi import APIRouter

from venvoy.api.asking import Paged
from venvoy.api.auth import Viewer
from venvoy.api.parts import Has
from venvoy.controller import queries
from venvoy.wire.schemas import Node, Page

router = APIRouter(prefix="/nodes", tags=["nodes"])


@router.get("", operation_id="list_nodes")
async def list_nodes(parts: Has, _: Viewer, wish: Paged, search: str | None = None) -> Page[Node]:
    """List nodes, by name."""
    return await queries.list_nodes(parts.ctx, wish, search=search)


@router.get("/{name}", operation_id="show_node")
async def show_node(name: str, parts: Has, _: Viewer) -> Node:
    """Show one node."""
    return await queries.show_node(parts.ctx, name)
