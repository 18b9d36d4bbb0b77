"""Interpreters for machines that have none: from the catalogue that people fill."""

from pathlib import Path
from typing import Protocol

from venvoy.controller.context import Context
from venvoy.controller.install.closure import OLDEST_MINOR
from venvoy.controller.python_archives import newest_for
from venvoy.domain.platform import Platform


class Archives(Protocol):
    """Who holds interpreters."""

    async def for_agent(self, platform: Platform, libc: str) -> Path | None:
        """Return the newest CPython on which an agent runs, None where there is none.

        It is a `.tar.gz` in which one directory holds a whole installation.

        Args:
            platform: of the machine.
            libc: as in heartbeats, such as `glibc 2.36`; empty where unknown.
        """
        ...


class CatalogueArchives:
    """The catalogue of this controller."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def for_agent(self, platform: Platform, libc: str) -> Path | None:
        """See `Archives.for_agent`.

        Raises:
            Unavailable: `python-archive-damaged`.
        """
        async with self._ctx.db.read() as tx:
            row = await newest_for(tx, platform.value, libc or None, f">=3.{OLDEST_MINOR}")
        return None if row is None else await self._ctx.archives.verified(row.sha256)
