"""Rollouts: the open one of each environment, the ended ones, and the nodes they are about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, insert, select, update

from venvoy.domain.reconcile import Aim
from venvoy.domain.rollout import Phase, Rollout
from venvoy.domain.share import parse_budget, parse_waves
from venvoy.domain.state import ReplicaState
from venvoy.store import pages, tables
from venvoy.store.records import record, records
from venvoy.store.session import Transaction

_rollouts = tables.rollouts
_nodes = tables.nodes
_replicas = tables.replicas
_placed = tables.environment_nodes


@dataclass(frozen=True, slots=True)
class RolloutRow:
    """One rollout.

    Attributes:
        reason: of the last decision, a `venvoy.domain.rollout.Reason`, empty before it.
        until: when it goes on by itself, None where something has to happen.
        released: whether a person said that it may go out, whatever the policy says.
        story: entries as `venvoy.controller.rollouts` writes them, in order.
    """

    id: str
    environment_id: str
    to: int
    back: int | None
    waves: list[str]
    pause_s: int
    budget: str | None
    returns: bool
    phase: Phase
    wave: int
    reason: str
    until: datetime | None
    released: bool
    requested_by: str | None
    created_at: datetime
    ended_at: datetime | None = None
    story: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        object.__setattr__(self, "phase", Phase(self.phase))

    @property
    def rollout(self) -> Rollout:
        """What decides."""
        return Rollout(
            to=self.to,
            back=self.back,
            waves=parse_waves(self.waves),
            pause=timedelta(seconds=self.pause_s),
            budget=None if self.budget is None else parse_budget(self.budget),
            returns=self.returns,
            phase=self.phase,
            wave=self.wave,
        )


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A node with its replica, whose columns are None where it has none yet."""

    node_id: str
    name: str
    online: bool
    action: Aim | None
    revision: int | None
    state: ReplicaState | None
    operation_id: str | None
    live_revision: int | None
    reported_at: datetime | None

    def __post_init__(self) -> None:
        if self.action is not None:
            object.__setattr__(self, "action", Aim(self.action))
        if self.state is not None:
            object.__setattr__(self, "state", ReplicaState(self.state))


async def add(tx: Transaction, row: RolloutRow) -> None:
    """Insert a rollout; callers hold the environment's lock."""
    values = {column.name: getattr(row, column.name) for column in _rollouts.columns}
    await tx.execute(insert(_rollouts).values(values | {"phase": row.phase.value}))


async def change(tx: Transaction, rollout_id: str, **values: Any) -> None:
    """Set columns; callers hold the environment's lock."""
    await tx.execute(update(_rollouts).where(_rollouts.c.id == rollout_id).values(**values))


async def open_of(tx: Transaction, environment_ids: Collection[str]) -> dict[str, RolloutRow]:
    """Return the open rollouts of environments, by environment id."""
    here = (_rollouts.c.environment_id.in_(environment_ids), _rollouts.c.ended_at.is_(None))
    rows = records(RolloutRow, await tx.all(select(_rollouts).where(*here)))
    return {row.environment_id: row for row in rows}


async def all_open(tx: Transaction) -> list[RolloutRow]:
    """Return all open rollouts, the oldest first."""
    statement = select(_rollouts).where(_rollouts.c.ended_at.is_(None))
    return records(RolloutRow, await tx.all(statement.order_by(_rollouts.c.id)))


async def last(tx: Transaction, environment_id: str) -> RolloutRow | None:
    """Return the newest rollout of an environment, open or not."""
    statement = select(_rollouts).where(_rollouts.c.environment_id == environment_id)
    row = await tx.first(statement.order_by(_rollouts.c.id.desc()).limit(1))
    return None if row is None else record(RolloutRow, row)


async def list_page(
    tx: Transaction, environment_id: str, wish: pages.Paging
) -> tuple[list[RolloutRow], str | None]:
    """Return one page of an environment's rollouts, the newest first by default."""
    statement = select(_rollouts).where(_rollouts.c.environment_id == environment_id)
    keys = {"created_at": _rollouts.c.created_at}
    rows, following = await pages.page(
        tx, statement, keys, _rollouts.c.id, wish, default="-created_at"
    )
    return records(RolloutRow, rows), following


async def placed(tx: Transaction, environment_ids: Collection[str]) -> Mapping[str, list[str]]:
    """Return the ids of the nodes that can have environments, by environment id."""
    statement = select(_placed.c.environment_id, _placed.c.node_id).where(
        _placed.c.environment_id.in_(environment_ids), _placed.c.waiting.is_(None)
    )
    found: dict[str, list[str]] = {each: [] for each in environment_ids}
    for row in await tx.all(statement):
        found[row.environment_id].append(row.node_id)
    return found


async def members(
    tx: Transaction, environment_id: str, node_ids: Collection[str]
) -> list[MemberRow]:
    """Return nodes with their replicas of an environment; removed nodes are left out."""
    mine = and_(_replicas.c.node_id == _nodes.c.id, _replicas.c.environment_id == environment_id)
    statement = (
        select(
            _nodes.c.id.label("node_id"),
            _nodes.c.name,
            _nodes.c.online,
            _replicas.c.action,
            _replicas.c.revision,
            _replicas.c.state,
            _replicas.c.operation_id,
            _replicas.c.live_revision,
            _replicas.c.reported_at,
        )
        .outerjoin(_replicas, mine)
        .where(_nodes.c.id.in_(node_ids), _nodes.c.removed_at.is_(None))
        .order_by(_nodes.c.id)
    )
    return records(MemberRow, await tx.all(statement))
