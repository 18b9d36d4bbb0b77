"""What is planned is what happens: to the packages, and to the bytes."""

import json
from typing import Any

from venvoy.testing.damage import installed
from venvoy.testing.index import LocalIndex
from venvoy.testing.installation import Installation
from venvoy.testing.wheels import make_wheel


def planned(shared: Installation, *line: str) -> Any:
    return json.loads(shared.cli("env", "plan", *line, "--json").stdout)


def test_a_plan_changes_nothing_and_is_then_made_exactly(
    shared: Installation, shared_index: LocalIndex, name: str
) -> None:
    old, new, leaf = (f"{name}-{part}" for part in ("old", "new", "leaf"))
    shared_index.add(make_wheel(old, requires=(f"{leaf}<2",)), make_wheel(leaf))
    shared.cli("env", "create", name, "-p", old, "--wait")
    added = make_wheel(new, requires=(leaf,), payload=50_000)
    shared_index.add(added, make_wheel(leaf, "2.0"))
    shared_index.requests.clear()

    plan = planned(shared, name, "--add", new, "--upgrade", leaf)

    (target,), (node,) = plan["targets"], plan["nodes"]
    assert [(each["kind"], each["name"]) for each in target["changes"]] == [("add", new)]
    (held,) = target["held_back"]
    assert (held["name"], held["newest"], held["reason"]) == (leaf, "2.0", "constraint")
    assert held["by"][0]["by"] == old
    assert (node["fetch_files"], node["fetch_bytes"]) == (1, len(added.data))
    assert not any(asked.endswith(".whl") for asked in shared_index.requests)
    assert json.loads(shared.cli("env", "show", name, "--json").stdout)["revision"] == 1

    shared_index.add(make_wheel(new, "9.0"))
    sent = shared_index.bytes_sent
    shared.cli("env", "edit", name, "--plan", plan["id"], "--wait")

    assert shared_index.bytes_sent - sent == node["fetch_bytes"]
    keys = {part.replace("-", "_"): "1.0" for part in (old, new, leaf)}
    assert installed(shared.live(name)) == keys


def test_a_plan_is_refused_once_somebody_was_quicker(
    shared: Installation, shared_index: LocalIndex, name: str
) -> None:
    shared.cli("env", "create", name, "-p", "alpha", "--wait")
    plan = planned(shared, name, "--add", "beta")
    shared.cli("env", "edit", name, "--add", "moving<2", "--wait")
    refused = shared.cli("env", "edit", name, "--plan", plan["id"], check=False)
    assert refused.returncode == 2
    assert "requirements: + moving<2" in refused.stderr
    assert "beta" not in installed(shared.live(name))


def test_a_preflight_names_what_has_only_source(shared: Installation) -> None:
    line = ("env", "preflight", "-p", "alpha", "-p", "source-only", "--json")
    done = shared.cli(*line, check=False)
    found = json.loads(done.stdout)
    here = [target["required"] for target in found["targets"]].index(True)
    has = {package["name"]: package["has"][here] for package in found["packages"]}
    assert (done.returncode, has) == (1, {"alpha": "wheel", "source-only": "source"})
    assert [each["text"] for each in found["lines"]] == ["source-only"]
