"""Server-sent events: messages with ids, heartbeats, and an end that is not a fault.

https://html.spec.whatwg.org/multipage/server-sent-events.html

Every quarter of a minute the reader's right to read is looked at again, however much
there is to send, so that signing out, or a lowered role, ends what is open. A quiet
stream sends a comment then, which keeps proxies from closing it and shows a dead
client. A stream ends at
once when the controller stops; the browser comes back with `Last-Event-ID`.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

import structlog
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from venvoy.domain.errors import VenvoyError

_log = structlog.get_logger(__name__)

BEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 2_000
_COMMENT = b": still here\n\n"


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes:
        data: its document, sent as one line of JSON.
        id: what `Last-Event-ID` will say; None leaves the browser's as it is.
        event: the kind that a browser listens for; None is the plain `message`.
    """

    data: BaseModel
    id: int | None = None
    event: str | None = None

    def encode(self) -> bytes:
        """Return the message as it goes over the wire; JSON holds no line break."""
        lines = [f"id: {self.id}"] if self.id is not None else []
        lines += [f"event: {self.event}"] if self.event else []
        lines.append(f"data: {self.data.model_dump_json()}")
        return ("\n".join(lines) + "\n\n").encode()


def stream(
    source: AsyncGenerator[Message, None],
    *,
    stopping: asyncio.Event,
    allowed: Callable[[], Awaitable[bool]],
    beat: float = BEAT_SECONDS,
) -> StreamingResponse:
    """Return the response that sends `source`.

    Args:
        source: closed when the reader goes.
        stopping: set when the controller stops.
        allowed: whether the reader may still read; asked at every heartbeat.
        beat: seconds between two heartbeats.
    """
    return StreamingResponse(
        _encoded(source, stopping, allowed, beat),
        media_type="text/event-stream",
        # nginx holds answers back unless it is told not to.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _encoded(
    source: AsyncGenerator[Message, None],
    stopping: asyncio.Event,
    allowed: Callable[[], Awaitable[bool]],
    beat: float,
) -> AsyncIterator[bytes]:
    yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
    queue: asyncio.Queue[Message | None] = asyncio.Queue(maxsize=1)
    pump = asyncio.create_task(_pump(source, queue))
    stop = asyncio.create_task(stopping.wait())
    coming = asyncio.create_task(queue.get())
    clock = asyncio.get_running_loop().time
    beats_at = clock() + beat
    try:
        while not stop.done():
            left = max(0.0, beats_at - clock())
            await asyncio.wait({coming, stop}, timeout=left, return_when="FIRST_COMPLETED")
            if clock() >= beats_at:
                if not await allowed():
                    return
                beats_at = clock() + beat
                if not coming.done():
                    yield _COMMENT
            if coming.done():
                message = coming.result()
                if message is None:
                    return
                coming = asyncio.create_task(queue.get())
                yield message.encode()
    finally:
        # Not waited for: whoever cancels this generator may cancel every wait in it.
        for task in (pump, stop, coming):
            task.cancel()


async def _pump(
    source: AsyncGenerator[Message, None], queue: asyncio.Queue[Message | None]
) -> None:
    """Own `source`: read it to its end and close it, also when cancelled."""
    async with aclosing(source):
        try:
            async for message in source:
                await queue.put(message)
        except VenvoyError as error:
            _log.warning("stream ended early", code=error.code)
        except Exception:  # noqa: BLE001 - the answer has begun; the log has the rest
            _log.exception("stream ended early")
    await queue.put(None)
