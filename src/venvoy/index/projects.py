"""Project pages of the route's upstreams: fetched once, kept, confirmed when old.

Guarantees: one request upstream for a page however many ask; a page younger than
`page_age_s` costs none; an old one is confirmed. While every upstream is out of
reach, an old page is better than none; a page that an upstream refuses (401, 403,
404) is refused here too. Where an upstream keeps its files is learned from its
pages and remembered over restarts.
"""

import asyncio
import json
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from venvoy.index.address import split_file_url
from venvoy.index.client import Client
from venvoy.index.failure import failed
from venvoy.index.page_fetch import Fetched, fetch_page
from venvoy.index.page_file import PageFile, StoredPage
from venvoy.index.pages import Location
from venvoy.index.problem import FetchFailed, ProblemKind
from venvoy.index.settings import GatewaySettings
from venvoy.index.upstream import Route, Upstream

_Key = tuple[str, str]


class Projects:
    """The pages that the gateway knows.

    Args:
        folder: where pages are kept; below it one directory per upstream.
        client: for requests upstream.
        route: which upstreams to ask.
        settings: ages and limits.
    """

    def __init__(
        self, folder: Path, client: Client, route: Route, settings: GatewaySettings
    ) -> None:
        self._folder = folder
        self._client = client
        self._route = route
        self._settings = settings
        self._fetches: dict[_Key, asyncio.Task[StoredPage]] = {}
        self._memory = _PageMemory(settings.page_memory)
        self._roots: dict[str, str] = {}
        # One thread: more would not be faster, and each keeps what its largest page took.
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pages")

    async def page(self, project: str, *, refresh: bool = False) -> StoredPage:
        """Return a project's page from the first upstream that can be reached.

        Args:
            project: normalised name.
            refresh: ask upstream however young the page is.

        Raises:
            FetchFailed: refused by an upstream, or no upstream reachable and no page kept.
        """
        first: FetchFailed | None = None
        upstreams = self._route.upstreams()
        for upstream in upstreams:
            try:
                return await self._current(upstream, project, refresh=refresh)
            except FetchFailed as error:
                if not error.problem.transient:
                    raise
                first = first or error
        for upstream in () if refresh else upstreams:
            kept = await asyncio.to_thread(self._file(upstream, project).read)
            if kept is not None:
                return kept
        raise first or failed(ProblemKind.NOT_FOUND, project, detail="the route is empty")

    async def locate(self, upstream: Upstream, project: str, digest: str, name: str) -> Location:
        """Return where one upstream has a file.

        A page that lacks the file is asked for anew: the file may be younger.

        Raises:
            FetchFailed: `not-found` where the page has no such file.
        """
        file = self._file(upstream, project)
        found = await asyncio.to_thread(file.find, digest, name)
        if found is None:
            await self._current(upstream, project, refresh=True)
            found = await asyncio.to_thread(file.find, digest, name)
        if found is None:
            url = upstream.page(project)
            raise failed(ProblemKind.NOT_FOUND, url, detail=f"the page does not list {name}")
        self._learn_root(upstream, (found,))
        return found

    def known(self) -> list[str]:
        """Return the projects that have a page here, sorted."""
        files = self._folder.glob("*/*.page")
        return sorted({file.name.removesuffix(".page") for file in files})

    def file_root(self, upstream: Upstream) -> str | None:
        """Return where an upstream keeps files by their neutral paths.

        Returns:
            The root, ending with `/`; "" where the upstream has no such paths; None
            before any of its pages was read.
        """
        if upstream.key not in self._roots:
            with suppress(OSError, ValueError, KeyError, TypeError):
                document = json.loads(self._root_file(upstream).read_text(encoding="utf-8"))
                self._roots[upstream.key] = str(document["root"])
        return self._roots.get(upstream.key)

    async def close(self) -> None:
        """End the fetches under way."""
        tasks = list(self._fetches.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._reader.shutdown(wait=False)

    async def _current(self, upstream: Upstream, project: str, *, refresh: bool) -> StoredPage:
        key = (upstream.key, project)
        if not refresh:
            kept = self._memory.get(key)
            if kept is None:
                kept = await asyncio.to_thread(self._file(upstream, project).read)
            if kept is not None and kept.age() < self._settings.page_age_s:
                self._memory.put(key, kept)
                return kept
        task = self._fetches.get(key)
        if task is None:
            task = asyncio.create_task(self._fetch(upstream, project))
            self._fetches[key] = task
            task.add_done_callback(lambda done: self._fetched(key, done))
        return await asyncio.shield(task)

    async def _fetch(self, upstream: Upstream, project: str) -> StoredPage:
        file, limit = self._file(upstream, project), self._settings.page_limit

        async def once() -> Fetched:
            return await fetch_page(self._client, upstream, project, file, limit, self._reader)

        fetched = await self._client.retried(once)
        if fetched.locations is not None:
            self._learn_root(upstream, fetched.locations)
        return fetched.page

    def _fetched(self, key: _Key, task: asyncio.Task[StoredPage]) -> None:
        self._fetches.pop(key, None)
        if not task.cancelled() and task.exception() is None:
            self._memory.put(key, task.result())

    def _learn_root(self, upstream: Upstream, locations: tuple[Location, ...]) -> None:
        splits = (split_file_url(location.url) for location in locations)
        root = next((split[0] for split in splits if split), "")
        known = self.file_root(upstream)
        if root == known or (not root and (known or not locations)):
            return
        self._roots[upstream.key] = root
        with suppress(OSError):
            self._root_file(upstream).write_text(json.dumps({"root": root}), encoding="utf-8")

    def _file(self, upstream: Upstream, project: str) -> PageFile:
        return PageFile(self._folder / upstream.key / f"{project}.page")

    def _root_file(self, upstream: Upstream) -> Path:
        return self._folder / upstream.key / "root.json"


class _PageMemory:
    """The pages asked for last, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0
        self._pages: OrderedDict[_Key, StoredPage] = OrderedDict()

    def get(self, key: _Key) -> StoredPage | None:
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def put(self, key: _Key, page: StoredPage) -> None:
        before = self._pages.pop(key, None)
        self._used += len(page.body) - (len(before.body) if before else 0)
        self._pages[key] = page
        while self._used > self._limit:
            _, dropped = self._pages.popitem(last=False)
            self._used -= len(dropped.body)
