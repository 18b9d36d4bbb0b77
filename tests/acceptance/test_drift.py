"""What is done by hand on a real node: seen, healed by hand and by itself, checked whole."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from venvoy.testing.damage import installed
from venvoy.testing.index import LocalIndex
from venvoy.testing.installation import Installation, until

SEEN_S = 60
"""What is done by hand is seen within a minute, however busy the machine is."""


@pytest.fixture(scope="module")
def node(
    shared_index: LocalIndex, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An installation that looks often."""
    settings = {"VENVOY_DRIFT_SECONDS": "0.5", "VENVOY_DRIFT_SIZES_SECONDS": "1"}
    data = tmp_path_factory.mktemp("drift") / "data"
    installation = Installation(data, shared_index.simple, settings)
    installation.up()
    yield installation
    assert installation.stop() == 0
    assert installation.leftovers() == []


def seen(node: Installation, name: str) -> set[tuple[str, str]]:
    """What differs, as kind and package."""
    (told,) = json.loads(node.cli("env", "drift", name, "--json").stdout)["items"] or [None]
    return {(each["kind"], each["package"]) for each in told["entries"]} if told else set()


def pip(node: Installation, name: str, *arguments: str) -> None:
    python = node.live(name) / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "--disable-pip-version-check", *arguments], check=True, timeout=120
    )


def state(node: Installation, name: str) -> str:
    return str(node.json("env", "show", name)["replicas"][0]["state"])


def test_each_thing_done_by_hand_is_seen_and_a_heal_takes_it_back(
    node: Installation, name: str
) -> None:
    node.cli("env", "create", name, "-p", "alpha", "-p", "moving<2", "-p", "gamma", "--wait")
    before = installed(node.live(name))
    drifted = node.live(name)
    pip(node, name, "install", "--upgrade", "moving")
    pip(node, name, "install", "wants-old", "--no-deps")
    pip(node, name, "uninstall", "--yes", "gamma")
    wanted = {("other-version", "moving"), ("stray", "wants-old"), ("missing", "gamma")}
    until(lambda: seen(node, name) == wanted, seconds=SEEN_S, what="pip's work is seen")
    task = subprocess.Popen(
        [drifted / "bin" / "python", "-c", "input(); import wants_old, moving, alpha"],
        stdin=subprocess.PIPE,
    )
    waited = node.cli("env", "wait", name)
    assert "changed by hand" in waited.stderr

    healed = node.cli("env", "heal", name, "--yes", "--wait")

    assert "built anew" in healed.stderr
    assert installed(node.live(name)) == before
    assert node.live(name) != drifted
    until(lambda: seen(node, name) == set(), seconds=SEEN_S, what="nothing differs any more")
    assert state(node, name) == "ready"
    assert code(drifted, "alpha").exists(), "a running task keeps its files"
    task.communicate(b"\n")
    assert task.returncode == 0


def test_all_files_are_checked_on_demand(node: Installation, name: str) -> None:
    node.cli("env", "create", name, "-p", "beta", "--wait")
    fine = node.cli("env", "verify", name, "--wait")
    assert "as it was put there" in fine.stderr
    before = edit(node.live(name), "beta")
    found = node.cli("env", "verify", name, "--wait")
    assert "packages: 0, files: 1" in found.stderr
    assert seen(node, name) == {("edited", "beta")}
    node.cli("env", "heal", name, "--yes", "--wait")
    assert code(node.live(name), "beta").read_bytes() == before


def test_the_policy_heals_by_itself_and_another_ignores(node: Installation, name: str) -> None:
    node.cli("env", "create", name, "-p", "beta", "--drift", "ignore", "--wait")
    pip(node, name, "install", "alpha")
    until(lambda: seen(node, name) == {("stray", "alpha")}, seconds=SEEN_S, what="it is shown")
    assert state(node, name) == "ready"
    by_hand = node.live(name)
    node.cli("env", "edit", name, "--drift", "heal")
    until(lambda: node.live(name) != by_hand, seconds=SEEN_S, what="it was healed by itself")
    assert installed(node.live(name)) == {"beta": "1.0"}
    until(lambda: state(node, name) == "ready", seconds=SEEN_S, what="it is ready")
    (heal,) = json.loads(node.cli("operation", "list", "--env", name, "--json").stdout)["items"][:1]
    assert (heal["kind"], heal["requested_by"]) == ("heal", None)


def code(prefix: Path, package: str) -> Path:
    """Return the file that is a package's code."""
    return next(prefix.glob(f"lib/python*/site-packages/{package}/__init__.py"))


def edit(prefix: Path, package: str) -> bytes:
    """Change a byte of a file in place, and not its size; return what it was."""
    file = code(prefix, package)
    before = file.read_bytes()
    with file.open("r+b") as opened:
        opened.write(bytes([before[0] ^ 1]))
    return before
