"""From a word on the command line to a Python that imports, as a new user goes it."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from venvoy.testing.damage import installed, missing_files
from venvoy.testing.index import LocalIndex
from venvoy.testing.installation import Installation


@pytest.fixture(scope="module")
def web(shared: Installation, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An environment from a file and single requirements; what was said about it."""
    file = tmp_path_factory.mktemp("requirements") / "requirements.txt"
    file.write_text("# what the site needs\nalpha==1.0\n")
    said = shared.cli("env", "create", "web", "-r", str(file), "-p", "gamma", "--wait")
    assert said.stdout == ""
    return said.stderr


def test_creation_says_what_was_locked_chosen_and_where_it_is(
    shared: Installation, web: str
) -> None:
    shown = shared.json("env", "show", "web")
    python = shown["python"].removeprefix("==").removesuffix(".*")
    assert f"created `web`: revision 1, 3 packages, Python {python}\n" in web
    assert "no `--python` was given: chose the newest suitable one on local" in web
    assert re.search(r"`web` revision 1 is ready on local with Python 3\.\d+\.\d+: ", web)
    assert str(shared.stable("web")) in web
    assert missing_files(shared.live("web")) == []
    assert installed(shared.live("web")) == {"alpha": "1.0", "beta": "1.0", "gamma": "1.0"}


def test_everything_can_be_read_by_people(shared: Installation, web: str) -> None:
    shown = shared.cli("env", "show", "web").stdout
    assert re.search(r"STATE +ready\nREVISION +1\n", shown)
    assert re.search(r"\nlocal +ready +1 +3\.\d+", shown)
    assert re.search(r"\nalpha +1\.0 +\d+ B +✓\nbeta +1\.0 +\d+ B *\n", shown)
    assert re.search(r"web +ready +1 +\S+ +3 +local", shared.cli("env", "list").stdout)
    assert re.search(r"\n1 \* +\d{4}-.* admin ", shared.cli("env", "history", "web").stdout)
    log = shared.cli("env", "logs", "web").stdout
    assert re.search(r"\d\d:\d\d:\d\d\.\d+ install +\+ alpha==1\.0", log)
    assert log.index("fetching packages") < log.index("switching the stable path")
    assert "shared/data" not in shared.cli("env", "export", "web").stdout


def test_everything_can_be_read_by_programs(shared: Installation, web: str) -> None:
    shown = shared.json("env", "show", "web")
    assert (shown["state"], shown["revision"]) == ("ready", 1)
    (replica,) = shown["replicas"]
    assert (replica["state"], replica["node"]) == ("ready", "local")
    assert Path(replica["prefix"]) == shared.live("web")
    listed = shared.json("env", "list", "--search", "web")
    assert [item["name"] for item in listed["items"]] == ["web"]
    assert listed["next"] is None
    history = shared.json("env", "history", "web")["items"]
    assert [revision["number"] for revision in history] == [1]
    lines = [
        json.loads(line)
        for line in shared.cli("env", "logs", "web", "--json").stdout.split("\n")
        if line
    ]
    assert [line["sequence"] for line in lines] == list(range(len(lines)))
    assert {"fetch", "check", "switch"} <= {line["step"] for line in lines}
    operations = shared.json("operation", "list", "--env", "web")["items"]
    assert {item["kind"]: item["state"] for item in operations} == {
        "resolve": "succeeded",
        "build": "succeeded",
    }


def test_the_lock_is_exported_for_other_tools(
    shared: Installation, shared_index: LocalIndex, web: str
) -> None:
    lock = tomllib.loads(shared.cli("env", "export", "web").stdout)
    assert [package["name"] for package in lock["packages"]] == ["alpha", "beta", "gamma"]
    (wheel,) = lock["packages"][0]["wheels"]
    made = shared_index.files[wheel["name"]]
    assert wheel["hashes"]["sha256"] == made.sha256
    assert str(shared_index.port) not in str(lock)
    listed = shared.cli("env", "export", "web", "--format", "requirements").stdout
    assert re.search(r"^alpha==1\.0\b", listed, re.MULTILINE)
    assert "sha256:" in listed
    spec = shared.json("env", "export", "web", "--format", "spec")
    assert "gamma" in spec["text"]


def test_the_stable_path_has_pip_and_activates(shared: Installation, web: str) -> None:
    stable = shared.stable("web")
    listed = subprocess.run(
        [stable / "bin" / "pip", "list", "--format", "json"], capture_output=True, check=True
    )
    assert {"name": "alpha", "version": "1.0"} in json.loads(listed.stdout)
    told = subprocess.run(
        [
            "bash",
            "-c",
            '. "$1/bin/activate" && python -c "import alpha, sys; print(sys.prefix)"',
            "bash",
            stable,
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    assert Path(told.stdout.strip()).resolve() == shared.live("web")


def test_pip_by_hand_installs_through_the_gateway(
    shared: Installation, shared_index: LocalIndex, name: str
) -> None:
    shared.cli("env", "create", name, "-p", "alpha", "--wait")
    shared_index.requests.clear()
    subprocess.run(
        [shared.stable(name) / "bin" / "pip", "install", "large"],
        capture_output=True, check=True, env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert shared_index.asked("GET */large-1.0-*.whl") == 1
    assert installed(shared.live(name)) == {"alpha": "1.0", "large": "1.0"}


def test_a_python_can_be_asked_for(shared: Installation, name: str) -> None:
    node = shared.client().node("local")
    version = min(node.interpreters, key=lambda fact: _numeric(fact.version)).version
    series = ".".join(version.split(".")[:2])
    said = shared.cli("env", "create", name, "-p", "alpha", "--python", series, "--wait").stderr
    assert "no `--python` was given" not in said
    assert f"ready on local with Python {series}." in said


def test_texts_come_in_chinese(shared: Installation, web: str) -> None:
    assert "就绪" in shared.cli("env", "wait", "web", "--lang", "zh-CN").stderr
    assert "没有" in shared.cli("env", "show", "nobody", "--lang", "zh-CN", check=False).stderr


def _numeric(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
