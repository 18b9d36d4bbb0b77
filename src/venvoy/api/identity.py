"""The local node joins by itself: its key, and what it keeps from joining.

The key is made once and never leaves its directory; the controller sees the public
half. What the agent reads is written anew at every start, since the controller's
address may have changed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from venvoy.bus.files import make_private_directory, write_private
from venvoy.domain.errors import Unavailable, VenvoyError
from venvoy.wire.membership import Membership
from venvoy.wire.nkey import KeyPair, Role

KEY = "node.seed"
MEMBERSHIP = "membership.json"


async def ensure(data: Path, register: Callable[[str], Awaitable[Membership]]) -> Membership:
    """Make this machine the node `local`; repeating it changes nothing.

    Args:
        data: the agent's data directory.
        register: tells the controller the node's public key.

    Raises:
        Unavailable: `identity-unreadable`, or the directory cannot be written.
    """
    directory = data / "identity"
    key = await asyncio.to_thread(_key, directory)
    membership = await register(key.public)
    content = membership.model_dump_json(indent=2).encode()
    await asyncio.to_thread(write_private, directory / MEMBERSHIP, content)
    return membership


def _key(directory: Path) -> KeyPair:
    """Return the node's key, made if there is none."""
    make_private_directory(directory)
    file = directory / KEY
    try:
        return KeyPair.from_seed(file.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        key = KeyPair.generate(Role.USER)
        write_private(file, key.seed.encode())
        return key
    except (OSError, ValueError, VenvoyError) as error:
        raise Unavailable("identity-unreadable", path=str(file)) from error
