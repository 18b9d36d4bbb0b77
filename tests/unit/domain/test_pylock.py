"""uv's lock becomes a neutral one, which is written for uv and for people."""

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.pylock import Pylock

from venvoy.domain.errors import InvalidInput
from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.domain.platform import Platform
from venvoy.domain.pylock import export_pylock, export_requirements, render
from venvoy.domain.pylock_reader import path_from_url, read_pylock

SHA = "ab" * 32
FILES = "https://mirror.example.org/pypi/packages/aa/bb/" + "c" * 60
UV = f"""
lock-version = "1.0"
created-by = "uv"
requires-python = ">=3.12"

[[packages]]
name = "zlib-ng"
version = "1.10"
marker = "python_full_version == '3.12.*' and sys_platform == 'win32'"
wheels = [
    {{ url = "{FILES}/zlib_ng-1.10-cp312-cp312-win_amd64.whl", upload-time = 2024-01-01T00:00:00Z, size = 7, hashes = {{ sha256 = "{SHA}" }} }},
    {{ url = "{FILES}/zlib_ng-1.10-cp312-cp312-macosx_11_0_arm64.whl", size = 8, hashes = {{ sha256 = "{SHA}" }} }},
    {{ url = "{FILES}/zlib_ng-1.10-cp313-cp313-win_amd64.whl", size = 9, hashes = {{ sha256 = "{SHA}" }} }},
]

[[packages]]
name = "six"
version = "1.9"
marker = "python_full_version == '3.12.*'"
sdist = {{ url = "{FILES}/six-1.9.tar.gz", size = 3, hashes = {{ sha256 = "{SHA}" }} }}
wheels = [{{ url = "http://127.0.0.1/x/files/six-1.9-py2.py3-none-any.whl", hashes = {{ sha256 = "{SHA.upper()}" }} }}]

[[packages]]
name = "appnope"
version = "0.1"
marker = "sys_platform == 'darwin'"
wheels = [{{ url = "{FILES}/appnope-0.1-py3-none-any.whl", size = 3, hashes = {{ sha256 = "{SHA}" }} }}]

[[packages]]
name = "direct"
version = "2.0"
archive = {{ url = "https://example.org/a%2Bb/direct-2.0-py3-none-any.whl#sha256={SHA}", hashes = {{ sha256 = "{SHA}" }} }}
"""  # noqa: E501 - as uv writes it


def read(source: str = UV, python: str = "==3.12.*") -> Lock:
    return read_pylock(source, python=python, platforms=())


def test_a_lock_holds_what_its_machines_need() -> None:
    assert read() == Lock(
        "==3.12.*",
        (
            LockedPackage(
                "direct",
                "2.0",
                None,
                (
                    LockedFile(
                        "direct-2.0-py3-none-any.whl",
                        SHA,
                        url="https://example.org/a%2Bb/direct-2.0-py3-none-any.whl",
                    ),
                ),
            ),
            LockedPackage("six", "1.9", None, (LockedFile("six-1.9-py2.py3-none-any.whl", SHA),)),
            LockedPackage(
                "zlib-ng",
                "1.10",
                "sys_platform == 'win32'",
                (
                    LockedFile(
                        "zlib_ng-1.10-cp312-cp312-win_amd64.whl",
                        SHA,
                        7,
                        f"packages/aa/bb/{'c' * 60}/zlib_ng-1.10-cp312-cp312-win_amd64.whl",
                    ),
                ),
            ),
        ),
    )


def test_a_lock_names_no_mirror() -> None:
    assert b"mirror.example.org" not in read().to_bytes()
    assert b"127.0.0.1" not in read().to_bytes()


def test_a_lock_is_the_same_from_any_mirror() -> None:
    other = UV.replace("https://mirror.example.org/pypi", "http://10.0.0.1/web")
    assert read(other).digest == read().digest


def test_chosen_platforms_alone_are_locked() -> None:
    lock = read_pylock(UV, python="==3.12.*", platforms=[Platform.LINUX_X86_64])
    assert [each.name for each in lock.packages] == ["direct", "six"]


