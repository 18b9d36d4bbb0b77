"""The real uv and the real pip behind the gateway."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

from venvoy.index.gateway import neutral_path
from venvoy.testing.gateway import running_gateway
from venvoy.testing.index import Fault, LocalIndex
from venvoy.testing.wheels import make_wheel

APP = make_wheel("demo-app", "1.2", requires=("demo-lib>=1",), payload=300_000)
LIB = make_wheel("demo-lib", "1.5", payload=2_000_000)
OLD = make_wheel("demo-lib", "1.4")


@pytest.fixture(autouse=True)
def offered(index: LocalIndex) -> None:
    index.add(APP, OLD, LIB)


async def run(*command: str, folder: Path, fails: bool = False) -> str:
    """Run a client with nothing of this machine's settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("UV_", "PIP_"))}
    quiet = {"UV_NO_CONFIG": "1", "UV_HTTP_RETRIES": "1", "PIP_CONFIG_FILE": os.devnull}
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**kept, **quiet, "HOME": str(folder), "NO_PROXY": "127.0.0.1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert bool(process.returncode) is fails, output.decode()
    return output.decode()


def uv(folder: Path, *arguments: str, fails: bool = False) -> "asyncio.Future[str]":
    command = (find_uv_bin(), "--cache-dir", str(folder / "uv"), *arguments)
    return asyncio.ensure_future(run(*command, folder=folder, fails=fails))


async def compiled(folder: Path, simple: str, *more: str) -> str:
    (folder / "r.in").write_text("demo-app\n", encoding="utf-8")
    (folder / "pylock.toml").unlink(missing_ok=True)
    await uv(
        folder,
        *("pip", "compile", "--no-build", "--universal", "--default-index", simple),
        *("--format", "pylock.toml", "-o", "pylock.toml", "r.in", *more),
    )
    return (folder / "pylock.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("metadata", [True, False])
async def test_uv_resolves_without_reading_wheels(
    metadata: bool, index: LocalIndex, tmp_path: Path
) -> None:
    index.behaviour.metadata = metadata
    async with running_gateway(tmp_path, index.simple) as running:
        lock = await compiled(tmp_path, running.address.simple)
        assert running.file(APP) in lock
        assert running.file(LIB) in lock
        location = await running.gateway.locate(LIB.sha256, LIB.name)
        assert neutral_path(location) == index.path(LIB)
        assert location.size == len(LIB.data)
        asked = index.requests.total()
        await compiled(tmp_path, running.address.simple)
        assert index.requests.total() == asked
    assert index.asked("GET /simple/*") == 2
    assert index.bytes_sent < 200_000


async def test_uv_sees_a_new_release_when_it_refreshes(index: LocalIndex, tmp_path: Path) -> None:
    newer = make_wheel("demo-lib", "1.6")
    async with running_gateway(tmp_path, index.simple) as running:
        await compiled(tmp_path, running.address.simple)
        index.add(newer)
        assert newer.sha256 not in await compiled(tmp_path, running.address.simple)
        again = await compiled(tmp_path, running.address.simple, "--refresh")
        assert newer.sha256 in again


async def test_uv_installs_a_lock(index: LocalIndex, tmp_path: Path) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        await compiled(tmp_path, running.address.simple)
        await uv(tmp_path, "venv", "-q", "-p", sys.executable, "env")
        python = str(tmp_path / "env" / "bin" / "python")
        with running.gateway.watch(index.lock(APP, LIB)) as watch:
            await uv(tmp_path, "pip", "sync", "--no-build", "-p", python, "pylock.toml")
            done = watch.progress()
            assert (done.files_done, done.bytes_received) == (2, len(APP.data) + len(LIB.data))
            assert watch.problems == ()
        shown = await run(
            python, "-c", "import demo_app, demo_lib; print(demo_lib.__version__)", folder=tmp_path
        )
        assert shown.strip() == "1.5"


async def test_uv_gets_no_wrong_file_and_the_record_says_why(
    index: LocalIndex, tmp_path: Path
) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        await compiled(tmp_path, running.address.simple)
        await uv(tmp_path, "venv", "-q", "-p", sys.executable, "env")
        index.faults.append(Fault("*demo_lib*.whl", wrong=True))
        python = str(tmp_path / "env" / "bin" / "python")
        with running.gateway.watch(index.lock(APP, LIB)) as watch:
            await uv(tmp_path, "pip", "sync", "-p", python, "pylock.toml", fails=True)
            assert {(str(problem.kind), problem.name) for problem in watch.problems} == {
                ("hash-mismatch", LIB.name)
            }
        assert index.asked("GET *demo_lib-1.5*.whl") <= 2


async def test_uv_installs_over_a_stalling_connection(index: LocalIndex, tmp_path: Path) -> None:
    async with running_gateway(tmp_path, index.simple, stall_s=0.3) as running:
        await compiled(tmp_path, running.address.simple)
        await uv(tmp_path, "venv", "-q", "-p", sys.executable, "env")
        index.faults.append(Fault("*demo_lib*.whl", times=1, after=1_500_000, stall=True))
        python = str(tmp_path / "env" / "bin" / "python")
        with running.gateway.watch(index.lock(APP, LIB)):
            await uv(tmp_path, "pip", "sync", "-p", python, "pylock.toml")


async def test_pip_installs_by_hand(index: LocalIndex, tmp_path: Path) -> None:
    async with running_gateway(tmp_path, index.simple) as running:
        await run(sys.executable, "-m", "venv", "env", folder=tmp_path)
        python = str(tmp_path / "env" / "bin" / "python")
        pip = (python, "-m", "pip", "--disable-pip-version-check", "--no-cache-dir")
        await run(
            *pip, "install", "--index-url", running.address.simple, "demo-app", folder=tmp_path
        )
        shown = await run(*pip, "list", folder=tmp_path)
        assert "demo-lib" in shown
        refusal = await run(
            *pip, "install", "-i", running.address.simple, "no-such", folder=tmp_path, fails=True
        )
        assert "No matching distribution found for no-such" in refusal
