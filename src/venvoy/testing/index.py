"""A package index on a loopback port whose every fault can be ordered.

Serves PEP 691 and PEP 503 pages, files with ranges and PEP 658 metadata, in the
layout of the official index (`packages/aa/bb/…/name`). A test orders `Fault`s for
paths and reads `requests` afterwards; nothing waits or fails unless ordered.
"""

import asyncio
import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.testing.wheels import MadeFile

_JSON = "application/vnd.pypi.simple.v1+json"
_PATIENCE_S = 10.0
_PAUSE_S = 0.02


@dataclass(slots=True)
class Fault:
    """What goes wrong for the requests that match.

    Attributes:
        match: a pattern for the path, such as `/simple/*` or `*.whl`.
        times: how many requests it still concerns; -1 for all.
        status: answer with this and nothing else.
        after: of the body, send so many bytes first, then stall or cut.
        stall: send no more, keep the connection until the fault is withdrawn.
        cut: close the connection.
        wrong: send bytes of the right length that are not the file's.
        longer: send so many bytes more than the file has.
        delay: seconds before the answer.
        pace: bytes a second for the body; 0 means no limit.
    """

    match: str
    times: int = -1
    status: int | None = None
    after: int = 0
    stall: bool = False
    cut: bool = False
    wrong: bool = False
    longer: int = 0
    delay: float = 0.0
    pace: int = 0


_FAULT = web.RequestKey("fault", Fault)


@dataclass(slots=True)
class Behaviour:
    """What this index can do at all.

    Attributes:
        ranges: whether files answer to Range.
        metadata: whether PEP 658 is announced and served.
        etags: whether pages have ETags.
        html_only: whether pages come as PEP 503 only.
        sizes: whether pages say sizes.
        relative: whether addresses on pages are relative.
        layout: whether files stand under `packages/aa/bb/…`; flat when not.
        uploaded: when pages say that files came; empty for nothing.
        user: when given, everything needs this `user:password`.
    """

    ranges: bool = True
    metadata: bool = False
    etags: bool = False
    html_only: bool = False
    sizes: bool = True
    relative: bool = False
    layout: bool = True
    uploaded: str = "2024-01-01T00:00:00.000000Z"
    user: str | None = None


