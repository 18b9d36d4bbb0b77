"""The names and versions of packages that stand in locks.

Names and versions are read by leaps through the index, one step per distinct value:
thousands of locks hold the same few hundred packages.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, Subquery, func, select

from venvoy.store import tables
from venvoy.store.session import Transaction

_packages = tables.lock_packages


async def matching(tx: Transaction, part: str, limit: int) -> list[str]:
    """Return names that hold `part`.

    Those that begin with it come first; then what more environments hold in their
    newest revision; then by name.

    Args:
        part: normalised as the names are; empty for any.
    """
    names, used = _names(), _used(part)
    begins = names.c.name.startswith(part, autoescape=True)
    statement = (
        select(names.c.name)
        .outerjoin(used, used.c.name == names.c.name)
        .where(names.c.name.contains(part, autoescape=True))
        .order_by(begins.desc(), func.coalesce(used.c.environments, 0).desc(), names.c.name)
        .limit(limit)
    )
    return [row.name for row in await tx.all(statement)]


async def versions(tx: Transaction, names: Collection[str]) -> dict[str, list[str]]:
    """Return the versions of packages by name, in no order."""
    statement = (
        select(_packages.c.name, _packages.c.version).distinct().where(_packages.c.name.in_(names))
    )
    found: dict[str, list[str]] = {}
    for row in await tx.all(statement):
        found.setdefault(row.name, []).append(row.version)
    return found


def _names() -> Subquery:
    """Every name once; see https://wiki.postgresql.org/wiki/Loose_indexscan."""
    walk = select(func.min(_packages.c.name).label("name")).cte("names", recursive=True)
    following: Select[tuple[str]] = select(func.min(_packages.c.name)).where(
        _packages.c.name > walk.c.name
    )
    step = select(following.scalar_subquery()).where(walk.c.name.is_not(None))
    walk = walk.union_all(step)
    return select(walk.c.name).where(walk.c.name.is_not(None)).subquery()


def _used(part: str) -> Subquery:
    """How many environments hold a package in their newest revision."""
    environments, revisions = tables.environments, tables.revisions
    newest: ColumnElement[bool] = (revisions.c.environment_id == environments.c.id) & (
        revisions.c.number == environments.c.revision
    )
    # Grouped by an expression: by the column, SQLite would walk the index of names through
    # every lock that there ever was, to be spared a sort.
    name = _packages.c.name + ""
    return (
        select(name.label("name"), func.count(environments.c.id.distinct()).label("environments"))
        .select_from(environments)
        .join(revisions, newest)
        .join(_packages, _packages.c.lock_digest == revisions.c.lock_digest)
        .where(
            environments.c.deleted_at.is_(None),
            _packages.c.name.contains(part, autoescape=True),
        )
        .group_by(name)
        .subquery()
    )
