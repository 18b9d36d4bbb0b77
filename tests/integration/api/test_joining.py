"""Machines become nodes with a token that an admin made, and with nothing else."""

import asyncio
import base64
import hashlib
import json
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from venvoy.store import events, node_tokens
from venvoy.testing.api import URL, Api
from venvoy.wire import jwt
from venvoy.wire.joining import JoinToken, NodeTombstone
from venvoy.wire.nkey import KeyPair, Role
from venvoy.wire.signing import open_document, sign_request

TOKENS, JOIN, NODES = "/api/v1/node-tokens", "/api/v1/node/join", "/api/v1/nodes"


@dataclass
class Machine:
    """A machine that wants to become a node."""

    api: Api
    key: KeyPair

    async def ask(self, path: str, ahead_s: float = 0, **body: Any) -> httpx.Response:
        """Send a request that this machine signed."""
        client = await self.api.client()
        content = json.dumps(body).encode()
        at = int((self.api.clock().timestamp() + ahead_s) * 1000)
        digest = hashlib.sha256(content).hexdigest()
        headers = sign_request(self.key, "POST", path, digest, at, secrets.token_urlsafe(18))
        headers["Content-Type"] = "application/json"
        return await client.post(path, content=content, headers=headers)

    async def join(
        self, secret: str, name: str = "one", ahead_s: float = 0, **more: Any
    ) -> httpx.Response:
        """Ask to become a node."""
        return await self.ask(JOIN, ahead_s, secret=secret, name=name, **more)


def machine(api: Api) -> Machine:
    return Machine(api, KeyPair.generate(Role.USER))


async def token(api: Api, **wish: Any) -> JoinToken:
    admin = await api.signed_in()
    answer = await admin.post(TOKENS, json=wish)
    assert answer.status_code == 201, answer.text
    return JoinToken.decode(answer.json()["token"])


def assert_refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert problem["hint"]
    return problem


async def test_a_token_is_shown_once_and_says_where_the_controller_is(api: Api) -> None:
    admin = await api.signed_in()
    made = (await admin.post(TOKENS, json={"expires_in_seconds": 3600, "uses": 3})).json()
    read = JoinToken.decode(made["token"])
    assert (read.addresses, read.pin) == ((URL,), None)
    assert read.document_key == api.controller.credentials.document_key
    assert made["command"] == f"venvoy agent join {URL} --token {made['token']}"
    assert made["local_only"]
    assert (made["uses"], made["used"], made["created_by"]) == (3, 0, "admin")
    (listed,) = (await admin.get(TOKENS)).json()["items"]
    assert listed["id"] == made["id"]
    for place in (json.dumps(listed), (await admin.get("/api/v1/audit")).text):
        assert read.secret not in place
        assert made["token"] not in place


async def test_a_repeated_creation_makes_one_token(api: Api) -> None:
    admin = await api.signed_in()
    headers = {"Idempotency-Key": "k"}
    first = (await admin.post(TOKENS, json={}, headers=headers)).json()
    again = (await admin.post(TOKENS, json={}, headers=headers)).json()
    assert (again["id"], again["token"]) == (first["id"], None)
    assert len((await admin.get(TOKENS)).json()["items"]) == 1


@pytest.mark.parametrize(
    "wish", [{"uses": 0}, {"uses": 10**6}, {"expires_in_seconds": 1}, {"expires_in_seconds": 1e9}]
)
async def test_a_token_without_bounds_is_refused(api: Api, wish: dict[str, object]) -> None:
    admin = await api.signed_in()
    assert_refused(await admin.post(TOKENS, json=wish), 422, "input-invalid")


async def test_a_machine_becomes_a_node(api: Api) -> None:
    key = await token(api)
    one = machine(api)
    answer = await one.join(key.secret, region="shanghai", labels={"team": "crawl"})
    joined = answer.json()
    assert (answer.status_code, joined["name"], joined["created"]) == (200, "one", True)
    assert joined["document_key"] == key.document_key
    admin = await api.signed_in()
    shown = (await admin.get(f"{NODES}/one")).json()
    assert (shown["id"], shown["state"]) == (joined["node"], "offline")
    (entry,) = (await admin.get("/api/v1/audit", params={"action": "node-joined"})).json()["items"]
    assert (entry["subject"], entry["username"]) == ("node:one", None)
    assert entry["after"]["region"] == "shanghai"
    assert entry["after"]["labels"] == {"team": "crawl"}
    async with api.ctx.db.read() as tx:
        assert "node-joined" in [event.code for event in await events.after(tx, 0)]
    granted = await one.ask("/api/v1/node/credentials", instance=str(uuid.uuid4()))
    assert granted.status_code == 200
    assert jwt.decode(granted.json()["jwt"]).subject == one.key.public


