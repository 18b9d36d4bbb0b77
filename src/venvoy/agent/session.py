"""The agent's talk with its controller over NATS, for as long as the agent runs.

Down come desired documents, on one plain subscription. Up go statuses, log lines
and heartbeats, and the request for what was missed: on every new connection and now
and then, with jitter. Nothing here decides; a message that is lost costs delay.
"""

import asyncio
import base64
import random
import sqlite3
from binascii import Error as Base64Error
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from venvoy.agent import log
from venvoy.agent.commands import Commands
from venvoy.agent.controller import Controller, NodeRemoved
from venvoy.agent.departure import AgentRemoved, Departed
from venvoy.agent.documents import Authority
from venvoy.agent.observer import Observer
from venvoy.agent.reconciler import Reconciler
from venvoy.agent.reporter import Reporter
from venvoy.agent.shipper import Shipper
from venvoy.agent.standing import Bulletin
from venvoy.agent.tenure import Tenure
from venvoy.agent.use_report import UseReport
from venvoy.agent.way import Way
from venvoy.bus.client import Link
from venvoy.bus.connection import Message
from venvoy.bus.events import Connected, ConnectFailed, Disconnected, LinkEvent
from venvoy.domain.backoff import reconnect_delay
from venvoy.domain.errors import InvalidInput, Unavailable, VenvoyError
from venvoy.domain.reconcile import Version, newer
from venvoy.wire import subjects
from venvoy.wire.credentials import UserCredentials
from venvoy.wire.messages import (
    Heartbeat,
    LogBatch,
    LogReply,
    ReplicaStatus,
    ResyncReply,
    ResyncRequest,
)
from venvoy.wire.nkey import KeyPair
from venvoy.wire.nodes import NodeCredentials
from venvoy.wire.observations import ObservedReply, ObservedRequest
from venvoy.wire.pythons import KIND
from venvoy.wire.tenure import Presence
from venvoy.wire.usage import UseReply, UseRequest

_ASK_S = 10.0
_RETRY_FIRST_S = 0.5
_RETRY_LONGEST_S = 15.0
_WANTED_AT_ONCE = 50


@dataclass(slots=True)
class Uplink:
    """Where messages to the controller go; the link behind it may change or be absent.

    Attributes:
        node: this node's id.
    """

    node: str
    link: Link | None = None

    async def status(self, status: ReplicaStatus) -> None:
        """Publish a status, at most once."""
        subject = subjects.status(self.node, status.environment)
        await self._live().publish(subject, status.model_dump_json().encode())

    async def heartbeat(self, heartbeat: Heartbeat) -> None:
        """Publish a sign of life."""
        data = heartbeat.model_dump_json().encode()
        await self._live().publish(subjects.heartbeat(self.node), data)

    async def log(self, batch: LogBatch) -> LogReply:
        """Send a part of a log and return what is wanted next."""
        data = batch.model_dump_json().encode()
        reply = await self._ask(subjects.log_request(self.node), data)
        return _understood(LogReply, reply)

    async def observed(self, request: ObservedRequest) -> ObservedReply:
        """Offer or tell what is seen in prefixes, and return what is wanted."""
        data = request.model_dump_json().encode()
        reply = await self._ask(subjects.observed_request(self.node), data)
        return _understood(ObservedReply, reply)

    async def used(self, request: UseRequest) -> UseReply:
        """Offer or tell which processes work in prefixes."""
        data = request.model_dump_json().encode()
        reply = await self._ask(subjects.use_request(self.node), data)
        return _understood(UseReply, reply)

    async def resync(self, request: ResyncRequest) -> ResyncReply:
        """Ask what this node should hold."""
        data = request.model_dump_json().encode()
        reply = await self._ask(subjects.desired_request(self.node), data)
        return _understood(ResyncReply, reply)

    async def flush(self, timeout_s: float) -> None:
        """Wait until all that was published has left."""
        await self._live().flush(timeout_s)

    async def _ask(self, subject: str, data: bytes) -> bytes:
        return (await self._live().request(subject, data, timeout_s=_ASK_S)).data

    def _live(self) -> Link:
        if self.link is None:
            raise Unavailable("bus-disconnected", reason="not connected")
        return self.link


