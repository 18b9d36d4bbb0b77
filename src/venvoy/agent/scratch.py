"""What uv leaves in its cache when it is killed: unpacked halves that nobody will use.

uv clears its temporary directories itself unless it dies by a signal, as it does
when a build is stopped. They are deleted whenever no build is running, for only then
do they belong to nobody. They are moved aside at once and deleted in a thread: a
build that begins meanwhile neither waits nor loses anything.
"""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_PATTERN = ".tmp*"
_ASIDE = ".venvoy-gone-"


class Scratch:
    """Counts the builds that may own temporary directories.

    Args:
        cache: of uv.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._users = 0

    @asynccontextmanager
    async def used(self) -> AsyncIterator[None]:
        """Be one of the owners meanwhile."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            await self.clear()

    async def clear(self) -> None:
        """Delete what is left, unless it may belong to a build."""
        if self._users:
            return
        for left in self._cache.glob(_PATTERN):
            with suppress(OSError):
                left.rename(self._cache / f"{_ASIDE}{secrets.token_hex(8)}")
        if gone := list(self._cache.glob(f"{_ASIDE}*")):
            await asyncio.to_thread(_delete, gone)


def _delete(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
