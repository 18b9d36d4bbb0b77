"""Which archive is taken, and on which machines one runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from venvoy.domain.archive import Archive, newest
from venvoy.domain.platform import Platform

LINUX = Platform.LINUX_X86_64
versions = st.builds("3.{}.{}".format, st.integers(9, 15), st.integers(0, 20))


def archive(version: str = "3.12.4", glibc: str | None = None) -> Archive:
    return Archive(version, "cpython", LINUX, glibc)


@pytest.mark.parametrize(
    ("needs", "has", "runs"),
    [
        ("2.17", "glibc 2.36", True),
        ("2.36", "glibc 2.36", True),
        ("2.38", "glibc 2.36", False),
        ("2.4", "glibc 2.36", True),
        (None, "glibc 2.5", True),
        ("2.38", None, True),
    ],
)
def test_the_c_library_must_be_as_new_as_is_needed(
    needs: str | None, has: str | None, runs: bool
) -> None:
    assert archive(glibc=needs).runs_on("linux-x86_64", has) is runs


def test_another_platform_never_runs_it() -> None:
    assert not archive().runs_on("musllinux-x86_64", "musl 1.2.4")
    assert not archive().runs_on("plan9-mips", None)


def test_a_final_release_comes_before_a_newer_pre_release() -> None:
    found = newest([archive("3.13.0rc1"), archive("3.12.4")])
    assert found is not None
    assert found.version == "3.12.4"
    only = newest([archive("3.13.0rc1"), archive("3.12.4")], "==3.13.*")
    assert only is not None
    assert only.version == "3.13.0rc1"


@given(st.lists(versions, max_size=8), st.sampled_from(["==3.12.*", ">=3.11", "==3.9.2"]))
def test_what_is_taken_answers_the_wish_and_nothing_newer_does(
    there: list[str], wanted: str
) -> None:
    found = newest(map(archive, there), wanted)
    fitting = [Version(each) for each in there if Version(each) in SpecifierSet(wanted)]
    assert (found is None) == (not fitting)
    if found is not None:
        assert Version(found.version) == max(fitting)
