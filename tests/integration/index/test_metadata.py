"""PEP 658 metadata: passed on, or read out of the remote wheel."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from venvoy.index.problem import ProblemKind
from venvoy.testing.gateway import running_gateway
from venvoy.testing.index import Fault, LocalIndex
from venvoy.testing.wheels import make_sdist, make_wheel

WHEEL = make_wheel("demo", requires=("six>=1",), payload=1_000_000)
SDIST = make_sdist("plain")

pytestmark = pytest.mark.usefixtures("offered")


@pytest.fixture
def offered(index: LocalIndex) -> None:
    index.add(WHEEL, SDIST)


async def got(http: aiohttp.ClientSession, url: str) -> tuple[int, bytes]:
    async with http.get(f"{url}.metadata") as response:
        return response.status, await response.read()


async def test_the_indexs_own_is_passed_on(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.behaviour.metadata = True
    async with running_gateway(tmp_path, index.simple) as running:
        assert await got(http, running.file(WHEEL)) == (200, WHEEL.metadata)
    assert index.asked("GET *.whl.metadata") == 1
    assert index.asked("GET *.whl") == 0


@pytest.mark.parametrize("sizes", [True, False])
async def test_without_it_a_range_of_the_wheel_is_read_once_for_all(
    sizes: bool, index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.behaviour.sizes = sizes
    async with running_gateway(tmp_path, index.simple) as running:
        answers = await asyncio.gather(*(got(http, running.file(WHEEL)) for _ in range(10)))
        assert answers == [(200, WHEEL.metadata)] * 10
    async with running_gateway(tmp_path, index.simple) as running:
        assert await got(http, running.file(WHEEL)) == (200, WHEEL.metadata)
    assert index.asked("GET *.whl") == 1
    assert index.bytes_sent < 100_000


async def test_without_ranges_the_wheel_itself_is_fetched_and_checked(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.behaviour.ranges = False
    async with running_gateway(tmp_path, index.simple) as running:
        assert await got(http, running.file(WHEEL)) == (200, WHEEL.metadata)
        assert running.store.has(WHEEL.sha256)


async def test_a_stored_wheel_costs_no_request(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        async with http.get(running.file(WHEEL)) as response:
            await response.read()
        before = index.requests.total()
        assert await got(http, running.file(WHEEL)) == (200, WHEEL.metadata)
    assert index.requests.total() == before


@pytest.mark.parametrize(
    "fault",
    [Fault("*.metadata", wrong=True), Fault("*.metadata", status=404)],
    ids=["wrong", "404"],
)
async def test_announced_metadata_that_is_wrong_or_missing_is_read_from_the_wheel(
    fault: Fault, index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.behaviour.metadata = True
    index.faults.append(fault)
    async with running_gateway(tmp_path, index.simple) as running:
        assert await got(http, running.file(WHEEL)) == (200, WHEEL.metadata)


async def test_a_wheel_that_is_none_is_named(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    broken = type(WHEEL)("broken-1.0-py3-none-any.whl", b"no archive" * 100)
    index.add(broken)
    async with running_gateway(tmp_path, index.simple) as running:
        with running.gateway.watch() as watch:
            assert (await got(http, running.file(broken)))[0] == 422
            (problem,) = watch.problems
            assert (problem.kind, problem.name) == (ProblemKind.UNREADABLE, broken.name)


async def test_a_source_distribution_has_none(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        assert (await got(http, running.file(SDIST)))[0] == 404
    assert index.asked("GET *.tar.gz") == 0


async def test_refusals_are_passed_on(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.faults.append(Fault("*.whl", status=403))
    async with running_gateway(tmp_path, index.simple) as running:
        assert (await got(http, running.file(WHEEL)))[0] == 403
