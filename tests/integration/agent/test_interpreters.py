"""Finding interpreters: real ones are asked, broken ones survived and said once."""

import logging
import os
import shutil
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

from venvoy.agent.interpreters import Interpreters, Places
from venvoy.agent.uv import Uv, plain_environment
from venvoy.domain.errors import InvalidInput

REAL = Path(os.path.realpath(sys.executable))
SLEEP = shutil.which("sleep")


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def uv(tmp_path: Path) -> Uv:
    environment = plain_environment({"PATH": str(tmp_path), "HOME": str(tmp_path)})
    return Uv(Path(find_uv_bin()), tmp_path / "cache", tmp_path, "http://127.0.0.1:1/", environment)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    shims = tmp_path / "pyenv" / "versions"
    script(
        shims / "3.12.9" / "bin" / "python", "#!/bin/sh\necho 'pyenv: not found' >&2; exit 127\n"
    )
    script(shims / "3.11.0" / "bin" / "python", "#!/nowhere/python\n")
    script(shims / "noise" / "bin" / "python", "#!/bin/sh\necho venvoy-interpreter:nonsense\n")
    opt = tmp_path / "opt" / "python"
    (opt / "bin").mkdir(parents=True)
    (opt / "bin" / "python3").symlink_to(REAL)
    script(opt / "bin" / "python3-config", "#!/bin/sh\nexit 3\n")
    return Places(tmp_path / "pyenv", shared=(tmp_path / "opt",))


async def test_a_working_one_is_found_behind_a_link_and_broken_ones_are_said_once(
    uv: Uv, places: Places, caplog: pytest.LogCaptureFixture
) -> None:
    interpreters = Interpreters(uv, places)
    with caplog.at_level(logging.WARNING, "venvoy.agent"):
        found = await interpreters.all()
        assert [each.path for each in found] == [REAL]
        assert found[0].fact.source == "opt"
        assert found[0].fact.version == ".".join(map(str, sys.version_info[:3]))
        assert [r.getMessage() for r in caplog.records] == ["interpreter-broken"] * 3
        await interpreters.refresh()
    assert len(caplog.records) == 3


async def test_one_that_is_installed_later_is_found_when_it_is_wanted(
    uv: Uv, tmp_path: Path
) -> None:
    late = tmp_path / "later" / "python3"
    interpreters = Interpreters(uv, Places(tmp_path / "none", configured=(late,), shared=()))
    with pytest.raises(InvalidInput) as caught:
        await interpreters.choose(">=3.9")
    assert caught.value.code == "python-not-found"
    late.parent.mkdir()
    late.symlink_to(REAL)
    assert (await interpreters.choose(">=3.9")).path == REAL


async def test_one_that_hangs_is_given_up(
    uv: Uv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("venvoy.agent.interpreters._LIMIT_S", 0.5)
    hanging = script(tmp_path / "hang" / "python3", f"#!/bin/sh\n{SLEEP} 60\n")
    interpreters = Interpreters(uv, Places(tmp_path / "none", configured=(hanging,), shared=()))
    with caplog.at_level(logging.WARNING, "venvoy.agent"):
        assert await interpreters.all() == ()
    assert [r.getMessage() for r in caplog.records] == ["interpreter-silent"]


async def test_one_that_was_too_slow_once_is_asked_again(
    uv: Uv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that has just started may be busy; the file does not change by that."""
    busy = tmp_path / "busy"
    busy.touch()
    slow = script(
        tmp_path / "slow" / "python3",
        f'#!/bin/sh\n[ -e {busy} ] && {SLEEP} 60\nexec {REAL} "$@"\n',
    )
    interpreters = Interpreters(uv, Places(tmp_path / "none", configured=(slow,), shared=()))
    with monkeypatch.context() as patched:
        patched.setattr("venvoy.agent.interpreters._LIMIT_S", 0.5)
        assert await interpreters.all() == ()
    busy.unlink()
    assert [each.path for each in await interpreters.refresh()] == [REAL]


@pytest.mark.parametrize(
    "answer", ["[]", "3", '{"markers": []}', '{"markers": {"python_version": "3"}}', "{"]
)
async def test_one_that_answers_anything_else_is_left_out(
    uv: Uv, tmp_path: Path, answer: str
) -> None:
    odd = script(tmp_path / "odd" / "python3", f"#!/bin/sh\necho 'venvoy-interpreter:{answer}'\n")
    interpreters = Interpreters(uv, Places(tmp_path / "none", configured=(odd,), shared=()))
    assert await interpreters.all() == ()