@dataclass(slots=True)
class LocalIndex:
    """The index; an asynchronous context manager that serves while it is open.

    Attributes:
        behaviour: may be changed at any time.
        faults: the first that matches and is not used up is applied.
        requests: how often each path was asked for, as `GET /path`.
        ranges: the Range headers that came, in order, with their paths.
        bytes_sent: of file bodies.
        host: the address that it listens on.
    """

    behaviour: Behaviour = field(default_factory=Behaviour)
    faults: list[Fault] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    ranges: list[tuple[str, str]] = field(default_factory=list)
    bytes_sent: int = 0
    files: dict[str, MadeFile] = field(default_factory=dict)
    port: int = 0
    host: str = "127.0.0.1"
    _runner: web.AppRunner | None = None
    _loop: asyncio.AbstractEventLoop | None = None

    def add(self, *files: MadeFile) -> None:
        """Offer files."""
        for file in files:
            self.files[file.name] = file

    @property
    def root(self) -> str:
        """Where everything is, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    @property
    def simple(self) -> str:
        """The address of the project list."""
        return f"{self.root}/simple/"

    def path(self, file: MadeFile) -> str:
        """Return the path of a file, without a leading slash."""
        if not self.behaviour.layout:
            return f"files/{file.name}"
        digest = hashlib.blake2b(file.data, digest_size=32).hexdigest()
        return f"packages/{digest[:2]}/{digest[2:4]}/{digest[4:]}/{file.name}"

    def lock(self, *files: MadeFile) -> Lock:
        """Return a lock of these files, as the resolver would make it."""
        locked = (
            LockedFile(file.name, file.sha256, len(file.data), self._neutral(file))
            for file in files
        )
        packages = (
            LockedPackage(file.project, file.name.split("-")[1], None, (entry,))
            for file, entry in zip(files, locked, strict=True)
        )
        return Lock(">=3.11", tuple(sorted(packages, key=lambda package: package.name)))

    def _neutral(self, file: MadeFile) -> str | None:
        return self.path(file) if self.behaviour.layout else None

    def asked(self, pattern: str) -> int:
        """Return how many requests match a pattern such as `GET /simple/*`."""
        return sum(n for path, n in self.requests.items() if fnmatchcase(path, pattern))

    @contextmanager
    def away(self) -> Iterator[None]:
        """Refuse connections meanwhile; for threads other than the one that serves."""
        loop = self._loop
        assert loop is not None, "it is not served"
        asyncio.run_coroutine_threadsafe(self.stop(), loop).result(_PATIENCE_S)
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(self.__aenter__(), loop).result(_PATIENCE_S)

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        app = web.Application(middlewares=[self._counted])
        app.router.add_get("/simple/{project}/", self._page)
        app.router.add_get("/{path:(packages|files)/.*}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Stop to serve; the port stays chosen, `__aenter__` serves again on it."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @web.middleware
    async def _counted(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests[f"{request.method} {request.path}"] += 1
        if "Range" in request.headers:
            self.ranges.append((request.path, request.headers["Range"]))
        user = self.behaviour.user
        if user is not None and request.headers.get("Authorization") != _basic(user):
            raise web.HTTPUnauthorized
        fault = self._fault(request.path)
        if fault is not None and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault is not None and fault.status is not None:
            return web.Response(status=fault.status)
        request[_FAULT] = fault or Fault("*")
        response: web.StreamResponse = await handler(request)
        return response

    def _fault(self, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.times != 0 and fnmatchcase(path, fault.match):
                fault.times -= 1 if fault.times > 0 else 0
                return fault
        return None

    async def _page(self, request: web.Request) -> web.StreamResponse:
        project = request.match_info["project"]
        files = [file for file in self.files.values() if file.project == project]
        if not files:
            raise web.HTTPNotFound
        if self.behaviour.html_only:
            body, kind = self._html(files), "text/html"
        else:
            body, kind = self._json(project, files), _JSON
        headers = {"Content-Type": kind}
        if self.behaviour.etags:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if request.headers.get("If-None-Match") == headers["ETag"]:
                return web.Response(status=304, headers=headers)
        return await self._send(request, body, headers)

    def _url(self, file: MadeFile) -> str:
        return (
            f"../../{self.path(file)}"
            if self.behaviour.relative
            else f"{self.root}/{self.path(file)}"
        )

    def _json(self, project: str, files: list[MadeFile]) -> bytes:
        return json.dumps(
            {
                "meta": {"api-version": "1.1"},
                "name": project,
                "versions": sorted({file.name.split("-")[1] for file in files}),
                "files": [self._entry(file) for file in files],
            }
        ).encode()

    def _entry(self, file: MadeFile) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "filename": file.name,
            "url": self._url(file),
            "hashes": {"sha256": file.sha256},
            "requires-python": file.requires_python,
            "yanked": False,
        }
        if self.behaviour.uploaded:
            entry["upload-time"] = self.behaviour.uploaded
        if self.behaviour.sizes:
            entry["size"] = len(file.data)
        if self.behaviour.metadata and file.metadata is not None:
            entry["core-metadata"] = {"sha256": hashlib.sha256(file.metadata).hexdigest()}
        return entry

    def _html(self, files: list[MadeFile]) -> bytes:
        anchors = (
            f'<a href="{self._url(file)}#sha256={file.sha256}">{file.name}</a>' for file in files
        )
        return f"<!DOCTYPE html><html><body>{'<br>'.join(anchors)}</body></html>".encode()

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.path.rpartition("/")[2]
        of_metadata = name.endswith(".metadata")
        file = self.files.get(name.removesuffix(".metadata"))
        if file is None or f"/{self.path(file)}" != request.path.removesuffix(".metadata"):
            raise web.HTTPNotFound
        if of_metadata:
            if not self.behaviour.metadata or file.metadata is None:
                raise web.HTTPNotFound
            return await self._send(request, file.metadata, {})
        data, headers, status = file.data, {"ETag": f'"{file.sha256[:16]}"'}, 200
        if self.behaviour.ranges and request.http_range.start is not None:
            part = request.http_range
            start, stop, _ = part.indices(len(data))
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(data)}"
            data, status = data[start:stop], 206
        return await self._send(request, data, headers, status)

    async def _send(
        self, request: web.Request, body: bytes, headers: dict[str, str], status: int = 200
    ) -> web.StreamResponse:
        fault = request[_FAULT]
        if fault.wrong:
            body = bytes(byte ^ 0xFF for byte in body[:64]) + body[64:]
        body += b"\0" * fault.longer
        response = web.StreamResponse(status=status, headers=headers)
        response.content_length = len(body)
        await response.prepare(request)
        if not (fault.stall or fault.cut):
            await self._paced(response, body, fault.pace)
            return response
        await self._paced(response, body[: fault.after], fault.pace)
        # A test withdraws a fault by taking it from the list, in a thread of its own.
        while fault.stall and any(each is fault for each in self.faults):  # noqa: ASYNC110
            await asyncio.sleep(_PAUSE_S)
        if request.transport is not None:
            request.transport.close()
        return response

    async def _paced(self, response: web.StreamResponse, body: bytes, pace: int) -> None:
        step = max(1, pace // 50) if pace else len(body) or 1
        for start in range(0, len(body), step):
            chunk = body[start : start + step]
            await response.write(chunk)
            self.bytes_sent += len(chunk)
            if pace:
                await asyncio.sleep(len(chunk) / pace)


def _basic(user: str) -> str:
    return "Basic " + base64.b64encode(user.encode()).decode()
