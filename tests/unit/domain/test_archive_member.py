"""What may be in an archive: whatever is let in can only write below one directory."""

import posixpath
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.archive_member import MOST_BYTES, Kind, Member, Members
from venvoy.domain.errors import InvalidInput

names = st.lists(st.sampled_from(["python", "..", ".", "a", "b", ""]), min_size=1, max_size=5).map(
    "/".join
)
any_member = st.builds(
    Member, name=names, kind=st.sampled_from([*Kind]), link=names, size=st.just(1)
)


def take(*members: Member) -> None:
    taken = Members()
    for member in members:
        taken.take(member)


def refused(*members: Member) -> str:
    with pytest.raises(InvalidInput) as caught:
        take(*members)
    return caught.value.code


def file(name: str, size: int = 0, mode: int = 0o644) -> Member:
    return Member(name, Kind.FILE, size=size, mode=mode)


def link(name: str, to: str) -> Member:
    return Member(name, Kind.SYMLINK, to)


def test_an_interpreter_as_it_is_packed_is_let_in() -> None:
    take(
        Member("python/", Kind.DIRECTORY),
        file("python/bin/python3.12"),
        link("python/bin/python3", "python3.12"),
        link("python/lib/libpython3.so", "../lib/libpython3.12.so"),
        Member("python/bin/python", Kind.HARDLINK, "python/bin/python3.12"),
        file("./python/include/patchlevel.h"),
    )


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "python/../../etc/passwd",
        "../python",
        "python\\..\\x",
        "C:/x",
        "python/a\nb",
        "",
        "elsewhere/x",
        "python",
        "python/" + "a" * 1_025,
    ],
)
def test_a_path_that_is_not_plainly_below_is_refused(name: str) -> None:
    assert refused(file("python/first"), file(name)) == "python-archive-path-unsafe"


@pytest.mark.parametrize(
    "to", ["/etc/passwd", "../../x", "../../python/bin", "", "..\\x", "C:x", "a" * 1_025]
)
def test_a_link_that_leaves_is_refused(to: str) -> None:
    start = Member("python/", Kind.DIRECTORY)
    assert refused(start, link("python/bin/evil", to)) == "python-archive-link-unsafe"


def test_nothing_is_written_through_a_link() -> None:
    first = link("python/lib64", "lib")
    assert refused(first, file("python/lib64/x")) == "python-archive-path-unsafe"
    assert refused(first, file("python/lib64")) == "python-archive-path-unsafe"


def test_a_hard_link_must_name_a_file_of_the_archive() -> None:
    hard = Member("python/b", Kind.HARDLINK, "python/a")
    assert refused(Member("python/", Kind.DIRECTORY), hard) == "python-archive-link-unsafe"
    take(file("python/a"), hard)


def test_devices_and_set_user_id_are_refused() -> None:
    start = Member("python/", Kind.DIRECTORY)
    assert refused(start, Member("python/null", Kind.OTHER)) == "python-archive-kind-unsafe"
    assert refused(file("python/su", mode=0o4755)) == "python-archive-kind-unsafe"


def test_what_grows_without_end_is_refused() -> None:
    huge = file("python/zeros", size=MOST_BYTES + 1)
    assert refused(huge) == "python-archive-too-large"


@given(st.lists(any_member, max_size=8))
def test_whatever_is_let_in_stays_below_its_one_directory(members: Iterable[Member]) -> None:
    """Unpacked by a naive unpacker that follows every link."""
    taken, accepted = Members(), []
    links: dict[str, str] = {}
    for member in members:
        try:
            taken.take(member)
        except InvalidInput:
            break
        accepted.append(member)
    for member in accepted:
        path = posixpath.normpath(member.name)
        for _ in range(20):
            behind = [at for at in links if path == at or path.startswith(at + "/")]
            if not behind:
                break
            at = behind[0]
            path = posixpath.normpath(
                posixpath.join(posixpath.dirname(at), links[at]) + path[len(at) :]
            )
        assert path == taken.top or path.startswith(taken.top + "/")
        if member.kind is Kind.SYMLINK:
            links[posixpath.normpath(member.name)] = member.link
            target = posixpath.normpath(
                posixpath.join(posixpath.dirname(posixpath.normpath(member.name)), member.link)
            )
            assert target == taken.top or target.startswith(taken.top + "/")
