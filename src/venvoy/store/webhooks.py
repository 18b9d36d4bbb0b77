"""Webhooks: what was told of each replica, and what is still to be."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select, tuple_, update

from venvoy.domain.webhook import Code, Told
from venvoy.store import tables
from venvoy.store.records import records
from venvoy.store.session import Transaction
from venvoy.wire.subjects import ReplicaAddress

_webhooks = tables.webhooks
_environments = tables.environments
_nodes = tables.nodes
_KEY = (_webhooks.c.environment_id, _webhooks.c.node_id)


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """What is told of one replica.

    Attributes:
        event: id of the switch; the same for every try.
        at: when the switch was reported.
        tries: that failed.
        due_at: when it is sent next, None where nothing is to be sent.
        problem: why the last try failed, empty where it did not.
    """

    environment_id: str
    node_id: str
    prefix: str | None
    revision: int | None
    previous: int | None
    epoch: int | None
    generation: int | None
    code: Code | None
    reason: str
    event: str | None
    at: datetime | None
    tries: int
    due_at: datetime | None
    problem: str

    def __post_init__(self) -> None:
        if self.code is not None:
            object.__setattr__(self, "code", Code(self.code))

    @property
    def told(self) -> Told:
        """What decides."""
        wish = None
        if self.epoch is not None and self.generation is not None:
            wish = (self.epoch, self.generation)
        return Told(self.prefix, self.revision, wish, self.previous, self.code, self.reason)


@dataclass(frozen=True, slots=True)
class DueRow:
    """One that is to be sent, with what the names are now."""

    environment_id: str
    node_id: str
    revision: int | None
    previous: int | None
    code: Code
    reason: str
    event: str
    at: datetime
    tries: int
    environment: str
    node: str
    policy: dict[str, Any]
    deleted_at: datetime | None


async def at(
    tx: Transaction, addresses: Collection[ReplicaAddress]
) -> dict[ReplicaAddress, WebhookRow]:
    """Return the rows of some replicas."""
    pairs = [(each.environment, each.node) for each in addresses]
    if not pairs:
        return {}
    rows = records(WebhookRow, await tx.all(select(_webhooks).where(tuple_(*_KEY).in_(pairs))))
    return {ReplicaAddress(row.node_id, row.environment_id): row for row in rows}


async def of_environment(tx: Transaction, environment_id: str) -> dict[str, WebhookRow]:
    """Return the rows of an environment, by node id."""
    here = select(_webhooks).where(_webhooks.c.environment_id == environment_id)
    return {row.node_id: row for row in records(WebhookRow, await tx.all(here))}


async def keep(tx: Transaction, told: Mapping[ReplicaAddress, tuple[Told, str, datetime]]) -> None:
    """Note what is told of replicas, with the event's id and the time.

    What has a code is to be sent at once; the callers hold the replicas.
    """
    if not told:
        return
    pairs = [(each.environment, each.node) for each in told]
    await tx.execute(delete(_webhooks).where(tuple_(*_KEY).in_(pairs)))
    values = [
        {
            "environment_id": address.environment,
            "node_id": address.node,
            "prefix": each.prefix,
            "revision": each.revision,
            "previous": each.previous,
            "epoch": each.wish[0] if each.wish else None,
            "generation": each.wish[1] if each.wish else None,
            "code": each.code.value if each.code else None,
            "reason": each.reason,
            "event": event,
            "at": now,
            "tries": 0,
            "due_at": now if each.code else None,
            "problem": "",
        }
        for address, (each, event, now) in told.items()
    ]
    await tx.execute(insert(_webhooks), values)


async def due(tx: Transaction, now: datetime, limit: int) -> list[DueRow]:
    """Return those that are to be sent, those that wait longest first."""
    statement = (
        select(
            _webhooks,
            _environments.c.name.label("environment"),
            _environments.c.policy,
            _environments.c.deleted_at,
            _nodes.c.name.label("node"),
        )
        .join(_environments, _environments.c.id == _webhooks.c.environment_id)
        .join(_nodes, _nodes.c.id == _webhooks.c.node_id)
        .where(_webhooks.c.due_at <= now)
        .order_by(_webhooks.c.due_at)
        .limit(limit)
    )
    names = DueRow.__slots__
    return [
        DueRow(**{**{n: getattr(row, n) for n in names}, "code": Code(row.code)})
        for row in await tx.all(statement)
    ]


async def settle(tx: Transaction, row: DueRow, **values: Any) -> None:
    """Set columns of one that is still about the same switch."""
    same = and_(
        _webhooks.c.environment_id == row.environment_id,
        _webhooks.c.node_id == row.node_id,
        _webhooks.c.event == row.event,
    )
    await tx.execute(update(_webhooks).where(same).values(**values))
