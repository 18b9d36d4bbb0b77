"""The API over a real database and real commands, with uv and NATS left out.

For tests of everything that a user meets over HTTP: rights, errors, versions, pages,
streams. A resolution is answered at once from the names asked for, or is held back
by a gate; passwords are hashed cheaply; time stands still until a test moves it.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uuid6
from argon2 import PasswordHasher
from fastapi import FastAPI
from packaging.requirements import Requirement

from venvoy.api.app import create_app
from venvoy.api.static import Console
from venvoy.bus.keys import load_keyring
from venvoy.config import ControllerSettings
from venvoy.controller.accounts import ensure_first_admin
from venvoy.controller.context import Context, ResolveRequest, Survey
from venvoy.controller.credentials import Credentials
from venvoy.controller.events import EventHub
from venvoy.controller.garbage import Garbage
from venvoy.controller.install.archives import CatalogueArchives
from venvoy.controller.install.installer import Installer
from venvoy.controller.logs import LogStore
from venvoy.controller.main import Controller
from venvoy.controller.passwords import Passwords
from venvoy.controller.reach import Reach
from venvoy.controller.resolutions import Resolutions
from venvoy.controller.resolver import ResolveFailed
from venvoy.controller.supervisor import Health
from venvoy.controller.surveys import Surveys
from venvoy.controller.tenures import Tenures
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.domain.role import Role
from venvoy.index.gateway import Gateway
from venvoy.index.settings import Retention
from venvoy.index.store import FileStore
from venvoy.index.upstream import FixedRoute
from venvoy.store import nodes
from venvoy.store.migrate import migrate
from venvoy.store.session import Database
from venvoy.store.url import sqlite_url
from venvoy.testing.gateway import QUICK
from venvoy.wire.messages import Heartbeat, InterpreterFact
from venvoy.wire.nkey import KeyPair
from venvoy.wire.nkey import Role as KeyRole

PASSWORD = "correct horse battery"  # noqa: S105 - of throw-away databases
URL = "http://127.0.0.1:7300"


@dataclass
class Clock:
    """The controller's time; it stands still unless a test moves it."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        """Return a time that differs from the one before."""
        self.now += timedelta(microseconds=1)
        return self.now

    def forward(self, **amount: float) -> None:
        """Move on by an amount, as `timedelta` takes it."""
        self.now += timedelta(**amount)


