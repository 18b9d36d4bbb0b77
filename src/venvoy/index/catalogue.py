"""What packages say of themselves: releases of a project, requirements of a wheel.

For people's questions before anything is installed. Read from the gateway's pages and
metadata and kept parsed: metadata by the wheel's hash for good, pages by their ETag, so
that the second question of the same kind costs no parsing. What cannot be had is None:
an answer without it is better than none.
"""

import asyncio
import json
from collections import OrderedDict
from contextlib import nullcontext
from email.parser import BytesHeaderParser
from typing import Any, Generic, TypeVar

from venvoy.domain.lock import Lock, LockedPackage
from venvoy.domain.offer import OfferedFile, Offers, offers
from venvoy.index.gateway import Gateway
from venvoy.index.problem import FetchFailed

_WHEELS = 8_192
_PROJECTS = 2_048
_AT_ONCE = 16
"""Requests to upstreams at the same time; more would only wait for each other."""

Key = TypeVar("Key")
Value = TypeVar("Value")


class Catalogue:
    """Questions to a gateway about packages.

    Args:
        gateway: started.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._requires: _Newest[str, tuple[str, ...]] = _Newest(_WHEELS)
        self._offers: _Newest[str, tuple[str, Offers]] = _Newest(_PROJECTS)
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def requires(self, package: LockedPackage) -> tuple[str, ...] | None:
        """Return the `Requires-Dist` lines of a locked package, None where unknown.

        All wheels of one version are taken to ask for the same, as resolvers do; one
        whose metadata is here already is preferred.
        """
        wheels = [file for file in package.files if file.name.endswith(".whl")]
        for file in wheels:
            known = self._requires.get(file.sha256)
            if known is not None:
                return known
        for file in wheels:
            kept = self._gateway.metadata.kept(file.sha256)
            if kept is not None:
                return self._read(file.sha256, kept)
        return await self._fetched(package, wheels[0].sha256, wheels[0].name) if wheels else None

    async def offers(self, project: str) -> Offers | None:
        """Return the releases of a project, the newest first, None where unknown.

        Args:
            project: normalised name.
        """
        try:
            async with self._turns:
                page = await self._gateway.page(project)
        except FetchFailed:
            return None
        known = self._offers.get(project)
        if known is None or known[0] != page.head.etag:
            read = await asyncio.to_thread(_read_page, page.body)
            known = self._offers.put(project, (page.head.etag, read))
        return known[1]

    async def _fetched(
        self, package: LockedPackage, sha256: str, name: str
    ) -> tuple[str, ...] | None:
        # A file with an address of its own is found only by a watch that knows it.
        own = any(file.url for file in package.files)
        with self._gateway.watch(Lock("", (package,))) if own else nullcontext():
            try:
                async with self._turns:
                    data = await self._gateway.metadata.get(sha256, name)
            except FetchFailed:
                return None
        return self._read(sha256, data)

    def _read(self, sha256: str, metadata: bytes) -> tuple[str, ...]:
        return self._requires.put(sha256, requires_dist(metadata))


def requires_dist(metadata: bytes) -> tuple[str, ...]:
    """Return the `Requires-Dist` fields of a METADATA file, one line each."""
    head = metadata.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    fields = BytesHeaderParser().parsebytes(head).get_all("Requires-Dist") or []
    return tuple(" ".join(str(field).split()) for field in fields)


def _read_page(body: bytes) -> Offers:
    """Read a page that the gateway wrote; see `venvoy.index.pages`."""
    return offers(_offered(entry) for entry in json.loads(body)["files"])


def _offered(entry: dict[str, Any]) -> OfferedFile:
    python = entry.get("requires-python")
    return OfferedFile(
        name=str(entry["filename"]),
        requires_python=str(python) if python else None,
        yanked=entry.get("yanked", False) is not False,
    )


class _Newest(Generic[Key, Value]):
    """The values used last, up to a number."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: Key, value: Value) -> Value:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._limit:
            self._values.popitem(last=False)
        return value
