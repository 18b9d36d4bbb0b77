"""Nodes over HTTP: edited with a version, kept in the audit, told as events."""

from datetime import timedelta

import httpx
import pytest

from venvoy.controller.history import Histories
from venvoy.domain.history import Metric
from venvoy.domain.role import Role
from venvoy.store import events, nodes
from venvoy.testing.api import Api

NODE = "/api/v1/nodes/local"


async def edit(client: httpx.AsyncClient, **change: object) -> httpx.Response:
    version = (await client.get(NODE)).headers["ETag"]
    return await client.patch(NODE, json=change, headers={"If-Match": version})


async def codes(api: Api) -> list[str]:
    async with api.ctx.db.read() as tx:
        return [event.code for event in await events.after(tx, 0) if event.code.startswith("node-")]


async def test_labels_are_set_and_taken_away_and_the_rest_stays(api: Api) -> None:
    admin = await api.signed_in()
    first = await edit(admin, labels={"gpu": "yes", "rack": "7"}, region="cn-north", title="主机")
    assert first.status_code == 200, first.text
    second = (await edit(admin, labels={"gpu": None, "zone": ""})).json()
    assert second["labels"] == {"rack": "7", "zone": ""}
    assert (second["region"], second["title"], second["version"]) == ("cn-north", "主机", "3")
    found = (await admin.get("/api/v1/nodes", params={"label": "rack=7"})).json()
    assert [node["name"] for node in found["items"]] == ["local"]
    assert (found["counts"]["online"], found["regions"]) == (1, ["cn-north"])
    audit = (await admin.get("/api/v1/audit", params={"subject": "local"})).json()["items"]
    assert [entry["action"] for entry in audit] == ["node-edited"] * 2
    assert audit[0]["before"]["labels"] == {"gpu": "yes", "rack": "7"}
    assert await codes(api) == ["node-edited", "node-edited"]


async def test_cordoning_is_an_edit_of_its_own_name(api: Api) -> None:
    operator = await api.as_role(Role.OPERATOR)
    assert (await edit(operator, cordoned=True)).json()["state"] == "cordoned"
    again = await edit(operator, cordoned=True)
    assert again.json()["version"] == "2"
    assert (await edit(operator, cordoned=False)).json()["state"] == "online"
    assert await codes(api) == ["node-cordoned", "node-uncordoned"]


async def test_a_lost_update_is_refused_with_what_differs(api: Api) -> None:
    admin = await api.signed_in()
    await edit(admin, region="north")
    stale = await admin.patch(NODE, json={"region": "south"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    assert stale.json()["params"]["changed"] == ["region: – → north"]
    without = await admin.patch(NODE, json={"region": "south"})
    assert (without.status_code, without.json()["code"]) == (428, "version-needed")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"labels": {"rack": "x" * 65_536}}, "label-value-too-long"),
        ({"labels": {"no key": "x"}}, "label-key-invalid"),
        ({"labels": {"rack": "\x00"}}, "text-control-characters"),
        ({"labels": {f"k{number}": "" for number in range(65)}}, "labels-too-many"),
        ({"region": "../.."}, "name-invalid"),
        ({"title": "\x1b[2J"}, "text-control-characters"),
        ({"facts": {}}, "input-invalid"),
    ],
)
async def test_bad_input_is_refused_and_changes_nothing(
    api: Api, change: dict[str, object], code: str
) -> None:
    admin = await api.signed_in()
    answer = await edit(admin, **change)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["hint"]
    assert len(answer.text) < 2_000
    assert (await admin.get(NODE)).json()["version"] == "1"


async def test_unknown_nodes_and_filters_are_told_apart(api: Api) -> None:
    viewer = await api.as_role(Role.VIEWER)
    for path in ("", "/history", "/replicas"):
        answer = await viewer.get(f"/api/v1/nodes/nobody{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "node-not-found")
    bad = await viewer.get("/api/v1/nodes", params={"label": "gpu"})
    assert (bad.status_code, bad.json()["code"]) == (422, "label-invalid")


async def test_history_is_as_fine_as_it_is_kept(api: Api) -> None:
    admin = await api.signed_in()
    async with api.ctx.db.read() as tx:
        node = await nodes.get(tx, "local")
    assert node is not None
    histories = Histories(api.ctx.db, api.clock)
    for value in (10.0, 30.0):
        histories.measured(node.id, api.clock(), {Metric.CPU: value})
    api.clock.forward(seconds=61)
    await histories.step()
    fine = (await admin.get(f"{NODE}/history")).json()
    assert (fine["metric"], fine["step_seconds"]) == ("cpu", 60)
    assert [(point["mean"], point["peak"]) for point in fine["points"]] == [(20.0, 30.0)]
    since = (api.clock() - timedelta(days=30)).isoformat()
    coarse = await admin.get(f"{NODE}/history", params={"metric": "cpu", "since": since})
    assert coarse.json()["step_seconds"] == 21_600
    assert len(coarse.json()["points"]) == 1
    assert (await admin.get(f"{NODE}/history", params={"metric": "disk"})).json()["points"] == []
    assert (await admin.get(f"{NODE}/history", params={"since": "yesterday"})).status_code == 422
