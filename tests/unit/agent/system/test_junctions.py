"""Junctions as far as they are bytes and paths; the calls themselves need Windows."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.agent.system.junctions import leads_to, reparse_point
from venvoy.agent.system.paths import extended, plain

PARTS = st.text(
    st.characters(exclude_characters='\\/:*?"<>|.', exclude_categories=["C", "Z", "Cs"]),
    min_size=1,
    max_size=40,
)
PATHS = st.builds(
    lambda drive, parts: f"{drive}:\\" + "\\".join(parts),
    st.sampled_from("CDZ"),
    st.lists(PARTS, min_size=1, max_size=12),
)


@given(PATHS)
def test_a_junction_leads_where_it_was_told_to(path: str) -> None:
    assert leads_to(reparse_point(path)) == path
    assert leads_to(reparse_point(extended(path))) == path


def test_the_bytes_are_those_of_the_documented_structure() -> None:
    buffer = reparse_point("C:\\v")
    real, shown = "\\??\\C:\\v".encode("utf-16-le"), "C:\\v".encode("utf-16-le")
    names = real + b"\0\0" + shown + b"\0\0"
    assert (
        buffer
        == struct.pack(
            "<LHHHHHH", 0xA0000003, 8 + len(names), 0, 0, len(real), len(real) + 2, len(shown)
        )
        + names
    )


@pytest.mark.parametrize(
    "buffer", [struct.pack("<LHHHHHH", 0xA000000C, 8, 0, 0, 0, 0, 0), reparse_point("C:\\v")[:-2]]
)
def test_what_is_no_junction_leads_nowhere(buffer: bytes) -> None:
    with pytest.raises(ValueError, match="no junction"):
        leads_to(buffer)


def test_a_path_that_no_junction_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        reparse_point("C:\\" + "x" * 5_000)


@given(PATHS)
def test_extended_and_plain_are_each_others_reverse(path: str) -> None:
    assert extended(path).startswith("\\\\?\\")
    assert extended(extended(path)) == extended(path)
    assert plain(extended(path)) == path == plain(path)


def test_shares_and_slashes() -> None:
    assert extended("\\\\files\\share\\v") == "\\\\?\\UNC\\files\\share\\v"
    assert plain("\\\\?\\UNC\\files\\share\\v") == "\\\\files\\share\\v"
    assert extended("C:/a/../b") == "\\\\?\\C:\\b"
    assert plain("\\??\\C:\\b") == "C:\\b"