def _where(granted: NodeCredentials) -> tuple[object, ...]:
    """What a link is built for: where to, and whom to trust there."""
    return (*granted.nats_urls, granted.nats_ca)


_Answer = TypeVar("_Answer", bound=BaseModel)


def _understood(kind: type[_Answer], data: bytes) -> _Answer:
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        raise Unavailable("answer-not-understood", kind=kind.__name__) from error


@dataclass(slots=True)
class Session:
    """Connects, and keeps both sides telling each other what they hold.

    Attributes:
        beat: makes a heartbeat.
        heartbeat_s: seconds between two of them.
        resync_s: seconds between two resyncs, spread by a fifth.
        bulletin: told how the connection stands.
        authority: tells the controller's word from others'.
        way: how NATS is reached.
        commands: answers what is asked at once.
        tenure: which run of this machine's agent this is.
    """

    key: KeyPair
    controller: Controller
    uplink: Uplink
    reconciler: Reconciler
    reporter: Reporter
    shipper: Shipper
    observer: Observer
    use: UseReport
    commands: Commands
    beat: Callable[[], Heartbeat]
    heartbeat_s: float
    resync_s: float
    bulletin: Bulletin
    authority: Authority
    way: Way
    tenure: Tenure
    _removed: AgentRemoved | None = None
    _granted: NodeCredentials | None = None
    _where: tuple[object, ...] = ()
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _resyncing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self) -> None:
        """Stay connected until cancelled.

        Raises:
            AgentRemoved: the controller says so, signed.
        """
        while True:
            granted = await self._first_grant()
            self._moved.clear()
            self._granted = granted
            target = self.way.to_nats(self.uplink.node, granted)
            link = Link(target, self._credentials, on_event=self._told)
            link.on_connected(self._on_connected)
            self.uplink.link = link
            try:
                async with link:
                    await link.subscribe(subjects.any_desired(self.uplink.node), self._on_document)
                    await link.subscribe(subjects.presence(self.uplink.node), self._on_question)
                    await link.subscribe(subjects.command(self.uplink.node), self._on_command)
                    await self._moved.wait()
            finally:
                self.uplink.link = None
            if self._removed is not None:
                raise self._removed

    async def keep_beating(self) -> None:
        """Give signs of life until cancelled; none while there is no connection."""
        while True:
            self._news.clear()
            await self._beat()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), self.heartbeat_s)

    def beat_soon(self) -> None:
        """Give the next sign of life at once: it has news."""
        self._news.set()

    async def keep_resyncing(self) -> None:
        """Compare with the controller now and then until cancelled."""
        while True:
            await asyncio.sleep(self.resync_s * random.uniform(0.8, 1.2))  # noqa: S311 - spread
            with suppress(VenvoyError):
                await self.resync()

    async def resync(self) -> None:
        """Fetch the documents that are newer than those held, and repeat all statuses.

        Raises:
            VenvoyError: the controller could not be asked.
        """
        async with self._resyncing:
            wanted, unlisted = await self._missed()
            for start in range(0, len(wanted), _WANTED_AT_ONCE):
                part = tuple(wanted[start : start + _WANTED_AT_ONCE])
                reply = await self.uplink.resync(ResyncRequest(want=part))
                for document in reply.documents:
                    with suppress(Base64Error):
                        self._offer(base64.b64decode(document, validate=True))
            self.reconciler.forget(unlisted)
        self.reporter.repeat()
        self.use.repeat()

    async def _missed(self) -> tuple[list[str], dict[str, Version]]:
        """Of which environments the controller has something newer, and of which nothing."""
        held = dict(self.reconciler.versions())
        unlisted = dict(held)
        wanted: list[str] = []
        after = None
        while True:
            reply = await self.uplink.resync(ResyncRequest(after=after, kinds=(KIND,)))
            for entry in reply.entries:
                unlisted.pop(entry.environment, None)
                offered = Version(entry.epoch, entry.generation)
                if newer(offered, held.get(entry.environment)):
                    wanted.append(entry.environment)
            if reply.next is None:
                return wanted, unlisted
            if reply.next == after:  # nonsense, so nothing follows from what is missing
                return wanted, {}
            after = reply.next

    async def _on_connected(self) -> None:
        self.reporter.repeat()
        self.observer.repeat()
        self.shipper.poke_all()
        self.reconciler.hurry()
        await self._beat()
        pause = _RETRY_FIRST_S
        while True:
            try:
                await self.resync()
                return
            except VenvoyError as error:
                log.info("resync-failed", error=str(error))
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spread
                pause = min(pause * 2, _RETRY_LONGEST_S)

    async def _on_document(self, message: Message) -> None:
        # The bucket's own delete markers are republished empty and unsigned.
        if message.data:
            self._offer(message.data)

    async def _on_question(self, message: Message) -> None:
        if message.reply and self.uplink.link is not None:
            answer = Presence(instance=self.tenure.instance).model_dump_json().encode()
            await self.uplink.link.publish(message.reply, answer)

    async def _on_command(self, message: Message) -> None:
        if not message.reply or (link := self.uplink.link) is None:
            return
        try:
            reply = await self.commands.answer(message.data)
        except InvalidInput as error:
            log.warning("command-refused", reason=error.code)
            return
        except (OSError, sqlite3.Error) as error:
            log.warning("command-failed", reason=str(error))
            return
        await link.publish(message.reply, reply.model_dump_json().encode())

    def _offer(self, envelope: bytes) -> None:
        try:
            self.reconciler.offer(envelope)
        except InvalidInput as error:
            log.warning("document-refused", reason=error.code)
        except sqlite3.Error as error:
            # The next resync brings it again.
            log.error("document-not-kept", reason=str(error))

    async def _beat(self) -> None:
        with suppress(VenvoyError, OSError):
            await self.uplink.heartbeat(self.beat())

    async def _first_grant(self) -> NodeCredentials:
        attempt = 0
        while True:
            try:
                return await self._grant()
            except VenvoyError as error:
                if (removed := self._proven(error)) is not None:
                    raise removed from error
                attempt += 1
                pause = reconnect_delay(attempt, random.random(), _RETRY_LONGEST_S)  # noqa: S311 - spread
                self.bulletin.failed(error)
                log.warning("controller-not-reached", error=str(error), again_s=round(pause, 1))
                await asyncio.sleep(pause)

    async def _grant(self) -> NodeCredentials:
        claim = await asyncio.to_thread(self.tenure.claim)
        granted = await self.controller.credentials(claim)
        await asyncio.to_thread(self.tenure.accepted)
        return granted

    async def _credentials(self) -> UserCredentials:
        """Credentials for the next connection: those just fetched once, then new ones."""
        granted, self._granted = self._granted, None
        if granted is None:
            try:
                granted = await self._grant()
            except NodeRemoved as error:
                self._removed = self._proven(error)
                if self._removed is not None:
                    self._moved.set()
                raise
            if self.uplink.link and _where(granted) != self._where:
                self._moved.set()
        self._where = _where(granted)
        return UserCredentials(self.key, granted.jwt)

    def _proven(self, error: VenvoyError) -> AgentRemoved | None:
        """What a refusal proves: that this node was removed; None if it proves nothing.

        Whoever stands in the controller's place can refuse, but not sign.
        """
        if not isinstance(error, NodeRemoved):
            return None
        try:
            tombstone = self.authority.removal(error.tombstone)
        except InvalidInput as unproven:
            log.warning("removal-not-proven", reason=unproven.code)
            return None
        return AgentRemoved(Departed(url=self.controller.url, tombstone=tombstone))

    def _told(self, event: LinkEvent) -> None:
        self.bulletin.told(event)
        if isinstance(event, Connected):
            log.info("connected", url=event.url, renewed=event.renewed)
        elif isinstance(event, Disconnected):
            log.warning("disconnected", reason=event.reason)
        elif isinstance(event, ConnectFailed):
            log.warning("connect-failed", error=str(event.error), again_s=round(event.pause_s, 1))
        else:
            log.warning("link-trouble", what=repr(event))
