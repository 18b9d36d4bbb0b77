"""The local node joins by itself: its key, and what it keeps from joining.

The key is made once and never leaves its directory; the controller sees the public
half. What the agent reads is written anew at every start, since the controller's
address may have changed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from venvoy.bus.files import write_private
from venvoy.bus.nodekey import MEMBERSHIP_FILE, load_node_key
from venvoy.wire.membership import Membership


async def ensure(data: Path, register: Callable[[str], Awaitable[Membership]]) -> Membership:
    """Make this machine the node `local`; repeating it changes nothing.

    Args:
        data: the agent's data directory.
        register: tells the controller the node's public key.

    Raises:
        Unavailable: `identity-unreadable`, or the directory cannot be written.
    """
    directory = data / "identity"
    key = await asyncio.to_thread(load_node_key, directory)
    membership = await register(key.public)
    content = membership.model_dump_json(indent=2).encode()
    await asyncio.to_thread(write_private, directory / MEMBERSHIP_FILE, content)
    return membership
