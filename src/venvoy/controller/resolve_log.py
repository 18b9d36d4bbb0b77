"""The log of one resolution: lines come from a running uv and are kept in batches.

A log that cannot be written costs its lines, never the resolution.
"""

import asyncio
from types import TracebackType
from typing import Self

import structlog

from venvoy.controller.context import LogSink
from venvoy.domain.cause import Step
from venvoy.domain.errors import VenvoyError

_log = structlog.get_logger(__name__)


class ResolveLog:
    """Takes lines at once and writes them as fast as the disk does.

    Args:
        sink: where logs are kept.
        operation: id of the operation.
    """

    def __init__(self, sink: LogSink, operation: str) -> None:
        self._sink = sink
        self._operation = operation
        self._lines: list[str] = []
        self._news = asyncio.Event()
        self._ended = False
        self._writer: asyncio.Task[None] | None = None

    def line(self, text: str) -> None:
        """Take one line."""
        self._lines.append(text)
        self._news.set()

    async def __aenter__(self) -> Self:
        self._writer = asyncio.create_task(self._write())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended = True
        self._news.set()
        if self._writer is not None:
            await asyncio.shield(self._writer)
        # One that is stopped may go on after a restart; who ended it closes its log.
        if kind is None:
            await close(self._sink, self._operation)

    async def _write(self) -> None:
        try:
            while not self._ended or self._lines:
                await self._news.wait()
                self._news.clear()
                batch, self._lines = self._lines, []
                if batch:
                    await self._sink.write(self._operation, Step.RESOLVE, batch)
        except VenvoyError as error:
            _log.warning("log-not-kept", operation=self._operation, code=error.code)


async def close(sink: LogSink, operation: str) -> None:
    """Say that no line will come any more, if the disk lets us."""
    try:
        await sink.close(operation)
    except VenvoyError as error:
        _log.warning("log-not-kept", operation=operation, code=error.code)
