"""Interpreters over HTTP: the catalogue, wishes for nodes, and what a node gets."""

import hashlib
import secrets
from typing import Any

import httpx

from venvoy.domain.generation import Goal
from venvoy.domain.reconcile import Aim, Version
from venvoy.domain.role import Role
from venvoy.domain.state import ReplicaState
from venvoy.store import events, node_pythons, nodes, outbox
from venvoy.store.nodes import NodeRow
from venvoy.testing.api import Api
from venvoy.testing.archives import small_archive
from venvoy.wire.signing import sign_request

ARCHIVES = "/api/v1/python-archives"
PYTHONS = "/api/v1/pythons"
MINE = {"python": "3.12", "nodes": ["local"]}


async def upload(client: httpx.AsyncClient, data: bytes, **params: str) -> httpx.Response:
    return await client.post(ARCHIVES, params={"name": "a.tar.gz", **params}, content=data)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def local(api: Api) -> NodeRow:
    async with api.ctx.db.read() as tx:
        row = await nodes.get(tx, "local")
    assert row is not None
    return row


async def fetch(api: Api, digest: str, **headers: str) -> httpx.Response:
    client = await api.client()
    path = f"/api/v1/node/pythons/{digest}"
    now = int(api.clock().timestamp() * 1_000)
    empty = hashlib.sha256(b"").hexdigest()
    signed = sign_request(api.node_key, "GET", path, empty, now, secrets.token_urlsafe(18))
    return await client.get(path, headers=signed | headers | {"Accept-Encoding": "identity"})


async def installed(
    api: Api, archive: str, *, path: str, environments: tuple[str, ...] = ()
) -> None:
    """Let the node have reported that it has an interpreter."""
    node = await local(api)
    facts: dict[str, Any] = dict(node.facts or {})
    fact = {"version": "3.12.9", "implementation": "cpython", "path": path, "source": "managed"}
    facts["interpreters"] = [*facts["interpreters"], {**fact, "environments": environments}]
    async with api.ctx.db.write() as tx:
        now = api.clock()
        await nodes.keep_beats(tx, [nodes.Beat(node.id, 1, facts, nodes.gauges(facts), now)])
        values = {"state": ReplicaState.READY.value, "path": path}
        await node_pythons.report(tx, archive, node.id, values)


async def test_an_archive_is_read_kept_and_listed(api: Api) -> None:
    operator, data = await api.as_role(Role.OPERATOR), small_archive("3.12.4")
    answer = await upload(operator, data, sha256=sha256(data), name="cpython.tar.gz")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["version"], made["platform"], made["glibc"]) == ("3.12.4", "linux-x86_64", "2.17")
    assert (made["sha256"], made["size"], made["nodes"]) == (sha256(data), len(data), [])
    again = (await upload(operator, data)).json()
    assert again["id"] == made["id"]
    listed = (await operator.get(ARCHIVES)).json()["items"]
    assert [each["id"] for each in listed] == [made["id"]]
    audit = (await (await api.signed_in()).get("/api/v1/audit")).json()["items"]
    assert [e["action"] for e in audit].count("python-archive-uploaded") == 1


async def test_a_file_that_is_not_what_was_published_is_not_kept(api: Api) -> None:
    operator, data = await api.as_role(Role.OPERATOR), small_archive()
    refused = await upload(operator, data, sha256="ab" * 32)
    assert (refused.status_code, refused.json()["code"]) == (422, "python-archive-hash-mismatch")
    assert (await operator.get(ARCHIVES)).json()["items"] == []
    assert list(api.ctx.archives.path("x").parent.iterdir()) == []
    junk = await upload(operator, b"<html>" * 100)
    assert junk.json()["code"] == "python-archive-unreadable"
    assert list(api.ctx.archives.path("x").parent.iterdir()) == []


async def test_a_large_file_is_taken_where_a_large_document_is_not(api: Api) -> None:
    operator = await api.as_role(Role.OPERATOR)
    big = await upload(operator, secrets.token_bytes(3 * 2**20))
    assert big.json()["code"] == "python-archive-unreadable"
    other = await operator.post("/api/v1/pythons/install", content=b" " * 3 * 2**20)
    assert (other.status_code, other.json()["code"]) == (413, "body-too-large")


