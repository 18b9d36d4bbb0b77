import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.index.pages import (
    JSON_TYPE,
    PageUnreadable,
    page_as_html,
    read_page,
    wants_json,
)

BASE = "https://m.example.org/simple/six/"
SHA = "ab" * 32


def a_page(*files: dict[str, Any], **more: Any) -> bytes:
    document = {"meta": {"api-version": "1.1"}, "name": "six", "files": list(files), **more}
    return json.dumps(document).encode()


def a_file(name: str = "six-1.0-py3-none-any.whl", **more: Any) -> dict[str, Any]:
    return {"filename": name, "url": f"../../f/{name}", "hashes": {"sha256": SHA}, **more}


def served(*files: dict[str, Any], **more: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(read_page(a_page(*files, **more), JSON_TYPE, BASE).body)
    return document


def test_addresses_become_relative_to_the_gateway_and_the_upstream_ones_are_kept_apart() -> None:
    page = read_page(a_page(a_file()), JSON_TYPE, BASE)
    (entry,) = json.loads(page.body)["files"]
    assert entry["url"] == f"../../files/{SHA}/six-1.0-py3-none-any.whl"
    assert page.locations[0].url == "https://m.example.org/f/six-1.0-py3-none-any.whl"


def test_fields_of_pep_700_and_later_ones_pass_through() -> None:
    file = {**a_file(size=7, yanked="broken"), "upload-time": "2024-01-01T00:00:00Z", "new": [1]}
    document = served(file, versions=["1.0"], **{"project-status": {"status": "archived"}})
    (entry,) = document["files"]
    assert (entry["size"], entry["yanked"], entry["new"]) == (7, "broken", [1])
    assert document["versions"] == ["1.0"]
    assert document["project-status"] == {"status": "archived"}


@pytest.mark.parametrize(
    ("told", "name", "announced"),
    [
        ({}, "six-1.0-py3-none-any.whl", True),
        ({}, "six-1.0.tar.gz", None),
        ({"core-metadata": {"sha256": "CD" * 32}}, "six-1.0.tar.gz", {"sha256": "cd" * 32}),
        ({"core-metadata": True}, "six-1.0.tar.gz", True),
        ({"core-metadata": False}, "six-1.0-py3-none-any.whl", True),
        ({"dist-info-metadata": {"sha256": "cd" * 32}}, "six-1.0.tar.gz", {"sha256": "cd" * 32}),
    ],
)
def test_metadata_is_announced_for_every_wheel_and_wherever_upstream_has_it(
    told: dict[str, Any], name: str, announced: object
) -> None:
    (entry,) = served(a_file(name, **told))["files"]
    assert entry.get("core-metadata") == announced
    assert "dist-info-metadata" not in entry


@pytest.mark.parametrize(
    "file",
    [
        {**a_file(), "hashes": {"md5": "00"}},
        {**a_file(), "hashes": {"sha256": "short"}},
        {**a_file(), "url": "ftp://example.org/six"},
        {**a_file(), "url": "https://[broken/six"},
        {**a_file(), "url": "https://example.org/a b\nc"},
        a_file("../../etc/passwd"),
        {"filename": "six"},
        "no object",
    ],
)
def test_a_file_that_cannot_be_checked_or_named_is_left_out(file: Any) -> None:
    good = a_file("six-2.0-py3-none-any.whl")
    assert [entry["filename"] for entry in served(file, good)["files"]] == [good["filename"]]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<html>sign in</html>", "application/json"),
        (b"[]", JSON_TYPE),
        (b'{"files": 3}', JSON_TYPE),
        (b'{"meta": {"api-version": "2.0"}, "files": []}', JSON_TYPE),
        (b'<meta name="pypi:repository-version" content="2.0">', "text/html"),
    ],
)
def test_what_is_no_page_is_refused(data: bytes, kind: str) -> None:
    with pytest.raises(PageUnreadable):
        read_page(data, kind, BASE)


def test_html_becomes_the_same_structure() -> None:
    html = f"""<!DOCTYPE html><html><head><base href="https://cdn.example.org/"></head><body>
    <a href="f/six-1.0-py3-none-any.whl#sha256={SHA}" data-requires-python="&gt;=3.8"
       data-yanked="" data-core-metadata="sha256={"cd" * 32}"> six-1.0-py3-none-any.whl </a>
    <a href="f/other.txt">no hash</a></body></html>"""
    page = read_page(html.encode(), "text/html; charset=utf-8", BASE)
    (entry,) = json.loads(page.body)["files"]
    assert entry["requires-python"] == ">=3.8"
    assert entry["yanked"] is True
    assert entry["core-metadata"] == {"sha256": "cd" * 32}
    assert page.locations[0].url == "https://cdn.example.org/f/six-1.0-py3-none-any.whl"
    assert page.locations[0].size is None


names = st.from_regex(r"[a-z_]{1,8}-[0-9]\.[0-9](\+[a-z]{1,3})?-py3-none-any\.whl", fullmatch=True)
files = st.builds(
    lambda name, size, python, yanked: a_file(
        name,
        size=size,
        yanked=yanked,
        hashes={"sha256": hashlib.sha256(name.encode()).hexdigest()},
        **({"requires-python": python} if python else {}),
    ),
    names,
    st.integers(0, 2**40),
    st.sampled_from([None, ">=3.8", '<4,>"3"']),
    st.one_of(st.booleans(), st.text(max_size=20)),
)


@given(st.lists(files, max_size=5))
def test_html_written_from_a_page_reads_back_as_the_same_files(
    entries: list[dict[str, Any]],
) -> None:
    page = read_page(a_page(*entries), JSON_TYPE, BASE)
    gateway = "http://127.0.0.1:1/s/simple/six/"
    again = read_page(page_as_html(page.body), "text/html", gateway)
    for before, after in zip(
        json.loads(page.body)["files"], json.loads(again.body)["files"], strict=True
    ):
        assert after["filename"] == before["filename"]
        assert after["hashes"] == before["hashes"]
        assert after.get("requires-python") == before.get("requires-python")
        assert bool(after.get("yanked", False) is not False) == (before["yanked"] is not False)
    names_there = [
        location.url.rpartition("/")[2].replace("%2B", "+") for location in again.locations
    ]
    assert names_there == [entry["filename"] for entry in entries]


@given(st.lists(files, max_size=5))
def test_equal_pages_have_equal_tags_and_others_do_not(entries: list[dict[str, Any]]) -> None:
    one = read_page(a_page(*entries), JSON_TYPE, BASE)
    assert one.etag == read_page(a_page(*entries), JSON_TYPE, BASE).etag
    assert one.etag != read_page(a_page(*entries, last="x"), JSON_TYPE, BASE).etag


@pytest.mark.parametrize(
    ("accept", "json_wanted"),
    [
        ("", False),
        ("*/*", False),
        ("text/html", False),
        (JSON_TYPE, True),
        (f"{JSON_TYPE}, text/html; q=0.01", True),
        (f"{JSON_TYPE};q=0.1, text/html", False),
        (f"{JSON_TYPE};q=0", False),
        (f"{JSON_TYPE};q=nonsense", False),
    ],
)
def test_the_client_says_which_form_it_wants(accept: str, json_wanted: bool) -> None:
    assert wants_json(accept) is json_wanted
