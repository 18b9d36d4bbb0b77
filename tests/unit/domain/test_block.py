"""What a block holds for, and that uv is kept from all of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from venvoy.domain.block import Block, blocked, read_block
from venvoy.domain.errors import InvalidInput
from venvoy.testing.controller import locked

VERSIONS = st.builds(
    lambda release, end: ".".join(map(str, release)) + end,
    st.lists(st.integers(0, 9), min_size=1, max_size=3),
    st.sampled_from(["", "rc1", ".post1", ".dev1"]),
)
BLOCKS = st.builds(
    lambda operator, version: read_block(f"six{operator}{version}"),
    st.sampled_from(["==", "<", "<=", ">", ">="]),
    VERSIONS,
)


@given(BLOCKS, VERSIONS)
def test_what_a_block_holds_for_its_constraint_leaves_out(block: Block, version: str) -> None:
    lets_in = Requirement(block.constraint).specifier.contains(version, prereleases=True)
    assert not (block.holds("six", version) and lets_in)


@given(BLOCKS, st.integers(0, 9), st.integers(0, 9))
def test_of_final_releases_a_constraint_leaves_out_nothing_else(
    block: Block, major: int, minor: int
) -> None:
    version = f"{major}.{minor}"
    if not any(mark in block.specifier for mark in ("rc", "post", "dev")):
        lets_in = Requirement(block.constraint).specifier.contains(version)
        assert lets_in is not block.holds("six", version)


def test_a_name_alone_is_every_release() -> None:
    block = read_block("Evil_Package")
    assert (block.release, block.constraint) == ("evil-package", "evil-package<0")
    assert block.holds("evil-package", "1.0")
    assert block.holds("evil-package", "no version")
    assert not block.holds("other", "1.0")


def test_a_series_and_builds_of_a_release_are_blocked_with_it() -> None:
    assert read_block("torch==2.3.*").constraint == "torch!=2.3.*"
    assert read_block("torch==2.3.0").holds("torch", "2.3.0+cu121")


@pytest.mark.parametrize("text", ["six>=1,<2", "six~=1.0", "six!=1.0", "six===1.0"])
def test_what_cannot_be_turned_round_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_block(text)
    assert refused.value.code == "block-clauses"


@pytest.mark.parametrize("text", ["", "six[all]==1.0", "six==1.0; os_name == 'nt'", "six = 1"])
def test_what_names_no_release_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_block(text)


def test_of_a_lock_all_that_is_blocked_is_named_with_why() -> None:
    lock = locked("==3.12.*", {"six": "1.0", "rich": "2.0", "idna": "3.0"})
    blocks = [Block("six", "<2", "old"), Block("idna", "==3.0", "bad"), Block("rich", ">2", "new")]
    found = blocked(lock, blocks)
    assert found is not None
    assert found.packages == ("idna==3.0", "six==1.0")
    assert found.params["blocks"] == ["idna==3.0 (bad)", "six<2 (old)"]
    assert blocked(lock, []) is None
