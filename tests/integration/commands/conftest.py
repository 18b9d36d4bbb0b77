"""A controller without NATS and HTTP: commands over a real database, scripted resolutions."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from venvoy.controller.context import Actor, Context
from venvoy.controller.operations import wait_ended
from venvoy.controller.resolutions import Resolutions
from venvoy.store.operations import OperationRow
from venvoy.store.session import Database
from venvoy.testing.controller import (
    Clock,
    MemoryLogs,
    ScriptedResolver,
    add_actor,
    add_node,
    context,
)

Running = Callable[[], Awaitable[None]]
Ended = Callable[[str], Awaitable[OperationRow]]


@pytest.fixture
def resolver() -> ScriptedResolver:
    return ScriptedResolver()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def logs() -> MemoryLogs:
    return MemoryLogs()


@pytest.fixture
def ctx(
    db: Database, tmp_path: Path, resolver: ScriptedResolver, clock: Clock, logs: MemoryLogs
) -> Context:
    return context(db, tmp_path, resolver=resolver, clock=clock, logs=logs)


@pytest.fixture
async def actor(ctx: Context) -> Actor:
    return await add_actor(ctx, "ada")


@pytest.fixture
async def other(ctx: Context) -> Actor:
    return await add_actor(ctx, "grace")


@pytest.fixture
async def node(ctx: Context) -> str:
    return await add_node(ctx)


@asynccontextmanager
async def resolving(ctx: Context) -> AsyncIterator[None]:
    task = asyncio.create_task(Resolutions(ctx).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def loop(ctx: Context) -> AsyncIterator[None]:
    """The loop that resolves."""
    async with resolving(ctx):
        yield


@pytest.fixture
def ended(ctx: Context) -> Ended:
    """Waits for an operation's end, which must come."""

    async def wait(operation: str) -> OperationRow:
        row = await wait_ended(ctx, operation, 20)
        assert row.state.ended
        return row

    return wait
