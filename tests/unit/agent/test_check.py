"""Whether a prefix holds what it should."""

from pathlib import Path

import pytest

from venvoy.agent.check import Difference, difference, expected, inspect, shortened
from venvoy.domain.lock import Lock, LockedPackage


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "prefix/lib/python3.12/site-packages"
    write(site, "alpha/__init__.py,sha256=x,3\nalpha-1.0.dist-info/WHEEL,,\n../../../bin/a,h,2\n")
    (site / "../../../bin").mkdir()
    (site / "../../../bin/a").write_text("#!")
    return site


def write(root: Path, record: str) -> None:
    info = root / "alpha-1.0.dist-info"
    info.mkdir(parents=True)
    (root / "alpha").mkdir()
    (root / "alpha/__init__.py").write_text("x=1")
    (info / "WHEEL").write_text("Tag: py3-none-any")
    (info / "RECORD").write_text(record)


def test_a_whole_prefix_has_no_faults(site: Path, tmp_path: Path) -> None:
    found = inspect(tmp_path / "prefix", tmp_path / "cache")
    assert found.faults == found.forgiven == ()
    assert found.versions == {"alpha": "1.0"}


def test_missing_and_cut_files_are_faults(site: Path, tmp_path: Path) -> None:
    (site / "alpha/__init__.py").write_text("")
    (tmp_path / "prefix/bin/a").unlink()
    found = inspect(tmp_path / "prefix", tmp_path / "cache")
    assert found.faults == (
        "alpha/__init__.py: 0 bytes, RECORD says 3",
        "../../../bin/a: missing",
    )


def test_a_missing_record_is_a_fault(site: Path, tmp_path: Path) -> None:
    (site / "alpha-1.0.dist-info/RECORD").unlink()
    assert inspect(tmp_path / "prefix", tmp_path).faults == (
        "alpha-1.0.dist-info: RECORD is missing",
    )


def test_a_wheel_with_a_wrong_record_is_forgiven_and_a_cut_file_of_it_is_not(
    site: Path, tmp_path: Path
) -> None:
    record = "alpha/__init__.py,sha256=x,99\nghost.py,h,1\n"
    (site / "alpha-1.0.dist-info/RECORD").write_text(record)
    write(tmp_path / "cache/archive-v0/abc", record)
    found = inspect(tmp_path / "prefix", tmp_path / "cache")
    assert found.faults == ()
    assert len(found.forgiven) == 2

    (site / "alpha/__init__.py").write_text("x")
    found = inspect(tmp_path / "prefix", tmp_path / "cache")
    assert found.faults == ("alpha/__init__.py: 1 bytes, RECORD says 99",)


def test_an_empty_file_is_no_wheels_fault_though_the_cache_has_it_too(
    site: Path, tmp_path: Path
) -> None:
    """With hard links a power failure empties the file here and in the cache."""
    record = "alpha/__init__.py,sha256=x,3\n"
    copy = tmp_path / "cache/archive-v0/abc"
    write(copy, record)
    for root in (site, copy):
        (root / "alpha/__init__.py").write_text("")
    found = inspect(tmp_path / "prefix", tmp_path / "cache")
    assert found.faults[0] == "alpha/__init__.py: 0 bytes, RECORD says 3"
    assert found.suspects == (copy,)


@pytest.mark.parametrize(
    "record", ["a\0b,h,1\n", '"' + "x" * 200_000 + '",h,1\n'], ids=["nul", "endless"]
)
def test_a_record_that_is_no_table_is_a_fault(site: Path, tmp_path: Path, record: str) -> None:
    (site / "alpha-1.0.dist-info/RECORD").write_text(record)
    assert inspect(tmp_path / "prefix", tmp_path).faults == (
        "alpha-1.0.dist-info: RECORD is unreadable",
    )


def test_a_record_may_name_what_it_likes_and_is_only_told_what_is_missing(
    site: Path, tmp_path: Path
) -> None:
    record = "../../../../../nowhere/x,h,1\n/nowhere/y,h,2\n" + "alpha/z,h," + "9" * 5_000 + "\n"
    (site / "alpha-1.0.dist-info/RECORD").write_text(record)
    faults = inspect(tmp_path / "prefix", tmp_path).faults
    assert [line.rpartition(": ")[2] for line in faults] == ["missing"] * 3


def test_a_version_is_read_as_locks_spell_it(site: Path, tmp_path: Path) -> None:
    for name in ("Dated-2024.07.04", "local-1.0+CU_118", "odd-what"):
        (site / f"{name}.dist-info").mkdir()
    found = inspect(tmp_path / "prefix", tmp_path).versions
    assert found == {"alpha": "1.0", "dated": "2024.7.4", "local": "1.0+cu.118", "odd": "what"}


def test_packages_are_compared_by_marker_and_pip_is_free() -> None:
    lock = Lock(
        "==3.12.*",
        (
            LockedPackage("alpha", "1.0", None, ()),
            LockedPackage("winonly", "1.0", "sys_platform == 'win32'", ()),
        ),
    )
    wanted = expected(lock, {"sys_platform": "linux"})
    assert wanted == {"alpha": "1.0"}
    assert not difference(wanted, {"alpha": "1.0", "pip": "26.0"})
    assert difference(wanted, {"alpha": "2.0", "stray": "1"}) == Difference(
        ("alpha==1.0",), ("alpha==2.0", "stray==1")
    )


def test_long_evidence_is_shortened() -> None:
    assert shortened([str(n) for n in range(100)])[-1] == "… 81 more"
    assert shortened(["a"]) == ("a",)