async def test_a_wish_is_an_operation_with_document_audit_and_event(api: Api) -> None:
    operator = await api.as_role(Role.OPERATOR)
    archive = (await upload(operator, small_archive("3.12.9"))).json()
    answer = await operator.post(f"{PYTHONS}/install", json=MINE)
    assert answer.status_code == 202, answer.text
    (work,) = answer.json()["items"]
    shown = (work["kind"], work["state"], work["node"], work["python"], work["environment"])
    assert shown == ("python-install", "queued", "local", "3.12.9", None)
    async with api.ctx.db.read() as tx:
        keys = [entry.key for entry in await outbox.pending(tx)]
        codes = [event.code for event in await events.after(tx, 0)]
    assert keys == [f"{(await local(api)).id}.{archive['id']}"]
    assert "node-python-wanted" in codes
    again = (await operator.post(f"{PYTHONS}/install", json=MINE)).json()["items"]
    assert [each["id"] for each in again] == [work["id"]]
    listed = (await operator.get(PYTHONS, params={"node": "local"})).json()["items"]
    assert [(e["version"], e["origin"], e["state"]) for e in listed] == [
        ("3.12.9", "managed", "pending"),
        ("3.12.4", "found", "ready"),
    ]


async def test_what_no_archive_answers_is_refused_for_all_before_anything_is_done(
    api: Api,
) -> None:
    operator = await api.as_role(Role.OPERATOR)
    await upload(operator, small_archive("3.12.9", "musllinux-x86_64"))
    await upload(operator, small_archive("3.12.9", needs="GLIBC_2.39"))
    refused = await operator.post(f"{PYTHONS}/install", json=MINE)
    assert (refused.status_code, refused.json()["code"]) == (422, "python-archive-none")
    assert refused.json()["params"]["nodes"] == ["local (linux-x86_64)"]
    for wish, code in (
        ({"python": "3.12"}, "python-nodes-missing"),
        ({"python": "3.12", "nodes": ["nope"]}, "placement-node-unknown"),
        ({"python": "3.12", "select": {"gpu": "yes"}}, "python-nodes-none"),
        ({"python": "snake", "nodes": ["local"]}, "python-invalid"),
        ({"python": "3.12", "nodes": ["No/Name"]}, "name-invalid"),
    ):
        answer = await operator.post(f"{PYTHONS}/install", json=wish)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await operator.get("/api/v1/operations")).json()["items"] == []


async def test_only_a_node_that_is_to_have_it_gets_the_file_whole_or_in_part(api: Api) -> None:
    operator, data = await api.as_role(Role.OPERATOR), small_archive("3.12.9")
    await upload(operator, data)
    assert (await fetch(api, sha256(data))).status_code == 404
    await operator.post(f"{PYTHONS}/install", json=MINE)
    whole = await fetch(api, sha256(data))
    assert (whole.status_code, whole.content) == (200, data)
    part = await fetch(api, sha256(data), Range="bytes=100-")
    assert (part.status_code, part.content) == (206, data[100:])


async def test_a_file_that_was_damaged_on_disk_is_not_served(api: Api) -> None:
    operator, data = await api.as_role(Role.OPERATOR), small_archive("3.12.9")
    await upload(operator, data)
    await operator.post(f"{PYTHONS}/install", json=MINE)
    api.ctx.archives.path(sha256(data)).write_bytes(data[:-1] + b"x")
    refused = await fetch(api, sha256(data))
    assert (refused.status_code, refused.json()["code"]) == (503, "python-archive-damaged")
    await upload(operator, data)
    assert (await fetch(api, sha256(data))).status_code == 200


async def test_an_archive_stays_while_a_node_has_it(api: Api) -> None:
    operator = await api.as_role(Role.OPERATOR)
    archive = (await upload(operator, small_archive("3.12.9"))).json()["id"]
    await operator.post(f"{PYTHONS}/install", json=MINE)
    refused = await operator.delete(f"{ARCHIVES}/{archive}")
    assert (refused.status_code, refused.json()["code"]) == (409, "python-archive-in-use")
    assert refused.json()["params"]["nodes"] == ["local"]
    assert (await operator.delete(f"{ARCHIVES}/nope")).status_code == 404
    spare = (await upload(operator, small_archive("3.11.9"))).json()["id"]
    assert (await operator.delete(f"{ARCHIVES}/{spare}")).status_code == 204