async def test_joining_again_with_the_same_key_changes_nothing(api: Api) -> None:
    key = await token(api)
    one = machine(api)
    first = (await one.join(key.secret)).json()
    # The token is used up, and not even looked at.
    for secret, name in ((key.secret, "one"), ("nonsense" * 5, "another")):
        again = (await one.join(secret, name)).json()
        assert (again["node"], again["name"], again["created"]) == (first["node"], "one", False)
    admin = await api.signed_in()
    assert (await admin.get(TOKENS)).json()["items"][0]["used"] == 1


async def test_a_token_expires(api: Api) -> None:
    key = await token(api, expires_in_seconds=3600)
    api.clock.forward(seconds=3601)
    problem = assert_refused(await machine(api).join(key.secret), 401, "join-token-expired")
    assert problem["params"]["expires_at"].endswith(" UTC")


async def test_a_token_is_used_up(api: Api) -> None:
    key = await token(api, uses=2)
    for name in ("one", "two"):
        assert (await machine(api).join(key.secret, name)).status_code == 200
    problem = assert_refused(
        await machine(api).join(key.secret, "three"), 401, "join-token-used-up"
    )
    assert problem["params"]["uses"] == 2


async def test_machines_at_the_same_moment_do_not_share_a_use(api: Api) -> None:
    key = await token(api, uses=3)
    answers = await asyncio.gather(
        *(machine(api).join(key.secret, f"n{number}") for number in range(8))
    )
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] * 3 + [401] * 5
    admin = await api.signed_in()
    names = [node["name"] for node in (await admin.get(NODES)).json()["items"]]
    assert len(names) == 3 + 1  # and `local`


async def test_a_revoked_token_lets_nobody_in_and_nobody_out(api: Api) -> None:
    key = await token(api, uses=2)
    assert (await machine(api).join(key.secret)).status_code == 200
    admin = await api.signed_in()
    (made,) = (await admin.get(TOKENS)).json()["items"]
    assert (await admin.delete(f"{TOKENS}/{made['id']}")).status_code == 204
    assert_refused(await machine(api).join(key.secret, "two"), 401, "join-token-unknown")
    assert (await admin.get(f"{NODES}/one")).status_code == 200
    gone = await admin.delete(f"{TOKENS}/{made['id']}")
    assert_refused(gone, 404, "node-token-not-found")


async def test_a_token_of_another_controller_is_unknown(api: Api) -> None:
    assert_refused(await machine(api).join("x" * 43), 401, "join-token-unknown")


@pytest.mark.parametrize("name", ["one", "local"])
async def test_a_name_is_given_once_and_a_refusal_costs_no_use(api: Api, name: str) -> None:
    key = await token(api, uses=2)
    assert (await machine(api).join(key.secret, "one")).status_code == 200
    assert_refused(await machine(api).join(key.secret, name), 409, "node-name-taken")
    assert (await machine(api).join(key.secret, "two")).status_code == 200


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name-empty"),
        ("One", "name-invalid"),
        ("con", "name-reserved"),
        ("../x", "name-invalid"),
    ],
)
async def test_a_bad_name_is_refused(api: Api, name: str, code: str) -> None:
    key = await token(api)
    assert_refused(await machine(api).join(key.secret, name), 422, code)
    assert (await machine(api).join(key.secret, "one")).status_code == 200


async def test_what_a_later_release_says_beside_it_is_ignored(api: Api) -> None:
    key = await token(api)
    assert (await machine(api).join(key.secret, from_the_future=1)).status_code == 200


