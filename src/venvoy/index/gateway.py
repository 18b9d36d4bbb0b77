"""The gateway as other parts of a process hold it.

Composes pages, files and metadata over one client and one store, and owns their
lives. It knows nothing of HTTP towards uv; that is `app`.
"""

from dataclasses import replace
from pathlib import Path

from venvoy.domain.lock import Lock
from venvoy.index.address import project_of, split_file_url
from venvoy.index.client import Client
from venvoy.index.files import Files
from venvoy.index.locator import Locator
from venvoy.index.metadata import Metadata
from venvoy.index.page_file import StoredPage
from venvoy.index.pages import Location
from venvoy.index.problem import FetchFailed
from venvoy.index.projects import Projects
from venvoy.index.settings import GatewaySettings
from venvoy.index.store import FileStore
from venvoy.index.transfer import Means
from venvoy.index.upstream import Route
from venvoy.index.watch import Watch, Watches


class Gateway:
    """Pages, files and metadata from the route's upstreams.

    Args:
        folder: for pages and metadata, which outlive the process.
        store: for files.
        route: which upstreams to ask, asked anew for every request.
        settings: limits.
        user_agent: what to call itself towards upstreams.
    """

    def __init__(
        self,
        folder: Path,
        store: FileStore,
        route: Route,
        settings: GatewaySettings,
        user_agent: str = "venvoy",
    ) -> None:
        self._store = store
        self._route = route
        self._client = Client(settings, user_agent)
        self._watches = Watches(self._idle)
        self._projects = Projects(folder / "pages", self._client, route, settings)
        self._locator = Locator(self._projects)
        means = Means(
            client=self._client,
            locator=self._locator,
            store=store,
            attempts=settings.attempts,
            watches=self._watches,
        )
        self.files = Files(store, route, self._watches, means)
        self.metadata = Metadata(
            folder / "metadata", self._client, self._locator, self.files, route, self._watches
        )

    async def start(self) -> None:
        """Open the store and the client.

        Raises:
            OSError: the store's directory cannot be written.
        """
        self._store.open()
        await self._client.start()

    async def close(self) -> None:
        """End all transfers and close all connections."""
        await self.metadata.close()
        await self.files.close()
        await self._projects.close()
        await self._client.close()

    def watch(self, lock: Lock | None = None) -> Watch:
        """Open a build's watch, and know the lock's files while it is open.

        Args:
            lock: what is going to be installed; None watches all that passes, as the
                resolver does, which has no lock yet.
        """
        watch = self._watches.open(lock)
        self.files.forgive(set(watch.files))
        return watch

    async def page(self, project: str, *, refresh: bool = False) -> StoredPage:
        """Return a project's page.

        Args:
            project: normalised name.
            refresh: ask upstream however young the kept one is.

        Raises:
            FetchFailed: noted for the open watches before.
        """
        self._watches.touch()
        try:
            page = await self._projects.page(project, refresh=refresh)
        except FetchFailed as error:
            problem = replace(error.problem, name=project)
            self._watches.note(problem)
            raise FetchFailed(problem) from error
        self._watches.touch()
        return page

    async def locate(self, sha256: str, name: str) -> Location:
        """Return where the first upstream that has a file has it, and its size.

        The resolver makes neutral paths of the addresses with `neutral_path`.

        Args:
            sha256: lower-case hex.
            name: of the file.

        Raises:
            FetchFailed: no upstream lists it, or none can be asked.
        """
        first: FetchFailed | None = None
        for upstream in self._route.upstreams():
            try:
                return await self._projects.locate(upstream, project_of(name), sha256, name)
            except FetchFailed as error:
                first = first or error
        if first is None:
            raise RuntimeError("a route is never empty")
        raise first

    def projects(self) -> list[str]:
        """Return the projects that have been asked for, sorted."""
        return self._projects.known()

    def _idle(self, hashes: set[str]) -> None:
        self.files.drop(hashes)


def neutral_path(location: Location) -> str | None:
    """Return a file's path below the file root, or None where its index has none."""
    split = split_file_url(location.url)
    return split[1] if split else None
