"""Looking up rows by pairs of ids, many at once."""

import json
from collections.abc import Collection

from sqlalchemy import ColumnElement, func, select, tuple_

from venvoy.store.session import Transaction
from venvoy.store.url import Backend
from venvoy.wire.subjects import ReplicaAddress


def at(
    tx: Transaction,
    environment_id: ColumnElement[str],
    node_id: ColumnElement[str],
    addresses: Collection[ReplicaAddress],
) -> ColumnElement[bool]:
    """Return the condition that a row belongs to one of some replicas.

    Its cost is that of as many look-ups in an index of both columns, on SQLite too: up to
    3.40 it reads the whole table for `(a, b) IN (VALUES …)`, but not for a query.
    """
    pairs = [(address.environment, address.node) for address in addresses]
    both = tuple_(environment_id, node_id)
    if tx.backend is not Backend.SQLITE:
        return both.in_(pairs)
    given = func.json_each(json.dumps(pairs)).table_valued("value").c.value
    parts = (func.json_extract(given, "$[0]"), func.json_extract(given, "$[1]"))
    return both.in_(select(*parts))
