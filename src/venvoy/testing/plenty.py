"""A store as a large fleet has filled it: thousands of environments, laid down in seconds.

Rows are as finished work leaves them, so a controller that is started on them finds
nothing to do; their nodes are away and stay so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert
from uuid6 import uuid7

from venvoy.domain.state import OperationKind, OperationState, ReplicaState
from venvoy.store import locks, nodes, tables
from venvoy.store.migrate import migrate
from venvoy.store.session import Database, Transaction
from venvoy.testing.controller import locked

_NODES = 20
_LOCKS = 25
_PACKAGES = 70
_PYTHON = "==3.12.*"
_BEGAN = datetime(2026, 1, 5, 8, tzinfo=UTC)
_KINDS = ("crawler", "etl", "report", "model", "service")
_TEAMS = ("data", "growth", "risk", "search")
_STAGES = ("prod", "staging", "test")
_TITLES = ("每日价格采集", "Nightly exports", "", "特征计算", "")
_CAUSE = {
    "code": "disk-full",
    "step": "install",
    "hop": "disk",
    "params": {"reason": "No space left on device"},
    "evidence": ["error: No space left on device (os error 28)"],
}


@dataclass(frozen=True, slots=True)
class _Place:
    """What all environments share: their nodes, and their locks with a package of each."""

    nodes: tuple[str, ...]
    locks: tuple[str, ...]


async def fill(url: str, count: int) -> None:
    """Lay down environments in an empty database, one in nine of them in trouble.

    Each has a revision with a lock of 70 packages, up to three replicas, two labels.
    """
    await migrate(url)
    database = Database.open(url)
    try:
        async with database.write() as tx:
            place = await _place(tx)
            rows = [row for number in range(count) for row in _environment(place, number)]
            for table in _TABLES:
                mine = [values for its_table, values in rows if its_table is table]
                await tx.execute(insert(table), mine)
    finally:
        await database.close()


_TABLES = (
    tables.environments,
    tables.environment_nodes,
    tables.revisions,
    tables.operations,
    tables.replicas,
)
"""In the order in which they refer to each other."""

_Row = tuple[Table, dict[str, Any]]


async def _place(tx: Transaction) -> _Place:
    names = [f"worker-{number:02d}" for number in range(_NODES)]
    made = [await nodes.register(tx, str(uuid7()), name, f"{name}'s", _BEGAN) for name in names]
    digests = []
    for number in range(_LOCKS):
        packages = {f"package-{number + at:03d}": f"1.{at}.0" for at in range(_PACKAGES)}
        digests.append(await locks.add(tx, locked(_PYTHON, packages), _BEGAN))
    return _Place(tuple(node.id for node in made), tuple(digests))


def _environment(place: _Place, number: int) -> Iterator[_Row]:
    made, at = str(uuid7()), _BEGAN + timedelta(minutes=number)
    lock = number % _LOCKS
    yield (
        tables.environments,
        {
            "id": made,
            "name": f"{_KINDS[number % len(_KINDS)]}-{number:05d}",
            "title": _TITLES[number % len(_TITLES)],
            "description": "",
            "labels": {
                "team": _TEAMS[number % len(_TEAMS)],
                "stage": _STAGES[number % len(_STAGES)],
            },
            "owner_id": None,
            "version": 1,
            "revision": 1,
            "created_at": at,
            "updated_at": at,
        },
    )
    yield (
        tables.revisions,
        {
            "id": str(uuid7()),
            "environment_id": made,
            "number": 1,
            "spec": {
                "requirements": [f"package-{lock + each:03d}" for each in range(3)],
                "python": _PYTHON,
                "wish": None,
                "platforms": [],
            },
            "lock_digest": place.locks[lock],
            "author_id": None,
            "message": "",
            "created_at": at,
        },
    )
    for replica in range(1 + number % 3):
        node = place.nodes[(number + replica) % len(place.nodes)]
        failed = number % 9 == 0 and replica == 0
        yield from _replica(made, node, at, failed=failed)


def _replica(environment: str, node: str, at: datetime, *, failed: bool) -> Iterator[_Row]:
    operation = str(uuid7())
    one = {"environment_id": environment, "node_id": node}
    yield tables.environment_nodes, one
    yield (
        tables.operations,
        {
            **one,
            "id": operation,
            "kind": OperationKind.BUILD.value,
            "state": (OperationState.FAILED if failed else OperationState.SUCCEEDED).value,
            "cause": _CAUSE if failed else None,
            "cancel_requested": False,
            "created_at": at,
            "ended_at": at + timedelta(seconds=9),
        },
    )
    yield (
        tables.replicas,
        {
            **one,
            "epoch": 1,
            "generation": 1,
            "seen_epoch": 1,
            "seen_generation": 1,
            "action": "install",
            "revision": 1,
            "operation_id": operation,
            "state": (ReplicaState.FAILED if failed else ReplicaState.READY).value,
            "live_revision": None if failed else 1,
            "cause": _CAUSE if failed else None,
            "reported_at": at + timedelta(seconds=9),
        },
    )