@dataclass
class Resolver:
    """Answers without an index: every name that is asked for, at version 1.0."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    unknown: frozenset[str] = frozenset({"no-such-package"})

    async def resolve(self, request: ResolveRequest, on_line: Callable[[str], None]) -> Lock:
        """Return the lock once the gate is open; `unknown` names fail."""
        await self.gate.wait()
        on_line("looking")
        names = sorted(Requirement(line).name for line in request.spec.requirements)
        for name in names:
            if name in self.unknown:
                params = {"package": name}
                raise ResolveFailed(
                    Cause("package-not-found", Step.RESOLVE, Hop.REQUIREMENTS, params)
                )
        return Lock(request.spec.python, tuple(map(_package, names)))

    async def survey(self, request: ResolveRequest, on_line: Callable[[str], None]) -> Survey:
        """Return the same lock, or why there is none."""
        try:
            return Survey(await self.resolve(request, on_line))
        except ResolveFailed as failed:
            return Survey(None, cause=failed.cause)


def _package(name: str) -> LockedPackage:
    wheel = LockedFile(
        f"{name.replace('-', '_')}-1.0-py3-none-any.whl", "ab" * 32, 10, f"packages/{name}"
    )
    return LockedPackage(name, "1.0", None, (wheel,))


@dataclass
class Api:
    """The application with what is behind it."""

    app: FastAPI
    controller: Controller
    clock: Clock
    resolver: Resolver
    node_key: KeyPair
    health: Health
    stack: AsyncExitStack

    @property
    def ctx(self) -> Context:
        """The context of commands and queries."""
        return self.controller.context

    async def client(self, **headers: str) -> httpx.AsyncClient:
        """Return a client that nobody is signed in to."""
        transport = httpx.ASGITransport(self.app, client=("127.0.0.9", 5000))
        client = httpx.AsyncClient(transport=transport, base_url=URL, headers=headers)
        return await self.stack.enter_async_context(client)

    async def signed_in(self, username: str = "admin", password: str = PASSWORD) -> Any:
        """Return a client with a session, as a browser has it."""
        client = await self.client()
        answer = await client.post(
            "/api/v1/session", json={"username": username, "password": password}
        )
        assert answer.is_success, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return client

    async def as_role(self, role: Role) -> httpx.AsyncClient:
        """Return a client with a token of that role."""
        admin = await self.signed_in()
        answer = await admin.post("/api/v1/tokens", json={"name": f"as {role}", "role": role.value})
        assert answer.is_success, answer.text
        return await self.client(Authorization=f"Bearer {answer.json()['secret']}")


@asynccontextmanager
async def open_api(
    data: Path, console: Console, template: Path | None = None
) -> AsyncIterator[Api]:
    """Open an API whose data is in a directory of its own, with one node and one admin.

    Args:
        data: the directory.
        console: what pages are served from.
        template: a migrated, empty SQLite file to begin with, which is quicker.
    """
    settings = ControllerSettings(data=data)
    file = settings.file("venvoy.db")
    if template is not None:
        file.parent.mkdir(mode=0o700, parents=True)
        shutil.copyfile(template, file)
    url = sqlite_url(file)
    if template is None:
        await migrate(url)
    clock, resolver = Clock(), Resolver()
    resolver.gate.set()
    async with AsyncExitStack() as stack:
        db = Database.open(url)
        stack.push_async_callback(db.close)
        logs = LogStore(settings.file("logs"), clock=clock)
        await logs.prepare()
        ctx = Context(db, settings, clock, lambda: str(uuid6.uuid7()), resolver, logs)
        health = Health(clock)
        keys = load_keyring(settings.file("keys"))
        credentials = Credentials(
            db,
            keys,
            reach=Reach.loopback(URL),
            nats_urls=lambda _: ("nats://127.0.0.1:7301",),
            clock=clock,
            new_id=ctx.new_id,
            revoke=_nothing,
        )
        hub = EventHub(db, clock, ctx.wakes.changed)
        await hub.begin()
        gateway = await stack.enter_async_context(_gateway(data))
        installer = Installer(
            settings.file("install"), gateway, resolver, credentials.reach, CatalogueArchives(ctx)
        )
        tenures = Tenures(ctx, _nobody, _nothing)
        garbage = Garbage(ctx, _silent)
        surveys = Surveys(ctx, _silent)
        controller = Controller(
            ctx, logs, hub, credentials, installer, tenures, garbage, surveys, health
        )
        key = KeyPair.generate(KeyRole.USER)
        await _join(ctx, credentials, key)
        passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        await ensure_first_admin(ctx, passwords, PASSWORD)
        for loop in (Resolutions(ctx).run(), hub.run(_no_news)):
            stack.push_async_callback(_cancelled, asyncio.create_task(loop))
        app = create_app(controller, passwords=passwords, console=console)
        yield Api(app, controller, clock, resolver, key, health, stack)


@asynccontextmanager
async def _gateway(data: Path) -> AsyncIterator[Gateway]:
    """Open a gateway whose only index nobody serves."""
    route = FixedRoute.to("http://127.0.0.1:9/simple/")
    gateway = Gateway(data / "cache", FileStore(data / "files", Retention.KEEP), route, QUICK)
    await gateway.start()
    try:
        yield gateway
    finally:
        await gateway.close()


async def _join(ctx: Context, credentials: Credentials, key: KeyPair) -> None:
    """Let the node `local` join and report what it has."""
    node = (await credentials.register_local(key.public)).node
    beat = Heartbeat(
        node=node,
        at=ctx.clock(),
        boot=1,
        agent_version="1",
        uv_version="1",
        platform="linux-x86_64",
        libc="glibc 2.36",
        hostname="here",
        cpus=2,
        memory_bytes=1,
        disk_free_bytes=1,
        disk_total_bytes=1,
        interpreters=(
            InterpreterFact(
                version="3.12.4", implementation="cpython", path="/usr/bin/python3", source="uv"
            ),
        ),
    )
    facts, now = beat.model_dump(mode="json"), ctx.clock()
    async with ctx.db.write() as tx:
        await nodes.keep_beats(tx, [nodes.Beat(node, 1, facts, nodes.gauges(facts), now)])
        await nodes.set_online(tx, node, online=True, now=ctx.clock())


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


async def _nothing(_: str) -> None:
    pass


async def _silent(command: object, reply: object) -> None:
    """No node answers."""
    del command, reply


async def _nobody(_node: str, _instance: str) -> bool:
    return False


def _no_news() -> None:
    pass
