"""The audit: who changed what, with before and after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from venvoy.store import pages, tables
from venvoy.store.records import records
from venvoy.store.session import Transaction

_audit = tables.audit


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change.

    Attributes:
        subject_kind: such as `environment`, `user`, `token`, `node`.
        version: the subject's version after the change, where it has one.
    """

    id: str
    at: datetime
    user_id: str | None
    username: str | None
    action: str
    subject_kind: str
    subject_id: str
    subject_name: str
    version: int | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


async def add(tx: Transaction, row: AuditRow) -> None:
    """Insert an entry."""
    values = {column.name: getattr(row, column.name) for column in _audit.columns}
    await tx.execute(insert(_audit).values(values))


async def since_version(tx: Transaction, subject_id: str, version: int) -> list[AuditRow]:
    """Return the changes of a subject behind a version of it, oldest first."""
    statement = (
        select(_audit)
        .where(_audit.c.subject_id == subject_id, _audit.c.version > version)
        .order_by(_audit.c.id)
    )
    return records(AuditRow, await tx.all(statement))


async def list_page(
    tx: Transaction,
    wish: pages.Paging,
    *,
    kind: str | None = None,
    subject: str | None = None,
    action: str | None = None,
    username: str | None = None,
) -> tuple[list[AuditRow], str | None]:
    """Return one page of the audit, the newest first by default."""
    statement = select(_audit)
    if kind is not None:
        statement = statement.where(_audit.c.subject_kind == kind)
    if subject is not None:
        statement = statement.where(_audit.c.subject_name == subject)
    if action is not None:
        statement = statement.where(_audit.c.action == action)
    if username is not None:
        statement = statement.where(_audit.c.username == username)
    rows, following = await pages.page(
        tx, statement, {"at": _audit.c.at}, _audit.c.id, wish, default="-at"
    )
    return records(AuditRow, rows), following
