"""`venvoy python …`: what is sent, and what people read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from venvoy.testing.archives import small_archive
from venvoy.testing.remote import MOMENT, Remote, cause, node, operation, page, problem, said
from venvoy.wire.pythons import NodePython, PythonArchive

Run = Callable[..., Any]
ID = "0195f000-0000-7000-8000-00000000000a"


def python(**fields: Any) -> NodePython:
    given = {
        "node": "local",
        "node_state": "online",
        "version": "3.12.4",
        "implementation": "cpython",
        "origin": "managed",
        "path": "/data/pythons/x/bin/python3.12",
        "environments": ["web"],
    }
    return NodePython.model_validate(given | fields)


def archive(**fields: Any) -> PythonArchive:
    given = {
        "id": ID,
        "name": "cpython-3.12.4.tar.gz",
        "sha256": "ab" * 32,
        "size": 20_000_000,
        "implementation": "cpython",
        "version": "3.12.4",
        "platform": "linux-x86_64",
        "glibc": "2.17",
        "created_at": MOMENT,
        "nodes": ["local"],
    }
    return PythonArchive.model_validate(given | fields)


def work(**fields: Any) -> Any:
    given = {"kind": "python-install", "environment": None, "revision": None, "python": "3.12.4"}
    return operation(**given | fields)


def test_a_list_tells_what_nodes_have_and_what_is_coming(run: Run, remote: Remote) -> None:
    coming = python(state="fetching", path=None, environments=[])
    found = python(version="3.11.2", origin="found", path="/usr/bin/python3.11", environments=[])
    remote.on("GET pythons", page(coming, python(), found))
    result = run("python", "list", "--node", "local")
    assert result.code == 0
    lines = [" ".join(line.split()) for line in result.out.splitlines()]
    assert lines[1:] == [
        "local 3.12.4 cpython managed fetching",
        "local 3.12.4 cpython managed web /data/pythons/x/bin/python3.12",
        "local 3.11.2 cpython found /usr/bin/python3.11",
    ]
    assert remote.requests[-1].url.params["node"] == "local"


def test_a_list_of_nothing_says_so(run: Run, remote: Remote) -> None:
    remote.on("GET pythons", page())
    assert run("python", "list").err == "no node has told of a Python yet\n"


def test_install_names_nodes_and_says_what_is_under_way(run: Run, remote: Remote) -> None:
    remote.on("POST pythons/install", page(work(state="queued", ended_at=None)))
    result = run("python", "install", "3.12", "--node", "local", "--select", "gpu=yes")
    assert (result.code, result.err) == (0, f"local: python-install 3.12.4, operation {ID}\n")
    sent = remote.sent("POST pythons/install")
    assert sent == {"python": "3.12", "nodes": ["local"], "select": {"gpu": "yes"}}


def test_wait_follows_to_the_end(run: Run, remote: Remote) -> None:
    remote.on("POST pythons/install", page(work(state="queued", ended_at=None)))
    remote.on("GET nodes/local", node())
    remote.on(f"GET operations/{ID}", work(state="running", ended_at=None), work())
    result = run("python", "install", "3.12", "--node", "local", "--wait")
    assert result.code == 0
    assert result.err.endswith("local: python-install 3.12.4 is done\n")


def test_wait_says_why_it_failed(run: Run, remote: Remote) -> None:
    remote.on("POST pythons/install", page(work(state="queued", ended_at=None)))
    remote.on("GET nodes/local", node())
    remote.on(f"GET operations/{ID}", work(state="failed", cause=cause("disk-full")))
    result = run("python", "install", "3.12", "--node", "local", "--wait")
    assert result.code == 1
    assert "the disk of the node is full" in result.err or "disk" in result.err
    assert "it did not succeed on local" in result.err


def test_wait_does_not_wait_for_a_node_that_is_away(run: Run, remote: Remote) -> None:
    remote.on("POST pythons/install", page(work(state="queued", ended_at=None)))
    remote.on("GET nodes/local", node(state="offline"))
    assert run("python", "install", "3.12", "--node", "local", "--wait").code == 0


def test_remove_asks_first(run: Run, remote: Remote) -> None:
    remote.on("POST pythons/remove", page(work(kind="python-remove", state="queued")))
    assert run("python", "remove", "3.12", "--node", "local").code == 2
    assert run("python", "remove", "3.12", "--node", "local", "--yes").code == 0
    refused = problem(409, "python-in-use", params={"environments": ["web"]})
    remote.on("POST pythons/remove", refused)
    assert run("python", "remove", "3.12", "--node", "local", "--yes").code == 2


def test_upload_sends_the_file_with_its_sha256(run: Run, remote: Remote, tmp_path: Path) -> None:
    file = tmp_path / "cpython.tar.gz"
    file.write_bytes(small_archive())
    remote.on("POST python-archives", said(archive(), 201))
    result = run("python", "upload", str(file))
    assert result.code == 0
    assert "cpython 3.12.4 for linux-x86_64" in result.err
    request = remote.requests[-1]
    assert request.content == file.read_bytes()
    assert len(request.url.params["sha256"]) == 64
    assert request.url.params["name"] == "cpython.tar.gz"


def test_upload_of_a_file_that_is_not_there(run: Run, remote: Remote, tmp_path: Path) -> None:
    result = run("python", "upload", str(tmp_path / "nope"))
    assert (result.code, remote.requests) == (2, [])


def test_archives_are_listed_and_removed(run: Run, remote: Remote) -> None:
    remote.on("GET python-archives", page(archive()))
    result = run("python", "archives", "list")
    assert "linux-x86_64" in result.out
    assert "19.1 MiB" in result.out
    remote.on("GET python-archives", page())
    assert "venvoy python upload FILE" in run("python", "archives", "list").err
    remote.on(f"DELETE python-archives/{ID}", httpx.Response(204))
    assert run("python", "archives", "remove", ID).code == 0
