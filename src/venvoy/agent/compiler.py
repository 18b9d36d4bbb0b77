"""Bytecode for what has gone live: in the background, one prefix at a time.

A data-science stack takes seconds longer to import without it, at every start where
it cannot be written. It never delays a switch, is not part of an operation, yields
to every other process and may be cut off at any moment.
"""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from venvoy.agent import log
from venvoy.agent.journal import BuildRow
from venvoy.agent.processes import Children, run
from venvoy.agent.uv import compile_bytecode

_DONE = ".venvoy-compiled"


class Compiler:
    """Compiles prefixes in the order in which they went live.

    Args:
        environment: for the interpreters that compile.
        children: told of the processes.
    """

    def __init__(self, environment: Mapping[str, str], children: Children) -> None:
        self._environment = environment
        self._children = children
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()

    def later(self, row: BuildRow) -> None:
        """Compile a live prefix when it is its turn, instead of the one before it."""
        if (row.path / _DONE).exists():
            return
        self._cancel(row.environment)
        task = asyncio.create_task(self._compile(row.path), name=f"compile {row.build.id}")
        self._tasks[row.environment] = task

    async def forget(self, environment: str) -> None:
        """Stop compiling for an environment, and wait until that is so."""
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
        """Wait until nothing is left to compile."""
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    def _cancel(self, environment: str) -> asyncio.Task[None] | None:
        task = self._tasks.pop(environment, None)
        if task is not None:
            task.cancel()
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
        return task

    async def _compile(self, prefix: Path) -> None:
        async with self._turn:
            command = compile_bytecode(prefix, self._environment)
            try:
                ended = await run(command, lambda _line: None, self._children)
                # A module that cannot be compiled (code for another Python, templates)
                # makes the exit code 1 and is no reason to try it all again.
                log.debug("compiled", path=str(prefix), code=ended.code)
                with suppress(OSError):
                    (prefix / _DONE).touch()
            except (OSError, sqlite3.Error) as error:
                log.warning("not-compiled", path=str(prefix), error=str(error))
