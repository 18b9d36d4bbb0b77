"""Lists by page: sorted, and continued after a row by an opaque cursor.

A cursor names the last row that was seen by its sort key and id, so rows that come
or go between two pages neither repeat nor hide others.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_

from venvoy.domain.errors import InvalidInput
from venvoy.store.session import Transaction

LIMIT = 500


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list is wanted, in what order.

    Attributes:
        sort: the key to sort by, with a leading `-` for the other direction; None
            is the list's own order.
        cursor: `next` of the page before, or None for the first page.
        limit: rows of a page, at most 500.
    """

    sort: str | None = None
    cursor: str | None = None
    limit: int = 50


async def page(
    tx: Transaction,
    statement: Select[Any],
    keys: Mapping[str, ColumnElement[Any]],
    identity: ColumnElement[Any],
    wish: Paging,
    *,
    default: str | None = None,
) -> tuple[list[Row[Any]], str | None]:
    """Return the rows of one page and the cursor of the next.

    Args:
        statement: the whole list, filtered, not sorted.
        keys: what may be sorted by, none of them NULL.
        default: the list's own order, the first key when None.
        identity: breaks ties; unique.

    Raises:
        InvalidInput: `sort-unknown` or `cursor-invalid`.
    """
    sort = wish.sort or default or next(iter(keys))
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if name not in keys:
        raise InvalidInput("sort-unknown", sort=name[:63], known=[*keys])
    key = keys[name]
    if wish.cursor is not None:
        statement = statement.where(_after(key, identity, _decoded(wish.cursor, sort), descending))
    order = (key.desc(), identity.desc()) if descending else (key, identity)
    limit = max(1, min(wish.limit, LIMIT))
    marked = statement.add_columns(key.label("_key"), identity.label("_identity"))
    rows = await tx.all(marked.order_by(*order).limit(limit + 1))
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]._mapping  # noqa: SLF001 - public, see `store.records`
        following = _encoded(sort, last["_key"], last["_identity"])
    return rows[:limit], following


def _after(
    key: ColumnElement[Any],
    identity: ColumnElement[Any],
    position: tuple[Any, Any],
    descending: bool,  # noqa: FBT001 - private
) -> ColumnElement[bool]:
    value, tie = position
    if descending:
        return or_(key < value, and_(key == value, identity < tie))
    return or_(key > value, and_(key == value, identity > tie))


def _encoded(sort: str, value: Any, tie: Any) -> str:
    timed = isinstance(value, datetime)
    shown = value.isoformat() if timed else value
    return urlsafe_b64encode(json.dumps([sort, timed, shown, tie]).encode()).decode().rstrip("=")


def _decoded(cursor: str, sort: str) -> tuple[Any, Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        its_sort, timed, value, tie = json.loads(urlsafe_b64decode(padded.encode()))
        position = datetime.fromisoformat(value) if timed else value
    except (ValueError, TypeError) as error:
        raise InvalidInput("cursor-invalid") from error
    if its_sort != sort or not isinstance(position, str | int | float | datetime):
        raise InvalidInput("cursor-invalid")
    if not isinstance(tie, str | int):
        raise InvalidInput("cursor-invalid")
    return position, tie
