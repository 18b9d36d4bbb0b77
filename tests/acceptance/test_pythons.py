"""A Python goes from an upload to a second machine, is built with, and is removed again."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from venvoy.testing.archives import (
    Entry,
    interpreter,
    members,
    pack_interpreter,
    packed,
    small_archive,
)
from venvoy.testing.installation import Installation, until
from venvoy.testing.machine import Machine

OTHER = interpreter("3.12") or interpreter("3.10")
MINOR = "" if OTHER is None else ".".join(OTHER.name.split(".")[:2])


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if OTHER is None:
        pytest.skip("this machine has no second interpreter to pack")
    return pack_interpreter(tmp_path_factory.mktemp("archive") / f"cpython-{MINOR}.tar.gz", OTHER)


@pytest.fixture
def machine(tmp_path: Path, shared: Installation, name: str) -> Iterator[Machine]:
    """A second machine that has the system's Python only."""
    home = tmp_path / "machine"
    home.mkdir()
    bare = {"PATH": "/usr/bin:/bin", "PYENV_ROOT": str(home / "nowhere")}
    made = Machine(home, shared.mirror, bare)
    made.join(shared, name, "--label", f"of={name}")
    made.start()
    made.until_connected()
    with shared.client() as client:
        until(lambda: client.node(name).interpreters, what="the node has told what it has")
    yield made
    made.stop()


def pythons(shared: Installation, node: str, origin: str = "managed") -> list[dict[str, Any]]:
    found = shared.json("python", "list", "--node", node)["items"]
    return [each for each in found if each["origin"] == origin]


def test_from_upload_to_an_environment_and_back(
    shared: Installation, machine: Machine, name: str, archive: Path
) -> None:
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    made = shared.json("python", "upload", str(archive), "--sha256", digest)
    assert made["version"].startswith(f"{MINOR}.")
    # On `local` there is such a Python; the second machine waits for one.
    shared.json(
        *("env", "create", name, "-p", "alpha", "--python", MINOR),
        *("--node", "local", "--node", name),
    )
    with shared.client() as client:

        def replica() -> Any:
            found = client.environment(name).replicas
            return next((each for each in found if each.node == name), None)

        def waits() -> bool:
            there = replica()
            return bool(there and there.cause and there.cause.code == "python-not-found")

        until(waits, what="the replica waits for an interpreter")
        (work,) = shared.json("python", "install", MINOR, "--node", name, "--wait")["items"]
        assert (work["state"], work["kind"], work["node"]) == ("succeeded", "python-install", name)
        log = shared.json("operation", "show", work["id"], "--log")["log"]
        assert any("unpacking the interpreter" in line["text"] for line in log)
        # Nobody asks again: it goes on by itself.
        until(lambda: replica().state.value == "ready", what="the environment is ready there")
        assert replica().python_version == made["version"]
        program = machine.data / "virtual_environments" / name / "bin" / "python"
        assert program.resolve().is_relative_to(machine.data / "pythons")
        until(
            lambda: pythons(shared, name)[0]["environments"] == [name],
            what="the node has told what the interpreter is used for",
        )
        refused = shared.cli("python", "remove", MINOR, "--node", name, "--yes", check=False)
        assert refused.returncode == 2
        assert f"is used by {name}" in refused.stderr
        kept = shared.cli("python", "archives", "remove", made["id"], check=False)
        assert kept.returncode == 2
        shared.cli("env", "delete", name, "--yes")
        until(
            lambda: pythons(shared, name)[0]["environments"] == [],
            what="no environment needs the interpreter",
        )
    shared.cli("python", "remove", MINOR, "--node", name, "--yes", "--wait")
    assert pythons(shared, name) == []
    assert list((machine.data / "pythons").iterdir()) == []
    actions = [each["action"] for each in audit(shared)]
    assert {"node-python-wanted", "node-python-unwanted", "python-archive-uploaded"} <= {*actions}
    shared.cli("python", "archives", "remove", made["id"])


def audit(shared: Installation) -> list[dict[str, Any]]:
    with shared.client() as client:
        answer = client._send("GET", "audit", params={"limit": "100"})
    return list(json.loads(answer.content)["items"])


