"""A whole controller on real NATS and SQLite, and the node `local` as a test plays it.

No double: the composition root itself, in a directory of the test's own. The test is
the node: it hears documents, reports, ships lines and asks, over its own link with
its own rights. The controller can be stopped, killed under, and started again.
"""

import asyncio
import base64
import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import psutil

from venvoy.bus.client import Link
from venvoy.bus.connection import Message, Target
from venvoy.bus.jetstream import JetStream
from venvoy.bus.keys import load_keyring
from venvoy.config import ControllerSettings
from venvoy.controller import releases
from venvoy.controller.main import Controller, open_controller
from venvoy.domain.cause import Step
from venvoy.domain.errors import TimedOut, Unavailable
from venvoy.domain.lock import Lock
from venvoy.domain.state import ReplicaState
from venvoy.store import environments, locks, nodes, operations, replicas, revisions
from venvoy.store.environments import EnvironmentRow
from venvoy.store.operations import OperationRow
from venvoy.store.replicas import ReplicaRow
from venvoy.store.revisions import RevisionRow
from venvoy.wire import subjects
from venvoy.wire.credentials import UserCredentials, controller_token
from venvoy.wire.membership import Membership
from venvoy.wire.messages import (
    DesiredDocument,
    LogBatch,
    LogLine,
    LogReply,
    ReplicaStatus,
    ResyncReply,
    ResyncRequest,
)
from venvoy.wire.nkey import KeyPair, Role
from venvoy.wire.pythons import PythonDocument, read_document
from venvoy.wire.signing import open_document

WAIT_S = 20.0
"""How long a condition may take before a test gives up; none needs it."""

Found = TypeVar("Found")


async def eventually(look: Callable[[], Awaitable[Found | None]]) -> Found:
    """Return the first answer that is true; fail when none comes."""
    deadline = time.monotonic() + WAIT_S
    while True:
        found = await look()
        if found:
            return found
        assert time.monotonic() < deadline, "it did not come to hold"
        await asyncio.sleep(0.02)


def nats_server() -> psutil.Process:
    """The embedded server's process."""
    children = psutil.Process().children(recursive=True)
    (server,) = [child for child in children if "nats-server" in child.name()]
    return server


