"""The lock's canonical form: equal locks have equal bytes, and it reads back whole."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.domain.lock import LOCK_VERSION, Lock, LockedFile, LockedPackage

word = st.text(alphabet=string.ascii_lowercase + string.digits, min_size=1, max_size=12)
sha256 = st.text(alphabet="0123456789abcdef", min_size=64, max_size=64)
files = st.builds(
    LockedFile,
    name=st.builds("{}-1.0-py3-none-any.whl".format, word),
    sha256=sha256,
    size=st.none() | st.integers(min_value=0, max_value=2**40),
    path=st.none() | st.builds("packages/{}/{}".format, word, word),
    url=st.none() | st.builds("https://example.org/{}.whl".format, word),
)
packages = st.builds(
    LockedPackage,
    name=word,
    version=st.builds("{}.{}".format, st.integers(0, 99), st.integers(0, 99)),
    marker=st.none() | st.just("sys_platform == 'win32'"),
    files=st.lists(files, max_size=3).map(tuple),
)
locks = st.builds(
    Lock, python=st.just("==3.12.*"), packages=st.lists(packages, max_size=4).map(tuple)
)


@given(locks)
def test_it_reads_back_whole(lock: Lock) -> None:
    again = Lock.from_bytes(lock.to_bytes())
    assert again == lock
    assert again.digest == lock.digest


@given(locks, locks)
def test_the_digest_names_the_content(one: Lock, other: Lock) -> None:
    assert (one.digest == other.digest) == (one == other)


@given(locks)
def test_the_bytes_are_canonical_json(lock: Lock) -> None:
    data = lock.to_bytes()
    document = json.loads(data)
    assert json.dumps(document, sort_keys=True, separators=(",", ":")).encode() == data
    assert document["version"] == LOCK_VERSION


def test_the_digest_stays_the_same_over_releases() -> None:
    file = LockedFile(name="six-1.16.0-py2.py3-none-any.whl", sha256="ab" * 32, size=11053)
    package = LockedPackage(name="six", version="1.16.0", marker=None, files=(file,))
    lock = Lock(python="==3.12.*", packages=(package,))
    assert lock.to_bytes() == (
        b'{"packages":[{"files":[{"name":"six-1.16.0-py2.py3-none-any.whl","sha256":"'
        + b"ab" * 32
        + b'","size":11053}],"marker":null,"name":"six","version":"1.16.0"}],'
        b'"python":"==3.12.*","version":1}'
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"version": 1}',
        b'{"version": 1, "python": "", "packages": 3}',
        b'{"version": 1, "python": "", "packages": [{"name": "six"}]}',
        b'{"version":1,"python":"","packages":[{"name":"a","version":"1","files":[{"x":1}]}]}',
        b'{"version":1,"python":"","packages":[{"name":"a","version":"1","marker":null}]}',
    ],
)
def test_damage_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        Lock.from_bytes(data)
    assert caught.value.code == "lock-unreadable"


def test_a_newer_form_is_refused_with_both_versions() -> None:
    with pytest.raises(InvalidInput) as caught:
        Lock.from_bytes(b'{"version": 99}')
    assert caught.value.code == "lock-too-new"
    assert caught.value.params == {"version": 99, "known": LOCK_VERSION}