def test_versions_are_sorted_as_versions() -> None:
    packages = "".join(
        f'[[packages]]\nname = "a"\nversion = "{version}"\nmarker = "{marker}"\n'
        f'wheels = [{{ url = "{FILES}/a-{version}-py3-none-any.whl",'
        f' hashes = {{ sha256 = "{SHA}" }} }}]\n'
        for version, marker in (
            ("1.10", "sys_platform == 'linux'"),
            ("1.9", "sys_platform == 'win32'"),
        )
    )
    lock = read(f'lock-version = "1.0"\ncreated-by = "uv"\n{packages}')
    assert [each.version for each in lock.packages] == ["1.9", "1.10"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("not toml", "pylock-unreadable"),
        ("", "pylock-unreadable"),
        (UV.replace('lock-version = "1.0"', 'lock-version = "2.0"'), "pylock-unreadable"),
        (UV.replace('version = "1.9"', ""), "pylock-unreadable"),
        (UV.replace("sha256 =", "md5 ="), "file-without-hash"),
        (UV.replace(SHA, "short"), "file-without-hash"),
    ],
)
def test_what_cannot_be_a_lock_is_refused(source: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(source)
    assert caught.value.code == code


@given(st.text(max_size=200))
def test_no_text_raises_anything_else(source: str) -> None:
    with pytest.raises(InvalidInput):
        read(source)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (f"{FILES}/a-1.whl", f"packages/aa/bb/{'c' * 60}/a-1.whl"),
        ("https://x/packages/packages/0a/9f/00/a.whl#sha256=1", "packages/0a/9f/00/a.whl"),
        ("https://x/packages/a/a-1.whl", None),
        ("https://x/files/a-1.whl", None),
        ("https://x/packages/aa/bb/../a.whl", None),
        ("https://x/packages/aa/bb/cc/..", None),
        ("", None),
    ],
)
def test_the_path_that_mirrors_share(url: str, path: str | None) -> None:
    assert path_from_url(url) == path


def url_of(file: LockedFile) -> str:
    return file.url or f"http://127.0.0.1:7302/secret/{file.path or file.name}"


def test_uv_gets_addresses_sizes_and_hashes() -> None:
    document = tomllib.loads(render(read(), url_of))
    assert document["requires-python"] == "==3.12.*"
    direct, six, zlib = document["packages"]
    assert zlib["marker"] == "sys_platform == 'win32'"
    assert zlib["wheels"][0]["size"] == 7
    assert zlib["wheels"][0]["hashes"] == {"sha256": SHA}
    assert "marker" not in six
    assert "size" not in six["wheels"][0]
    assert direct["wheels"][0]["url"].startswith("https://example.org/")
    Pylock.from_dict(document)


def test_a_lock_without_packages_is_written() -> None:
    empty = Lock("==3.12.*", ())
    assert tomllib.loads(render(empty, url_of))["packages"] == []
    assert read(render(empty, url_of)) == empty


def test_a_package_without_files_stays_so_that_its_install_fails() -> None:
    lock = Lock("==3.12.*", (LockedPackage("six", "1", None, ()),))
    assert tomllib.loads(render(lock, url_of))["packages"][0]["wheels"] == []


NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
HASHES = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)


@st.composite
def locks(draw: st.DrawFn) -> Lock:
    packages = []
    for name in sorted(draw(st.sets(NAMES, max_size=5))):
        tags = draw(st.sets(st.sampled_from(["py3-none-any", "cp312-cp312-win_amd64"]), min_size=1))
        files = []
        for tag in sorted(tags):
            digest = draw(HASHES)
            file = f"{name}-1.0-{tag}.whl"
            path = f"packages/{digest[:2]}/{digest[2:4]}/{digest[4:]}/{file}"
            size = draw(st.none() | st.integers(0, 10**10))
            files.append(LockedFile(file, digest, size, draw(st.sampled_from([path, None]))))
        files.sort(key=lambda file: file.name)
        marker = draw(st.sampled_from([None, "sys_platform == 'win32'", "sys_platform == 'linux'"]))
        packages.append(LockedPackage(name, "1.0", marker, tuple(files)))
    return Lock("==3.12.*", tuple(packages))


@given(locks())
def test_what_is_written_reads_back(lock: Lock) -> None:
    assert read(render(lock, url_of)) == lock
    assert Lock.from_bytes(lock.to_bytes()) == lock


@given(locks())
def test_exports_are_readable_and_neutral(lock: Lock) -> None:
    document = tomllib.loads(export_pylock(lock))
    Pylock.from_dict(document)
    assert "http" not in export_pylock(lock)
    based = export_pylock(lock, "https://example.org/root/")
    for package in tomllib.loads(based)["packages"]:
        for wheel in package["wheels"]:
            assert wheel["url"].startswith("https://example.org/root/")


def test_requirements_are_exported_with_hashes() -> None:
    assert export_requirements(read()) == (
        "direct @ https://example.org/a%2Bb/direct-2.0-py3-none-any.whl \\\n"
        f"    --hash=sha256:{SHA}\n"
        f"six==1.9 \\\n    --hash=sha256:{SHA}\n"
        f"zlib-ng==1.10 ; sys_platform == 'win32' \\\n    --hash=sha256:{SHA}\n"
    )


def test_foreign_text_cannot_break_out_of_its_string() -> None:
    nasty = LockedFile('a"\\\n\x7f]-1.0-py3-none-any.whl', SHA)
    lock = Lock("==3.12.*", (replace(read().packages[1], files=(nasty,)),))
    document = tomllib.loads(render(lock, lambda file: f"http://127.0.0.1/{file.name}"))
    assert document["packages"][0]["wheels"][0]["name"] == nasty.name
