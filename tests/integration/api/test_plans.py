"""Plans and preflights over HTTP, as the console and the CLI meet them."""

import asyncio
from typing import Any

import httpx
import pytest

from venvoy.domain.role import Role
from venvoy.testing.api import Api
from venvoy.testing.fleet import until


@pytest.fixture
async def operator(api: Api) -> httpx.AsyncClient:
    client = await api.as_role(Role.OPERATOR)
    wish = {"name": "web", "requirements": "flask"}
    answer = await client.post("/api/v1/environments", json=wish)
    assert answer.status_code == 201, answer.text
    return client


async def planned(client: httpx.AsyncClient, **wish: Any) -> Any:
    answer = await client.post("/api/v1/environments/web/plan", json=wish)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_plan_is_made_by_its_id(api: Api, operator: httpx.AsyncClient) -> None:
    plan = await planned(operator, add=["httpx"])
    assert (plan["base_revision"], plan["revises"]) == (1, True)
    assert plan["changed"] == ["requirements: + httpx"]
    headers = {"If-Match": f'"{plan["base_version"]}"'}
    made = await operator.patch(
        "/api/v1/environments/web", json={"plan": plan["id"]}, headers=headers
    )
    assert made.status_code == 200, made.text
    assert made.json()["requirements"] == ["flask", "httpx"]
    again = await operator.patch(
        "/api/v1/environments/web", json={"plan": plan["id"]}, headers={"If-Match": "*"}
    )
    assert (again.status_code, again.json()["code"]) == (412, "plan-stale")
    assert again.json()["params"]["changed"][0] == "requirements: + httpx"


async def test_everybody_may_read_a_plan(api: Api, operator: httpx.AsyncClient) -> None:
    plan = await planned(operator, drop=["flask"])
    viewer = await api.as_role(Role.VIEWER)
    answer = await viewer.get(f"/api/v1/environments/web/plans/{plan['id']}")
    assert answer.json() == plan
    refused = await viewer.post("/api/v1/environments/web/plan", json={"drop": ["flask"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "role-too-low")
    refused = await viewer.post("/api/v1/preflight", json={"requirements": "flask"})
    assert refused.status_code == 403
    unknown = await viewer.get("/api/v1/environments/web/plans/x")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "plan-not-found")


async def test_what_cannot_be_planned_says_why(api: Api, operator: httpx.AsyncClient) -> None:
    url = "/api/v1/environments/web/plan"
    failed = await operator.post(url, json={"add": ["no-such-package"]})
    assert (failed.status_code, failed.json()["code"]) == (422, "plan-failed")
    assert failed.json()["cause"]["code"] == "package-not-found"
    lines = await operator.post(url, json={"requirements": "flask\n-e ."})
    assert [line["line"] for line in lines.json()["lines"]] == [2]
    unknown = await operator.post(url, json={"plan": "x"})
    assert unknown.status_code == 422
    shown = (await operator.get("/api/v1/environments/web")).json()
    assert (shown["revision"], shown["state"]) == (1, shown["state"])


async def test_a_preflight_answers_also_what_cannot_be_had(
    api: Api, operator: httpx.AsyncClient
) -> None:
    wish = {"requirements": "flask\n\nno-such-package"}
    answer = await operator.post("/api/v1/preflight", json=wish, headers={"Accept-Language": "zh"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["resolved"], found["cause"]["code"]) == (False, "package-not-found")
    assert found["lines"] == [{"line": 3, "text": "no-such-package"}]
    good = (await operator.post("/api/v1/preflight", json={"requirements": "flask"})).json()
    assert (good["resolved"], good["cause"]) == (True, None)
    assert [package["name"] for package in good["packages"]] == ["flask"]
    assert good["nodes"][0]["python"] == "3.12.4"


async def test_refused_lines_are_named_before_anything_is_resolved(
    api: Api, operator: httpx.AsyncClient
) -> None:
    api.resolver.gate.clear()
    wish = {"requirements": "flask\nrequests==\n-e .", "python": "3.12"}
    async with asyncio.timeout(10):
        answer = await operator.post("/api/v1/preflight", json=wish)
    assert (answer.status_code, answer.json()["code"]) == (422, "requirements-invalid")
    assert [line["line"] for line in answer.json()["lines"]] == [2, 3]


async def test_of_two_editors_the_second_is_told_what_the_first_has_changed(
    operator: httpx.AsyncClient,
) -> None:
    url = "/api/v1/environments/web"
    plan = await planned(operator, add=["httpx"])
    headers = {"If-Match": f'"{plan["base_version"]}"'}
    first = await operator.patch(url, json={"add": ["attrs"]}, headers=headers)
    assert first.status_code == 200, first.text
    for change in ({"plan": plan["id"]}, {"add": ["httpx"]}):
        second = await operator.patch(url, json=change, headers=headers)
        assert second.status_code == 412
        assert second.json()["params"]["by"] == ["admin"]
        assert second.json()["params"]["changed"][0] == "requirements: + attrs"


async def test_who_leaves_ends_the_work(api: Api, operator: httpx.AsyncClient) -> None:
    """Somebody who types asks again and again; only two are worked on at once."""
    api.resolver.gate.clear()
    gone = asyncio.Event()
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        if not sent:
            sent.append(True)
            return {"type": "http.request", "body": b'{"requirements": "flask"}'}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [
        (b"authorization", operator.headers["Authorization"].encode()),
        (b"content-type", b"application/json"),
        (b"content-length", b"25"),
        (b"host", b"127.0.0.1:7300"),
    ]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/v1/preflight",
        "raw_path": b"/api/v1/preflight",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 7300),
    }
    call = asyncio.create_task(api.app(scope, receive, send))
    await until(lambda: api.ctx.planning._value == 1)
    gone.set()
    await asyncio.wait_for(call, 10)
    assert api.ctx.planning._value == 2


async def test_who_may_plan_an_adoption_is_who_may_edit(
    api: Api, operator: httpx.AsyncClient
) -> None:
    url, wish = "/api/v1/environments/web/adoption", {"node": "local"}
    viewer = await api.as_role(Role.VIEWER)
    refused = await viewer.post(url, json=wish)
    assert (refused.status_code, refused.json()["code"]) == (403, "role-too-low")
    nothing = await operator.post(url, json=wish)
    assert nothing.status_code in {404, 409}
    assert nothing.json()["code"] in {"nothing-live", "adopt-unobserved"}
    elsewhere = await operator.post(url, json={"node": "nowhere"})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "node-not-found")
    unknown = await operator.post("/api/v1/environments/nothing/adoption", json=wish)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "environment-not-found")
