"""Work that takes long: followed, read, cancelled and tried again by its id."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from venvoy.api import sse
from venvoy.api.asking import Call, Called, Paged
from venvoy.api.auth import Operator, Viewer, still
from venvoy.api.events import LARGEST_ID, STREAM, LastEventId
from venvoy.controller import operations, queries
from venvoy.domain.role import Role
from venvoy.domain.state import OperationKind, OperationState
from venvoy.wire.operations import LogPage, Operation
from venvoy.wire.schemas import Output, Page

router = APIRouter(prefix="/operations", tags=["operations"])

_LOOK_SECONDS = 10.0
_LATE_LINES = timedelta(minutes=1)
_LONGEST_WAIT = 60.0

After = Annotated[int, Query(ge=0, le=LARGEST_ID, description="sequence of the first line wanted")]
Limit = Annotated[int, Query(ge=1, le=5_000)]
Wait = Annotated[float, Query(ge=0, le=_LONGEST_WAIT, description="seconds to wait for a line")]


class LogEnd(Output):
    """The last message of a log's stream."""

    state: OperationState


@router.get("", operation_id="list_operations")
async def list_operations(
    call: Called,
    _: Viewer,
    wish: Paged,
    environment: str | None = None,
    node: str | None = None,
    state: Annotated[tuple[OperationState, ...], Query()] = (),
    kind: Annotated[tuple[OperationKind, ...], Query()] = (),
) -> Page[Operation]:
    """List operations, newest first."""
    return await queries.list_operations(
        call.ctx,
        wish,
        environment=environment,
        node=node,
        states=state,
        kinds=kind,
        language=call.language,
    )


@router.get("/{operation}", operation_id="show_operation")
async def show_operation(operation: str, call: Called, _: Viewer) -> Operation:
    """Show one operation."""
    return await _shown(call, operation)


@router.post("/{operation}/cancel", operation_id="cancel_operation")
async def cancel_operation(operation: str, call: Called, who: Operator) -> Operation:
    """Stop work that has not ended; what is live on the node stays."""
    await operations.cancel(call.ctx, who.actor, operation)
    return await _shown(call, operation)


@router.post("/{operation}/retry", operation_id="retry_operation")
async def retry_operation(operation: str, call: Called, who: Operator) -> Operation:
    """Do failed or cancelled work again, as a new operation."""
    return await _shown(call, await operations.retry(call.ctx, who.actor, operation))


@router.get("/{operation}/log", operation_id="read_log")
async def read_log(
    operation: str,
    call: Called,
    _: Viewer,
    after: After = 0,
    limit: Limit = 1_000,
    wait: Wait = 0,
) -> LogPage:
    """Return lines of the log from a sequence on, waiting for the first one if asked to."""
    shown = await _shown(call, operation)
    page = await call.parts.controller.logs.page(operation, since=after, limit=limit)
    if page.lines or page.ended:
        return page
    if _silent_for_good(call, shown):
        return page.model_copy(update={"ended": True})
    return await _next_page(call, operation, after, wait) or page


@router.get(
    "/{operation}/log/stream",
    operation_id="follow_log",
    response_class=StreamingResponse,
    responses=STREAM,
)
async def follow_log(
    operation: str,
    call: Called,
    _: Viewer,
    last_event_id: LastEventId = None,
    after: After = 0,
) -> StreamingResponse:
    """Send each line as it comes; the last message is of the kind `end`."""
    await _shown(call, operation)
    since = after if last_event_id is None else last_event_id + 1
    return sse.stream(
        _lines(call, operation, since),
        stopping=call.parts.stopping,
        allowed=partial(still, call.request, Role.VIEWER),
    )


async def _lines(call: Call, operation: str, since: int) -> AsyncGenerator[sse.Message, None]:
    while True:
        page = await _next_page(call, operation, since, _LOOK_SECONDS)
        for line in page.lines if page else ():
            yield sse.Message(line, id=line.sequence)
        since = page.next if page else since
        if page is not None and not page.ended:
            continue
        shown = await _shown(call, operation)
        if page is not None or _silent_for_good(call, shown):
            yield sse.Message(LogEnd(state=shown.state), event="end")
            return


async def _next_page(call: Call, operation: str, since: int, wait: float) -> LogPage | None:
    """Return the next lines, or None when there are none within `wait` seconds."""
    pages = call.parts.controller.logs.follow(operation, since=since)
    async with aclosing(pages):
        try:
            async with asyncio.timeout(wait):
                return await anext(pages, None)
        except TimeoutError:
            return None


def _silent_for_good(call: Call, operation: Operation) -> bool:
    """Whether nothing more is to be expected of a log that never said that it ended.

    Lines come after the end of the work they tell of, but not long after; logs of
    long ago are not kept at all.
    """
    ended_at = operation.ended_at
    return ended_at is not None and call.ctx.clock() - ended_at > _LATE_LINES


async def _shown(call: Call, operation: str) -> Operation:
    return await queries.show_operation(call.ctx, operation, language=call.language)
