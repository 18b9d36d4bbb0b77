"""Files through the gateway: checked, shared, resumed, kept or dropped."""

import asyncio
import errno
import os
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.index.problem import ProblemKind
from venvoy.index.settings import GatewaySettings, Retention
from venvoy.testing.gateway import RunningGateway, running_gateway
from venvoy.testing.index import Fault, LocalIndex
from venvoy.testing.wheels import MadeFile, make_wheel

BIG = make_wheel("big", payload=3_000_000)
SMALL = make_wheel("small")
BUILD = GatewaySettings(retention=Retention.BUILD, backoff_s=0.01, trust_env=False)

pytestmark = pytest.mark.usefixtures("offered")


@pytest.fixture
def offered(index: LocalIndex) -> None:
    index.add(BIG, SMALL)


async def until(condition: Callable[[], bool], within: float = 10.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        await asyncio.sleep(0.01)


async def got(http: aiohttp.ClientSession, url: str) -> tuple[int, bytes]:
    async with http.get(url) as response:
        return response.status, await response.read()


async def cut(http: aiohttp.ClientSession, url: str) -> bytes:
    """Return what came before the connection was cut."""
    body = bytearray()
    try:
        async with http.get(url) as response:
            async for chunk in response.content.iter_any():
                body += chunk
    except aiohttp.ClientError:
        return bytes(body)
    pytest.fail(f"answered in full: {response.status}, {len(body)} bytes")


def kinds(running: RunningGateway, lock: Lock) -> Callable[[], list[ProblemKind]]:
    watch = running.gateway.watch(lock)
    return lambda: [problem.kind for problem in watch.problems]


@pytest.mark.parametrize("file", [BIG, SMALL], ids=["big", "small"])
async def test_hash_and_name_are_enough(
    file: MadeFile, index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        assert await got(http, running.file(file)) == (200, file.data)
        assert running.store.path(file.sha256).read_bytes() == file.data
    async with running_gateway(tmp_path, index.simple) as running:
        assert await got(http, running.file(file)) == (200, file.data)
    assert index.asked("GET /packages/*") == 1


async def test_a_locks_files_need_one_page_for_the_file_root_and_none_after_a_restart(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    wheels = [make_wheel(f"pkg{number}") for number in range(8)]
    index.add(*wheels)
    lock = index.lock(*wheels)
    async with running_gateway(tmp_path, index.simple) as running:
        with running.gateway.watch(lock):
            answers = await asyncio.gather(*(got(http, running.file(file)) for file in wheels))
    assert [body for _, body in answers] == [file.data for file in wheels]
    assert index.asked("GET /simple/*") == 1
    async with running_gateway(tmp_path, index.simple) as running:
        with running.gateway.watch(index.lock(BIG)):
            assert await got(http, running.file(BIG)) == (200, BIG.data)
    assert index.asked("GET /simple/*") == 1


async def test_a_path_that_the_upstream_lacks_is_looked_up_on_the_page(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        await got(http, running.page("small"))
        moved = LockedFile(BIG.name, BIG.sha256, len(BIG.data), "packages/00/00/gone/big.whl")
        lock = Lock(">=3.11", (LockedPackage("big", "1.0", None, (moved,)),))
        with running.gateway.watch(lock) as watch:
            assert await got(http, running.file(BIG)) == (200, BIG.data)
            assert watch.problems == ()


async def test_a_file_with_an_address_of_its_own_comes_from_there(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    own = LockedFile(BIG.name, BIG.sha256, url=f"{index.root}/{index.path(BIG)}")
    lock = Lock(">=3.11", (LockedPackage("big", "1.0", None, (own,)),))
    async with running_gateway(tmp_path, "http://127.0.0.1:9/simple/") as running:
        with running.gateway.watch(lock):
            assert await got(http, running.file(BIG)) == (200, BIG.data)


async def test_one_download_however_many_ask(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.faults.append(Fault("*.whl", pace=6_000_000))
    async with running_gateway(tmp_path, index.simple) as running:
        answers = await asyncio.gather(*(got(http, running.file(BIG)) for _ in range(20)))
    assert answers == [(200, BIG.data)] * 20
    assert index.asked("GET *.whl") == 1


async def test_a_client_that_leaves_does_not_end_the_download_of_the_others(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.faults.append(Fault("*.whl", pace=3_000_000))
    async with running_gateway(tmp_path, index.simple) as running:
        leader = asyncio.create_task(got(http, running.file(BIG)))
        await until(lambda: index.bytes_sent > 200_000)
        follower = asyncio.create_task(got(http, running.file(BIG)))
        await asyncio.sleep(0)
        await until(lambda: index.bytes_sent > 600_000)
        leader.cancel()
        assert await follower == (200, BIG.data)
    assert index.asked("GET *.whl") == 1


async def test_a_download_that_nobody_waits_for_ends_and_leaves_nothing(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    huge = make_wheel("huge", payload=8_000_000)
    index.add(huge)
    index.faults.append(Fault("*.whl", after=1_000_000, stall=True))
    async with running_gateway(tmp_path, index.simple) as running:
        client = asyncio.create_task(got(http, running.file(huge)))
        await until(lambda: index.bytes_sent >= 1_000_000)
        client.cancel()
        parts = tmp_path / "files" / ".part"
        await until(lambda: not list(parts.iterdir()))
        assert not running.store.has(huge.sha256)


async def test_a_download_that_is_nearly_done_is_finished_for_the_next_one(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.faults.append(Fault("*.whl", pace=4_000_000))
    async with running_gateway(tmp_path, index.simple) as running:
        client = asyncio.create_task(got(http, running.file(BIG)))
        await until(lambda: index.bytes_sent > 500_000)
        client.cancel()
        await until(lambda: running.store.has(BIG.sha256))
    assert index.asked("GET *.whl") == 1


@pytest.mark.parametrize("file", [BIG, SMALL], ids=["big", "small"])
async def test_wrong_bytes_never_complete_and_are_never_stored(
    file: MadeFile, index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.faults.append(Fault("*.whl", wrong=True))
    async with running_gateway(tmp_path, index.simple) as running:
        watch = running.gateway.watch(index.lock(file))
        if file is BIG:
            assert len(await cut(http, running.file(file))) < len(file.data)
        else:
            assert (await got(http, running.file(file)))[0] == 422
        assert not running.store.has(file.sha256)
        assert list((tmp_path / "files" / ".part").iterdir()) == []
        (problem,) = watch.problems
        assert problem.kind is ProblemKind.HASH_MISMATCH
        assert problem.expected == file.sha256
        assert len(problem.actual) == 64
        assert problem.url == f"{index.root}/{index.path(file)}"
        # A client's own retry is refused at once; a new build may try again.
        assert (await got(http, running.file(file)))[0] == 422
        assert index.asked("GET *.whl") == 1
        index.faults.clear()
        with running.gateway.watch(index.lock(file)):
            assert await got(http, running.file(file)) == (200, file.data)


async def test_wrong_bytes_of_one_mirror_are_replaced_by_the_next(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with LocalIndex() as bad:
        bad.add(SMALL)
        bad.faults.append(Fault("*.whl", wrong=True))
        async with running_gateway(tmp_path, bad.simple, index.simple) as running:
            assert await got(http, running.file(SMALL)) == (200, SMALL.data)


@pytest.mark.parametrize("longer", [1, 5_000_000])
async def test_a_file_of_another_size_is_not_even_read(
    longer: int, index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.faults.append(Fault("*.whl", longer=longer))
    async with running_gateway(tmp_path, index.simple) as running:
        seen = kinds(running, index.lock(BIG))
        assert (await got(http, running.file(BIG)))[0] == 422
        assert seen() == [ProblemKind.SIZE_MISMATCH]


@pytest.mark.parametrize("trouble", ["cut", "stall"])
async def test_a_transfer_that_breaks_off_goes_on_where_it_stopped(
    trouble: str, index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    fault = Fault("*.whl", times=1, after=2_000_000)
    setattr(fault, trouble, True)
    index.faults.append(fault)
    async with running_gateway(tmp_path, index.simple, stall_s=0.3) as running:
        seen = kinds(running, index.lock(BIG))
        assert await got(http, running.file(BIG)) == (200, BIG.data)
        expected = ProblemKind.STALLED if trouble == "stall" else ProblemKind.TRUNCATED
        assert seen() == [expected]
    assert index.asked("GET *.whl") == 2
    ((_, header),) = index.ranges
    assert 0 < int(header.removeprefix("bytes=").rstrip("-")) <= 2_000_000
    assert index.bytes_sent < len(BIG.data) + 2_000_000


async def test_a_transfer_that_breaks_off_goes_on_at_the_next_mirror(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with LocalIndex() as first:
        first.add(BIG)
        first.faults.append(Fault("*.whl", after=2_000_000, cut=True))
        async with running_gateway(tmp_path, first.simple, index.simple) as running:
            assert await got(http, running.file(BIG)) == (200, BIG.data)
    assert index.ranges
    assert index.bytes_sent < len(BIG.data)


async def test_without_ranges_it_begins_anew_and_clients_see_one_body(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.behaviour.ranges = False
    index.faults.append(Fault("*.whl", times=1, after=2_000_000, cut=True))
    async with running_gateway(tmp_path, index.simple) as running:
        assert await got(http, running.file(BIG)) == (200, BIG.data)


async def test_a_splice_with_a_wrong_hash_is_fetched_whole_before_anybody_is_blamed(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with LocalIndex() as first:
        first.add(BIG)
        first.faults.append(Fault("*.whl", after=2_000_000, cut=True, wrong=True))
        async with running_gateway(tmp_path, first.simple, index.simple) as running:
            seen = kinds(running, index.lock(BIG))
            # The client of then has bytes of the wrong start and is cut off.
            assert len(await cut(http, running.file(BIG))) < len(BIG.data)
            await until(lambda: running.store.has(BIG.sha256))
            assert seen() == [ProblemKind.TRUNCATED]
            assert await got(http, running.file(BIG)) == (200, BIG.data)


@pytest.mark.parametrize(
    ("fault", "status", "kind", "requests"),
    [
        (Fault("*.whl", status=500), 502, ProblemKind.HTTP_STATUS, 3),
        (Fault("*.whl", status=401), 401, ProblemKind.HTTP_STATUS, 1),
        (Fault("*.whl", status=403), 403, ProblemKind.HTTP_STATUS, 1),
        (Fault("*.whl", status=404), 404, ProblemKind.NOT_FOUND, 1),
        (Fault("*.whl", stall=True), 504, ProblemKind.STALLED, 3),
        (Fault("*.whl", delay=60), 504, ProblemKind.TIMEOUT, 3),
    ],
    ids=lambda value: str(value) if isinstance(value, ProblemKind) else None,
)
async def test_failures_are_typed_and_retries_bounded(
    fault: Fault,
    status: int,
    kind: ProblemKind,
    requests: int,
    index: LocalIndex,
    tmp_path: Path,
    http: aiohttp.ClientSession,
) -> None:
    index.faults.append(fault)
    async with running_gateway(tmp_path, index.simple, stall_s=0.2) as running:
        await got(http, running.page("big"))
        seen = kinds(running, index.lock(SMALL))
        assert (await got(http, running.file(SMALL)))[0] == status
        assert set(seen()) == {kind}
    assert index.asked("GET *.whl") == requests


async def test_a_passing_error_is_tried_again(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.faults.append(Fault("*.whl", times=2, status=503))
    async with running_gateway(tmp_path, index.simple) as running:
        assert await got(http, running.file(SMALL)) == (200, SMALL.data)


async def test_a_closed_port_is_named(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    await index.stop()
    async with running_gateway(tmp_path, index.simple) as running:
        seen = kinds(running, index.lock(SMALL))
        assert (await got(http, running.file(SMALL)))[0] == 502
        assert set(seen()) == {ProblemKind.REFUSED}


async def test_credentials_reach_the_index_and_nobody_else(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.behaviour.user = "me:s3cret"
    with_user = index.simple.replace("http://", "http://me:s3cret@")
    async with running_gateway(tmp_path, with_user) as running:
        assert await got(http, running.file(SMALL)) == (200, SMALL.data)
        index.behaviour.user = "me:other"
        status, body = await got(http, running.file(BIG))
        assert status == 401
        assert b"s3cret" not in body
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"s3cret" not in kept


async def test_ranges_and_head_of_a_file(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        for _ in ("not here yet", "stored"):
            async with http.head(running.file(BIG)) as response:
                assert response.content_length == len(BIG.data)
                assert response.headers["Accept-Ranges"] == "bytes"
                assert "immutable" in response.headers["Cache-Control"]
            async with http.get(running.file(BIG), headers={"Range": "bytes=-100"}) as response:
                assert response.status == 206
                assert await response.read() == BIG.data[-100:]
    assert index.asked("GET *.whl") == 1


async def test_an_agents_store_drops_files_when_their_build_is_done(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, index.simple, settings=BUILD) as running:
        with running.gateway.watch(index.lock(BIG, SMALL)):
            await got(http, running.file(BIG))
            with running.gateway.watch(index.lock(SMALL)):
                await got(http, running.file(SMALL))
            assert running.store.has(BIG.sha256)
            assert running.store.has(SMALL.sha256)
        assert not running.store.has(BIG.sha256)
        assert not running.store.has(SMALL.sha256)
        # Fetched by hand, for no build: not kept at all.
        assert await got(http, running.file(BIG)) == (200, BIG.data)
        await until(lambda: not running.store.has(BIG.sha256))


async def test_progress_of_a_build(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.faults.append(Fault("*big*.whl", times=1, after=1_000_000, stall=True))
    lock = index.lock(BIG, SMALL)
    async with running_gateway(tmp_path, index.simple, stall_s=30.0) as running:
        with running.gateway.watch(lock) as watch:
            assert watch.progress().files_total == 0
            await got(http, running.file(SMALL))
            slow = asyncio.create_task(got(http, running.file(BIG)))
            await until(lambda: watch.progress().bytes_received >= 1_000_000)
            now = watch.progress()
            assert (now.files_total, now.files_done) == (2, 1)
            assert now.bytes_total == len(BIG.data) + len(SMALL.data)
            assert time.monotonic() - now.last_activity < 10
            slow.cancel()


async def test_a_full_disk_is_named_and_leaves_nothing(
    index: LocalIndex,
    tmp_path: Path,
    http: aiohttp.ClientSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:

    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        if Path(f"/proc/self/fd/{descriptor}").readlink().is_relative_to(tmp_path / "files"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(descriptor, data)

    async with running_gateway(tmp_path, index.simple) as running:
        watch = running.gateway.watch(index.lock(BIG))
        monkeypatch.setattr("venvoy.index.part.os.write", full)
        assert (await got(http, running.file(BIG)))[0] == 507
        monkeypatch.undo()
        (problem,) = watch.problems
        assert problem.kind is ProblemKind.DISK_FULL
        assert list((tmp_path / "files" / ".part").iterdir()) == []
        assert await got(http, running.file(BIG)) == (200, BIG.data)


@pytest.mark.parametrize(
    "path",
    ["files/xyz/six.whl", f"files/{'ab' * 32}/..%2f..%2fetc", f"files/{'AB' * 32}/a.whl", "other/"],
)
async def test_what_is_no_file_is_not_found(
    path: str, index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        base = running.address.simple.removesuffix("simple/")
        assert (await got(http, base + path))[0] == 404
    assert not index.requests


async def test_closing_cuts_what_is_under_way(
    index: LocalIndex, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    index.faults.append(Fault("*.whl", after=1_000_000, stall=True))
    async with running_gateway(tmp_path, index.simple, stall_s=60.0) as running:
        response = await http.get(running.file(BIG))
    assert response.status == 200
    with pytest.raises(aiohttp.ClientError):
        await response.read()
    assert list((tmp_path / "files" / ".part").iterdir()) == []
