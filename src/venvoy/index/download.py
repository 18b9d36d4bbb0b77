"""A transfer shared by all who ask for its file while it comes.

The transfer is a task of its own: a client that leaves takes nobody's bytes away.
When the last one leaves, the transfer ends, unless so little is missing
(`NEARLY_DONE`) that it is cheaper to finish than to begin again. Every reader gets
bytes as they come and the last ones once all are checked.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from venvoy.domain.lock import LockedFile
from venvoy.index.failure import failed
from venvoy.index.part import Part, same_start
from venvoy.index.problem import FetchFailed, ProblemKind
from venvoy.index.store import discard
from venvoy.index.transfer import Means, Sources, Transfer

NEARLY_DONE = 4 * 2**20
"""Bytes that may be missing for a transfer to be finished though nobody waits."""

READ_SIZE = 524288
"""Bytes handed to a client at once."""


class Download:
    """A file's way into the store, and its readers.

    Args:
        file: which one, with what is known of it.
        sources: whom to ask.
        means: see `Means`.
        on_end: called once, when it is over and the last reader left, or when it was
            ended because nobody was left.
    """

    def __init__(
        self,
        file: LockedFile,
        sources: Sources,
        means: Means,
        on_end: Callable[["Download"], None],
    ) -> None:
        self.file = file
        self._on_end = on_end
        self._readers = 0
        self._failure: FetchFailed | None = None
        self._ended = False
        self._pulse = asyncio.Event()
        self._transfer = Transfer(file, sources, means, self._beat)
        self._task = asyncio.create_task(self._run(), name=f"download {file.name}")

    @property
    def failure(self) -> FetchFailed | None:
        """Why it failed, once it did."""
        return self._failure

    @property
    def size(self) -> int | None:
        """Bytes of the file, once known."""
        return self._transfer.size

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Count as a reader."""
        self._readers += 1
        try:
            yield
        finally:
            self._readers -= 1
            if not self._readers:
                self._left_alone()

    async def ready(self) -> None:
        """Wait until some bytes can be handed out.

        Raises:
            FetchFailed: there will be none.
        """
        while not self._ended and not (self._transfer.part and self._transfer.part.available):
            await self._pulse.wait()
        self._check()

    async def done(self) -> None:
        """Wait until the file is in the store.

        Raises:
            FetchFailed: it could not be had.
        """
        while not self._ended:
            await self._pulse.wait()
        self._check()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the file's bytes, as they come and as they may be handed out.

        Raises:
            FetchFailed: the file cannot be completed.
        """
        offset, part = 0, self._transfer.part
        while True:
            pulse = self._pulse
            self._check()
            if part is not self._transfer.part:
                part = await self._moved_on(part, offset)
            data = part.read(offset, READ_SIZE) if part else b""
            if data:
                offset += len(data)
                yield data
            elif self._ended:
                return
            else:
                await pulse.wait()

    async def cancel(self) -> None:
        """End it, whoever reads."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _moved_on(self, old: Part | None, offset: int) -> Part | None:
        """Go over to the part that replaced the one a reader has bytes of."""
        if old is None or offset == 0:
            return self._transfer.part
        await self.done()
        part = self._transfer.part
        if part is None or not same_start(old, part, offset):
            raise failed(ProblemKind.HASH_MISMATCH, self.file.name, detail="other bytes at first")
        return part

    async def _run(self) -> None:
        try:
            await self._transfer.run()
        except FetchFailed as error:
            self._failure = error
        except BaseException:
            # Readers must never take an end that nobody expected for a complete file.
            self._failure = failed(ProblemKind.TRUNCATED, self.file.name, detail="was ended")
            raise
        finally:
            self._ended = True
            self._beat()
            if not self._readers:
                self._close()

    def _left_alone(self) -> None:
        if self._ended:
            self._close()
            return
        size = self._transfer.size
        if size is None or size - self._transfer.received > NEARLY_DONE:
            self._on_end(self)
            self._task.cancel()

    def _close(self) -> None:
        parts = [*self._transfer.replaced, self._transfer.part]
        for part in parts:
            if part is not None:
                part.close()
                if not part.checked:
                    discard(part.path)
        self._on_end(self)

    def _beat(self) -> None:
        pulse, self._pulse = self._pulse, asyncio.Event()
        pulse.set()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure
