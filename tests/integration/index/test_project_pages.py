"""Project pages through the gateway: kept, confirmed, refreshed, never silently stale."""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from venvoy.index.pages import JSON_TYPE
from venvoy.index.problem import ProblemKind
from venvoy.testing.gateway import running_gateway
from venvoy.testing.index import Fault, LocalIndex
from venvoy.testing.wheels import make_sdist, make_wheel

ONE = make_wheel("demo-pkg", "1.0")
TWO = make_wheel("demo-pkg", "2.0")
JSON = {"Accept": JSON_TYPE}

pytestmark = pytest.mark.usefixtures("offered")


@pytest.fixture
def offered(index: LocalIndex) -> None:
    index.add(ONE)


async def page(http: aiohttp.ClientSession, url: str, **headers: str) -> dict[str, Any]:
    async with http.get(url, headers={**JSON, **headers}) as response:
        assert response.status == 200
        document: dict[str, Any] = await response.json(content_type=JSON_TYPE)
        return document


def names(document: dict[str, Any]) -> list[str]:
    return [entry["filename"] for entry in document["files"]]


def grow_old(folder: Path) -> None:
    """Make every kept page an hour old."""
    then = time.time() - 3600
    for file in folder.rglob("*.page"):
        os.utime(file, (then, then))


