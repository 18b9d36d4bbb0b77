"""Fetches an archive from the controller: signed, on from where it broke off, compared.

What arrives counts only if its sha256 is the one in the signed document; a file that is
another is deleted, and the next try begins anew.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from venvoy.agent.build import Witness
from venvoy.agent.causes import StepFailed, cause_of_error
from venvoy.agent.controller import Controller
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import NotFound
from venvoy.wire.messages import Progress
from venvoy.wire.pythons import ArchiveFact

_CHUNK = 2**18
_EVERY = 2**20
"""Bytes between two reports."""


@dataclass(frozen=True, slots=True)
class ArchiveFetch:
    """Gets archives over HTTP."""

    controller: Controller

    async def fetch(self, archive: ArchiveFact, to: Path, witness: Witness) -> None:
        """See `venvoy.agent.pythons.ArchiveSource`."""
        there = await asyncio.to_thread(_size, to)
        if there > archive.size:
            await asyncio.to_thread(to.unlink)
            there = 0
        if there < archive.size:
            try:
                await self._fetch(archive, to, there, witness)
            except NotFound as error:
                params = {"sha256": archive.sha256}
                cause = Cause("python-archive-gone", Step.FETCH, Hop.CONTROLLER, params)
                raise StepFailed(cause) from error
        found = await asyncio.to_thread(_digest, to)
        if found != archive.sha256:
            await asyncio.to_thread(to.unlink)
            params = {"wanted": archive.sha256, "found": found}
            raise StepFailed(
                Cause("python-archive-corrupt", Step.FETCH, Hop.CONTROLLER, params, transient=True)
            )

    async def _fetch(self, archive: ArchiveFact, to: Path, there: int, witness: Witness) -> None:
        path = f"/api/v1/node/pythons/{archive.sha256}"
        headers = {"Accept-Encoding": "identity"}
        headers |= {"Range": f"bytes={there}-"} if there else {}
        async with self.controller.opened(path, headers) as response:
            part = response.status == HTTPStatus.PARTIAL_CONTENT
            done = told = there if part else 0
            with to.open("ab" if part else "wb") as file:
                async for chunk in response.content.iter_chunked(_CHUNK):
                    done += len(chunk)
                    if done > archive.size:
                        break  # the digest says the rest
                    await _written(file, chunk)
                    if done - told >= _EVERY or done == archive.size:
                        told = done
                        witness.progress(Progress(bytes_done=done, bytes_total=archive.size))


async def _written(file: BinaryIO, chunk: bytes) -> None:
    """Write; a disk that refuses must not be taken for a controller that broke off."""
    try:
        await asyncio.to_thread(file.write, chunk)
    except OSError as error:
        raise StepFailed(cause_of_error(error, Step.FETCH)) from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
