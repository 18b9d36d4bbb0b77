"""Work for one request only, ended when nobody waits for its answer any more.

Somebody who types asks again and again; what was asked before is of no use then, and
would hold up the newest question.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from venvoy.domain.errors import Unavailable

Result = TypeVar("Result")

_LOOK_S = 0.25


async def while_connected(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """Return what `work` returns; it is cancelled when the client has gone.

    Raises:
        Unavailable: `caller-gone`, which nobody reads.
        What `work` raises.
    """
    task = asyncio.create_task(work)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_LOOK_S)
            if not task.done() and await request.is_disconnected():
                break
        if not task.done():
            raise Unavailable("caller-gone")
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
