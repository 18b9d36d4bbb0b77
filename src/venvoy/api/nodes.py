"""Nodes: the machines, with what people say of them and what they last said themselves."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from venvoy.api.asking import Call, Called, IfMatch, Paged
from venvoy.api.auth import Admin, Operator, Viewer
from venvoy.api.etags import needed_version, tag
from venvoy.api.parts import Has
from venvoy.controller import inventory, removals, running_use
from venvoy.domain.history import Metric
from venvoy.domain.label import label_filter
from venvoy.domain.state import NodeState
from venvoy.store.node_lists import Filter
from venvoy.wire.environments import Replica
from venvoy.wire.nodes import Node, NodeEdit, NodeHistory, NodePage
from venvoy.wire.processes import Running
from venvoy.wire.schemas import Page
from venvoy.wire.surveys import Survey, SurveyWish

router = APIRouter(prefix="/nodes", tags=["nodes"])

_NAMES = 500
Names = Annotated[tuple[str, ...], Query(max_length=_NAMES, description="any of these nodes")]
Labels = Annotated[
    tuple[str, ...], Query(description="`key=value`; of one key any value, of several keys all")
]


@router.get("", operation_id="list_nodes")
async def list_nodes(
    call: Called,
    _: Viewer,
    wish: Paged,
    search: str | None = None,
    name: Names = (),
    state: Annotated[tuple[NodeState, ...], Query()] = (),
    label: Labels = (),
    region: Annotated[tuple[str, ...], Query(description="empty: in none")] = (),
) -> NodePage:
    """List nodes; `search` looks at names, titles and the hosts' names."""
    wanted = Filter(search or None, name, state, region, label_filter(label))
    return await inventory.list_nodes(call.ctx, wish, wanted, language=call.language)


@router.delete("/{name}", operation_id="remove_node", status_code=HTTPStatus.NO_CONTENT)
async def remove_node(name: str, parts: Has, who: Admin, keep_data: bool = False) -> None:
    """Take a node out of the fleet; its agent ends, its tokens are void within seconds."""
    await removals.remove(parts.ctx, who.actor, name, keep_data=keep_data)


@router.get("/{name}", operation_id="show_node")
async def show_node(name: str, call: Called, _: Viewer) -> Node:
    """Show one node; its `ETag` is what an edit starts from."""
    return await _shown(call, name)


@router.post("/{name}/survey", operation_id="survey_node")
async def survey_node(name: str, parts: Has, who: Operator, wish: SurveyWish) -> Survey:
    """Say what a virtual environment that somebody made on a node holds; nothing changes.

    What it says is what an environment with the same packages is created from.
    """
    return await parts.controller.surveys.look(who.actor, name, wish)


@router.patch("/{name}", operation_id="edit_node")
async def edit_node(
    name: str, call: Called, who: Operator, change: NodeEdit, if_match: IfMatch = None
) -> Node:
    """Change a node's title, labels, region, or whether it gets further environments."""
    version = needed_version(if_match)
    await inventory.edit(call.ctx, who.actor, name, change, version)
    return await _shown(call, name)


@router.get("/{name}/history", operation_id="show_node_history")
async def show_node_history(
    name: str,
    parts: Has,
    _: Viewer,
    metric: Metric = Metric.CPU,
    since: Annotated[
        AwareDatetime | None, Query(description="from when on; an hour ago when absent")
    ] = None,
) -> NodeHistory:
    """Show how a figure went: in minutes for a day, then in quarters and in six hours."""
    return await inventory.history(parts.ctx, name, metric, since)


@router.get("/{name}/replicas", operation_id="list_node_replicas")
async def list_node_replicas(name: str, call: Called, _: Viewer) -> Page[Replica]:
    """List what is on a node, by environment."""
    return await inventory.list_replicas(call.ctx, name, language=call.language)


@router.get("/{name}/processes", operation_id="list_node_processes")
async def list_node_processes(name: str, call: Called, _: Viewer) -> Running:
    """List the processes that work in environments on a node, as it told last."""
    return await running_use.of_node(call.ctx, name)


async def _shown(call: Call, name: str) -> Node:
    shown = await inventory.show_node(call.ctx, name, language=call.language)
    call.response.headers["ETag"] = tag(shown.version)
    return shown
