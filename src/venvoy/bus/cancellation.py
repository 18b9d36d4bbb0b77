"""Cancellation that is certain, whatever the cancelled code does with it.

Before Python 3.12 `asyncio.wait_for` loses a cancellation that comes together with
the result it waits for, and nats-py, which uses it, catches some of its own accord.
A task that awaits such code directly may outlive `cancel`, and whoever waits for its
end then waits for ever.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def apart(work: Coroutine[Any, Any, Result]) -> Result:
    """Await work in a task of its own, and return or raise what it does.

    Cancelled, it cancels the work, waits until that has ended, whichever way, and is
    cancelled itself in every case.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            # Nobody wants it any more, and asyncio complains of what nobody reads.
            task.exception()
        raise
    return task.result()
