"""Environments over HTTP: waiting for a resolution, versions, pages, exports."""

import httpx
import pytest

from venvoy.controller import operations
from venvoy.domain.role import Role
from venvoy.domain.state import OperationState
from venvoy.testing.api import Api

ENVIRONMENTS = "/api/v1/environments"


@pytest.fixture
async def operator(api: Api) -> httpx.AsyncClient:
    return await api.as_role(Role.OPERATOR)


async def create(client: httpx.AsyncClient, name: str, requirements: str = "six") -> httpx.Response:
    answer = await client.post(ENVIRONMENTS, json={"name": name, "requirements": requirements})
    assert answer.status_code == 201, answer.text
    return answer


async def test_a_created_environment_comes_back_resolved(operator: httpx.AsyncClient) -> None:
    answer = await create(operator, "web", "six\nattrs")
    document = answer.json()
    assert document["revision"] == 1
    assert document["requirements"] == ["attrs", "six"]
    assert document["package_count"] == 2
    assert [replica["node"] for replica in document["replicas"]] == ["local"]
    assert answer.headers["etag"] == f'"{document["version"]}"'
    shown = await operator.get(f"{ENVIRONMENTS}/web")
    assert shown.json() == document
    replicas = (await operator.get(f"{ENVIRONMENTS}/web/replicas")).json()
    assert replicas == {"items": document["replicas"], "next": None}


async def test_what_cannot_be_resolved_says_why_and_leaves_nothing(
    operator: httpx.AsyncClient,
) -> None:
    wish = {"name": "web", "requirements": "no-such-package"}
    answer = await operator.post(ENVIRONMENTS, json=wish)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "resolution-failed"
    assert problem["cause"]["code"] == "package-not-found"
    assert problem["cause"]["message"]
    assert problem["cause"]["remedy"]
    work = await operator.get(f"/api/v1/operations/{problem['params']['operation']}")
    assert work.json()["state"] == "failed"
    assert (await operator.get(f"{ENVIRONMENTS}/web")).status_code == 404
    await create(operator, "web")


async def test_refused_lines_are_named_each_with_its_remedy(operator: httpx.AsyncClient) -> None:
    text = "six\n-e .\nrequests==\n"
    answer = await operator.post(ENVIRONMENTS, json={"name": "web", "requirements": text})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "requirements-invalid"
    assert [line["line"] for line in problem["lines"]] == [2, 3]
    assert all(line["message"] and line["hint"] for line in problem["lines"])
    assert problem["lines"][0]["message"] != problem["lines"][0]["code"]


async def test_a_slow_resolution_is_answered_with_its_operation(
    api: Api, operator: httpx.AsyncClient
) -> None:
    api.resolver.gate.clear()
    wish = {"name": "web", "requirements": "six"}
    answer = await operator.post(ENVIRONMENTS, json=wish, params={"wait": 0.2})
    assert answer.status_code == 202
    assert answer.json()["kind"] == "resolve"
    assert answer.headers["location"] == f"/api/v1/operations/{answer.json()['id']}"
    assert (await operator.get(f"{ENVIRONMENTS}/web")).json()["state"] == "resolving"
    api.resolver.gate.set()
    ended = await operations.wait_ended(api.ctx, answer.json()["id"], 10)
    assert ended.state is OperationState.SUCCEEDED
    assert (await operator.get(f"{ENVIRONMENTS}/web")).json()["revision"] == 1


async def test_without_waiting_the_answer_is_the_operation(operator: httpx.AsyncClient) -> None:
    wish = {"name": "web", "requirements": "six"}
    answer = await operator.post(ENVIRONMENTS, json=wish, params={"wait": 0})
    assert answer.status_code == 202
    assert answer.json()["environment"] == "web"


async def test_the_same_key_creates_once(operator: httpx.AsyncClient) -> None:
    wish = {"name": "web", "requirements": "six"}
    key = {"Idempotency-Key": "one"}
    first = await operator.post(ENVIRONMENTS, json=wish, headers=key)
    again = await operator.post(ENVIRONMENTS, json=wish, headers=key)
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    taken = await operator.post(ENVIRONMENTS, json=wish)
    assert taken.status_code == 409
    assert taken.json()["code"] == "environment-exists"
    other = await operator.post(ENVIRONMENTS, json=wish | {"title": "x"}, headers=key)
    assert other.json()["code"] == "idempotency-key-reused"


