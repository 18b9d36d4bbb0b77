"""One running controller: its parts in the order of their start, and of their stop.

The API answers before the local node is told where it is; the local agent ends
before the API does, so that its last words are heard.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog

from venvoy.api import identity
from venvoy.api.app import create_app
from venvoy.api.clifile import ensure_cli_file
from venvoy.api.hosts import is_loopback
from venvoy.api.httpserver import HttpServer
from venvoy.api.localagent import LocalAgent
from venvoy.api.terminal import Terminal
from venvoy.api.tls import Security
from venvoy.config import ControllerSettings
from venvoy.controller.accounts import ensure_first_admin
from venvoy.controller.credentials import LOCAL
from venvoy.controller.main import Controller, open_controller
from venvoy.controller.passwords import Passwords
from venvoy.controller.reach import Reach
from venvoy.domain.errors import Unavailable, VenvoyError
from venvoy.store import nodes
from venvoy.wire import certificates

_RENEW_SECONDS = 12 * 3_600.0
_READY_SECONDS = 30.0
_LOOK_SECONDS = 0.25

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Start:
    """What was claimed before anything was started.

    Attributes:
        settings: of the process.
        listening: the HTTP port's socket.
        security: how the controller proves itself, and where it is reached.
    """

    settings: ControllerSettings
    listening: socket.socket
    security: Security

    @property
    def reach(self) -> Reach:
        """Where the controller is reached."""
        return self.security.reach


@dataclass(frozen=True, slots=True)
class Running:
    """A controller whose API answers."""

    start: Start
    controller: Controller
    passwords: Passwords
    server: HttpServer

    async def welcome(self, terminal: Terminal) -> None:
        """Make the first admin and the CLI's file, and say where everything is.

        A password that was made is shown whatever fails after it: nobody else knows it.
        """
        ctx, given = self.controller.context, self.start.settings.admin_password
        wanted = given.get_secret_value() if given else None
        made = await ensure_first_admin(ctx, self.passwords, wanted)
        try:
            await ensure_cli_file(ctx, self.start.reach)
        except BaseException:
            if made is not None:
                terminal.password(made)
            raise
        terminal.ready(self.start.reach.here, self.start.settings.data, made)
        if not is_loopback(self.start.settings.host):
            self._warn(terminal)

    def _warn(self, terminal: Terminal) -> None:
        """Say what follows from being reached by other machines."""
        reach = self.start.reach
        if self.start.security.context is None:
            terminal.say("any-address", host=self.start.settings.host)
        else:
            terminal.say("reached", addresses=", ".join(reach.elsewhere))
            if reach.pin is not None:
                terminal.say("fingerprint", fingerprint=certificates.shown(reach.pin))


async def run_with_agent(start: Start, terminal: Terminal) -> None:
    """Run controller, API and the local agent until cancelled.

    Raises:
        Unavailable: a part did not start, or HTTP ended unasked.
    """
    async with _running(start) as running:
        controller = running.controller
        began = controller.context.clock()
        await identity.ensure(start.settings.data, controller.credentials.register_local)
        async with _agent(start.settings) as agent:
            if not await _until(controller, lambda: _all_work(controller, began)):
                terminal.say("agent-late", log=agent.output)
            await running.welcome(terminal)
            await running.server.ended()
    raise Unavailable("http-ended")


@asynccontextmanager
async def _running(start: Start) -> AsyncIterator[Running]:
    passwords = Passwords()
    security = start.security
    opened = open_controller(start.settings, reach=start.reach, tls=security.nats)
    async with opened as controller:
        app = create_app(controller, passwords=passwords)
        server = HttpServer(app, start.listening, security.context, controller.websocket)
        await server.start()
        renewing = asyncio.create_task(_renew(security, controller), name="certificates")
        try:
            yield Running(start, controller, passwords, server)
        finally:
            renewing.cancel()
            await asyncio.wait({renewing})
            await server.stop()


async def _renew(security: Security, controller: Controller) -> None:
    """Keep the certificates from expiring, until cancelled."""
    while True:
        await asyncio.sleep(_RENEW_SECONDS)
        try:
            if await asyncio.to_thread(security.renew):
                await controller.renewed()
        except VenvoyError as error:
            _log.error("certificate-not-renewed", code=error.code, **error.params)


@asynccontextmanager
async def _agent(settings: ControllerSettings) -> AsyncIterator[LocalAgent]:
    agent = LocalAgent(settings)
    kept = asyncio.create_task(agent.run(), name="local-agent")
    try:
        yield agent
    finally:
        kept.cancel()
        await asyncio.wait({kept})


async def _until(controller: Controller, true: Callable[[], Awaitable[bool]]) -> bool:
    """Return whether something came true within `_READY_SECONDS`."""
    wake = controller.context.wakes.changed
    try:
        async with asyncio.timeout(_READY_SECONDS):
            while True:
                seen = wake.count
                if await true():
                    return True
                await wake.wait(seen, _LOOK_SECONDS)
    except TimeoutError:
        return False


async def _all_work(controller: Controller, began: datetime) -> bool:
    """Whether every part works and the local agent was heard since this start."""
    if not controller.readiness().ready:
        return False
    async with controller.context.db.read() as tx:
        node = await nodes.get(tx, LOCAL)
    seen = node.last_seen_at if node is not None and node.online else None
    return seen is not None and seen >= began
