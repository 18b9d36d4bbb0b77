"""What an archive says of itself, and what is refused."""

import tarfile
from pathlib import Path

import pytest

from venvoy.controller.archive_reading import Given, read_archive
from venvoy.domain.archive import Archive
from venvoy.domain.errors import InvalidInput
from venvoy.domain.platform import Platform
from venvoy.testing.archives import Entry, members, packed, program, small_archive

NOTHING = Given()


def read(tmp_path: Path, data: bytes, name: str = "a.tar.gz", given: Given = NOTHING) -> Archive:
    file = tmp_path / "file"
    file.write_bytes(data)
    return read_archive(file, name, given)


def refused(tmp_path: Path, data: bytes, given: Given = NOTHING, name: str = "a.tar.gz") -> str:
    with pytest.raises(InvalidInput) as caught:
        read(tmp_path, data, name, given)
    return caught.value.code


@pytest.mark.parametrize("platform", [each.value for each in Platform])
def test_everything_is_read_from_inside(tmp_path: Path, platform: str) -> None:
    found = read(tmp_path, small_archive("3.12.4", platform))
    assert (found.version, found.platform, found.implementation) == ("3.12.4", platform, "cpython")


def test_the_oldest_glibc_that_will_do_is_the_newest_that_is_named(tmp_path: Path) -> None:
    library = Entry("python/lib/libpython3.12.so.1.0", b"x" * 2**20 + b"GLIBC_2.28\0")
    found = read(tmp_path, packed([*members(needs="GLIBC_2.2.5 GLIBC_2.17"), library]))
    assert found.glibc == "2.28"


def test_without_headers_the_name_tells_the_version_or_somebody_has_to(tmp_path: Path) -> None:
    bare = packed(members()[:-1])
    name = "cpython-3.12.7+20241016-x86_64-unknown-linux-gnu-install_only.tar.gz"
    assert read(tmp_path, bare, name).version == "3.12.7"
    assert refused(tmp_path, bare) == "python-archive-version-unknown"
    assert read(tmp_path, bare, given=Given(version="3.12.1")).version == "3.12.1"


def test_what_is_said_must_be_what_is_there(tmp_path: Path) -> None:
    data = small_archive("3.12.4")
    assert refused(tmp_path, data, Given(version="3.12.5")) == "python-archive-contradicted"
    musl = Given(platform=Platform.MUSLLINUX_X86_64)
    assert refused(tmp_path, data, musl) == "python-archive-contradicted"
    assert read(tmp_path, data, given=Given("3.12.4", Platform.LINUX_X86_64)).version == "3.12.4"
    wrong = [
        *members("3.12.4")[:-1],
        Entry("python/include/patchlevel.h", b'#define PY_VERSION "3.11.1"'),
    ]
    assert refused(tmp_path, packed(wrong)) == "python-archive-contradicted"


def test_a_program_of_an_unknown_kind_needs_words(tmp_path: Path) -> None:
    script = [Entry("python/bin/python3.12", b"#!/bin/sh\n"), members()[-1]]
    assert refused(tmp_path, packed(script)) == "python-archive-platform-unknown"
    given = Given(platform=Platform.LINUX_X86_64)
    assert read(tmp_path, packed(script), given=given).platform is Platform.LINUX_X86_64


@pytest.mark.parametrize(
    "name", ["python/bin/pypy3.10", "python/bin/python3.13t", "python/bin/graalpy"]
)
def test_what_no_environment_can_use_is_refused(tmp_path: Path, name: str) -> None:
    data = packed([*members(), Entry(name, program("linux-x86_64"))])
    assert refused(tmp_path, data) == "python-archive-unsupported"


def test_too_old_a_python_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, small_archive("3.8.18")) == "python-archive-unsupported"


def test_what_is_no_python_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, packed([Entry("x/y", b"z")])) == "python-archive-not-python"
    assert refused(tmp_path, packed([])) == "python-archive-not-python"


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (Entry("python/../../x", b"x"), "python-archive-path-unsafe"),
        (Entry("/tmp/x", b"x"), "python-archive-path-unsafe"),
        (Entry("python/bin/evil", link="/etc/passwd"), "python-archive-link-unsafe"),
        (Entry("python/null", kind=tarfile.CHRTYPE), "python-archive-kind-unsafe"),
        (Entry("python/su", b"x", mode=0o4755), "python-archive-kind-unsafe"),
    ],
)
def test_what_would_write_elsewhere_is_refused_whole(
    tmp_path: Path, entry: Entry, code: str
) -> None:
    assert refused(tmp_path, packed([*members(), entry])) == code


@pytest.mark.parametrize("keep", [0, 10, 100, -1, -8])
def test_a_file_that_is_cut_off_is_unreadable(tmp_path: Path, keep: int) -> None:
    data = packed([*members(), Entry("python/lib/big", bytes(range(256)) * 4_000)])
    cut = data[:keep] if keep >= 0 else data[: keep * 30]
    assert refused(tmp_path, cut).startswith("python-archive-")


def test_a_file_that_is_none_is_unreadable(tmp_path: Path) -> None:
    assert refused(tmp_path, b"<html>not found</html>" * 50) == "python-archive-unreadable"
    data = bytearray(small_archive())
    data[len(data) // 2] ^= 0xFF
    assert refused(tmp_path, bytes(data)).startswith("python-archive-")
