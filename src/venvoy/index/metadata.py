"""Metadata of wheels (PEP 658), so that resolving reads no wheels.

Where an upstream has it, its own is passed on, checked where the page gives a hash.
Where it has none, it is read out of the remote wheel by ranges, and where there are
no ranges, out of the whole file. Bytes of a range cannot be checked against the
wheel's hash; what is installed later is. Kept by the wheel's sha256, for good: a few
KiB each.
"""

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

from venvoy.domain.lock import LockedFile
from venvoy.index.address import project_of
from venvoy.index.answer import content_range
from venvoy.index.client import Client
from venvoy.index.failure import failed
from venvoy.index.files import Files
from venvoy.index.locator import Locator
from venvoy.index.pages import Location
from venvoy.index.problem import FetchFailed, ProblemKind
from venvoy.index.sparse import (
    METADATA_LIMIT,
    MetadataUnreadable,
    Missing,
    SparseFile,
    read_metadata,
)
from venvoy.index.upstream import Route, Upstream
from venvoy.index.watch import Watches

_TAIL = 2**16
"""Bytes read at first; the directory and the metadata of most wheels fit."""

_ROUNDS = 8
"""Ranges after which a wheel is called unreadable; four are enough for any real one."""


class _NoRanges(Exception):
    """The upstream cannot send part of the file, or does not know its size."""


class Metadata:
    """What `….metadata` serves.

    Args:
        folder: where it is kept.
        client: for requests.
        locator: finds wheels.
        files: for wheels that are here, or have to be.
        route: whom to ask.
        watches: are told of problems and signs of life.
    """

    def __init__(
        self,
        folder: Path,
        client: Client,
        locator: Locator,
        files: Files,
        route: Route,
        watches: Watches,
    ) -> None:
        self._folder = folder
        self._client = client
        self._locator = locator
        self._files = files
        self._route = route
        self._watches = watches
        self._tasks: dict[str, asyncio.Task[bytes]] = {}

    async def get(self, sha256: str, name: str) -> bytes:
        """Return a file's metadata, one fetch however many ask.

        Args:
            sha256: of the wheel (or of a source distribution, if upstream has its own).
            name: of that file.

        Raises:
            FetchFailed: it could not be had, or the wheel has none.
        """
        kept = self.kept(sha256)
        if kept is not None:
            return kept
        task = self._tasks.get(sha256)
        if task is None:
            task = asyncio.create_task(self._make(self._files.known(sha256, name)))
            self._tasks[sha256] = task
            task.add_done_callback(lambda done: self._made(sha256, done))
        return await asyncio.shield(task)

    def kept(self, sha256: str) -> bytes | None:
        """Return a file's metadata where it is here already."""
        with suppress(OSError):
            return self._path(sha256).read_bytes()
        return None

    async def close(self) -> None:
        """End what is under way."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _made(self, sha256: str, task: asyncio.Task[bytes]) -> None:
        self._tasks.pop(sha256, None)
        if not task.cancelled():
            task.exception()  # taken by those who wait, if any still do

    async def _make(self, file: LockedFile) -> bytes:
        try:
            data = await self._obtain(file)
        except FetchFailed as error:
            problem = replace(error.problem, name=file.name, sha256=file.sha256)
            self._watches.note(problem)
            raise FetchFailed(problem) from error
        await asyncio.to_thread(self._keep, file.sha256, data)
        self._watches.touch()
        return data

    async def _obtain(self, file: LockedFile) -> bytes:
        if self._files.stored(file.sha256) or file.url:
            return await self._from_whole(file)
        first: FetchFailed | None = None
        for upstream in self._route.upstreams():
            try:
                return await self._from_upstream(file, upstream)
            except _NoRanges:
                return await self._from_whole(file)
            except FetchFailed as error:
                first = first or error
        raise first or failed(ProblemKind.NOT_FOUND, file.name, detail="the route is empty")

    async def _from_upstream(self, file: LockedFile, upstream: Upstream) -> bytes:
        location = await self._locator.location(file, upstream)
        if location.metadata is not None:
            with suppress(FetchFailed):
                return await self._client.retried(lambda: self._announced(location, upstream))
        if not file.name.endswith(".whl"):
            raise failed(ProblemKind.NOT_FOUND, f"{location.url}.metadata", status=404)
        return await self._from_ranges(location, upstream)

    async def _announced(self, location: Location, upstream: Upstream) -> bytes:
        url = f"{location.url}.metadata"
        async with self._client.get(url, upstream, {}) as response:
            data = await response.content.read(METADATA_LIMIT)
        if location.metadata and hashlib.sha256(data).hexdigest() != location.metadata:
            raise failed(ProblemKind.HASH_MISMATCH, url, expected=location.metadata)
        return data

    async def _from_ranges(self, location: Location, upstream: Upstream) -> bytes:
        if location.size is None:
            start, data, size = await self._range(location.url, upstream, f"-{_TAIL}", None)
        else:
            size = location.size
            start = max(0, size - _TAIL)
            _, data, _ = await self._range(location.url, upstream, f"{start}-", start)
        wheel, project = SparseFile(size), project_of(location.name)
        wheel.fill(start, data)
        for _ in range(_ROUNDS):
            try:
                return await asyncio.to_thread(read_metadata, wheel, project)
            except Missing as lacking:
                stop = min(size, max(lacking.stop, lacking.start + _TAIL // 4))
                wanted = f"{lacking.start}-{stop - 1}"
                _, data, _ = await self._range(location.url, upstream, wanted, lacking.start)
                wheel.fill(lacking.start, data)
            except MetadataUnreadable as error:
                raise failed(ProblemKind.UNREADABLE, location.url, detail=str(error)) from error
        raise failed(ProblemKind.UNREADABLE, location.url, detail="the archive is scattered")

    async def _range(
        self, url: str, upstream: Upstream, wanted: str, start: int | None
    ) -> tuple[int, bytes, int]:
        return await self._client.retried(lambda: self._range_once(url, upstream, wanted, start))

    async def _range_once(
        self, url: str, upstream: Upstream, wanted: str, start: int | None
    ) -> tuple[int, bytes, int]:
        headers = {"Range": f"bytes={wanted}", "Accept-Encoding": "identity"}
        async with self._client.get(url, upstream, headers, raw=True) as response:
            told = content_range(response.headers)
            if response.status != HTTPStatus.PARTIAL_CONTENT or told is None or told[1] is None:
                response.close()
                raise _NoRanges
            if start is not None and told[0] != start:
                raise _NoRanges
            return told[0], await response.read(), told[1]

    async def _from_whole(self, file: LockedFile) -> bytes:
        async with self._files.held(file.sha256, file.name) as path:
            try:
                return await asyncio.to_thread(_from_file, path, project_of(file.name))
            except MetadataUnreadable as error:
                raise failed(ProblemKind.UNREADABLE, file.name, detail=str(error)) from error

    def _keep(self, sha256: str, data: bytes) -> None:
        path = self._path(sha256)
        new = path.with_name(f".{uuid4().hex}")
        with suppress(OSError):  # a full disk costs the next one a request, no more
            path.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(data)
            new.replace(path)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def _from_file(path: Path, project: str) -> bytes:
    with path.open("rb") as wheel:
        return read_metadata(wheel, project)