async def test_removal_is_refused_while_used_and_for_what_is_not_venvoys(api: Api) -> None:
    operator = await api.as_role(Role.OPERATOR)
    made = await operator.post(
        "/api/v1/environments", json={"name": "web", "requirements": "one", "python": "3.12"}
    )
    archive = (await upload(operator, small_archive("3.12.9"))).json()["id"]
    foreign = await operator.post(f"{PYTHONS}/remove", json=MINE)
    assert (foreign.status_code, foreign.json()["code"]) == (409, "python-not-managed")
    none = await operator.post(f"{PYTHONS}/remove", json=MINE | {"python": "3.9"})
    assert (none.status_code, none.json()["code"]) == (404, "python-not-on-node")
    await operator.post(f"{PYTHONS}/install", json=MINE)
    await installed(api, archive, path="/p/3.12.9", environments=(made.json()["id"],))
    used = await operator.post(f"{PYTHONS}/remove", json=MINE)
    assert (used.status_code, used.json()["code"]) == (409, "python-in-use")
    assert used.json()["params"]["environments"] == ["web"]
    shown = (await operator.get(PYTHONS)).json()["items"][0]
    assert (shown["environments"], shown["path"]) == (["web"], "/p/3.12.9")


async def test_what_nothing_needs_is_removed_and_may_be_wanted_again(api: Api) -> None:
    operator = await api.as_role(Role.OPERATOR)
    archive = (await upload(operator, small_archive("3.12.9"))).json()["id"]
    await operator.post(f"{PYTHONS}/install", json=MINE)
    await installed(api, archive, path="/p/3.12.9")
    (work,) = (await operator.post(f"{PYTHONS}/remove", json=MINE)).json()["items"]
    assert work["kind"] == "python-remove"
    cancelled = await operator.post(f"/api/v1/operations/{work['id']}/cancel")
    assert cancelled.json()["code"] == "operation-not-cancellable"
    (back,) = (await operator.post(f"{PYTHONS}/install", json=MINE)).json()["items"]
    assert back["kind"] == "python-install"
    old = (await operator.get(f"/api/v1/operations/{work['id']}")).json()
    assert (old["state"], old["cause"]["code"]) == ("cancelled", "superseded")
    async with api.ctx.db.read() as tx:
        row = await node_pythons.get(tx, archive, (await local(api)).id)
    assert row is not None
    assert row.goal == Goal(Version(1, 3), Aim.INSTALL, back["id"])


async def test_work_is_cancelled_and_tried_again(api: Api) -> None:
    operator = await api.as_role(Role.OPERATOR)
    await upload(operator, small_archive("3.12.9"))
    (work,) = (await operator.post(f"{PYTHONS}/install", json=MINE)).json()["items"]
    cancelled = (await operator.post(f"/api/v1/operations/{work['id']}/cancel")).json()
    assert (cancelled["state"], cancelled["cause"]["code"]) == ("cancelled", "cancelled-by-user")
    again = (await operator.post(f"/api/v1/operations/{work['id']}/retry")).json()
    assert (again["state"], again["python"]) == ("queued", "3.12.9")
    stale = await operator.post(f"/api/v1/operations/{work['id']}/retry")
    assert stale.json()["code"] == "operation-superseded"


async def test_a_repeated_request_is_one_wish(api: Api) -> None:
    operator = await api.as_role(Role.OPERATOR)
    await upload(operator, small_archive("3.12.9"))
    key = {"Idempotency-Key": "once"}
    first = await operator.post(f"{PYTHONS}/install", json=MINE, headers=key)
    second = await operator.post(f"{PYTHONS}/install", json=MINE, headers=key)
    assert first.json() == second.json()
    assert len((await operator.get("/api/v1/operations")).json()["items"]) == 1
