"""A removed node is out: at NATS within seconds, over HTTP at once, and for good."""

import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from venvoy.bus.client import Link
from venvoy.bus.connection import Target, connect
from venvoy.controller import inventory, joining, node_tokens, queries, releases, removals
from venvoy.controller.context import Actor
from venvoy.domain.errors import Conflict, NotFound, Unauthenticated
from venvoy.domain.role import Role
from venvoy.domain.state import OperationState
from venvoy.store import audit, environments, nodes, operations, replicas
from venvoy.store.pages import Paging
from venvoy.testing.controller import add_actor
from venvoy.testing.world import WAIT_S, World, eventually
from venvoy.wire import subjects
from venvoy.wire.credentials import UserCredentials
from venvoy.wire.joining import JoinToken, NodeJoin, NodeTokenCreate, NodeTombstone
from venvoy.wire.nkey import KeyPair
from venvoy.wire.nkey import Role as KeyRole
from venvoy.wire.signing import open_document, sign_request

PATH = "/api/v1/node/credentials"


@dataclass
class Second:
    """A node beside `local`, as a test plays it."""

    world: World
    key: KeyPair
    id: str

    async def access(self) -> UserCredentials:
        """Ask for a token, as an agent does."""
        digest = hashlib.sha256(b"").hexdigest()
        at = int(time.time() * 1000)
        headers = sign_request(self.key, "POST", PATH, digest, at, secrets.token_urlsafe(16))
        node = await self.world.controller.credentials.authenticate(
            headers, method="POST", path_with_query=PATH, body_sha256=digest
        )
        return UserCredentials(self.key, self.world.controller.credentials.issue(node).token)

    def target(self) -> Target:
        """Where it connects."""
        urls = self.world.controller.credentials._nats_urls(None)
        return Target(urls, subjects.node_inbox(self.id), "second", deadline_s=5.0)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Link]:
        """Hold a link."""
        async with Link(self.target(), self.access, longest_pause_s=0.2) as link:
            await link.wait_connected(WAIT_S)
            yield link


@pytest.fixture
async def admin(world: World) -> Actor:
    return await add_actor(world.controller.context, "root", Role.ADMIN)


async def joined(world: World, admin: Actor, name: str = "second") -> Second:
    ctx, credentials = world.controller.context, world.controller.credentials
    installer = world.controller.installer
    made = await node_tokens.create_node_token(
        ctx, credentials, installer, admin, NodeTokenCreate()
    )
    assert made.token is not None
    key = KeyPair.generate(KeyRole.USER)
    wish = NodeJoin(secret=JoinToken.decode(made.token).secret, name=name)
    told = await joining.join(ctx, credentials, key.public, wish)
    return Second(world, key, told.node)


async def place(world: World, name: str, *node_ids: str) -> str:
    """An environment released to these nodes; return its id."""
    row = await world.create(name)
    ctx = world.controller.context
    async with ctx.db.write() as tx:
        await environments.place(tx, row.id, node_ids)
        await releases.install(ctx, tx, row, 1, None)
    return row.id


async def test_a_removed_node_is_out_within_seconds_and_gets_its_tombstone(
    world: World, admin: Actor
) -> None:
    second = await joined(world, admin)
    stolen = await second.access()
    ctx = world.controller.context
    environment = await place(world, "both", world.node, second.id)
    async with second.connected() as link:
        began = time.monotonic()
        await removals.remove(ctx, admin, "second", keep_data=True)

        async def out() -> bool:
            return not link.connected

        await eventually(out)
        assert time.monotonic() - began < 5
        with pytest.raises(Unauthenticated) as refused:
            await second.access()
    assert refused.value.code == "node-removed"
    envelope = base64.b64decode(str(refused.value.params["tombstone"]))
    payload = open_document(world.controller.credentials.document_key, envelope)
    tombstone = NodeTombstone.model_validate_json(payload)
    assert (tombstone.node, tombstone.name, tombstone.keep_data) == (second.id, "second", True)
    with pytest.raises(Unauthenticated):
        await connect(second.target(), stolen)
    async with ctx.db.read() as tx:
        assert [node.id for node in await environments.placed_on(tx, environment)] == [world.node]
        assert await replicas.get(tx, environment, second.id) is None
        assert await replicas.get(tx, environment, world.node) is not None
        assert await operations.open_on_node(tx, second.id) == []
        rows, _ = await operations.list_page(tx, Paging(), node_id=second.id)
        entries, _ = await audit.list_page(tx, Paging(), action="node-removed")
    assert [row.state for row in rows] == [OperationState.CANCELLED]
    assert (rows[0].cause or {})["code"] == "node-removed"
    assert entries[0].username == "root"
    assert (entries[0].before or {})["environments"] == ["both"]
    # What is left to tell of it is told; and its name is free for another machine.
    operation = await queries.show_operation(ctx, rows[0].id)
    assert operation.node == "second"
    with pytest.raises(NotFound):
        await inventory.show_node(ctx, "second")
    again = await joined(world, admin)
    assert again.id != second.id


async def test_nothing_is_kept_in_nats_for_a_removed_node(world: World, admin: Actor) -> None:
    second = await joined(world, admin)
    environment = await place(world, "both", world.node, second.id)
    subject = subjects.kv_subject("desired", subjects.desired_key(second.id, environment))

    async def stands() -> bool:
        async with world.jetstream() as jetstream:
            return await jetstream.last(subjects.kv_stream("desired"), subject) is not None

    async def gone() -> bool:
        return not await stands()

    await eventually(stands)
    await removals.remove(world.controller.context, admin, "second", keep_data=False)
    await eventually(gone)
    assert await world.bucket(environment) is not None


async def test_a_removal_is_carried_through_although_nats_was_down(
    world: World, admin: Actor
) -> None:
    second = await joined(world, admin)
    stolen = await second.access()
    await world.kill_nats()
    await removals.remove(world.controller.context, admin, "second", keep_data=False)

    async def told() -> bool:
        async with world.controller.context.db.read() as tx:
            return await nodes.unrevoked(tx) == []

    await eventually(told)
    with pytest.raises(Unauthenticated):
        await connect(second.target(), stolen)


async def test_local_stays(world: World, admin: Actor) -> None:
    with pytest.raises(Conflict, match="node-is-local"):
        await removals.remove(world.controller.context, admin, "local", keep_data=False)
    with pytest.raises(NotFound, match="node-not-found"):
        await removals.remove(world.controller.context, admin, "nobody", keep_data=False)
