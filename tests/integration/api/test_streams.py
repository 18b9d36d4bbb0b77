"""Events and logs as they happen: in order, from where a reader left, to an end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from venvoy.domain.cause import Step
from venvoy.domain.role import Role
from venvoy.testing.api import Api

EVENTS = "/api/v1/events"
PATIENCE = 10.0


@dataclass
class Stream:
    """An open stream; httpx' transport for applications waits for the whole answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    blocks: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def block(self) -> str:
        async with asyncio.timeout(PATIENCE):
            return await self.blocks.get()

    async def message(self) -> dict[str, Any]:
        """Return the next message's fields, without comments and settings."""
        while True:
            lines = (await self.block()).splitlines()
            fields = dict(line.split(": ", 1) for line in lines if not line.startswith(":"))
            if "data" in fields:
                return {**fields, "data": json.loads(fields["data"])}


@asynccontextmanager
async def opened(
    api: Api, token: str, path: str, query: str = "", **headers: str
) -> AsyncIterator[Stream]:
    stream = Stream()
    gone = asyncio.Event()
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    rest = ""

    async def send(message: Any) -> None:
        nonlocal rest
        if message["type"] == "http.response.start":
            stream.status = message["status"]
            stream.headers = {key.decode(): value.decode() for key, value in message["headers"]}
            return
        *blocks, rest = (rest + message.get("body", b"").decode()).split("\n\n")
        for block in blocks:
            stream.blocks.put_nowait(block)

    given = {"host": "127.0.0.1", "authorization": f"Bearer {token}", **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(key.encode(), value.encode()) for key, value in given.items()],
        "client": ("127.0.0.9", 1),
        "server": ("127.0.0.1", 7300),
    }

    async def serve() -> None:
        await api.app(scope, receive, send)
        stream.ended.set()

    task = asyncio.create_task(serve())
    try:
        await stream.block()
        yield stream
    finally:
        gone.set()
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait({task})
        await task


async def token(api: Api) -> str:
    admin = await api.signed_in()
    made = await admin.post("/api/v1/tokens", json={"name": "stream", "role": "viewer"})
    return str(made.json()["secret"])


async def add(api: Api, username: str) -> None:
    admin = await api.signed_in()
    wish = {"username": username, "password": "long enough 1"}
    assert (await admin.post("/api/v1/users", json=wish)).status_code == 201


async def test_events_come_as_they_happen_each_with_its_id(api: Api) -> None:
    async with opened(api, await token(api), EVENTS) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in stream.headers
        await add(api, "ann")
        message = await stream.message()
        assert "event" not in message
        assert message["data"]["code"] == "user-created"
        assert message["data"]["params"]["username"] == "ann"
        assert int(message["id"]) == message["data"]["id"]


async def test_who_comes_back_gets_what_was_missed(api: Api) -> None:
    secret = await token(api)
    for name in ("ann", "bob", "cho"):
        await add(api, name)
    async with opened(api, secret, EVENTS, "after=0") as stream:
        messages = [await stream.message() for _ in range(4)]
    names = [message["data"]["params"]["username"] for message in messages]
    assert names == ["admin", "ann", "bob", "cho"]
    last = {"last-event-id": messages[1]["id"]}
    async with opened(api, secret, EVENTS, "after=0", **last) as stream:
        again = [await stream.message() for _ in range(2)]
    assert again == messages[2:]


async def test_a_stream_ends_when_the_controller_stops(api: Api) -> None:
    async with opened(api, await token(api), EVENTS) as stream:
        api.app.state.parts.stopping.set()
        async with asyncio.timeout(PATIENCE):
            await stream.ended.wait()


async def test_a_log_is_followed_to_its_end(api: Api) -> None:
    secret = await token(api)
    operator = await api.as_role(Role.OPERATOR)
    api.resolver.gate.clear()
    wish = {"name": "web", "requirements": "six"}
    started = await operator.post("/api/v1/environments", json=wish, params={"wait": 0})
    url = f"/api/v1/operations/{started.json()['id']}/log/stream"
    async with opened(api, secret, url) as stream:
        api.resolver.gate.set()
        messages = [await stream.message()]
        while "event" not in messages[-1]:
            messages.append(await stream.message())
        async with asyncio.timeout(PATIENCE):
            await stream.ended.wait()
    *lines, end = messages
    assert [int(line["id"]) for line in lines] == list(range(len(lines)))
    assert "looking" in [line["data"]["text"] for line in lines]
    assert end["event"] == "end"
    assert end["data"] == {"state": "succeeded"}
    last = {"last-event-id": lines[0]["id"]}
    async with opened(api, secret, url, **last) as stream:
        assert (await stream.message()) == messages[1]


async def test_a_log_is_read_by_pages_and_waited_for(api: Api) -> None:
    operator = await api.as_role(Role.OPERATOR)
    api.resolver.gate.clear()
    wish = {"name": "web", "requirements": "six"}
    started = await operator.post("/api/v1/environments", json=wish, params={"wait": 0})
    url = f"/api/v1/operations/{started.json()['id']}/log"
    at = (await operator.get(url)).json()["next"]
    waiting = asyncio.create_task(operator.get(url, params={"after": at, "wait": 10}))
    api.resolver.gate.set()
    async with asyncio.timeout(PATIENCE):
        page = (await waiting).json()
    assert page["lines"][0]["sequence"] == at
    async with asyncio.timeout(PATIENCE):
        while not page["ended"]:
            query = {"after": page["next"], "wait": 10}
            page = (await operator.get(url, params=query)).json()
    one = (await operator.get(url, params={"limit": 1})).json()
    assert (len(one["lines"]), one["next"], one["ended"]) == (1, 1, False)


async def test_a_log_that_is_not_kept_any_more_ends(api: Api) -> None:
    operator = await api.as_role(Role.OPERATOR)
    wish = {"name": "web", "requirements": "six"}
    await operator.post("/api/v1/environments", json=wish)
    query = {"environment": "web", "kind": "resolve"}
    (work,) = (await operator.get("/api/v1/operations", params=query)).json()["items"]
    await api.controller.logs.remove(work["id"])
    api.clock.forward(minutes=2)
    page = (await operator.get(f"/api/v1/operations/{work['id']}/log", params={"wait": 30})).json()
    assert (page["lines"], page["ended"]) == ([], True)


async def test_a_log_of_nothing_is_not_found(api: Api) -> None:
    operator = await api.as_role(Role.OPERATOR)
    answer = await operator.get("/api/v1/operations/0192-nothing/log")
    assert answer.json()["code"] == "operation-not-found"


async def test_lines_that_the_agent_ships_reach_the_reader(api: Api) -> None:
    operator = await api.as_role(Role.OPERATOR)
    wish = {"name": "web", "requirements": "six"}
    await operator.post("/api/v1/environments", json=wish)
    query = {"environment": "web", "kind": "build"}
    (build,) = (await operator.get("/api/v1/operations", params=query)).json()["items"]
    url = f"/api/v1/operations/{build['id']}/log/stream"
    async with opened(api, await token(api), url) as stream:
        await api.controller.logs.write(build["id"], Step.FETCH, ["Prepared 1 package"])
        assert (await stream.message())["data"]["text"] == "Prepared 1 package"
