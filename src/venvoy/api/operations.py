"""Work that takes long: followed, read, cancelled and tried again by its id."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from venvoy.api import sse
from venvoy.api.asking import Paged, claim_of
from venvoy.api.auth import Operator, Viewer, still
from venvoy.api.events import STREAM, LastEventId
from venvoy.api.language import language_of
from venvoy.api.parts import Has, Parts
from venvoy.controller import operations, queries
from venvoy.domain.role import Role
from venvoy.domain.state import OperationKind, OperationState
from venvoy.wire.schemas import LogPage, Operation, Output, Page

router = APIRouter(prefix="/operations", tags=["operations"])

_LOOK_SECONDS = 10.0
_LATE_LINES = timedelta(minutes=1)
_LONGEST_WAIT = 60.0

After = Annotated[int, Query(ge=0, description="sequence of the first line wanted")]
Limit = Annotated[int, Query(ge=1, le=1_000)]
Wait = Annotated[float, Query(ge=0, le=_LONGEST_WAIT, description="seconds to wait for a line")]


class LogEnd(Output):
    """The last message of a log's stream."""

    state: OperationState


@router.get("", operation_id="list_operations")
async def list_operations(
    request: Request,
    parts: Has,
    _: Viewer,
    wish: Paged,
    environment: str | None = None,
    node: str | None = None,
    state: OperationState | None = None,
    kind: OperationKind | None = None,
) -> Page[Operation]:
    """List operations, newest first."""
    return await queries.list_operations(
        parts.ctx,
        wish,
        environment=environment,
        node=node,
        state=state,
        kind=kind,
        language=language_of(request.headers),
    )


@router.get("/{operation}", operation_id="show_operation")
async def show_operation(operation: str, request: Request, parts: Has, _: Viewer) -> Operation:
    """Show one operation."""
    return await _shown(request, parts, operation)


@router.post("/{operation}/cancel", operation_id="cancel_operation")
async def cancel_operation(
    operation: str, request: Request, parts: Has, who: Operator
) -> Operation:
    """Stop work that has not ended; what is live on the node stays."""
    followed = await operations.cancel(parts.ctx, who.actor, operation)
    return await _shown(request, parts, followed)


@router.post("/{operation}/retry", operation_id="retry_operation")
async def retry_operation(operation: str, request: Request, parts: Has, who: Operator) -> Operation:
    """Do failed or cancelled work again, as a new operation."""
    claim = await claim_of(request, who)
    followed = await operations.retry(parts.ctx, who.actor, operation, claim)
    return await _shown(request, parts, followed)


@router.get("/{operation}/log", operation_id="read_log")
async def read_log(
    operation: str,
    request: Request,
    parts: Has,
    _: Viewer,
    after: After = 0,
    limit: Limit = 1_000,
    wait: Wait = 0,
) -> LogPage:
    """Return lines of the log from a sequence on, waiting for the first one if asked to."""
    shown = await _shown(request, parts, operation)
    page = await parts.controller.logs.page(operation, since=after, limit=limit)
    if page.lines or page.ended:
        return page
    if _silent_for_good(parts, shown):
        return page.model_copy(update={"ended": True})
    return await _next_page(parts, operation, after, wait) or page


@router.get(
    "/{operation}/log/stream",
    operation_id="follow_log",
    response_class=StreamingResponse,
    responses=STREAM,
)
async def follow_log(
    operation: str,
    request: Request,
    parts: Has,
    _: Viewer,
    last_event_id: LastEventId = None,
    after: After = 0,
) -> StreamingResponse:
    """Send each line as it comes; the last message is of the kind `end`."""
    await _shown(request, parts, operation)
    since = after if last_event_id is None else last_event_id + 1
    return sse.stream(
        _lines(request, parts, operation, since),
        stopping=parts.stopping,
        allowed=partial(still, request, Role.VIEWER),
    )


async def _lines(
    request: Request, parts: Parts, operation: str, since: int
) -> AsyncGenerator[sse.Message, None]:
    while True:
        page = await _next_page(parts, operation, since, _LOOK_SECONDS)
        for line in page.lines if page else ():
            yield sse.Message(line, id=line.sequence)
        since = page.next if page else since
        if page is not None and not page.ended:
            continue
        shown = await _shown(request, parts, operation)
        if page is not None or _silent_for_good(parts, shown):
            yield sse.Message(LogEnd(state=shown.state), event="end")
            return


async def _next_page(parts: Parts, operation: str, since: int, wait: float) -> LogPage | None:
    """Return the next lines, or None when there are none within `wait` seconds."""
    pages = parts.controller.logs.follow(operation, since=since)
    async with aclosing(pages):
        try:
            async with asyncio.timeout(wait):
                return await anext(pages, None)
        except TimeoutError:
            return None


def _silent_for_good(parts: Parts, operation: Operation) -> bool:
    """Whether nothing more is to be expected of a log that never said that it ended.

    Lines come after the end of the work they tell of, but not long after; logs of
    long ago are not kept at all.
    """
    ended_at = operation.ended_at
    return ended_at is not None and parts.ctx.clock() - ended_at > _LATE_LINES


async def _shown(request: Request, parts: Parts, operation: str) -> Operation:
    language = language_of(request.headers)
    return await queries.show_operation(parts.ctx, operation, language=language)