@pytest.mark.parametrize(
    "more",
    [{"labels": {"team": "x" * 65_536}}, {"labels": {"Team": "x"}}, {"region": "a b"}],
    ids=["long label", "label", "region"],
)
async def test_what_cannot_be_kept_is_refused(api: Api, more: dict[str, Any]) -> None:
    key = await token(api)
    answer = await machine(api).join(key.secret, **more)
    assert_refused(answer, 422, "input-invalid")
    assert len(answer.text) < 4_000


@pytest.mark.parametrize("ahead_s", [-3_600, 3_600])
async def test_a_clock_off_by_an_hour_is_told_with_both_times(api: Api, ahead_s: float) -> None:
    key = await token(api)
    answer = await machine(api).join(key.secret, ahead_s=ahead_s)
    problem = assert_refused(answer, 401, "request-clock-skew")
    assert problem["params"]["sent"] in problem["message"]
    assert problem["params"]["now"] in problem["message"]


async def test_a_body_that_was_changed_on_the_way_is_refused(api: Api) -> None:
    key, one = await token(api), machine(api)
    content = json.dumps({"secret": key.secret, "name": "one"}).encode()
    at = int(api.clock().timestamp() * 1000)
    digest = hashlib.sha256(content).hexdigest()
    headers = sign_request(one.key, "POST", JOIN, digest, at, secrets.token_urlsafe(18))
    client = await api.client()
    other = content.replace(b"one", b"two")
    assert_refused(await client.post(JOIN, content=other, headers=headers), 401, "request-forged")


async def test_a_controller_without_tls_has_no_authority_to_give(api: Api) -> None:
    client = await api.client()
    assert_refused(await client.get("/api/v1/ca"), 404, "authority-none")


async def test_old_tokens_are_forgotten_after_a_while(api: Api) -> None:
    key = await token(api)
    api.clock.forward(days=32)
    await token(api)
    assert_refused(await machine(api).join(key.secret), 401, "join-token-unknown")
    async with api.ctx.db.read() as tx:
        assert (
            await node_tokens.by_digest(tx, hashlib.sha256(key.secret.encode()).hexdigest()) is None
        )


async def test_a_node_that_was_removed_is_told_so_and_its_key_joins_no_more(api: Api) -> None:
    key, one = await token(api, uses=2), machine(api)
    await one.join(key.secret)
    admin = await api.signed_in()
    gone = await admin.delete(f"{NODES}/one", params={"keep_data": "true"})
    assert gone.status_code == 204
    assert_refused(await admin.get(f"{NODES}/one"), 404, "node-not-found")
    assert_refused(await admin.delete(f"{NODES}/one"), 404, "node-not-found")
    for answer in (
        await one.ask("/api/v1/node/credentials", instance=str(uuid.uuid4())),
        await one.ask("/api/v1/node/leave"),
        await one.join(key.secret),
    ):
        problem = assert_refused(answer, 401, "node-removed")
        tombstone = opened(api, problem["params"]["tombstone"])
        assert (tombstone.name, tombstone.keep_data) == ("one", True)
    # The machine itself may come back, with a key and a node of its own.
    assert (await machine(api).join(key.secret)).json()["name"] == "one"


async def test_a_node_leaves_by_itself(api: Api) -> None:
    key, one = await token(api), machine(api)
    joined = (await one.join(key.secret)).json()
    answer = await one.ask("/api/v1/node/leave", keep_data=True)
    tombstone = opened(api, answer.json()["tombstone"])
    assert (tombstone.node, tombstone.keep_data) == (joined["node"], True)
    admin = await api.signed_in()
    (entry,) = (await admin.get("/api/v1/audit", params={"action": "node-left"})).json()["items"]
    assert (entry["subject"], entry["username"]) == ("node:one", None)


async def test_local_stays(api: Api) -> None:
    admin = await api.signed_in()
    assert_refused(await admin.delete(f"{NODES}/local"), 409, "node-is-local")
    local = Machine(api, api.node_key)
    assert_refused(await local.ask("/api/v1/node/leave"), 409, "node-is-local")


def opened(api: Api, encoded: str) -> NodeTombstone:
    """Return a tombstone whose signature holds."""
    envelope = base64.b64decode(encoded)
    payload = open_document(api.controller.credentials.document_key, envelope)
    return NodeTombstone.model_validate_json(payload)
