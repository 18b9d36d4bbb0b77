"""Carries out queued resolutions, a few at a time, and goes on with them after a kill.

Nothing is held outside the database while uv runs, and the result is applied only
if the operation is still open then: a newer edit, a cancellation or a deletion may
have ended it. A success writes lock, revision, desired state with its operations,
audit, outbox and events in one transaction; a failure leaves the environment as it
was.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from venvoy.controller import proposals
from venvoy.controller.context import Context, ResolveRequest
from venvoy.controller.placements import targets
from venvoy.controller.records import operation_changed
from venvoy.controller.resolve_log import ResolveLog, close
from venvoy.controller.resolver import ResolveFailed
from venvoy.controller.revising import revise
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import Conflict, TimedOut, Unavailable
from venvoy.domain.lock import Lock
from venvoy.domain.placement import Wish, decide
from venvoy.domain.proposal import Proposal
from venvoy.domain.state import OperationKind, OperationState
from venvoy.store import blocks, environments, locks, nodes, operations, revisions
from venvoy.store.environments import EnvironmentRow
from venvoy.store.nodes import NodeRow
from venvoy.store.operations import OperationRow
from venvoy.store.session import Transaction
from venvoy.wire.messages import CauseMessage

_log = structlog.get_logger(__name__)

_LOOK_SECONDS = 5.0
_CONCURRENT = 2
"""Each runs a uv of its own, which uses every core for a while."""


@dataclass(frozen=True, slots=True)
class _Work:
    """One resolution that was taken on, with what it was asked for."""

    operation: OperationRow
    environment: EnvironmentRow
    proposal: Proposal
    request: ResolveRequest


class Resolutions:
    """The loop that resolves.

    Args:
        ctx: of the controller.
        concurrent: how many resolutions run at the same time.
    """

    def __init__(self, ctx: Context, concurrent: int = _CONCURRENT) -> None:
        self._ctx = ctx
        self._concurrent = concurrent
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self, done: Callable[[], None] = lambda: None) -> None:
        """Resolve what is open, until cancelled; what runs then goes on at the next start.

        Args:
            done: called after each round that went well, for whoever watches the loop.

        Raises:
            Unavailable: the database failed; the caller starts the loop again.
        """
        wake = self._ctx.wakes.resolve
        try:
            while True:
                seen = wake.count
                await self._round()
                done()
                await wake.wait(seen, _LOOK_SECONDS)
        finally:
            await self._stop(list(self._tasks))

    async def _round(self) -> None:
        """Stop what was ended by others, take on what is open and not under way here."""
        async with self._ctx.db.read() as tx:
            still = await operations.get_many(tx, list(self._tasks))
            waiting = [
                row
                for state in (OperationState.RUNNING, OperationState.QUEUED)
                for row in await operations.in_state(tx, OperationKind.RESOLVE, state)
            ]
        ended = [key for key in self._tasks if key not in still or still[key].state.ended]
        await self._stop(ended)
        for key in ended:
            await close(self._ctx.logs, key)
        for row in waiting:
            if row.id not in self._tasks and len(self._tasks) < self._concurrent:
                self._start(row.id)

    def _start(self, operation_id: str) -> None:
        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.pop(operation_id, None)
            if not task.cancelled() and task.exception() is None:
                self._ctx.wakes.resolve.ring()

        task = asyncio.create_task(_resolve(self._ctx, operation_id))
        self._tasks[operation_id] = task
        task.add_done_callback(ended)

    async def _stop(self, keys: list[str]) -> None:
        tasks = [self._tasks[key] for key in keys]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _resolve(ctx: Context, operation_id: str) -> None:
    try:
        work = await _take(ctx, operation_id)
        if work is not None:
            await _carry_out(ctx, work)
    except (Unavailable, TimedOut) as error:
        # The row is still open, so a later round tries again.
        _log.warning("resolution-interrupted", operation=operation_id, code=error.code)
        raise
    except Exception as error:  # noqa: BLE001 - a bug must not leave the user without an answer
        await _fail(ctx, operation_id, _broke(operation_id, error))
        await close(ctx.logs, operation_id)


async def _take(ctx: Context, operation_id: str) -> _Work | None:
    """Mark a resolution as running; None when it has ended."""
    async with ctx.db.write() as tx:
        held = await _held(tx, operation_id)
        if held is None or held[0].state.ended:
            return None
        row, environment = held
        proposal = Proposal.of(row.proposal or {})
        started = {"started_at": ctx.clock(), "step": Step.RESOLVE.value}
        await operations.change(tx, row.id, state=OperationState.RUNNING.value, **started)
        _tell(ctx, tx, row, environment, OperationState.RUNNING)
        where = Wish.of(proposal.details.placement or environment.placement)
        placed = await _nodes(tx, where)
        request = ResolveRequest(
            spec=proposal.spec,
            live=await _live(tx, environment),
            upgrade=proposal.upgrade,
            targets=targets(placed, proposal.pythons),
            blocks=await blocks.everything(tx),
            cooling=proposals.policy_of(environment, proposal).cooling(ctx.clock()),
        )
        return _Work(row, environment, proposal, request)


async def _carry_out(ctx: Context, work: _Work) -> None:
    """Resolve and apply what came of it.

    Raises:
        Unavailable: the database failed; nothing was applied.
    """
    async with ResolveLog(ctx.logs, work.operation.id) as log:
        spec = work.request.spec
        log.line(f"resolving {len(spec.requirements)} requirements for Python {spec.python}")
        outcome = await _outcome(ctx, work, log.line)
        if isinstance(outcome, Cause):
            log.line(f"failed: {outcome.code}")
            await _fail(ctx, work.operation.id, outcome)
            return
        log.line(f"resolved {len(outcome.packages)} packages")
        await _succeed(ctx, work, outcome)


async def _outcome(ctx: Context, work: _Work, line: Callable[[str], None]) -> Lock | Cause:
    try:
        return await ctx.resolver.resolve(work.request, line)
    except ResolveFailed as failed:
        return failed.cause
    except Exception as error:  # noqa: BLE001 - whatever a resolver raises is how it ended
        return _broke(work.operation.id, error)


def _broke(operation_id: str, error: Exception) -> Cause:
    _log.error("resolution-broke", operation=operation_id, exc_info=error)
    kind = type(error).__name__
    return Cause("internal-error", Step.RESOLVE, Hop.CONTROLLER, {"kind": kind})


async def _succeed(ctx: Context, work: _Work, lock: Lock) -> None:
    try:
        await _apply(ctx, work, lock)
    except Conflict as refused:  # blocked while it was resolved
        if refused.code != "release-blocked":
            raise
        params = {**refused.params}
        cause = Cause(refused.code, Step.RESOLVE, Hop.REQUIREMENTS, params)
        await _fail(ctx, work.operation.id, cause)


async def _apply(ctx: Context, work: _Work, lock: Lock) -> None:
    async with ctx.db.write() as tx:
        held = await _held(tx, work.operation.id)
        if held is None or held[0].state is not OperationState.RUNNING:
            return
        row, environment = held
        number = await revise(ctx, tx, environment, work.proposal, lock, row.requested_by)
        state = OperationState.SUCCEEDED
        await operations.end(tx, row.id, state, ctx.clock(), revision=number)
        _tell(ctx, tx, row, environment, state)


async def _fail(ctx: Context, operation_id: str, cause: Cause) -> None:
    async with ctx.db.write() as tx:
        held = await _held(tx, operation_id)
        if held is None or held[0].state.ended:
            return
        row, environment = held
        document = CauseMessage.of(cause).model_dump(mode="json")
        await operations.end(tx, row.id, OperationState.FAILED, ctx.clock(), cause=document)
        _tell(ctx, tx, row, environment, OperationState.FAILED)
        proposal = Proposal.of(row.proposal or {})
        await proposals.withdraw(ctx, tx, None, environment, proposal)


async def _held(tx: Transaction, operation_id: str) -> tuple[OperationRow, EnvironmentRow] | None:
    """Return an operation and its environment, both held, in the order of locks."""
    row = await operations.get(tx, operation_id)
    if row is None or row.environment_id is None:
        return None
    environment = await environments.by_id(tx, row.environment_id, lock=True)
    row = await operations.get(tx, operation_id, lock=True)
    return None if row is None or environment is None else (row, environment)


async def _nodes(tx: Transaction, wish: Wish) -> list[NodeRow]:
    """Return the nodes that a wish is for; one that has gone meanwhile has no say."""
    fleet = await nodes.candidates(tx)
    decision = decide(wish, fleet, {each.id for each in fleet})
    return list((await nodes.by_ids(tx, decision.placed)).values())


async def _live(tx: Transaction, environment: EnvironmentRow) -> Lock | None:
    if environment.revision is None:
        return None
    revision = await revisions.get(tx, environment.id, environment.revision)
    return None if revision is None else await locks.get(tx, revision.lock_digest)


def _tell(
    ctx: Context,
    tx: Transaction,
    row: OperationRow,
    environment: EnvironmentRow,
    state: OperationState,
) -> None:
    operation_changed(ctx, tx, row.id, row.kind, state, environment=environment.name)
