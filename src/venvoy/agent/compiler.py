"""What follows a switch, in the background: files to the disk, then bytecode.

Until its files are flushed, a power failure may leave a live prefix with empty ones;
the journal says which prefixes are past that (`venvoy.agent.survival`).

Bytecode is made one prefix at a time. A data-science stack takes seconds longer to
import without it, at every start where it cannot be written. All this never delays a
switch, is not part of an operation, yields to every other process and may be cut off
at any moment.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from venvoy.agent import log
from venvoy.agent.journal import BuildRow, Journal
from venvoy.agent.processes import run
from venvoy.agent.system import flush
from venvoy.agent.uv import compile_bytecode

_DONE = ".venvoy-compiled"


class Compiler:
    """Flushes and compiles prefixes in the order in which they went live.

    Args:
        environment: for the interpreters that compile.
        journal: told of the processes, and of what is flushed.
        flush: forces a path's file system to the disk, in a thread.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        journal: Journal,
        flush: Callable[[Path], None] = flush,
    ) -> None:
        self._environment = environment
        self._journal = journal
        self._flush = flush
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._flushing = asyncio.Lock()
        self._turn = asyncio.Lock()

    def later(self, row: BuildRow) -> None:
        """Do so with a live prefix when it is its turn, instead of the one before it."""
        if row.flushed and (row.path / _DONE).exists():
            return
        self._cancel(row.environment)
        task = asyncio.create_task(self._follow(row), name=f"compile {row.build.id}")
        self._tasks[row.environment] = task

    async def forget(self, environment: str) -> None:
        """Stop this for an environment, and wait until that is so."""
        task = self._cancel(environment)
        if task is not None:
            await asyncio.wait([task])

    async def close(self) -> None:
        """Stop all of it."""
        for environment in list(self._tasks):
            self._cancel(environment)
        if self._ending:
            await asyncio.wait(list(self._ending))

    async def idle(self) -> None:
        """Wait until nothing is left to do."""
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    def _cancel(self, environment: str) -> asyncio.Task[None] | None:
        task = self._tasks.pop(environment, None)
        if task is not None:
            task.cancel()
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
        return task

    async def _follow(self, row: BuildRow) -> None:
        if not row.flushed:
            await self._keep(row)
        if not (row.path / _DONE).exists():
            await self._compile(row.path)

    async def _keep(self, row: BuildRow) -> None:
        # Not behind a compilation, which takes long: a power failure does not wait.
        async with self._flushing:
            try:
                await asyncio.to_thread(self._flush, row.path)
                self._journal.flushed(row.build.id)
            except (OSError, sqlite3.Error) as error:
                log.warning("not-flushed", path=str(row.path), error=str(error))

    async def _compile(self, prefix: Path) -> None:
        async with self._turn:
            command = compile_bytecode(prefix, self._environment)
            try:
                ended = await run(command, lambda _line: None, self._journal)
                # A module that cannot be compiled (code for another Python, templates)
                # makes the exit code 1 and is no reason to try it all again.
                log.debug("compiled", path=str(prefix), code=ended.code)
                with suppress(OSError):
                    (prefix / _DONE).touch()
            except (OSError, sqlite3.Error) as error:
                log.warning("not-compiled", path=str(prefix), error=str(error))
