"""What goes wrong around a build: refused or named, never half done, healed by itself."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from venvoy.testing.damage import installed, lost_directories, missing_files
from venvoy.testing.index import Fault, LocalIndex
from venvoy.testing.installation import Installation, until
from venvoy.testing.wheels import MadeFile, make_wheel
from venvoy.wire.environments import Replica
from venvoy.wire.problems import CauseView

STALL_S = 3


@pytest.fixture(scope="module")
def installation(
    failing: LocalIndex, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An installation that these tests share, with nothing lost at the end."""
    data = tmp_path_factory.mktemp("faults") / "data"
    installation = Installation(data, failing.simple, {"VENVOY_STALL_SECONDS": str(STALL_S)})
    installation.up()
    yield installation
    assert installation.stop() == 0
    assert installation.leftovers() == []
    assert lost_directories(installation) == []


@pytest.fixture(autouse=True)
def healthy(failing: LocalIndex) -> Iterator[None]:
    """No fault outlives its test."""
    yield
    failing.faults.clear()


@pytest.fixture
def wheel(failing: LocalIndex, name: str) -> MadeFile:
    """A package that nobody has fetched yet."""
    made = make_wheel(name, payload=50_000)
    failing.add(made)
    return made


def replica(installation: Installation, name: str) -> Replica:
    with installation.client() as client:
        return client.environment(name).replicas[0]


def failure(installation: Installation, name: str) -> CauseView:
    """The cause that a replica tells, once it tells one."""
    with installation.client() as client:
        until(lambda: client.environment(name).replicas[0].cause, what="the cause is told")
        cause = client.environment(name).replicas[0].cause
    assert cause is not None
    return cause


def stored(data: Path, content: bytes) -> list[Path]:
    """Files below the caches that hold a piece of `content`."""
    piece = content[len(content) // 2 :][:64]
    files = (path for path in (data / "cache").rglob("*") if path.is_file())
    return [path for path in files if piece in path.read_bytes()]


def test_a_wrong_file_is_refused_and_named_and_not_stored(
    installation: Installation, failing: LocalIndex, wheel: MadeFile, name: str
) -> None:
    installation.cli("env", "create", name, "-p", "alpha", "--wait")
    failing.faults.append(Fault(f"*/{wheel.name}", wrong=True))
    installation.cli("env", "edit", name, "--add", name)
    cause = failure(installation, name)
    assert cause.code == "file-hash-mismatch"
    assert wheel.name in str(cause.params)
    assert cause.remedy
    assert "hash" in installation.cli("env", "show", name).stderr
    assert stored(installation.data, wheel.data) == []
    assert installed(installation.live(name)) == {"alpha": "1.0"}
    failing.faults.clear()
    assert replica(installation, name).state == "failed"
    build = installation.json("operation", "list", "--env", name)["items"][0]
    installation.cli("operation", "retry", build["id"])
    installation.until_ready(name, 2)
    assert missing_files(installation.live(name)) == []


def test_an_index_that_comes_back_is_waited_for(
    installation: Installation, failing: LocalIndex, wheel: MadeFile, name: str
) -> None:
    failing.faults.append(Fault(f"*/{wheel.name}", stall=True, after=10_000))
    installation.cli("env", "create", name, "-p", name)
    until(lambda: failing.asked(f"GET */{wheel.name}"), what="the build has begun to fetch")
    with failing.away():
        failing.faults.clear()
        assert failure(installation, name).transient
        assert not installation.stable(name).exists()
    installation.until_ready(name, 1)
    assert missing_files(installation.live(name)) == []


def test_an_index_that_is_away_refuses_new_environments_in_plain_words(
    installation: Installation, failing: LocalIndex, wheel: MadeFile, name: str
) -> None:
    with failing.away():
        done = installation.cli("env", "create", name, "-p", name, check=False)
    assert done.returncode == 1
    assert "could not be resolved; nothing was changed" in done.stderr
    assert f"127.0.0.1:{failing.port}" in done.stderr
    installation.cli("env", "create", name, "-p", name, "--wait")


def test_a_build_in_which_nothing_happens_is_ended(
    installation: Installation, failing: LocalIndex, wheel: MadeFile, name: str
) -> None:
    failing.faults.append(Fault(f"*/{wheel.name}", stall=True))
    installation.cli("env", "create", name, "-p", name)
    began = time.monotonic()
    cause = failure(installation, name)
    assert time.monotonic() - began < 10 * STALL_S
    assert cause.code in {"build-stalled", "file-stalled"}
    assert "3 s" in cause.message
    failing.faults.clear()
    installation.until_ready(name, 1)


def test_a_slow_but_living_build_is_let_be(
    installation: Installation, failing: LocalIndex, wheel: MadeFile, name: str
) -> None:
    failing.faults.append(Fault(f"*/{wheel.name}", pace=len(wheel.data) // (2 * STALL_S)))
    installation.cli("env", "create", name, "-p", name, "--wait")
    assert replica(installation, name).attempt == 1


def test_the_newest_edit_wins_over_a_build_under_way(
    installation: Installation, failing: LocalIndex, wheel: MadeFile, name: str
) -> None:
    installation.cli("env", "create", name, "-p", "alpha", "--wait")
    failing.faults.append(Fault(f"*/{wheel.name}", stall=True, after=1000))
    installation.cli("env", "edit", name, "--add", name)
    until(lambda: failing.asked(f"GET */{wheel.name}"), what="the old build fetches")
    until(lambda: installation.children("uv"), what="its uv runs")
    (old,) = installation.children("uv")
    installation.cli("env", "edit", name, "--drop", name, "--add", "beta", "--wait")
    assert not old.is_running()
    assert installed(installation.live(name)) == {"alpha": "1.0", "beta": "1.0"}
    assert len(list(installation.live(name).parent.iterdir())) == 2, "no half prefix is left"
    first, *_ = installation.json("operation", "list", "--env", name, "--state", "cancelled")[
        "items"
    ]
    assert (first["kind"], first["revision"]) == ("build", 2)
