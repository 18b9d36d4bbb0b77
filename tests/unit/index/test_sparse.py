import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.index.sparse import MetadataUnreadable, Missing, SparseFile, read_metadata
from venvoy.testing.wheels import make_wheel


def read_lazily(data: bytes, project: str, tail: int, step: int) -> tuple[bytes, int]:
    """Return the metadata and how many bytes had to be fetched."""
    wheel = SparseFile(len(data))
    fetched = min(tail, len(data))
    wheel.fill(len(data) - fetched, data[len(data) - fetched :])
    for _ in range(10_000):
        try:
            return read_metadata(wheel, project), fetched
        except Missing as lacking:
            stop = min(lacking.stop, lacking.start + step)
            wheel.fill(lacking.start, data[lacking.start : stop])
            fetched += stop - lacking.start
    raise AssertionError("never satisfied")


@given(st.integers(1, 2000), st.integers(40, 500), st.integers(0, 2000))
def test_any_ranges_give_the_same_metadata(tail: int, step: int, payload: int) -> None:
    wheel = make_wheel("demo-pkg", requires=("six>=1",), payload=payload)
    assert read_lazily(wheel.data, "demo-pkg", tail, step)[0] == wheel.metadata


def test_a_large_wheel_is_not_read() -> None:
    wheel = make_wheel("demo", payload=4_000_000)
    assert read_lazily(wheel.data, "demo", 65_536, 16_384)[1] <= 65_536


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return buffer.getvalue()


def test_of_several_the_projects_own_is_taken() -> None:
    data = archive(**{"a-1.dist-info/METADATA": b"a", "B_c-1.dist-info/METADATA": b"b"})
    assert read_metadata(io.BytesIO(data), "b-c") == b"b"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive at all",
        archive(**{"demo/__init__.py": b""}),
        archive(**{"a-1.dist-info/METADATA": b"a", "b-1.dist-info/METADATA": b"b"}),
        archive(**{"demo/vendored/x-1.dist-info/METADATA": b"nested"}),
        archive(**{"demo-1.dist-info/METADATA": b"\0" * (17 * 2**20)}),
    ],
    ids=["empty", "text", "none", "two of others", "nested only", "bomb"],
)
def test_what_has_no_usable_metadata_is_refused(data: bytes) -> None:
    with pytest.raises(MetadataUnreadable):
        read_metadata(io.BytesIO(data), "demo")


@given(st.integers(0, 600), st.binary(min_size=1, max_size=40))
def test_a_damaged_archive_is_refused_or_read_but_never_crashes(at: int, noise: bytes) -> None:
    wheel = make_wheel("demo")
    data = wheel.data[:-at] + noise + wheel.data[len(wheel.data) - at + len(noise) :]
    with suppress(MetadataUnreadable):
        read_metadata(io.BytesIO(data), "demo")