def test_a_kill_in_the_middle_of_an_installation_costs_nothing_but_time(
    shared: Installation, machine: Machine, name: str, archive: Path
) -> None:
    shared.cli("python", "upload", str(archive))
    (work,) = shared.json("python", "install", MINOR, "--node", name)["items"]
    homes = machine.data / "pythons"
    until(lambda: homes.is_dir() and list(homes.iterdir()), what="it is being unpacked")
    assert machine.process is not None
    machine.process.kill()
    machine.process.wait()
    machine.start()
    with shared.client() as client:
        until(lambda: client.operation(work["id"]).state.ended, what="the installation has ended")
        assert client.operation(work["id"]).state.value == "succeeded"
    (there,) = pythons(shared, name)
    assert there["state"] == "ready"
    assert Path(there["path"]).is_file()
    assert len(list(homes.iterdir())) == 1


def test_a_damaged_archive_never_reaches_a_node(
    shared: Installation, archive: Path, tmp_path: Path
) -> None:
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 0xFF
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(data)
    refused = shared.cli("python", "upload", str(damaged), check=False)
    assert refused.returncode == 2
    assert "is no whole `.tar.gz` archive" in refused.stderr
    published = hashlib.sha256(archive.read_bytes()).hexdigest()
    other = shared.cli("python", "upload", str(damaged), "--sha256", published, check=False)
    assert "not" in other.stderr
    assert published in other.stderr


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (Entry("python/../../escaped", b"x"), "outside of its one directory"),
        (Entry("/tmp/escaped", b"x"), "outside of its one directory"),
        (Entry("python/bin/evil", link="/etc/passwd"), "leads out of it"),
    ],
)
def test_an_archive_that_would_write_elsewhere_is_refused(
    shared: Installation, tmp_path: Path, entry: Entry, words: str
) -> None:
    bad = tmp_path / "bad.tar.gz"
    bad.write_bytes(packed([*members(), entry]))
    refused = shared.cli("python", "upload", str(bad), check=False)
    assert refused.returncode == 2
    assert words in refused.stderr


def test_an_archive_for_another_platform_is_not_offered_to_a_node(
    shared: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "musl.tar.gz"
    file.write_bytes(small_archive("3.9.25", "musllinux-aarch64"))
    shared.cli("python", "upload", str(file))
    refused = shared.cli("python", "install", "3.9.25", "--node", "local", check=False)
    assert refused.returncode == 2
    assert "no Python ==3.9.25 that runs on local (linux-x86_64)" in refused.stderr
    assert "3.9.25 (musllinux-aarch64)" in refused.stderr


def test_what_venvoy_did_not_install_stays(shared: Installation) -> None:
    found = pythons(shared, "local", "found")[0]
    refused = shared.cli("python", "remove", found["version"], "--node", "local", "-y", check=False)
    assert refused.returncode == 2
    assert "was not installed by Venvoy" in refused.stderr


def test_a_node_has_another_python_of_one_environment_and_the_same_again(
    shared: Installation, name: str
) -> None:
    found = pythons(shared, "local", "found")
    minors = sorted({".".join(each["version"].split(".")[:2]) for each in found})
    if len(minors) < 2:
        pytest.skip("this machine has one Python only")
    first, second = minors[:2]
    made = shared.json(
        *("env", "create", name, "-p", "alpha", "--python", second),
        *("--python-for", f"local={first}", "--wait"),
    )
    assert made["replicas"][0]["python_version"].startswith(f"{first}.")
    shown = shared.json("env", "preflight", "--for", name)
    assert shown["nodes"][0]["python"].startswith(f"{first}.")
    twice = ("--python-for", f"local={first}", "--python-for", f"local={second}")
    refused = shared.cli("env", "edit", name, *twice, check=False)
    assert refused.returncode == 2
    assert f"both `local={first}` and `local={second}` hold for `local`" in refused.stderr
    same = shared.json("env", "edit", name, "--no-python-for", "--wait")
    assert same["replicas"][0]["python_version"].startswith(f"{second}.")