async def test_an_edit_must_say_what_it_started_from(operator: httpx.AsyncClient) -> None:
    await create(operator, "web")
    answer = await operator.patch(f"{ENVIRONMENTS}/web", json={"title": "Web"})
    assert answer.status_code == 428
    assert answer.json()["code"] == "version-needed"


@pytest.mark.parametrize("form", ['"{}"', "{}", 'W/"{}"'])
async def test_an_edit_from_the_live_version_is_taken(
    operator: httpx.AsyncClient, form: str
) -> None:
    version = (await create(operator, "web")).json()["version"]
    headers = {"If-Match": form.format(version)}
    answer = await operator.patch(
        f"{ENVIRONMENTS}/web", json={"title": "Web", "add": ["attrs"]}, headers=headers
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["title"] == "Web"
    assert answer.json()["revision"] == 2
    assert answer.json()["requirements"] == ["attrs", "six"]
    assert answer.headers["etag"] != f'"{version}"'


async def test_a_lost_update_is_refused_with_what_changed(operator: httpx.AsyncClient) -> None:
    version = (await create(operator, "web")).json()["version"]
    url, headers = f"{ENVIRONMENTS}/web", {"If-Match": version}
    assert (await operator.patch(url, json={"title": "a"}, headers=headers)).status_code == 200
    answer = await operator.patch(url, json={"description": "b"}, headers=headers)
    assert answer.status_code == 412
    problem = answer.json()
    assert problem["code"] == "stale-version"
    assert problem["params"]["by"] == ["admin"]
    assert any("title" in change for change in problem["params"]["changed"])
    assert (await operator.get(url)).json()["description"] == ""
    assert (await operator.delete(url, headers=headers)).status_code == 412
    anyway = await operator.patch(url, json={"description": "b"}, headers={"If-Match": "*"})
    assert anyway.json()["description"] == "b"


async def test_an_edit_that_cannot_be_resolved_changes_nothing(
    operator: httpx.AsyncClient,
) -> None:
    before = (await create(operator, "web")).json()
    headers = {"If-Match": before["version"]}
    change = {"add": ["no-such-package"]}
    answer = await operator.patch(f"{ENVIRONMENTS}/web", json=change, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["cause"]["code"] == "package-not-found"
    after = (await operator.get(f"{ENVIRONMENTS}/web")).json()
    assert (after["revision"], after["requirements"]) == (1, ["six"])


async def test_an_upgrade_resolves_anew(operator: httpx.AsyncClient) -> None:
    await create(operator, "web")
    answer = await operator.post(f"{ENVIRONMENTS}/web/upgrade", json={"packages": ["six"]})
    assert answer.status_code == 200, answer.text
    unknown = await operator.post(f"{ENVIRONMENTS}/web/upgrade", json={"packages": ["nope"]})
    assert unknown.json()["code"] == "package-not-locked"


async def test_a_deleted_environment_is_gone_and_its_name_free(
    operator: httpx.AsyncClient,
) -> None:
    await create(operator, "web")
    assert (await operator.delete(f"{ENVIRONMENTS}/web")).status_code == 204
    gone = await operator.get(f"{ENVIRONMENTS}/web")
    assert gone.json()["code"] == "environment-not-found"
    await create(operator, "web")


async def test_lists_page_filter_and_sort_on_the_server(operator: httpx.AsyncClient) -> None:
    for name, requirements in (("web", "flask"), ("etl", "pandas"), ("api", "flask")):
        await create(operator, name, requirements)

    async def names(**query: str | int) -> list[str]:
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            answer = await operator.get(ENVIRONMENTS, params={**query, **cursor})
            seen += [item["name"] for item in answer.json()["items"]]
            if answer.json()["next"] is None:
                return seen
            cursor = {"cursor": answer.json()["next"]}

    assert await names(limit=2) == ["api", "etl", "web"]
    assert await names(limit=2, sort="-name") == ["web", "etl", "api"]
    assert await names(search="flask") == ["api", "web"]
    assert await names(search="et") == ["etl"]
    assert await names(state="failed") == []
    assert await names(node="local") == ["api", "etl", "web"]
    unknown = await operator.get(ENVIRONMENTS, params={"state": "splendid"})
    assert unknown.json()["code"] == "input-invalid"


async def test_a_list_tells_of_replicas_in_numbers(operator: httpx.AsyncClient) -> None:
    await create(operator, "web")
    (item,) = (await operator.get(ENVIRONMENTS)).json()["items"]
    assert "replicas" not in item
    assert item["counts"] == {"pending": 1}
    assert item["node"] == "local"
    assert (item["progress"], item["cause"], item["cause_node"]) == (None, None, None)
    shown = (await operator.get(f"{ENVIRONMENTS}/web")).json()
    assert {key: item[key] for key in shown if key in item} == {
        key: value for key, value in shown.items() if key != "replicas"
    }


async def test_a_list_may_be_of_several_states(operator: httpx.AsyncClient) -> None:
    await create(operator, "web")

    async def names(*states: str) -> list[str]:
        answer = await operator.get(ENVIRONMENTS, params={"state": list(states)})
        return [item["name"] for item in answer.json()["items"]]

    assert await names("failed", "rolling") == ["web"]
    assert await names("failed", "ready") == []
    assert await names() == ["web"]


async def test_revisions_and_exports(operator: httpx.AsyncClient) -> None:
    version = (await create(operator, "web")).json()["version"]
    url = f"{ENVIRONMENTS}/web"
    await operator.patch(url, json={"add": ["attrs"]}, headers={"If-Match": version})
    numbers = [item["number"] for item in (await operator.get(f"{url}/revisions")).json()["items"]]
    assert numbers == [2, 1]
    shown = (await operator.get(f"{url}/revisions/2")).json()
    assert [package["name"] for package in shown["packages"]] == ["attrs", "six"]
    lock = await operator.get(f"{url}/revisions/1/lock")
    first = (await operator.get(f"{url}/revisions/1")).json()
    assert lock.headers["etag"] == f'"{first["lock_digest"]}"'
    assert [package["name"] for package in lock.json()["packages"]] == ["six"]
    written = await operator.get(f"{url}/export")
    assert written.headers["content-type"].startswith("text/plain")
    assert 'lock-version = "1.0"' in written.text
    pinned = await operator.get(f"{url}/export", params={"format": "requirements"})
    assert "attrs==1.0" in pinned.text
    spec = await operator.get(f"{url}/export", params={"format": "spec", "revision": 1})
    assert spec.text.splitlines()[1:] == ["six"]
    missing = await operator.get(f"{url}/revisions/9")
    assert missing.json()["code"] == "revision-not-found"


async def test_nodes_and_operations_are_listed(operator: httpx.AsyncClient) -> None:
    await create(operator, "web")
    nodes = (await operator.get("/api/v1/nodes")).json()["items"]
    assert [(node["name"], node["state"]) for node in nodes] == [("local", "online")]
    shown = (await operator.get("/api/v1/nodes/local")).json()
    assert shown["interpreters"][0]["version"] == "3.12.4"
    query = {"environment": "web", "kind": "resolve"}
    work = (await operator.get("/api/v1/operations", params=query)).json()["items"]
    assert [operation["state"] for operation in work] == ["succeeded"]
    several = {"kind": ["resolve", "build"], "state": ["succeeded", "queued"]}
    both = (await operator.get("/api/v1/operations", params=several)).json()["items"]
    assert {operation["kind"] for operation in both} == {"resolve", "build"}
    failed = {"kind": ["resolve", "build"], "state": ["failed", "cancelled"]}
    assert (await operator.get("/api/v1/operations", params=failed)).json()["items"] == []
    ended = await operator.post(f"/api/v1/operations/{work[0]['id']}/cancel")
    assert ended.status_code == 409


async def test_a_failed_resolution_can_be_tried_again(
    api: Api, operator: httpx.AsyncClient
) -> None:
    version = (await create(operator, "web")).json()["version"]
    change = {"add": ["no-such-package"]}
    failed = await operator.patch(f"{ENVIRONMENTS}/web", json=change, headers={"If-Match": version})
    operation = failed.json()["params"]["operation"]
    api.resolver.unknown = frozenset()
    again = await operator.post(f"/api/v1/operations/{operation}/retry")
    assert again.status_code == 200, again.text
    assert again.json()["id"] != operation
