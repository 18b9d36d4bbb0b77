"""What people do by hand in a live prefix, and what the watch says of it."""

import asyncio
import os
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import uuid6

from venvoy.agent.baselines import baseline_of
from venvoy.agent.drift import Drift
from venvoy.agent.observer import Observer
from venvoy.agent.prefix import sites_of
from venvoy.agent.prefix_scan import PrefixScan
from venvoy.domain.drift import Observation
from venvoy.domain.state import ReplicaState
from venvoy.testing.fleet import until
from venvoy.testing.index import LocalIndex
from venvoy.testing.node import NODE, LocalNode, lock_of, seeds
from venvoy.testing.wheels import make_wheel
from venvoy.wire.messages import Action, LinkMode, ReplicaSettings, ReplicaStatus
from venvoy.wire.observations import ObservedReply, ObservedRequest

READY, DRIFTED = ReplicaState.READY, ReplicaState.DRIFTED
ENV = str(uuid6.uuid7())
ALPHA, NEWER, BETA = make_wheel("alpha", "1.0"), make_wheel("alpha", "2.0"), make_wheel("beta")
GAMMA = make_wheel("gamma", requires=("beta",))
FILE = "alpha/__init__.py"
HOUR, DAY = 3_600.0, 86_400.0
ISOLATED = ReplicaSettings(link_mode=LinkMode.COPY)


class Seen(Observer):
    """Keeps what it is told."""

    def __init__(self) -> None:
        super().__init__(_nobody)
        self.last = Observation()

    def saw(self, environment: str, revision: int | None, seen: Observation) -> None:
        self.last = seen


async def _nobody(_: ObservedRequest) -> ObservedReply:
    return ObservedReply()


@dataclass
class Scene:
    """A node with one live prefix, watched by a clock that the test turns."""

    node: LocalNode
    index: LocalIndex
    time: float = 1_800_000_000.0
    seen: Seen = field(default_factory=Seen)

    def __post_init__(self) -> None:
        self.watch = Drift(
            NODE,
            self.node.journal,
            self.node.means.reporter,
            self.seen,
            every_s=1.0,
            sizes_s=HOUR,
            now=lambda: self.time,
        )

    @property
    def site(self) -> Path:
        return sites_of(self.node.stable().resolve())[0]

    async def look(self, after: float = 0.0) -> list[tuple[str, str, str]]:
        self.time += after
        await self.watch.look()
        return [(each.kind.value, each.package, each.path) for each in self.seen.last.findings]

    async def pip(self, *arguments: str) -> None:
        python = self.node.stable() / "bin" / "python"
        command = (str(python), "-m", "pip", "--disable-pip-version-check", *arguments)
        child = await asyncio.create_subprocess_exec(*command)
        assert await child.wait() == 0

    def state(self) -> ReplicaState | None:
        status = self.node.means.reporter.newest(ENV)
        return status.state if status else None


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with LocalIndex() as index:
        index.add(ALPHA, NEWER, BETA, GAMMA, *seeds())
        async with LocalNode(tmp_path / "data", index.simple) as node:
            node.want(ENV, 1, lock_of(ALPHA, path=index.path), settings=ISOLATED)
            await node.until(ENV, {READY})
            await node.means.compiler.idle()
            scene = Scene(node, index)
            assert await scene.look() == []
            assert await scene.look(after=60) == []
            yield scene


async def test_what_pip_does_by_hand_is_named_at_the_next_look(scene: Scene) -> None:
    await scene.pip("install", "beta")
    assert await scene.look() == [("stray", "beta", "")]
    assert scene.state() is DRIFTED
    await scene.pip("install", "--upgrade", "alpha")
    assert await scene.look() == [("other-version", "alpha", ""), ("stray", "beta", "")]
    await scene.pip("uninstall", "--yes", "alpha", "beta")
    assert await scene.look() == [("missing", "alpha", "")]
    assert [each.name for each in scene.seen.last.packages] == ["pip"]


async def test_the_same_version_installed_again_is_named(scene: Scene) -> None:
    await scene.pip("install", "--force-reinstall", "alpha==1.0")
    assert await scene.look() == [("reinstalled", "alpha", "")]


async def test_an_editable_install_is_named(scene: Scene, tmp_path: Path) -> None:
    info = scene.site / "local-1.0.dist-info"
    info.mkdir()
    (info / "direct_url.json").write_text('{"url": "file:///x", "dir_info": {"editable": true}}')
    assert await scene.look() == [("editable", "local", "")]


