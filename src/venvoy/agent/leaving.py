"""A node leaves its fleet of its own will: the controller is told, then it ends here."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from venvoy.agent import departure, identity
from venvoy.agent.controller import Controller, NodeRemoved, connections
from venvoy.agent.departure import Departed
from venvoy.agent.directory import real, taken
from venvoy.agent.documents import Authority
from venvoy.agent.prefix import Layout
from venvoy.agent.tenure import Tenure
from venvoy.domain.errors import Unavailable
from venvoy.wire.joining import NodeTombstone
from venvoy.wire.membership import Membership
from venvoy.wire.nkey import KeyPair


async def leave(
    data: Path, *, keep_data: bool, force: bool = False, local: bool = False
) -> tuple[Departed, list[Path]]:
    """Leave the fleet; no agent may run on the directory.

    Args:
        keep_data: whether the environments stay on this machine, without care.
        force: whether to leave also where the controller cannot be told.
        local: whether not to tell it at all: of a copy, whose original stays the node.

    Returns:
        What was left, and the prefixes that processes still use.

    Raises:
        InvalidInput: `agent-not-joined`, `document-forged` and the like.
        Conflict: `agent-running`, `node-is-local`, `node-cloned`.
        Unauthenticated: the controller refuses this node.
        Unavailable: `controller-unreachable`; nothing was changed.
    """
    layout = Layout(real(data))
    with taken(layout):
        departed = departure.begun(layout)
        if departed is None:
            departed = await _left(layout, keep_data=keep_data, force=force, local=local)
        left = await asyncio.to_thread(departure.depart, layout, departed)
        departure.forget(layout)
        return departed, left


async def _left(layout: Layout, *, keep_data: bool, force: bool, local: bool) -> Departed:
    membership, key = identity.identity(layout)
    tombstone = NodeTombstone(
        node=membership.node,
        name=membership.name,
        removed_at=datetime.now(UTC),
        keep_data=keep_data,
    )
    if not local:
        try:
            tombstone = await _told(layout, membership, key, keep_data=keep_data)
        except Unavailable:
            if not force:
                raise
    return Departed(url=membership.controller_url, tombstone=tombstone)


async def _told(
    layout: Layout, membership: Membership, key: KeyPair, *, keep_data: bool
) -> NodeTombstone:
    url = membership.controller_url
    async with connections(url, membership.ca, membership.proxy) as http:
        try:
            claim = Tenure(layout).claim()
            signed = await Controller(http, url, key).leave(claim, keep_data=keep_data)
        except NodeRemoved as removed:
            signed = removed.tombstone
    authority = Authority(membership.node, membership.document_key)
    return authority.removal(signed)
