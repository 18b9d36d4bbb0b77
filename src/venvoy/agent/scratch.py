"""What uv leaves in its cache when it is killed: unpacked halves that nobody will use.

uv clears its temporary directories itself unless it dies by a signal, as it does
when a build is stopped. They are deleted whenever no build is running, for only
then do they belong to nobody.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATTERN = ".tmp*"


class Scratch:
    """Counts the builds that may own temporary directories.

    Args:
        cache: of uv.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._users = 0

    @contextmanager
    def used(self) -> Iterator[None]:
        """Be one of the owners meanwhile."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            self.clear()

    def clear(self) -> None:
        """Delete what is left, unless it may belong to a build."""
        if self._users:
            return
        for left in self._cache.glob(_PATTERN):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
