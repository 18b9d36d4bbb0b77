"""The stream of events inside one process, fed from the database.

One reader follows the table for everybody; the newest events are kept in memory, so
that a hundred browsers cost one query per change. Who comes back with an older id is
served from the table; who was away longer than events are kept is told so by one
`events-missed`, and then must read everything anew. Events of other controllers
arrive the same way, at most a look later.
"""

import bisect
from collections import deque
from collections.abc import AsyncGenerator, Callable
from datetime import datetime

from venvoy.controller.supervisor import rounds
from venvoy.controller.wakes import Wake
from venvoy.store import events
from venvoy.store.events import EventRow
from venvoy.store.session import Database
from venvoy.wire.schemas import Event

MISSED = "events-missed"
_KEPT = 2_000
_LOOK_S = 2.0
_BATCH = 500


class EventHub:
    """Events for any number of followers.

    Args:
        db: where events are.
        clock: aware, UTC.
        changed: rung by whoever commits an event in this process.
        kept: how many of the newest stay in memory.
    """

    def __init__(
        self, db: Database, clock: Callable[[], datetime], changed: Wake, kept: int = _KEPT
    ) -> None:
        self._db = db
        self._clock = clock
        self._changed = changed
        self._news = Wake()
        self._kept = kept
        self._recent: deque[Event] = deque()
        # Everything after `_floor` up to `_last` is in `_recent`.
        self._floor = 0
        self._last = 0

    async def begin(self) -> None:
        """Begin at the table's end.

        Raises:
            Unavailable: the database failed.
        """
        async with self._db.read() as tx:
            self._floor = self._last = await events.last_id(tx)

    async def run(self, done: Callable[[], None]) -> None:
        """Read what is new, until cancelled."""
        await rounds(self.look, wake=self._changed, seconds=_LOOK_S, done=done)

    async def look(self) -> None:
        """Read all that is new, once.

        Raises:
            Unavailable: the database failed.
        """
        while True:
            found = await self._load(self._last)
            if not found:
                return
            self._recent.extend(found)
            self._last = found[-1].id
            while len(self._recent) > self._kept:
                self._floor = self._recent.popleft().id
            self._news.ring()

    async def follow(self, after: int | None = None) -> AsyncGenerator[Event, None]:
        """Yield events in the order of their ids, for ever.

        Args:
            after: the last id that was seen (`Last-Event-ID`); None begins now.

        Raises:
            Unavailable: the database failed.
        """
        cursor = self._last if after is None else after
        missed = await self._missed(cursor)
        if missed is not None:
            cursor = missed.id
            yield missed
        while True:
            seen = self._news.count
            batch = self._since(cursor) if cursor >= self._floor else await self._load(cursor)
            for event in batch:
                cursor = event.id
                yield event
            if not batch:
                await self._news.wait(seen, _LOOK_S)

    def _since(self, cursor: int) -> list[Event]:
        recent = list(self._recent)
        return recent[bisect.bisect_right([event.id for event in recent], cursor) :]

    async def _load(self, cursor: int) -> list[Event]:
        async with self._db.read() as tx:
            return [_event(row) for row in await events.after(tx, cursor, _BATCH)]

    async def _missed(self, cursor: int) -> Event | None:
        """Return the word for events that are gone, or that a restored database never had."""
        if self._floor <= cursor <= self._last:
            return None
        async with self._db.read() as tx:
            first, last = await events.first_id(tx), await events.last_id(tx)
        if first - 1 <= cursor <= last:
            return None
        return Event(id=last, at=self._clock(), code=MISSED, params={})


def _event(row: EventRow) -> Event:
    return Event(id=row.id, at=row.at, code=row.code, params=row.params)
