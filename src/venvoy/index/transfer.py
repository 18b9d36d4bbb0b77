"""One file's bytes from upstreams into the store.

A passing failure goes on by Range where it stopped, at the upstream whose turn it
is. If bytes of several answers do not add up to the hash, the file is fetched whole
from one upstream before that one is blamed. What is wrong is never stored.

Leaves to `download` who reads meanwhile, and to `part` what they may see.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from venvoy.domain.cause import Hop
from venvoy.domain.lock import LockedFile
from venvoy.index.answer import answered, request_headers
from venvoy.index.client import Client
from venvoy.index.failure import failed, from_disk
from venvoy.index.locator import Locator, Place
from venvoy.index.part import Part
from venvoy.index.problem import FetchFailed, ProblemKind
from venvoy.index.settings import Retention
from venvoy.index.store import FileStore
from venvoy.index.turns import Turns
from venvoy.index.upstream import Upstream
from venvoy.index.watch import Watches

_INLINE = 2**16
"""Bytes that are hashed in the event loop; a hop to a thread costs as much."""

Sources = tuple[Upstream | None, ...]
"""Whom to ask, in order; `(None,)` for a file that has an address of its own."""


@dataclass(frozen=True, slots=True)
class Means:
    """What every transfer works with.

    Attributes:
        client: sends requests.
        locator: finds addresses.
        store: takes the checked file.
        attempts: see `GatewaySettings`.
        watches: are told of bytes and problems.
    """

    client: Client
    locator: Locator
    store: FileStore
    attempts: int
    watches: Watches


class Transfer:
    """The attempts at one file.

    Args:
        file: which one, with what is known of it.
        sources: whom to ask.
        means: see `Means`.
        on_change: called after every chunk and every change of `part`.

    Attributes:
        part: the bytes so far; another object after a start from zero.
        replaced: parts that were given up, whose files are still open.
        size: of the file in bytes, once known.
    """

    def __init__(
        self, file: LockedFile, sources: Sources, means: Means, on_change: Callable[[], None]
    ) -> None:
        self.file = file
        self.size = file.size
        self.part: Part | None = None
        self.replaced: list[Part] = []
        self._sources = sources
        self._means = means
        self._on_change = on_change
        self._came_from: tuple[str, str | None] = ("", None)
        self._spliced = False
        self._whole_only = False

    @property
    def received(self) -> int:
        """Bytes that are here."""
        return self.part.received if self.part else 0

    async def run(self) -> None:
        """Bring the file into the store.

        Raises:
            FetchFailed: no upstream could deliver it; every failure was noted before.
        """
        turns = Turns(self._sources, self._means.attempts)
        worst: FetchFailed | None = None
        while turns:
            source, before = turns.now(), self.received
            try:
                await self._attempt(source)
                return
            except FetchFailed as error:
                noted = self._noted(error)
                worst = _graver(worst, noted)
            if noted.problem.hop is Hop.DISK:
                break
            gained = 0 if self._whole_only else self.received - before
            fruitless = turns.failed(transient=noted.problem.transient, gained=gained)
            if turns and fruitless:
                await self._means.client.pause(fruitless)
        raise worst or failed(ProblemKind.NOT_FOUND, self.file.name, detail="the route is empty")

    async def _attempt(self, source: Upstream | None) -> None:
        await self._receive(source)
        if not self._matches() and self._spliced:
            self._whole_only = True
            await self._receive(source)
        if self.part is not None and not self._matches():
            actual, url = self.part.digest(), self._came_from[0]
            self._start_over()
            expected = self.file.sha256
            raise failed(ProblemKind.HASH_MISMATCH, url, expected=expected, actual=actual)
        await self._commit()

    def _matches(self) -> bool:
        return self.part is not None and self.part.digest() == self.file.sha256

    async def _receive(self, source: Upstream | None) -> None:
        if self._whole_only and self.received:
            self._start_over()
        place = await self._means.locator.place(self.file, source)
        try:
            await self._stream(place, source)
        except FetchFailed as error:
            missing = error.problem.kind is ProblemKind.NOT_FOUND
            if not (missing and place.guessed and source is not None):
                raise
            listed = await self._means.locator.listed(self.file, source)
            if listed.url == place.url:
                raise
            await self._stream(listed, source)

    async def _stream(self, place: Place, source: Upstream | None) -> None:
        url, offset = place.url, self.received
        etag = self._came_from[1] if self._came_from[0] == url else None
        self.size = place.size if self.size is None else self.size
        headers = request_headers(offset, etag)
        async with self._means.client.get(url, source, headers, raw=True) as response:
            told = answered(url, response.status, response.headers, offset, self.size)
            self.size = told.size if self.size is None else self.size
            if told.start == 0 and offset:
                self._start_over()
            self._spliced = self._spliced or told.start > 0
            self._came_from = (url, response.headers.get("ETag"))
            if self.part is None:
                self.part = self._new_part()
            while data := await response.content.readany():
                await self._take(self.part, data, url)
        if self.size is not None and self.received < self.size:
            detail = f"ended after {self.received} of {self.size} bytes"
            raise failed(ProblemKind.TRUNCATED, url, detail=detail)

    async def _take(self, part: Part, data: bytes, url: str) -> None:
        if self.size is not None and part.received + len(data) > self.size:
            self._start_over()
            raise failed(ProblemKind.SIZE_MISMATCH, url, expected=self.size, actual="more")
        try:
            if len(data) <= _INLINE:
                part.take(data)
            else:
                await asyncio.to_thread(part.take, data)
        except OSError as error:
            raise from_disk(error, self.file.name) from error
        self._means.watches.count(self.file.sha256, self.size, part.received)
        self._on_change()

    def _new_part(self) -> Part:
        try:
            return Part(self._means.store.new_part())
        except OSError as error:
            raise from_disk(error, self.file.name) from error

    def _start_over(self) -> None:
        if self.part is not None:
            self.replaced.append(self.part)
        self.part, self._spliced, self._came_from = None, False, ("", None)
        self._on_change()

    async def _commit(self) -> None:
        part, store = self.part, self._means.store
        if part is None:
            raise RuntimeError("nothing was received")
        part.seal()
        try:
            if store.retention is Retention.KEEP:
                final = await asyncio.to_thread(store.commit, part.path, self.file.sha256)
            else:
                final = store.commit(part.path, self.file.sha256)
            part.reopen(final)
        except OSError as error:
            raise from_disk(error, self.file.name) from error
        self._means.watches.count(self.file.sha256, part.received, part.received, done=True)

    def _noted(self, error: FetchFailed) -> FetchFailed:
        problem = replace(error.problem, name=self.file.name, sha256=self.file.sha256)
        self._means.watches.note(problem)
        return FetchFailed(problem)


def _graver(one: FetchFailed | None, other: FetchFailed) -> FetchFailed:
    """Wrong bytes say more than whatever else went wrong, then the first failure does."""
    wrong = {ProblemKind.HASH_MISMATCH, ProblemKind.SIZE_MISMATCH, ProblemKind.DISK_FULL}
    return other if one is None or other.problem.kind in wrong else one
