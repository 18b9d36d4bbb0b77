"""The stream of events: what changed, so that nobody has to ask again and again."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from venvoy.api import sse
from venvoy.api.auth import Viewer, still
from venvoy.api.parts import Has
from venvoy.domain.role import Role
from venvoy.wire.schemas import Event

router = APIRouter(prefix="/events", tags=["events"])

LARGEST_ID = 2**63 - 1
"""What both databases keep as an integer."""

LastEventId = Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=LARGEST_ID)]
After = Annotated[int | None, Query(ge=0, le=LARGEST_ID, description="the last id that was seen")]

STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "server-sent events", "content": {"text/event-stream": {}}}
}


@router.get("", operation_id="follow_events", response_class=StreamingResponse, responses=STREAM)
async def follow_events(
    request: Request,
    parts: Has,
    _: Viewer,
    last_event_id: LastEventId = None,
    after: After = None,
) -> StreamingResponse:
    """Send each event as it happens, from the last one that was seen on.

    The header counts more than the parameter: a browser sends it when it comes back.

    `params` name what an event is about, so that just that can be read anew:

    - `environment-created`, `-edited`, `-upgraded`, `-revised`, `-reverted`,
      `-abandoned`, `-deleted`: `environment`, `environment_id`
    - `operation-queued`, `-running`, `-succeeded`, `-failed`, `-cancelled`:
      `operation`, `kind`, `environment`, `node` (null for a resolution)
    - `replica-changed`, `replica-progress`: `environment`, `environment_id`, `node`,
      `operation`; `replica-removed`: the same without `operation`
    - `drift-seen`, `drift-gone`: `environment`, `environment_id`, `node`, `count`,
      `packages`; `heal-postponed`: the same with `until` for `packages`
    - `environment-heal-asked`, `-verify-asked`: `environment`, `environment_id`, `nodes`
    - `node-online`, `node-offline`: `node`
    - `user-created`, `-edited`, `-deleted`: `username`
    - `database-restored`, `events-missed`: everything may have changed
    """
    seen = after if last_event_id is None else last_event_id
    return sse.stream(
        _messages(parts.controller.events.follow(seen)),
        stopping=parts.stopping,
        allowed=partial(still, request, Role.VIEWER),
    )


async def _messages(events: AsyncGenerator[Event, None]) -> AsyncGenerator[sse.Message, None]:
    async with aclosing(events):
        async for event in events:
            yield sse.Message(event, id=event.id)
