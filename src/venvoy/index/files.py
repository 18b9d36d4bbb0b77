"""Package files by hash and name: from the store, or on their way into it.

Guarantees: one transfer for a file however many ask; a file that came with wrong
bytes is refused at once for `VERDICT_S`, so that a client's own retries do not
fetch it again and again; with `Retention.BUILD` a file that no open watch names is
dropped when its last reader leaves.
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from venvoy.domain.lock import LockedFile
from venvoy.index.download import Download
from venvoy.index.problem import FetchFailed, ProblemKind
from venvoy.index.settings import Retention
from venvoy.index.store import FileStore
from venvoy.index.transfer import Means, Sources
from venvoy.index.upstream import Route
from venvoy.index.watch import Watches

VERDICT_S = 10.0
"""Seconds for which wrong bytes are remembered; uv retries within three."""

_WRONG = {ProblemKind.HASH_MISMATCH, ProblemKind.SIZE_MISMATCH}


class Files:
    """What `/files/` serves.

    Args:
        store: of checked files.
        route: whom to ask for the others.
        watches: know a lock's files and count for its build.
        means: for transfers.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        store: FileStore,
        route: Route,
        watches: Watches,
        means: Means,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._route = route
        self._watches = watches
        self._means = means
        self._clock = clock
        self._downloads: dict[str, Download] = {}
        self._verdicts: dict[str, tuple[float, FetchFailed]] = {}

    def known(self, sha256: str, name: str) -> LockedFile:
        """Return what is known of a file, at least its hash and name."""
        return self._watches.file(sha256) or LockedFile(name=name, sha256=sha256)

    def stored(self, sha256: str) -> Path | None:
        """Return where a checked file stands, and count it as delivered.

        A file whose transfer still has readers is not said to be stored: it could be
        dropped when they leave, so it is read with them.
        """
        if sha256 in self._downloads:
            return None
        path = self._store.path(sha256)
        try:
            size = path.stat().st_size
        except OSError:
            return None
        self._watches.count(sha256, size, size, done=True)
        return path

    def download(self, sha256: str, name: str) -> Download:
        """Return the transfer of a file that is not stored, begun now if need be.

        The caller enters `reading()` before it gives way to the event loop.

        Raises:
            FetchFailed: it came with wrong bytes a moment ago.
        """
        download = self._downloads.get(sha256)
        if download is not None and download.failure is None:
            return download
        self._judge(sha256)
        file = self.known(sha256, name)
        sources: Sources = (None,) if file.url else self._route.upstreams()
        download = Download(file, sources, self._means, self._ended)
        self._downloads[sha256] = download
        self._watches.count(sha256, file.size, 0)
        return download

    @asynccontextmanager
    async def held(self, sha256: str, name: str) -> AsyncIterator[Path]:
        """Hold a checked file, downloaded first if need be; it stays while held.

        Raises:
            FetchFailed: it could not be had.
        """
        path = self.stored(sha256)
        if path is not None:
            yield path
            return
        download = self.download(sha256, name)
        with download.reading():
            await download.done()
            yield self._store.path(sha256)

    def forgive(self, hashes: set[str]) -> None:
        """Forget what was wrong with files: a new build asks for them."""
        for sha256 in hashes & self._verdicts.keys():
            del self._verdicts[sha256]

    def drop(self, hashes: set[str]) -> None:
        """Drop files that no build needs any more, where the policy says so."""
        if self._store.retention is Retention.BUILD:
            for sha256 in hashes - self._downloads.keys():
                self._store.drop(sha256)

    async def close(self) -> None:
        """End all transfers."""
        for download in list(self._downloads.values()):
            await download.cancel()

    def _judge(self, sha256: str) -> None:
        until, failure = self._verdicts.get(sha256, (0.0, None))
        if failure is not None and self._clock() < until:
            raise failure

    def _ended(self, download: Download) -> None:
        sha256, failure = download.file.sha256, download.failure
        if failure is not None and failure.problem.kind in _WRONG:
            self._verdicts[sha256] = (self._clock() + VERDICT_S, failure)
        if self._downloads.get(sha256) is download:
            del self._downloads[sha256]
            if self._watches.file(sha256) is None:
                self.drop({sha256})
