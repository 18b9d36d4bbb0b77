"""Venvoy's own wheel: whole, the same every time, and without the console."""

import io
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import venvoy
from venvoy.controller.install import own_wheel
from venvoy.domain.platform import Platform
from venvoy.domain.wheel import Target
from venvoy.domain.wheel_choice import machine, rank_of


def made() -> own_wheel.OwnWheel:
    return own_wheel.make(Path(venvoy.__file__).parent, distribution("venvoy"))


def test_it_holds_the_package_its_texts_and_its_command() -> None:
    wheel = made()
    archive = zipfile.ZipFile(io.BytesIO(wheel.data))
    names = set(archive.namelist())
    assert {"venvoy/agent/main.py", "venvoy/texts/zh-CN/rights.json"} <= names
    assert not [name for name in names if "static" in name.split("/") or "__pycache__" in name]
    info = f"venvoy-{wheel.version}.dist-info"
    assert b"venvoy = venvoy.cli.main:main" in archive.read(f"{info}/entry_points.txt")
    assert b"Requires-Dist: aiohttp" in archive.read(f"{info}/METADATA")
    record = archive.read(f"{info}/RECORD").decode().splitlines()
    assert {line.split(",")[0] for line in record} == names


def test_equal_content_is_equal_bytes() -> None:
    first, second = made(), made()
    assert first.locked() == second.locked()
    assert first.locked().files[0].name == first.name


def test_it_fits_every_machine() -> None:
    for platform in Platform:
        assert rank_of(made().name, machine(Target(platform, "3.11.0"))) is not None


def test_a_source_that_changes_changes_the_wheel(tmp_path: Path) -> None:
    package = tmp_path / "venvoy"
    (package / "__pycache__").mkdir(parents=True)
    (package / "api" / "static").mkdir(parents=True)
    (package / "__init__.py").write_text("one = 1\n")
    first = own_wheel.make(package, distribution("venvoy"))
    (package / "__pycache__" / "x.pyc").write_bytes(b"0")
    (package / "api" / "static" / "index.html").write_text("console")
    assert own_wheel.make(package, distribution("venvoy")) == first
    (package / "__init__.py").write_text("one = 2\n")
    assert own_wheel.make(package, distribution("venvoy")) != first
