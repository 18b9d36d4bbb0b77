"""Signals: the first one ends the work in order, the second one ends it at once."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress

import psutil

_INTERRUPTED = 130
_STOPPING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


async def until_signal(work: Coroutine[None, None, None], on_stop: Callable[[], None]) -> int:
    """Run `work` until it ends or a signal ends it.

    Args:
        work: cleans up when it is cancelled.
        on_stop: told of the first signal.

    Returns:
        0 after a signal, 1 where the work ended unasked.

    Raises:
        Whatever the work raises.
    """
    stop = asyncio.Event()

    def heard() -> None:
        if stop.is_set():
            _end_at_once()
        stop.set()
        on_stop()

    _listen(heard)
    running = asyncio.ensure_future(work)
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({running, stopped}, return_when="FIRST_COMPLETED")
    stopped.cancel()
    if not stop.is_set():
        await running
        return 1
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return 0


def _listen(heard: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for name in _STOPPING:
        number = getattr(signal, name, None)
        if number is None:
            continue
        # Whoever started us with `nohup` wants a closed terminal to be ignored.
        if name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN:
            continue
        if sys.platform == "win32":
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(heard))
        else:
            loop.add_signal_handler(number, heard)


def _end_at_once() -> None:
    """End the children, then this process, without cleaning up."""
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            child.kill()
    os._exit(_INTERRUPTED)
