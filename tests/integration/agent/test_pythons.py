"""Interpreters on a node: unpacked by the real uv from a real archive, used, and removed."""

import asyncio
import hashlib
import json
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uuid6

from venvoy.agent.facts import own_platform
from venvoy.agent.interpreters import MARK_FILE, Interpreters, Places
from venvoy.agent.processes import Command, Ended
from venvoy.agent.pythons import catalogue_entry
from venvoy.domain.state import ReplicaState
from venvoy.testing.archives import interpreter, pack_interpreter, small_archive
from venvoy.testing.fleet import until
from venvoy.testing.index import LocalIndex
from venvoy.testing.node import NODE, LocalNode, lock_of, seeds
from venvoy.testing.wheels import make_wheel
from venvoy.wire.messages import Action
from venvoy.wire.pythons import KIND, ArchiveFact, PythonDocument
from venvoy.wire.signing import sign_document

PYTHON = "0190b6c0-0000-7000-8000-0000000000aa"
WEB = "0190b6c0-0000-7000-8000-0000000000bb"
OTHER = interpreter("3.12") or interpreter("3.10")
READY, FAILED = ReplicaState.READY, ReplicaState.FAILED


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    if OTHER is None:
        pytest.skip("this machine has no second interpreter to pack")
    return pack_interpreter(tmp_path_factory.mktemp("archive") / "a.tar.gz", OTHER).read_bytes()


def version_of(prefix: Path | None) -> str:
    assert prefix is not None
    program = next(iter(prefix.glob("bin/python3.[0-9]*[0-9]")))
    return said(program, "import platform; print(platform.python_version())")


def said(program: Path, code: str) -> str:
    asked = [str(program), "-c", code]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def fact(data: bytes, version: str, **changes: Any) -> ArchiveFact:
    fields: dict[str, Any] = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "implementation": "cpython",
        "version": version,
        "platform": own_platform(),
    }
    return ArchiveFact(**(fields | changes))


def want(
    node: LocalNode, generation: int, archive: ArchiveFact | None, action: Action = Action.INSTALL
) -> str:
    operation = str(uuid6.uuid7())
    document = PythonDocument(
        kind=KIND,
        node=NODE,
        python=PYTHON,
        epoch=1,
        generation=generation,
        action=action,
        operation=operation,
        archive=archive,
    )
    node.reconciler.offer(sign_document(node.key, document.model_dump_json().encode()))
    return operation


class Managed(Interpreters):
    """Knows what Venvoy installed on this node, and no other."""

    async def _listed_by_uv(self) -> list[tuple[str, Path]]:
        return []


def only_managed(node: LocalNode) -> None:
    """Let the node have no interpreter but those of Venvoy."""
    places = Places(node.data / "nowhere", shared=(), managed=node.layout.pythons)
    found = Managed(node.means.builder.uv, places)
    object.__setattr__(node.means.builder, "interpreters", found)
    object.__setattr__(node.means.pythons, "interpreters", found)
    found.listen(node.reconciler.able)


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[LocalNode]:
    async with LocalNode(tmp_path / "node", "http://127.0.0.1:9/simple/") as opened:
        only_managed(opened)
        yield opened


async def test_a_real_interpreter_is_installed_and_removed(node: LocalNode, real: bytes) -> None:
    archive = fact(real, version_of(OTHER))
    node.archives.held[archive.sha256] = real
    operation = want(node, 1, archive)
    status = await node.until(PYTHON, {READY, FAILED})
    assert status.state is READY, node.log(operation)
    assert status.python_version == archive.version
    assert status.path is not None
    program = Path(status.path)
    assert program.is_relative_to(node.layout.python(PYTHON))
    told = said(program, "import ssl, sqlite3, sys; print(sys.prefix)")
    assert told.startswith(str(node.layout.python(PYTHON)))
    (known,) = await node.means.pythons.interpreters.all()
    assert (known.fact.source, known.fact.path) == ("managed", status.path)
    assert not list(node.layout.archive("_").parent.iterdir())
    want(node, 2, None, Action.REMOVE)
    await node.until(PYTHON, lambda status: status.removed)
    assert not node.layout.python(PYTHON).exists()
    assert await node.means.pythons.interpreters.all() == ()


async def test_an_environment_that_lacks_an_interpreter_goes_on_once_one_is_there(
    tmp_path: Path, real: bytes
) -> None:
    version = version_of(OTHER)
    minor = ".".join(version.split(".")[:2])
    one = make_wheel("one")
    async with LocalIndex() as index:
        index.add(one, *seeds())
        async with LocalNode(tmp_path / "node", index.simple) as node:
            only_managed(node)
            lock = replace(lock_of(one, path=index.path), python=f"=={minor}.*")
            node.want(WEB, 1, lock, python=f"=={minor}.*")
            lacking = await node.until(WEB, {FAILED})
            assert lacking.cause is not None
            assert lacking.cause.code == "python-not-found"
            archive = fact(real, version)
            node.archives.held[archive.sha256] = real
            want(node, 1, archive)
            ready = await node.until(WEB, {READY})
            assert ready.python_version == version
            want(node, 2, None, Action.REMOVE)
            refused = await node.until(PYTHON, {FAILED}, generation=2)
            assert refused.cause is not None
            assert (refused.cause.code, refused.cause.params) == (
                "python-in-use",
                {"environments": ["web"]},
            )
            assert node.layout.python(PYTHON).exists()
            (known,) = node.means.builder.use.told(await node.means.pythons.interpreters.all())
            assert known.environments == (WEB,)
            node.want(WEB, 2, action=Action.REMOVE)
            await node.until(WEB, lambda status: status.removed)
            want(node, 3, None, Action.REMOVE)
            await node.until(PYTHON, lambda status: status.removed)