@dataclass
class World:
    """The controller under test; it can be stopped and started again on the same data."""

    settings: ControllerSettings
    key: KeyPair = field(default_factory=lambda: KeyPair.generate(Role.USER))
    documents: list[DesiredDocument] = field(default_factory=list)
    pythons: list[PythonDocument] = field(default_factory=list)
    _controller: Controller | None = None
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _membership: Membership | None = None
    _link: Link | None = None
    _sequence: int = 0

    @property
    def controller(self) -> Controller:
        """The controller as it runs now."""
        assert self._controller is not None
        return self._controller

    @property
    def node(self) -> str:
        """The node's id."""
        assert self._membership is not None
        return self._membership.node

    @property
    def link(self) -> Link:
        """The node's link."""
        assert self._link is not None
        return self._link

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.settings.file("venvoy.db")

    async def start(self) -> None:
        """Start the controller and register the node."""
        self._controller = await self._stack.enter_async_context(open_controller(self.settings))
        self._membership = await self.controller.credentials.register_local(self.key.public)

    async def stop(self) -> None:
        """Disconnect the node and stop the controller."""
        await self.disconnect()
        await self._stack.aclose()
        self._controller = None

    async def ready(self) -> None:
        """Wait until every part works."""

        async def look() -> bool:
            return self.controller.readiness().ready

        await eventually(look)

    # --- the node's side ---------------------------------------------------------

    async def connect(self) -> None:
        """Connect as the node `local`, and collect the documents that it gets."""
        target = Target(
            self.controller.credentials.issue(await self._row()).nats_urls,
            subjects.node_inbox(self.node),
            "local",
        )
        self._link = Link(target, self._credentials, longest_pause_s=0.2)
        await self._link.subscribe(subjects.any_desired(self.node), self._document)
        await self._link.__aenter__()
        await self._link.wait_connected(WAIT_S)

    async def disconnect(self) -> None:
        """Take the node off."""
        if self._link is not None:
            await self._link.__aexit__(None, None, None)
            self._link = None

    async def report(
        self, document: DesiredDocument | PythonDocument, state: ReplicaState, **values: Any
    ) -> None:
        """Report on a document, as an agent does."""
        self._sequence += 1
        fields: dict[str, Any] = {
            "node": self.node,
            "environment": document.subject,
            "epoch": document.epoch,
            "generation": document.generation,
            "operation": document.operation,
            "sequence": self._sequence,
            "state": state,
            "revision": document.revision if isinstance(document, DesiredDocument) else None,
            "reported_at": datetime.now(UTC),
        }
        status = ReplicaStatus(**(fields | values))
        await self.publish_status(document.subject, status.model_dump_json().encode())

    async def publish_status(self, environment: str, data: bytes) -> None:
        """Publish any bytes as a status."""

        async def sent() -> bool:
            # A connection that is just breaking takes bytes and loses them.
            with contextlib.suppress(Unavailable, TimedOut):
                await self.link.publish(subjects.status(self.node, environment), data)
                await self.link.flush()
                return True
            return False

        await eventually(sent)

    async def ship(
        self, operation: str, first: int, texts: list[str], *, final: bool = False
    ) -> int:
        """Ship log lines and return the sequence that is wanted next."""
        at = datetime.now(UTC)
        lines = tuple(
            LogLine(sequence=first + index, at=at, step=Step.FETCH, text=text)
            for index, text in enumerate(texts)
        )
        batch = LogBatch(operation=operation, lines=lines, final=final)
        return LogReply.model_validate_json(
            await self.request(subjects.log_request(self.node), batch.model_dump_json().encode())
        ).next

    async def resync(self, after: str | None = None, want: tuple[str, ...] = ()) -> ResyncReply:
        """Ask what the node should hold."""
        asked = ResyncRequest(after=after, want=want).model_dump_json().encode()
        return ResyncReply.model_validate_json(
            await self.request(subjects.desired_request(self.node), asked)
        )

    async def request(self, subject: str, data: bytes) -> bytes:
        """Ask anything."""
        return (await self.link.request(subject, data, timeout_s=WAIT_S)).data

    def opened(self, envelope: bytes) -> DesiredDocument:
        """A document whose signature holds."""
        assert self._membership is not None
        payload = open_document(self._membership.document_key, envelope)
        return DesiredDocument.model_validate_json(payload)

    async def document(
        self, environment: str, generation: int, *, epoch: int = 1
    ) -> DesiredDocument:
        """Wait for a document."""

        async def look() -> DesiredDocument | None:
            wanted = (environment, epoch, generation)
            for one in self.documents:
                if (one.environment, one.epoch, one.generation) == wanted:
                    return one
            return None

        return await eventually(look)

    async def _document(self, message: Message) -> None:
        assert self._membership is not None
        found = read_document(open_document(self._membership.document_key, message.data))
        if isinstance(found, PythonDocument):
            self.pythons.append(found)
        else:
            self.documents.append(found)

    async def _credentials(self) -> UserCredentials:
        access = self.controller.credentials.issue(await self._row())
        return UserCredentials(self.key, access.token)

    async def _row(self) -> nodes.NodeRow:
        async with self.controller.context.db.read() as tx:
            row = await nodes.get(tx, "local")
        assert row is not None
        return row

    # --- the database's side --------------------------------------------------------

    async def create(self, name: str = "web") -> EnvironmentRow:
        """An environment with revision 1, released to `local`."""
        ctx = self.controller.context
        now = ctx.clock()
        row = EnvironmentRow(
            id=ctx.new_id(),
            name=name,
            title="",
            description="",
            labels={},
            owner_id=None,
            version=1,
            revision=None,
            operation_id=None,
            created_at=now,
            updated_at=now,
        )
        async with ctx.db.write() as tx:
            assert await environments.add(tx, row)
            await environments.place(tx, row.id, [self.node])
        await self.release(row, 1)
        return row

    async def release(self, environment: EnvironmentRow, number: int) -> None:
        """One revision more."""
        ctx = self.controller.context
        async with ctx.db.write() as tx:
            digest = await locks.add(tx, Lock(f"==3.{number}.*", ()), ctx.clock())
            revision = RevisionRow(
                id=ctx.new_id(),
                environment_id=environment.id,
                number=number,
                spec={"requirements": [], "python": f"==3.{number}.*"},
                lock_digest=digest,
                author_id=None,
                message="",
                created_at=ctx.clock(),
            )
            await revisions.add(tx, revision)
            await environments.change(tx, environment.id, ctx.clock(), revision=number)
            await releases.install(ctx, tx, environment, number, None)
        ctx.wakes.outbox.ring()

    async def replica(self, environment: str) -> ReplicaRow | None:
        """The replica's row."""
        async with self.controller.context.db.read() as tx:
            return await replicas.get(tx, environment, self.node)

    async def operation(self, operation: str) -> OperationRow:
        """An operation's row."""
        async with self.controller.context.db.read() as tx:
            row = await operations.get(tx, operation)
        assert row is not None
        return row

    async def replica_when(
        self, environment: str, condition: Callable[[ReplicaRow], bool]
    ) -> ReplicaRow:
        """Wait until the replica's row meets a condition."""

        async def look() -> ReplicaRow | None:
            row = await self.replica(environment)
            return row if row is not None and condition(row) else None

        return await eventually(look)

    # --- faults -------------------------------------------------------------------

    async def kill_nats(self) -> None:
        """End the server by `kill -9`; the controller starts it again."""
        before = nats_server()
        os.kill(before.pid, signal.SIGKILL)

        async def look() -> bool:
            try:
                return not before.is_running() or before.status() == psutil.STATUS_ZOMBIE
            except psutil.NoSuchProcess:  # it went between the two
                return True

        await eventually(look)

    @asynccontextmanager
    async def jetstream(self) -> AsyncIterator[JetStream]:
        """JetStream, as an administrator with the controller's rights has it."""
        keys, key = load_keyring(self.settings.file("keys")), KeyPair.generate(Role.USER)

        async def credentials() -> UserCredentials:
            token = controller_token(
                keys.controller_signer,
                account=keys.account.public,
                public_key=key.public,
                issued_at=int(time.time()),
                lifetime_s=600,
            )
            return UserCredentials(key, token)

        urls = self.controller.credentials.issue(await self._row()).nats_urls
        target = Target(urls, subjects.CONTROLLER_INBOX, "administrator")
        async with Link(target, credentials) as link:
            await link.wait_connected(WAIT_S)
            yield JetStream(link)

    async def bucket(self, environment: str) -> DesiredDocument | None:
        """What stands in the bucket."""
        async with self.jetstream() as jetstream:
            subject = subjects.kv_subject("desired", subjects.desired_key(self.node, environment))
            found = await jetstream.last(subjects.kv_stream("desired"), subject)
        return None if found is None else self.opened(base64.b64decode(found["data"]))

    def backup(self, to: Path) -> None:
        """Copy the database as it is now."""
        with closing(sqlite3.connect(self.database)) as live, closing(sqlite3.connect(to)) as copy:
            live.backup(copy)

    def restore(self, backup: Path) -> None:
        """Put a copy in the database's place; the controller must be stopped."""
        for suffix in ("-wal", "-shm"):
            self.database.with_name(self.database.name + suffix).unlink(missing_ok=True)
        self.database.write_bytes(backup.read_bytes())
