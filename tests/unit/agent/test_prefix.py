"""Stable paths, pins and deletion: what is live, pinned or foreign is never touched."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from venvoy.agent import pins
from venvoy.agent.prefix import Layout, clear_leftovers, discard
from venvoy.agent.system import Pointers
from venvoy.agent.usage import prefixes_in_use
from venvoy.domain.errors import Conflict


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "data")
    layout.make()
    return layout


def made(layout: Layout, revision: int = 1, build: str = "b") -> Path:
    prefix = layout.prefix("env", revision, build)
    (prefix / "bin").mkdir(parents=True)
    pins.create(prefix)
    return prefix


def test_a_link_is_replaced_and_still_leads_there_when_the_data_directory_moves(
    layout: Layout, tmp_path: Path
) -> None:
    links, stable = Pointers(), layout.stable("web")
    links.point(stable, made(layout, 1))
    links.point(stable, made(layout, 2))
    assert links.read(stable) == layout.prefix("env", 2, "b")
    assert [path.name for path in stable.parent.iterdir()] == ["web"]
    layout.data.rename(tmp_path / "moved")
    assert (tmp_path / "moved/virtual_environments/web/bin").is_dir()


@pytest.mark.parametrize("kind", ["file", "directory"])
def test_what_is_no_link_is_neither_replaced_nor_removed(layout: Layout, kind: str) -> None:
    links, stable = Pointers(), layout.stable("web")
    stable.touch() if kind == "file" else stable.mkdir()
    prefix = made(layout)
    with pytest.raises(Conflict) as caught:
        links.point(stable, prefix)
    assert caught.value.code == "stable-path-occupied"
    with pytest.raises(Conflict):
        links.remove(stable)
    assert stable.exists()
    assert links.read(layout.stable("absent")) is None
    links.remove(layout.stable("absent"))


def test_a_pinned_prefix_is_not_deleted_and_a_deleted_one_cannot_be_pinned(layout: Layout) -> None:
    prefix = made(layout)
    first, second = pins.hold(prefix), pins.hold(prefix)
    assert first is not None
    assert second is not None
    pins.release(first)
    assert not discard(layout, prefix)
    assert prefix.is_dir()
    pins.release(second)
    assert discard(layout, prefix)
    assert not prefix.exists()
    assert pins.hold(prefix) is None
    assert layout.known_prefixes() == []


def test_a_pin_is_inherited_by_the_command_and_ends_with_it(layout: Layout) -> None:
    prefix = made(layout)
    pin = pins.hold(prefix)
    assert pin is not None
    child = subprocess.Popen(["sleep", "30"], pass_fds=[pin])
    pins.release(pin)
    assert not discard(layout, prefix)
    child.kill()
    child.wait()
    assert discard(layout, prefix)


def test_a_half_built_prefix_without_a_pin_file_is_deleted(layout: Layout) -> None:
    prefix = layout.prefix("env", 1, "half")
    prefix.mkdir(parents=True)
    assert discard(layout, prefix)
    assert discard(layout, prefix), "a second time there is nothing to do"


def test_what_a_kill_left_of_deletions_and_builds_is_deleted(layout: Layout) -> None:
    (layout.trash / "1-x/lib").mkdir(parents=True)
    (layout.work / "0190b6c0").mkdir()
    (layout.work / "0190b6c0" / "pylock.toml").touch()
    clear_leftovers(layout)
    assert list(layout.trash.iterdir()) == list(layout.work.iterdir()) == []


def test_a_process_with_its_directory_or_an_argument_in_a_prefix_uses_it(layout: Layout) -> None:
    here, there, similar, idle = (made(layout, number) for number in (1, 2, 22, 3))
    code = "import time; print('up', flush=True); time.sleep(30)"
    one = subprocess.Popen([sys.executable, "-c", code], cwd=here, stdout=subprocess.PIPE)
    two = subprocess.Popen([sys.executable, "-c", code, there / "x"], stdout=subprocess.PIPE)
    try:
        for each in (one, two):
            assert each.stdout is not None
            each.stdout.readline()
        paths = {"here": [here], "there": [there], "similar": [similar], "idle": [idle]}
        assert prefixes_in_use(paths) == {"here", "there"}
    finally:
        for each in (one, two):
            each.kill()
            each.communicate()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        Layout(tmp_path / "data").make()
