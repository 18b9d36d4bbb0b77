"""Lists of environments: searched, filtered and sorted in SQL.

The state of an environment is folded from its replicas here as
`venvoy.domain.state.environment_state` does it; a test holds both together.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from venvoy.domain.requirement_query import AFTER_NAME, requirement_query
from venvoy.domain.rollout import HELD_PHASES, HELD_REASONS
from venvoy.domain.state import (
    SETTLED,
    EnvironmentState,
    OperationKind,
    OperationState,
    ReplicaState,
)
from venvoy.store import pages, tables
from venvoy.store.environments import EnvironmentRow
from venvoy.store.json_rows import texts_of
from venvoy.store.records import record
from venvoy.store.session import Transaction

_environments = tables.environments
_replicas = tables.replicas
_operations = tables.operations


@dataclass(frozen=True, slots=True)
class Filter:
    """Which environments are wanted; all conditions hold together.

    Attributes:
        search: in any case, a part of the name, of the title, of a locked package's
            name or of a requirement of the newest revision.
        node_id: placed on that node.
        labels: has each of these keys with one of its values.
    """

    search: str | None = None
    states: Collection[EnvironmentState] = ()
    node_id: str | None = None
    labels: Mapping[str, Collection[str]] = field(default_factory=dict)


Listed = tuple[EnvironmentRow, EnvironmentState]


async def list_page(
    tx: Transaction, wish: pages.Paging, wanted: Filter
) -> tuple[list[Listed], str | None]:
    """Return one page, each environment with its state.

    Sorted by `name`, `title`, `state`, `created_at` or `updated_at`.
    """
    state = _state()
    statement = select(_environments, state.label("state"))
    statement = statement.where(_environments.c.deleted_at.is_(None))
    statement = _filtered(tx, statement, wanted, state)
    keys = {
        "name": _environments.c.name,
        "title": _environments.c.title,
        "state": state,
        "created_at": _environments.c.created_at,
        "updated_at": _environments.c.updated_at,
    }
    rows, following = await pages.page(tx, statement, keys, _environments.c.id, wish)
    return [(record(EnvironmentRow, row), EnvironmentState(row.state)) for row in rows], following


async def state_of(tx: Transaction, environment_id: str) -> EnvironmentState:
    """Return the state of one environment."""
    statement = select(_state()).where(_environments.c.id == environment_id)
    return EnvironmentState(await tx.scalar(statement.select_from(_environments)))


def _filtered(
    tx: Transaction, statement: Select[Any], wanted: Filter, state: ColumnElement[str]
) -> Select[Any]:
    if wanted.search:
        statement = statement.where(_matches(tx, wanted.search.strip().lower()))
    if wanted.states:
        statement = statement.where(state.in_([each.value for each in wanted.states]))
    if wanted.node_id is not None:
        placed = tables.environment_nodes
        statement = statement.where(
            exists().where(
                placed.c.environment_id == _environments.c.id, placed.c.node_id == wanted.node_id
            )
        )
    for key, values in wanted.labels.items():
        statement = statement.where(_environments.c.labels[key].as_string().in_(values))
    return statement


def _matches(tx: Transaction, search: str) -> ColumnElement[bool]:
    revisions, packages = tables.revisions, tables.lock_packages
    newest = (
        revisions.c.environment_id == _environments.c.id,
        revisions.c.number == _environments.c.revision,
    )
    # Package names are kept as PEP 503 normalises them; a search need not be.
    package = search.replace("_", "-").replace(".", "-")
    holds = exists().where(
        *newest,
        packages.c.lock_digest == revisions.c.lock_digest,
        packages.c.name.contains(package, autoescape=True),
    )
    lines = texts_of(tx.backend, revisions.c.spec, "requirements")
    asks = exists().where(*newest, exists().where(_asks(func.lower(lines.c.value), search)))
    return or_(
        _environments.c.name.contains(search, autoescape=True),
        func.lower(_environments.c.title).contains(search, autoescape=True),
        holds,
        asks,
    )


def _asks(line: ColumnElement[str], search: str) -> ColumnElement[bool]:
    wanted = requirement_query(search)
    holds = [line.contains(part, autoescape=True) for part in wanted.parts]
    if wanted.spellings:
        holds.append(or_(*(line.contains(each, autoescape=True) for each in wanted.spellings)))
    if wanted.name:
        after = func.substr(line, len(wanted.name) + 1, 1)
        holds += [line.startswith(wanted.name, autoescape=True), after.in_([*AFTER_NAME])]
    return and_(*holds)


def _state() -> ColumnElement[str]:
    resolving = exists().where(
        _operations.c.environment_id == _environments.c.id,
        _operations.c.kind == OperationKind.RESOLVE.value,
        _operations.c.state.in_([OperationState.QUEUED.value, OperationState.RUNNING.value]),
    )
    moving = _has(_replicas.c.state.not_in([state.value for state in SETTLED]))
    broken = _has(_replicas.c.state != ReplicaState.READY.value)
    usable = _has(_replicas.c.state.in_([ReplicaState.READY.value, ReplicaState.DRIFTED.value]))
    waits = exists().where(
        tables.environment_nodes.c.environment_id == _environments.c.id,
        tables.environment_nodes.c.waiting.is_not(None),
    )
    rollout = tables.rollouts.c
    open_ = and_(rollout.environment_id == _environments.c.id, rollout.ended_at.is_(None))
    held = or_(
        rollout.phase.in_([phase.value for phase in HELD_PHASES]),
        rollout.reason.in_([reason.value for reason in HELD_REASONS]),
    )
    return case(
        (resolving, EnvironmentState.RESOLVING.value),
        (exists().where(open_, held), EnvironmentState.PAUSED.value),
        (or_(moving, exists().where(open_)), EnvironmentState.ROLLING.value),
        (~or_(broken, waits), EnvironmentState.READY.value),
        (or_(usable, ~broken), EnvironmentState.DEGRADED.value),
        else_=EnvironmentState.FAILED.value,
    )


def _has(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(and_(_replicas.c.environment_id == _environments.c.id, condition))
