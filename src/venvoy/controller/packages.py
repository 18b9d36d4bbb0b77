"""Packages that this installation knows: those in its locks."""

import re
from collections.abc import Iterable

from packaging.version import InvalidVersion, Version

from venvoy.controller.context import Context
from venvoy.store import package_names
from venvoy.wire.environments import PackageName
from venvoy.wire.schemas import Page

_SEPARATORS = re.compile(r"[-_.]+")
_LOWEST = Version("0.dev0")


async def list_names(ctx: Context, *, search: str = "", limit: int = 20) -> Page[PackageName]:
    """Return names that complete what somebody types, the likeliest first.

    Args:
        search: a part of a name, in any spelling (PEP 503); empty for those used most.
    """
    part = _SEPARATORS.sub("-", search.strip().lower())
    async with ctx.db.read() as tx:
        names = await package_names.matching(tx, part, limit)
        versions = await package_names.versions(tx, names)
    return Page[PackageName](
        items=[PackageName(name=name, version=newest(versions[name])) for name in names]
    )


def newest(versions: Iterable[str]) -> str:
    """Return the highest version (PEP 440); what is none of the standard's is lower."""
    return max(versions, key=lambda version: (_parsed(version), version))


def _parsed(version: str) -> Version:
    try:
        return Version(version)
    except InvalidVersion:
        return _LOWEST