@pytest.mark.parametrize(
    ("told", "origin"),
    [
        ('{"url": "file:///x", "dir_info": {"editable": true}}', "editable"),
        ('{"url": "file:///x", "dir_info": {}}', "directory"),
        ('{"url": "file:///x.whl", "archive_info": {}}', "file"),
        ('{"url": "https://example.org/x.whl", "archive_info": {}}', "archive"),
        ('{"url": "https://example.org/x", "vcs_info": {"vcs": "git"}}', "vcs"),
        ('{"dir_info": 7}', ""),
        ("[", ""),
    ],
)
async def test_where_a_package_came_from_is_told(scene: Scene, told: str, origin: str) -> None:
    await scene.look()
    assert {each.origin for each in scene.seen.last.packages} == {""}, "an index gave all of it"
    info = scene.site / "local-1.0.dist-info"
    info.mkdir()
    (info / "direct_url.json").write_text(told)
    await scene.look()
    (seen,) = (each for each in scene.seen.last.packages if each.name == "local")
    assert (seen.origin, seen.editable) == (origin, origin == "editable")


async def test_what_was_asked_for_by_name_is_told_from_what_came_along(scene: Scene) -> None:
    await scene.pip("install", "gamma")
    await scene.look()
    told = {each.name: each.requested for each in scene.seen.last.packages}
    assert (told["gamma"], told["beta"]) == (True, False)


async def test_a_file_of_another_size_is_seen_within_the_hour(scene: Scene) -> None:
    (scene.site / FILE).write_text("mine = True # longer than it was\n" * 9)
    assert await scene.look() == [], "the packages are as they were"
    assert await scene.look(after=HOUR) == [("resized", "alpha", FILE)]
    (scene.site / FILE).unlink()
    assert await scene.look(after=HOUR) == [("file-missing", "alpha", FILE)]


async def test_an_edit_that_keeps_size_and_time_is_seen_at_night(scene: Scene) -> None:
    file = scene.site / FILE
    before, data = file.stat(), bytearray(file.read_bytes())
    data[0] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert await scene.look(after=HOUR) == []
    assert await scene.look(after=DAY) == [("edited", "alpha", FILE)]
    assert await scene.look(after=HOUR) == [("edited", "alpha", FILE)], "it stays found"
    data[0] ^= 1
    file.write_bytes(data)
    assert await scene.look(after=DAY) == []
    assert scene.state() is READY


async def test_what_differed_from_the_first_day_is_the_wheels_own_fault(scene: Scene) -> None:
    build = scene.node.journal.builds(ENV)[0].build.id
    record = scene.site / "alpha-1.0.dist-info" / "RECORD"
    record.write_text(record.read_text().replace("sha256=", "sha256=AAAA", 1))
    scene.node.journal.remember("baseline:" + build, "")
    again = Scene(scene.node, scene.index, time=scene.time)
    assert await again.look() == []
    assert await again.look(after=60) == []
    assert await again.look(after=DAY) == []
    baseline = baseline_of(scene.node.journal, build)
    assert baseline is not None
    assert baseline.marks


async def test_nothing_outside_the_prefix_is_read(scene: Scene, tmp_path: Path) -> None:
    secret, hashed = tmp_path / "secret", "sha256=" + "A" * 43
    secret.write_text("1")
    info = scene.site / "evil-1.0.dist-info"
    info.mkdir()
    near, far = info / "near", os.path.relpath(secret, scene.site)
    near.write_text("1")
    names = (str(secret), far, "evil-1.0.dist-info/near")
    (info / "RECORD").write_text("".join(f"{name},{hashed},1\n" for name in names))
    found = PrefixScan(scene.node.stable(), Event()).files({}, read=True)
    assert [each.path for each in found] == [names[2]], "the others' contents are not known"


async def test_the_watch_changes_nothing_and_outlives_a_missing_prefix(scene: Scene) -> None:
    def everything() -> list[tuple[str, int, int]]:
        prefix = scene.node.stable().resolve()
        paths = sorted(prefix.rglob("*"))
        return [(str(p), p.lstat().st_mtime_ns, p.lstat().st_size) for p in paths]

    before = everything()
    await scene.look(after=DAY)
    assert everything() == before
    scene.site.rename(scene.site.with_name("away"))
    await scene.look(after=DAY)
    assert scene.state() is READY, "what cannot be read is not known to differ"


async def test_what_was_done_before_the_agent_started_again_is_seen(scene: Scene) -> None:
    await scene.pip("uninstall", "--yes", "alpha")
    assert await Scene(scene.node, scene.index, time=scene.time).look() == [
        ("missing", "alpha", "")
    ]


async def test_what_was_found_in_files_is_known_after_a_start(scene: Scene) -> None:
    (scene.site / FILE).unlink()
    assert await scene.look(after=HOUR) == [("file-missing", "alpha", FILE)]
    again = Scene(scene.node, scene.index, time=scene.time)
    assert await again.look() == [("file-missing", "alpha", FILE)]
    assert again.state() is DRIFTED


async def want(scene: Scene, generation: int, **changes: Any) -> ReplicaStatus:
    """Ask once more for the same revision."""
    lock = lock_of(ALPHA, path=scene.index.path)
    scene.node.want(ENV, generation, lock, settings=ISOLATED, revision=1, **changes)
    ends = {READY, DRIFTED, ReplicaState.FAILED, ReplicaState.CANCELLED}
    return await scene.node.until(ENV, ends, generation=generation)


