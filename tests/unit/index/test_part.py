import hashlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.index.part import HOLD, Part, same_start

chunkings = st.lists(st.integers(1, 2 * HOLD), min_size=1, max_size=4)


def bytes_of(length: int) -> bytes:
    return hashlib.shake_128(b"part").digest(length)


@given(chunkings, st.lists(st.integers(1000, 2 * HOLD), min_size=1, max_size=3))
def test_readers_get_all_but_the_last_bytes_until_the_hash_is_checked(
    chunks: list[int], reads: list[int]
) -> None:
    data = bytes_of(sum(chunks))
    with TemporaryDirectory() as folder:
        part = Part(Path(folder) / "part")
        at = 0
        seen = b""
        for length in chunks:
            part.take(data[at : at + length])
            at += length
            for size in reads:
                seen += part.read(len(seen), size)
            assert seen == data[: len(seen)]
            assert len(seen) <= max(0, at - HOLD)
        assert part.digest() == hashlib.sha256(data).hexdigest()
        part.seal()
        assert part.read(0, 1) == b""
        part.reopen(part.path)
        while more := part.read(len(seen), reads[0]):
            seen += more
        assert seen == data
        part.close()


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str, bytes], Part]:
    def make(name: str, data: bytes) -> Part:
        part = Part(tmp_path / name)
        part.take(data)
        return part

    return make


@pytest.mark.parametrize("length", [1, HOLD, 2 * HOLD])
def test_two_parts_are_compared_up_to_the_given_length(
    made: Callable[[str, bytes], Part], length: int
) -> None:
    data = bytes_of(4 * HOLD)
    changed = data[: length - 1] + bytes([data[length - 1] ^ 1]) + data[length:]
    one, same, other = made("a", data), made("b", data), made("c", changed)
    assert same_start(one, same, length)
    assert not same_start(one, other, length)
    assert same_start(one, other, length - 1)


def test_a_part_that_is_shorter_than_compared_is_not_the_same(
    made: Callable[[str, bytes], Part],
) -> None:
    data = bytes_of(4 * HOLD)
    assert not same_start(made("a", data), made("b", data[: 2 * HOLD]), 2 * HOLD)


def test_a_sealed_part_takes_nothing(made: Callable[[str, bytes], Part]) -> None:
    part = made("a", b"x")
    part.seal()
    with pytest.raises(ValueError, match="complete"):
        part.take(b"y")