async def test_a_page_is_fetched_once_even_over_a_restart(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        url = running.page("demo-pkg")
        pages = await asyncio.gather(*(page(http, url) for _ in range(10)))
        assert all(names(one) == [ONE.name] for one in pages)
    async with running_gateway(tmp_path, index.simple) as running:
        assert running.page("demo-pkg") == url
        await page(http, url)
    assert index.asked("GET /simple/*") == 1


async def test_a_client_may_keep_a_page_and_ask_by_tag(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        async with http.get(running.page("demo-pkg"), headers=JSON) as response:
            assert response.headers["Cache-Control"] == "max-age=600"
            assert int(response.headers["Age"]) < 600
            tag = response.headers["ETag"]
        asking = {**JSON, "If-None-Match": tag}
        async with http.get(running.page("demo-pkg"), headers=asking) as response:
            assert response.status == 304
            assert response.headers["ETag"] == tag
        async with http.head(running.page("demo-pkg"), headers=JSON) as response:
            assert response.status == 200
            assert (response.content_length or 0) > 100


@pytest.mark.parametrize("etags", [True, False])
async def test_an_old_page_is_confirmed_and_keeps_its_tag(
    etags: bool, index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.behaviour.etags = etags
    tags = []
    for _ in range(2):
        async with (
            running_gateway(tmp_path, index.simple) as running,
            http.get(running.page("demo-pkg"), headers=JSON) as response,
        ):
            tags.append(response.headers["ETag"])
            assert int(response.headers["Age"]) < 600
        grow_old(tmp_path)
    assert tags[0] == tags[1]
    assert index.asked("GET /simple/*") == 2


async def test_a_new_release_is_seen_when_the_page_is_old_or_refresh_is_asked(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        url = running.page("demo-pkg")
        assert names(await page(http, url)) == [ONE.name]
        index.add(TWO)
        assert names(await page(http, url)) == [ONE.name]
        assert names(await page(http, url, **{"Cache-Control": "no-cache"})) == [ONE.name, TWO.name]
        assert names(await page(http, url)) == [ONE.name, TWO.name]


async def test_a_kept_page_serves_while_the_index_is_away_but_not_for_a_refresh(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        await page(http, running.page("demo-pkg"))
    await index.stop()
    grow_old(tmp_path)
    async with running_gateway(tmp_path, index.simple) as running:
        with running.gateway.watch() as watch:
            assert names(await page(http, running.page("demo-pkg"))) == [ONE.name]
            asking = {**JSON, "Cache-Control": "no-cache"}
            async with http.get(running.page("demo-pkg"), headers=asking) as response:
                assert response.status == 502
            assert watch.problems[-1].kind is ProblemKind.REFUSED


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, ProblemKind.HTTP_STATUS),
        (403, ProblemKind.HTTP_STATUS),
        (404, ProblemKind.NOT_FOUND),
        (500, ProblemKind.HTTP_STATUS),
    ],
)
async def test_what_the_index_refuses_is_refused_with_a_record(
    status: int, kind: ProblemKind, index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.faults.append(Fault("/simple/*", status=status))
    async with running_gateway(tmp_path, index.simple) as running:
        with running.gateway.watch() as watch:
            async with http.get(running.page("demo-pkg"), headers=JSON) as response:
                assert response.status == (502 if status == 500 else status)
                document = json.loads(await response.read())
            assert document["upstream_status"] == status
            (problem,) = watch.problems
            assert (problem.kind, problem.status, problem.name) == (kind, status, "demo-pkg")
            assert problem.url == f"{index.simple}demo-pkg/"


async def test_a_page_that_is_none_is_named(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, f"{index.root}/{index.path(ONE)}") as running:
        index.faults.append(Fault("*/demo-pkg/", status=200))
        with running.gateway.watch() as watch:
            async with http.get(running.page("demo-pkg"), headers=JSON) as response:
                assert response.status == 422
            assert watch.problems[-1].kind is ProblemKind.UNREADABLE


async def test_an_unreachable_first_upstream_leaves_the_second(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, "http://127.0.0.1:9/simple/", index.simple) as running:
        assert names(await page(http, running.page("demo-pkg"))) == [ONE.name]


@pytest.mark.parametrize("html_only", [True, False])
@pytest.mark.parametrize("relative", [True, False])
async def test_any_kind_of_page_leads_to_the_file(
    html_only: bool, relative: bool, index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.behaviour.html_only, index.behaviour.relative = html_only, relative
    index.behaviour.layout = not relative
    async with running_gateway(tmp_path, index.simple) as running:
        (entry,) = (await page(http, running.page("demo-pkg")))["files"]
        base = running.page("demo-pkg").removesuffix("simple/demo-pkg/")
        assert entry["url"].startswith("../../files/")
        async with http.get(base + entry["url"].removeprefix("../../")) as response:
            assert await response.read() == ONE.data


async def test_html_for_those_who_want_it(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.add(make_sdist("demo-pkg", "3.0"))
    async with running_gateway(tmp_path, index.simple) as running:
        async with http.get(running.page("demo-pkg"), headers={"Accept": "text/html"}) as response:
            assert response.content_type == "text/html"
            text = await response.text()
            html_tag = response.headers["ETag"]
        assert f'href="../../files/{ONE.sha256}/{ONE.name}#sha256={ONE.sha256}"' in text
        assert text.count("data-core-metadata") == 1
        async with http.get(running.page("demo-pkg"), headers=JSON) as response:
            assert response.headers["ETag"] != html_tag


@pytest.mark.parametrize("path", ["Demo_Pkg/", "demo-pkg", "Demo.Pkg"])
async def test_other_spellings_lead_to_the_one_address(
    path: str, index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with (
        running_gateway(tmp_path, index.simple) as running,
        http.get(running.address.simple + path, headers=JSON) as response,
    ):
        assert str(response.url) == running.page("demo-pkg")
        assert response.status == 200


async def test_the_list_names_what_was_asked_for(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        await page(http, running.page("demo-pkg"))
        document = await page(http, running.address.simple)
        assert document["projects"] == [{"name": "demo-pkg"}]
        async with http.head(running.address.simple) as response:
            assert response.status == 200


async def test_without_the_secret_there_is_nothing(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        other = running.page("demo-pkg").replace(running.address.secret, "x" * 32)
        async with http.get(other) as response:
            assert response.status == 404
            assert b"demo" not in await response.read()
    assert not index.requests