def edit(scene: Scene) -> None:
    """Change a byte, and neither size nor time."""
    file = scene.site / FILE
    before, data = file.stat(), bytearray(file.read_bytes())
    data[0] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


async def test_a_drifted_prefix_is_built_anew_beside_and_goes_when_no_task_uses_it(
    scene: Scene,
) -> None:
    drifted = scene.node.stable().resolve()
    await scene.pip("install", "beta")
    await scene.look()
    task = await asyncio.create_subprocess_exec(
        drifted / "bin" / "python", "-c", "input(); import beta", stdin=PIPE
    )
    status = await want(scene, 2)
    assert (status.state, status.live_revision) == (READY, 1)
    assert scene.node.stable().resolve() != drifted
    assert await scene.look() == []
    assert drifted.exists(), "a running task keeps its files"
    await task.communicate(b"\n")
    assert task.returncode == 0
    await scene.node.means.collector.sweep()
    assert not drifted.exists(), "nobody can go back to it"
    healed = scene.node.stable().resolve()
    assert (await want(scene, 3)).state is READY
    assert scene.node.stable().resolve() == healed


async def test_a_rollback_never_goes_back_to_what_drifted(scene: Scene) -> None:
    drifted = scene.node.stable().resolve()
    edit(scene)
    assert await scene.look(after=DAY) == [("edited", "alpha", FILE)]
    scene.node.want(ENV, 2, lock_of(NEWER, path=scene.index.path), settings=ISOLATED)
    await scene.node.until(ENV, {READY}, generation=2)
    await until(lambda: not drifted.exists())
    assert (await want(scene, 3)).state is READY
    assert await scene.look(after=60) == []
    assert await scene.look(after=DAY) == []


async def linked(scene: Scene) -> None:
    """Have a second revision whose files are uv's own, as those of the first are then."""
    for generation, wheel in ((2, ALPHA), (3, NEWER), (4, ALPHA)):
        lock = lock_of(wheel, BETA, path=scene.index.path)
        scene.node.want(ENV, generation, lock, settings=ReplicaSettings())
        await scene.node.until(ENV, {READY}, generation=generation)
    assert await scene.look() == []
    assert await scene.look(after=60) == []


async def test_an_edit_in_place_is_not_brought_in_again_by_hard_links(scene: Scene) -> None:
    await linked(scene)
    site, beta = scene.site, "beta/__init__.py"
    data = (site / beta).read_bytes()
    assert (site / beta).stat().st_nlink > 1
    with (site / beta).open("ab") as file:
        file.write(b"mine = True\n")
    assert await scene.look(after=HOUR) == [("resized", "beta", beta)]
    status = await want_both(scene, 5)
    assert status.state is READY
    assert (scene.site / beta).read_bytes() == data
    assert await scene.look(after=60) == []
    assert await scene.look(after=DAY) == []
    scene.node.want(ENV, 6, lock_of(NEWER, BETA, path=scene.index.path))
    await scene.node.until(ENV, {READY}, generation=6)
    assert (scene.site / beta).read_bytes() == data, "a kept prefix shared the file"


async def want_both(scene: Scene, generation: int) -> ReplicaStatus:
    scene.node.want(ENV, generation, lock_of(ALPHA, BETA, path=scene.index.path))
    return await scene.node.until(ENV, {READY, ReplicaState.FAILED}, generation=generation)


async def test_all_files_are_read_on_demand_and_nothing_is_changed(scene: Scene) -> None:
    prefix = scene.node.stable().resolve()
    fine = await want(scene, 2, verify=True)
    assert (fine.state, fine.cause) == (READY, None)
    assert "all files are as they were put there" in scene.node.log(fine.operation)
    edit(scene)
    found = await want(scene, 3, verify=True)
    assert found.state is DRIFTED
    assert found.cause is not None
    assert found.cause.code == "drift-found"
    assert found.cause.params == {"count": 1, "files": 1, "packages": 0}
    assert f"edited alpha {FILE}" in scene.node.log(found.operation)
    assert scene.node.stable().resolve() == prefix
    edit(scene)
    again = await want(scene, 4, verify=True)
    assert (again.state, again.cause) == (READY, None)


async def test_reading_all_files_can_be_cancelled(scene: Scene) -> None:
    lock = lock_of(ALPHA, path=scene.index.path)
    async with scene.node.means.drift.turn:
        scene.node.want(ENV, 2, lock, settings=ISOLATED, revision=1, verify=True)
        await scene.node.until(ENV, {ReplicaState.CHECKING}, generation=2)
        scene.node.want(ENV, 3, action=Action.HOLD)
        status = await scene.node.until(ENV, {ReplicaState.CANCELLED}, generation=3)
    assert status.live_revision == 1
