"""What is done by hand on a real prefix becomes a revision, and is no drift any more."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from uv import find_uv_bin

from venvoy.testing.damage import installed
from venvoy.testing.installation import Installation, until

pytestmark = pytest.mark.timeout(600)


def by_hand(site: Installation, name: str, *arguments: str) -> None:
    python = site.live(name) / "bin" / "python"
    line = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    subprocess.run(line, check=True, capture_output=True, timeout=120)


def asked(site: Installation, *line: str) -> Any:
    return json.loads(site.cli(*line, "--json").stdout)


def drift(site: Installation, name: str) -> dict[str, str]:
    found = asked(site, "env", "drift", name)["items"]
    return {each["package"]: each["kind"] for node in found for each in node["entries"]}


def test_hand_work_on_a_node_is_adopted(make: Callable[..., Installation]) -> None:
    site = make(VENVOY_DRIFT_SECONDS="1")
    site.up()
    site.cli("env", "create", "web", "-p", "moving<2", "-p", "alpha", "--wait")
    until(lambda: asked(site, "env", "drift", "web")["items"], what="the node tells what it holds")
    refused = site.cli("env", "adopt", "web", "--node", "local", check=False)
    assert refused.returncode == 2
    assert "nothing was changed by hand" in refused.stderr

    by_hand(site, "web", "install", "gamma", "moving==2.0")
    by_hand(site, "web", "uninstall", "--yes", "alpha")
    done = {"alpha": "missing", "beta": "stray", "gamma": "stray", "moving": "other-version"}
    until(lambda: drift(site, "web") == done, what="all of it is seen")
    beside = asked(site, "env", "diff", "web", "web@node:local")["entries"]
    assert {each["name"]: each["kind"] for each in beside} == {
        "alpha": "removed",
        "beta": "added",
        "gamma": "added",
        "moving": "changed",
    }

    plan = asked(site, "env", "adopt", "web", "--node", "local", "--dry-run")
    assert plan["requirements"] == ["gamma==1.0", "moving==2.0"], "beta came along with gamma"
    assert plan["adoption"]["lost"] == []
    assert asked(site, "env", "show", "web")["revision"] == 1
    drifted = site.live("web").resolve()
    site.cli("env", "adopt", "web", "--node", "local", "--wait")

    assert site.live("web").resolve() != drifted, "its prefix was built anew"
    assert installed(site.live("web")) == {"beta": "1.0", "gamma": "1.0", "moving": "2.0"}
    until(lambda: drift(site, "web") == {}, what="there is no drift")
    shown = asked(site, "env", "show", "web")
    assert (shown["state"], shown["revision"]) == ("ready", 2)
    newest = asked(site, "env", "history", "web")["items"][0]
    assert (newest["message"], newest["author"]) == ("adopted from node local", "admin")
    assert asked(site, "env", "diff", "web", "web@node:local")["entries"] == []


def test_a_virtual_environment_made_by_hand_becomes_an_environment(
    make: Callable[..., Installation], tmp_path: Path
) -> None:
    site = make()
    site.up()
    mine = tmp_path / "mine"
    subprocess.run([find_uv_bin(), "venv", "-q", str(mine)], check=True, timeout=120)
    install = [
        find_uv_bin(),
        "pip",
        "install",
        "-q",
        "-p",
        str(mine),
        "--index-url",
        str(site.mirror),
    ]
    subprocess.run([*install, "gamma", "moving<2"], check=True, timeout=120)
    before = {path: path.lstat().st_mtime_ns for path in mine.rglob("*")}

    line = ("env", "adopt", "--path", str(mine), "--as", "taken", "--node", "local")
    shown = asked(site, *line, "--dry-run")
    assert shown["requirements"] == ["beta==1.0", "gamma==1.0", "moving==1.0"]
    site.cli(*line, "--wait")
    assert installed(site.live("taken")) == {"beta": "1.0", "gamma": "1.0", "moving": "1.0"}
    assert {path: path.lstat().st_mtime_ns for path in mine.rglob("*")} == before

    for path, words in (
        (tmp_path, "is no virtual environment"),
        (tmp_path / "nowhere", "has no directory"),
        (site.live("taken"), "is Venvoy's own"),
    ):
        refused = site.cli(
            "env", "adopt", "--path", str(path), "--as", "other", "--node", "local", check=False
        )
        assert (refused.returncode, words in refused.stderr) == (2, True), refused.stderr
