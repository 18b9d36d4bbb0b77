"""A program's platform, read from its first bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.binary import glibc_in, platform_of
from venvoy.domain.platform import Platform
from venvoy.testing.archives import program


@pytest.mark.parametrize("platform", [each.value for each in Platform])
def test_every_platform_is_known_by_its_programs(platform: str) -> None:
    assert platform_of(program(platform)) == platform


def test_other_machines_and_other_files_are_none() -> None:
    arm = bytearray(program("linux-x86_64"))
    arm[18:20] = (40).to_bytes(2, "little")
    assert platform_of(bytes(arm)) is None
    assert platform_of(b"#!/bin/sh\n") is None
    assert platform_of(b"") is None


@given(st.sampled_from([*Platform]), st.integers(0, 200))
def test_a_program_that_is_cut_off_is_no_fault(platform: Platform, size: int) -> None:
    assert platform_of(program(platform.value)[:size]) in {None, platform}


@given(st.binary(max_size=300))
def test_any_bytes_are_no_fault(data: bytes) -> None:
    platform_of(b"\x7fELF\x02\x01" + data)
    platform_of(b"MZ" + data)


def test_the_needed_glibc_is_read() -> None:
    assert max(glibc_in(b"\0GLIBC_2.4\0GLIBC_2.17\0GLIBC_PRIVATE")) == (2, 17)
