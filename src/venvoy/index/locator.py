"""Where a file is: at its own address, below a mirror's file root, or on its page.

The neutral path costs no request. Only before a mirror's root is known, or when the
path is missing there, is the project's page read and searched by hash.
"""

import asyncio
from dataclasses import dataclass

from venvoy.domain.lock import LockedFile
from venvoy.index.address import is_neutral_path, project_of
from venvoy.index.pages import Location
from venvoy.index.projects import Projects
from venvoy.index.upstream import Upstream


@dataclass(frozen=True, slots=True)
class Place:
    """An address to try.

    Attributes:
        url: absolute.
        guessed: made from root and path, so a 404 there is not the last word.
        size: bytes, as the page says, or None.
    """

    url: str
    guessed: bool
    size: int | None


class Locator:
    """Finds files at upstreams.

    Args:
        projects: pages and file roots.
    """

    def __init__(self, projects: Projects) -> None:
        self._projects = projects
        self._learning: dict[str, asyncio.Lock] = {}

    async def place(self, file: LockedFile, upstream: Upstream | None) -> Place:
        """Return the first address to try.

        Args:
            file: with what is known of it.
            upstream: whom to ask; None for a file that has an address of its own.

        Raises:
            FetchFailed: the upstream has no such file, or cannot be asked.
        """
        if upstream is None:
            return Place(file.url or "", guessed=False, size=file.size)
        if file.path is None or not is_neutral_path(file.path):
            return await self.listed(file, upstream)
        root = self._projects.file_root(upstream)
        if root is None:
            async with self._learning.setdefault(upstream.key, asyncio.Lock()):
                root = self._projects.file_root(upstream)
                if root is None:
                    return await self.listed(file, upstream)
        if not root:
            return await self.listed(file, upstream)
        return Place(root + file.path, guessed=True, size=file.size)

    async def listed(self, file: LockedFile, upstream: Upstream) -> Place:
        """Return the address that the project's page gives.

        Raises:
            FetchFailed: as `place`.
        """
        location = await self.location(file, upstream)
        return Place(location.url, guessed=False, size=location.size)

    async def location(self, file: LockedFile, upstream: Upstream) -> Location:
        """Return all that the project's page says of a file.

        Raises:
            FetchFailed: as `place`.
        """
        project = project_of(file.name)
        return await self._projects.locate(upstream, project, file.sha256, file.name)
