import os
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from venvoy.index.page_file import PageFile
from venvoy.index.pages import Location, Page

hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
locations = st.builds(
    Location,
    sha256=hashes,
    name=st.from_regex(r"[a-z]{1,5}-[0-9]\.whl", fullmatch=True),
    url=st.just("https://m.example.org/f/x"),
    size=st.one_of(st.none(), st.integers(0, 2**40)),
    metadata=st.one_of(st.none(), st.just(""), hashes),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(locations, unique_by=lambda one: one.sha256), st.binary(), hashes)
def test_every_file_is_found_again_by_hash_and_name(
    tmp_path: Path, there: list[Location], body: bytes, other: str
) -> None:
    file = PageFile(tmp_path / "six.page")
    file.write(Page(body, '"tag"', tuple(there)), "source", None)
    for location in there:
        assert file.find(location.sha256, location.name) == location
        assert file.find(location.sha256, "y" + location.name) is None
    if other not in {one.sha256 for one in there}:
        assert file.find(other, "x-1.whl") is None
    stored = file.read()
    assert stored is not None
    assert stored.body == body


def test_what_is_not_there_or_not_ours_is_no_page(tmp_path: Path) -> None:
    file = PageFile(tmp_path / "six.page")
    assert file.read() is None
    for content in (b"", b"{}\n", b'{"format": 99}\n', b"\xff\xfe\n", b'{"a": 1}\nrest'):
        (tmp_path / "six.page").write_bytes(content)
        assert file.read() is None
        assert file.find("ab" * 32, "x") is None


def test_a_page_from_the_future_is_old(tmp_path: Path) -> None:
    path = tmp_path / "six.page"
    PageFile(path).write(Page(b"{}", '"tag"', ()), "source", None)
    os.utime(path, (2**33, 2**33))
    stored = PageFile(path).read()
    assert stored is not None
    assert stored.age() == float("inf")


def test_nothing_half_written_stays(tmp_path: Path) -> None:
    PageFile(tmp_path / "six.page").write(Page(b"{}", '"tag"', ()), "source", None)
    assert [entry.name for entry in tmp_path.iterdir()] == ["six.page"]
