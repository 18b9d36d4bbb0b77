"""Virtual environments that people made by hand: read, never changed, and no others."""

from pathlib import Path

import pytest

from venvoy.agent.prefix import Layout
from venvoy.agent.survey import Surveyor
from venvoy.wire.surveys import SurveyCommand, SurveyedFact, SurveyReply

NODE = "0190b6c0-0000-7000-8000-000000000001"


def venv(home: Path, *packages: str, version: str = "version = 3.12.4") -> Path:
    """Make what `python -m venv` leaves, with packages of no files."""
    site = home / "lib" / "python3.12" / "site-packages"
    site.mkdir(parents=True)
    (home / "pyvenv.cfg").write_text(f"home = /usr/bin\n{version}\n")
    for package in packages:
        info = site / f"{package}.dist-info"
        info.mkdir()
        (info / "INSTALLER").write_text("pip\n")
    return home


async def asked(tmp_path: Path, path: Path | str) -> SurveyReply:
    surveyor = Surveyor(Layout(tmp_path / "data"))
    return await surveyor.answer(SurveyCommand(node=NODE, path=str(path)))


@pytest.mark.parametrize("line", ["version = 3.12.4", "version_info = 3.12.4"])
async def test_packages_and_python_are_told(tmp_path: Path, line: str) -> None:
    home = venv(tmp_path / "mine", "six-1.17.0", "Zope.Interface-7.0", version=line)
    site = home / "lib/python3.12/site-packages"
    (site / "six-1.17.0.dist-info" / "direct_url.json").write_text(
        '{"url": "file:///x", "dir_info": {"editable": true}}'
    )
    before = sorted(home.rglob("*"))
    told = await asked(tmp_path, home)
    assert (told.error, told.python) == ("", "3.12.4")
    assert told.packages == (
        SurveyedFact(name="six", version="1.17.0", origin="editable"),
        SurveyedFact(name="zope-interface", version="7.0"),
    )
    assert sorted(home.rglob("*")) == before


async def test_what_is_none_is_refused_by_its_reason(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    bare = venv(tmp_path / "bare", version="nothing = here")
    own = venv(tmp_path / "data" / "prefixes" / "e" / "1-b")
    link = tmp_path / "link"
    link.symlink_to(own)
    for path, code in (
        ("mine", "survey-path-invalid"),
        ("../mine", "survey-path-invalid"),
        (tmp_path / "nowhere", "survey-not-there"),
        (tmp_path / "file", "survey-not-there"),
        (tmp_path / "empty", "survey-no-venv"),
        (bare, "survey-no-venv"),
        (own, "survey-own"),
        (link, "survey-own"),
        (f"{tmp_path}/a\0b", "survey-not-there"),
    ):
        told = await asked(tmp_path, path)
        assert (told.error, told.packages) == (code, ()), path
