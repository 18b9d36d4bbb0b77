"""As root, only what nobody else can change is run to see which Python it is."""

import logging
import os
from pathlib import Path

import pytest

from venvoy.agent.interpreters import Interpreters, Places
from venvoy.agent.system.trust import weak_point
from venvoy.agent.uv import Uv

STRANGER = 4242


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "opt" / "bin" / "python3"
    path.parent.mkdir(parents=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def given_away(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    os.chown(path, STRANGER, STRANGER)


def test_what_is_roots_or_the_agents_own_is_firm(program: Path) -> None:
    assert weak_point(program) is None
    assert weak_point(program.parent / "absent") is None


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("mode", [0o757, 0o777])
def test_a_program_or_directory_that_all_may_write_is_not(
    program: Path, depth: int, mode: int
) -> None:
    place = (program, *program.parents)[depth]
    place.chmod(mode)
    assert weak_point(program) == place


def test_nor_is_one_that_a_group_of_others_may_write(program: Path) -> None:
    program.parent.chmod(0o775)
    assert weak_point(program) is None, "the agent's own group"
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    os.chown(program.parent, 0, STRANGER)
    program.parent.chmod(0o775)
    assert weak_point(program) == program.parent


@pytest.mark.parametrize("depth", [0, 1])
def test_nor_is_what_belongs_to_somebody_else(program: Path, depth: int) -> None:
    place = (program, *program.parents)[depth]
    given_away(place)
    assert weak_point(program) == place
    assert weak_point(program, STRANGER) is None, "unless that is whom the agent runs as"


def test_a_link_is_as_firm_as_what_it_leads_through(program: Path, tmp_path: Path) -> None:
    between = tmp_path / "shared"
    between.mkdir()
    (between / "python3").symlink_to(program)
    link = tmp_path / "python3"
    link.symlink_to(between / "python3")
    assert weak_point(link) is None
    between.chmod(0o777)
    assert weak_point(link) == between
    between.chmod(0o1777)
    assert weak_point(link) is None, "in a sticky directory nobody replaces another's file"


async def test_as_root_it_is_not_run_and_named_once(
    program: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ran = tmp_path / "ran"
    program.write_text(f"#!/bin/sh\n: > {ran}\n")
    program.chmod(0o777)
    uv = Uv(Path("/absent/uv"), tmp_path, tmp_path, "http://127.0.0.1:1/", {})
    places = Places(tmp_path / "none", configured=(program,), shared=())
    interpreters = Interpreters(uv, places, user=0)
    with caplog.at_level(logging.WARNING, "venvoy.agent"):
        await interpreters.refresh()
        await interpreters.refresh()
    assert not ran.exists()
    said = [record.getMessage() for record in caplog.records]
    assert said.count("interpreter-not-trusted") == 1

    await Interpreters(uv, places, user=STRANGER).refresh()
    assert ran.exists(), "other users run what they are given, as ever"
