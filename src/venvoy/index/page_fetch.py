"""One request for a project's page, and what its answer means for the kept one.

An index without ETags sends the whole page again; when its bytes are those of last
time, the kept page is confirmed and keeps its tag, so that uv reads nothing anew.
"""

import asyncio
from concurrent.futures import Executor
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

import aiohttp

from venvoy.index.client import Client
from venvoy.index.failure import failed, from_disk
from venvoy.index.page_file import PageFile, StoredPage
from venvoy.index.pages import ACCEPT, Location, PageUnreadable, read_page
from venvoy.index.problem import ProblemKind
from venvoy.index.upstream import Upstream

_CHUNK = 2**18


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page that upstream has just sent or confirmed.

    Attributes:
        page: as it is on disk now.
        locations: its files, or None when the page did not change.
    """

    page: StoredPage
    locations: tuple[Location, ...] | None


@dataclass(frozen=True, slots=True)
class _Answer:
    url: str
    data: bytes
    base: str
    content_type: str
    etag: str | None


async def fetch_page(
    client: Client,
    upstream: Upstream,
    project: str,
    file: PageFile,
    limit: int,
    reader: Executor,
) -> Fetched:
    """Ask an upstream for a project's page and keep the answer.

    Args:
        client: sends the request.
        upstream: whom to ask.
        project: normalised name.
        file: where the page is kept.
        limit: bytes of the largest page that is accepted.
        reader: reads the answer.

    Raises:
        FetchFailed: no page came, or nothing that can be read, or the disk is full.
    """
    url = upstream.page(project)
    kept = await asyncio.to_thread(file.read)
    headers = {"Accept": ACCEPT}
    if kept is not None and kept.head.upstream_etag:
        headers["If-None-Match"] = kept.head.upstream_etag
    async with client.get(url, upstream, headers) as response:
        if response.status == HTTPStatus.NOT_MODIFIED and kept is not None:
            return await asyncio.to_thread(_confirmed, file, kept)
        answer = _Answer(
            url=url,
            data=await _body(response, url, limit),
            base=str(response.url),
            content_type=response.headers.get("Content-Type", ""),
            etag=response.headers.get("ETag"),
        )
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(reader, _digested, file, kept, answer)


async def _body(response: aiohttp.ClientResponse, url: str, limit: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > limit:
            detail = f"larger than {limit} bytes"
            raise failed(ProblemKind.UNREADABLE, url, detail=detail)
    return bytes(body)


def _confirmed(file: PageFile, kept: StoredPage) -> Fetched:
    file.confirm()
    return Fetched(file.read() or kept, None)


def _digested(file: PageFile, kept: StoredPage | None, answer: _Answer) -> Fetched:
    source = sha256(answer.data).hexdigest()
    unchanged = kept is not None and kept.head.source == source
    if kept is not None and unchanged and kept.head.upstream_etag == answer.etag:
        return _confirmed(file, kept)
    try:
        page = read_page(answer.data, answer.content_type, answer.base)
        return Fetched(file.write(page, source, answer.etag), page.locations)
    except PageUnreadable as error:
        raise failed(ProblemKind.UNREADABLE, answer.url, detail=str(error)) from error
    except OSError as error:
        raise from_disk(error, str(error.filename or "page")) from error