async def test_an_archive_for_another_platform_is_refused_before_it_is_fetched(
    node: LocalNode,
) -> None:
    data = small_archive("3.12.4", "musllinux-aarch64")
    want(node, 1, fact(data, "3.12.4", platform="musllinux-aarch64"))
    status = await node.until(PYTHON, {FAILED})
    assert status.cause is not None
    assert status.cause.code == "python-platform-differs"
    assert status.cause.params == {"wanted": "musllinux-aarch64", "platform": own_platform()}


async def test_what_does_not_run_here_is_not_called_installed(node: LocalNode) -> None:
    data = small_archive("3.12.4", own_platform())
    archive = fact(data, "3.12.4")
    node.archives.held[archive.sha256] = data
    want(node, 1, archive)
    status = await node.until(PYTHON, {FAILED})
    assert status.cause is not None
    assert status.cause.code in {"python-install-failed", "python-unusable"}
    assert node.means.pythons.installed(PYTHON) is None
    assert not node.layout.python(PYTHON).exists()


async def test_another_version_than_promised_is_not_called_installed(
    node: LocalNode, real: bytes
) -> None:
    archive = fact(real, ".".join(version_of(OTHER).split(".")[:2]) + ".99")
    node.archives.held[archive.sha256] = real
    want(node, 1, archive)
    status = await node.until(PYTHON, {FAILED})
    assert status.cause is not None
    assert status.cause.code == "python-unusable"
    assert status.cause.evidence == (f"it says that it is {version_of(OTHER)}",)


async def test_uv_compares_the_bytes_too(node: LocalNode) -> None:
    data = small_archive("3.12.4", own_platform())
    archive = fact(data, "3.12.4")
    node.archives.held[archive.sha256] = data + b"\0"
    operation = want(node, 1, archive)
    status = await node.until(PYTHON, {FAILED})
    assert status.cause is not None
    assert status.cause.code == "python-install-failed"
    assert any("Expected" in line or "hash" in line.lower() for line in node.log(operation))
    assert not node.layout.python(PYTHON).exists()


async def test_what_a_kill_left_half_made_is_deleted_and_made_anew(
    tmp_path: Path, real: bytes
) -> None:
    archive = fact(real, version_of(OTHER))
    data = tmp_path / "node"
    key = None
    async with LocalNode(data, "http://127.0.0.1:9/simple/") as node:
        only_managed(node)
        key = node.key
        node.archives.held[archive.sha256] = real
        want(node, 1, archive)
        await node.until(PYTHON, {READY})
        (node.layout.python(PYTHON) / MARK_FILE).unlink()
        half = node.layout.python("0190b6c0-0000-7000-8000-0000000000cc")
        (half / "cpython").mkdir(parents=True)
        stray = node.layout.archive("0190b6c0-0000-7000-8000-0000000000cc")
        stray.write_bytes(b"part")
    again = LocalNode(data, "http://127.0.0.1:9/simple/", key=key)
    again.archives.held[archive.sha256] = real
    async with again as node:
        assert not half.exists()
        assert not stray.exists()
        only_managed(node)
        await node.until(PYTHON, {READY}, generation=1)
        await until(lambda: node.means.pythons.installed(PYTHON) is not None, 60)


async def test_documents_that_come_twice_or_late_change_nothing(
    node: LocalNode, real: bytes
) -> None:
    archive = fact(real, version_of(OTHER))
    node.archives.held[archive.sha256] = real
    want(node, 5, archive)
    await node.until(PYTHON, {READY})
    want(node, 5, archive)
    want(node, 4, None, Action.REMOVE)
    await asyncio.sleep(0)
    assert node.means.pythons.installed(PYTHON) is not None
    versions = node.reconciler.versions()
    assert versions[PYTHON].generation == 5


async def test_work_that_is_stopped_leaves_nothing(tmp_path: Path, real: bytes) -> None:
    started, held = asyncio.Event(), asyncio.Event()

    async def run(command: Command, *_: Any, **__: Any) -> Ended:
        if "install" in command.argv and "python" in command.argv:
            home = Path(command.argv[command.argv.index("--install-dir") + 1])
            (home / "half").mkdir(parents=True)
            started.set()
            await held.wait()
        return Ended(0, ())

    archive = fact(real, version_of(OTHER))
    async with LocalNode(tmp_path / "node", "http://127.0.0.1:9/simple/", run=run) as node:
        node.archives.held[archive.sha256] = real
        want(node, 1, archive)
        await asyncio.wait_for(started.wait(), 30)
        want(node, 2, None, Action.HOLD)
        await node.until(PYTHON, {ReplicaState.CANCELLED})
        assert not node.layout.python(PYTHON).exists()


def test_the_entry_is_of_the_form_that_uv_reads(tmp_path: Path) -> None:
    archive = fact(b"x", "3.13.0rc1", platform="musllinux-aarch64")
    key, entry = catalogue_entry(archive, tmp_path / "a.tar.gz")
    assert key == "cpython-3.13.0rc1-linux-aarch64-musl"
    assert (entry["os"], entry["libc"], entry["prerelease"]) == ("linux", "musl", "rc1")
    assert (entry["major"], entry["minor"], entry["patch"]) == (3, 13, 0)
    assert json.loads(json.dumps(entry))["url"].startswith("file://")
    assert str(entry["url"]).endswith("/a.tar.gz")
