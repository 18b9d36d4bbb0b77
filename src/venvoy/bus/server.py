"""The embedded NATS server, supervised: the transport of a fleet without a cluster.

Guarantees: one server per store directory (a lock of its own, since nats-server
takes none); ready when `start` returns; the same port over restarts; started again,
with growing pauses, when it dies or its disk is no longer full; ended with this
process, also by `kill -9` on Linux. Who may connect follows from the keys
(`venvoy.bus.keys`); what is stored is for `venvoy.bus.streams`.
"""

import asyncio
import contextlib
import logging
import random
import re
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from venvoy.bus import process
from venvoy.bus.account import Account
from venvoy.bus.configuration import ANY_PORT, Layout, Tls, Tokens, render, server_name
from venvoy.bus.events import clean
from venvoy.bus.files import make_private_directory, storage_errors, write_private
from venvoy.bus.keys import Keyring
from venvoy.bus.storage import Storage, StorageWatch
from venvoy.domain.backoff import reconnect_delay
from venvoy.domain.errors import Conflict, TimedOut, Unavailable, VenvoyError
from venvoy.wire.credentials import operator_token, system_account_token

_logger = logging.getLogger(__name__)

_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared, not used
_READY_POLL_S = 0.01
_LOOK_S = 1.0
_LONGEST_PAUSE_S = 5.0
_STEADY_S = 60.0
_TAIL_BYTES = 8192
_PORT_IN_USE = re.compile(r"address already in use|only one usage of each socket", re.IGNORECASE)
_DISK_FULL = re.compile(r"no space left|disk quota exceeded", re.IGNORECASE)
_READ_ONLY = re.compile(r"read-only file system|permission denied", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ServerStarted:
    """The server is ready, at the start or once more."""

    pid: int
    port: int


@dataclass(frozen=True, slots=True)
class ServerEnded:
    """The server died unasked.

    Attributes:
        status: its exit status; negative for a signal.
    """

    status: int


@dataclass(frozen=True, slots=True)
class ServerRetry:
    """It could not be started again yet.

    Attributes:
        error: why.
        pause_s: seconds until the next attempt.
    """

    error: VenvoyError
    pause_s: float


@dataclass(frozen=True, slots=True)
class ServerStorageFailed:
    """The server runs but cannot store; it is started anew once the disk takes data.

    Attributes:
        error: why.
    """

    error: VenvoyError


ServerEvent = ServerStarted | ServerEnded | ServerRetry | ServerStorageFailed


class NatsServer:
    """One supervised server.

    Args:
        store: `<data>/controller/nats`.
        keys: of this fleet.
        account: the account token's one writer.
        host: address to listen on.
        port: port to listen on; -1 for any free one, the same over restarts as long
            as nobody else took it.
        tls: its certificate; None speaks plain, for loopback only.
        on_event: told, in the event loop, what happens to the server.
        ready_s: seconds that a start may take.
        grace_s: seconds that a stop may take before the server is killed.
        now: seconds since 1970.
    """

    def __init__(  # noqa: PLR0913 - settings of one process, all but three with defaults
        self,
        store: Path,
        keys: Keyring,
        account: Account,
        *,
        host: str = "127.0.0.1",
        port: int = ANY_PORT,
        tls: Tls | None = None,
        on_event: Callable[[ServerEvent], None] = lambda _: None,
        ready_s: float = 15.0,
        grace_s: float = 5.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._layout = Layout(store.absolute())
        self._keys = keys
        self._account = account
        self._host = host
        self._near = _ANY_ADDRESS.get(host, host)
        self._tls = tls
        self._wanted_port = port
        self._on_event = on_event
        self._ready_s = ready_s
        self._grace_s = grace_s
        self._now = now
        self._lock = FileLock(self._layout.lock, timeout=0, thread_local=False)
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._port: int | None = None
        self._storage = StorageWatch(self._layout, 0)

    @property
    def port(self) -> int:
        """The port in use.

        Raises:
            Unavailable: `nats-not-started`.
        """
        if self._port is None:
            raise Unavailable("nats-not-started")
        return self._port

    @property
    def url(self) -> str:
        """Where clients on this machine connect: `nats://<host>:<port>`, or `tls://…`."""
        return self.url_at(self._near)

    def url_at(self, host: str) -> str:
        """Where clients connect that know this machine by a name or an address."""
        shown = f"[{host}]" if ":" in host and not host.startswith("[") else host
        return f"{'tls' if self._tls else 'nats'}://{shown}:{self.port}"

    async def reload(self) -> None:
        """Have the server read its certificate anew; connections that are open live on.

        On Windows there is no such signal: there the server is started anew.
        """
        running = self._process
        if running is None or running.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                await process.end(running, grace_s=self._grace_s)
            else:
                running.send_signal(signal.SIGHUP)

    @property
    def websocket_port(self) -> int | None:
        """The port on loopback where the running server takes websockets, None for none."""
        return None if self.pid is None else process.read_port(self._layout, self.pid, "websocket")

    @property
    def pid(self) -> int | None:
        """The process id of the running server, None while there is none."""
        running = self._process
        return running.pid if running is not None and running.returncode is None else None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start the server and return when it is ready.

        Raises:
            Conflict: `nats-store-in-use` or `nats-port-in-use` with the port.
            Unavailable: `nats-server-missing`, `nats-start-failed` with the server's
                own words, `key-damaged`, `bus-disk-full`, `bus-directory-read-only`
                or `bus-file-failed`.
            TimedOut: `nats-not-ready`.
        """
        make_private_directory(self._layout.root)
        self._take_lock()
        try:
            await process.end_leftover(self._layout, grace_s=self._grace_s)
            await self._first_launch()
        except BaseException:
            self._lock.release()
            raise
        self._watch = asyncio.create_task(self._keep_alive(), name="nats-server")

    async def stop(self) -> None:
        """End the server for good; safe to call twice or without a start."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None
        if self._process is not None:
            await process.end(self._process, grace_s=self._grace_s)
            self._process = None
            with storage_errors(self._layout.process):
                self._layout.process.unlink(missing_ok=True)
        self._lock.release()

    def _take_lock(self) -> None:
        with storage_errors(self._layout.lock):
            try:
                self._lock.acquire()
            except Timeout:
                raise Conflict("nats-store-in-use", path=str(self._layout.root)) from None

    async def _first_launch(self) -> None:
        if self._wanted_port != ANY_PORT:
            await self._launch(self._wanted_port)
            return
        kept = self._kept_port()
        if kept is not None:
            try:
                await self._launch(kept)
            except Conflict:
                # Any port was asked for, so one that is taken now is no failure.
                pass
            else:
                return
        await self._launch(ANY_PORT)

    async def _keep_alive(self) -> None:
        attempt = 0
        while True:
            started = time.monotonic()
            try:
                status = await self._until_ended()
            except Exception:
                # The server itself may be well; it must not be left without a watch.
                _logger.exception("the watch over the server failed")
                await asyncio.sleep(_LONGEST_PAUSE_S)
                continue
            if time.monotonic() - started > _STEADY_S:
                attempt = 0
            self._report(ServerEnded(status))
            attempt = await self._launch_again(attempt)

    async def _until_ended(self) -> int:
        """Return when the process is gone: by itself, or to be rid of a failed store."""
        running = self._process
        told = False
        while running is not None and running.returncode is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await running.wait()
            storage = await asyncio.to_thread(self._storage.look)
            if storage is not Storage.GOOD and not told:
                told = True
                path = str(self._layout.root)
                reason = "the server could not write"
                self._report(
                    ServerStorageFailed(Unavailable("bus-disk-full", path=path, reason=reason))
                )
            if storage is Storage.MENDED:
                await process.end(running, grace_s=self._grace_s)
        return running.returncode or 0 if running is not None else 0

    async def _launch_again(self, attempt: int) -> int:
        # The first restart comes at once; pauses are for a server that keeps dying.
        pause = 0.0 if attempt == 0 else self._pause(attempt)
        while True:
            await asyncio.sleep(pause)
            attempt += 1
            try:
                await self._launch(self.port)
            except Exception as error:  # noqa: BLE001 - reported; nothing may end the watch but `stop`
                pause = self._pause(attempt)
                self._report(ServerRetry(_typed(error), pause))
            else:
                return attempt

    def _report(self, event: ServerEvent) -> None:
        try:
            self._on_event(event)
        except Exception:
            # The server must outlive a listener's mistake, such as a log that is full.
            _logger.exception("a listener failed on %s", type(event).__name__)

    @staticmethod
    def _pause(attempt: int) -> float:
        return reconnect_delay(attempt, random.random(), _LONGEST_PAUSE_S)  # noqa: S311 - spread, no secret

    async def _launch(self, port: int) -> None:
        """Start one process and wait until it serves; end it if it does not."""
        log_start = await asyncio.to_thread(self._prepare, port)
        self._storage = StorageWatch(self._layout, log_start)
        started = await process.spawn(process.find_binary(), self._layout)
        try:
            async with asyncio.timeout(self._ready_s):
                self._port = await self._until_ready(started, port, log_start)
            write_private(self._layout.port, str(self._port).encode())
        except TimeoutError:
            await process.end(started, grace_s=0)
            raise TimedOut("nats-not-ready", port=port, seconds=self._ready_s) from None
        except BaseException:
            await process.end(started, grace_s=0)
            raise
        self._process = started
        self._report(ServerStarted(started.pid, self._port))

    def _prepare(self, port: int) -> int:
        """Write what the server reads at its start; return where its log will go on."""
        with storage_errors(self._layout.root):
            write_private(self._layout.configuration, self._configuration(port))
            process.forget_ports(self._layout)
            return self._layout.log.stat().st_size if self._layout.log.exists() else 0

    async def _until_ready(
        self, started: asyncio.subprocess.Process, port: int, log_start: int
    ) -> int:
        name = server_name(self._account.public)
        while True:
            if started.returncode is not None:
                raise self._start_error(port, log_start)
            actual = process.read_port(self._layout, started.pid)
            if actual is not None:
                info = await process.read_info(self._near, actual)
                if info is not None and info.get("server_name") == name:
                    return actual
            await asyncio.sleep(_READY_POLL_S)

    def _start_error(self, port: int, log_start: int) -> VenvoyError:
        said = _tail(self._layout.log, log_start) or _tail(self._layout.output, 0)
        path = str(self._layout.root)
        if _PORT_IN_USE.search(said):
            return Conflict("nats-port-in-use", port=port)
        reason = clean(said.strip().splitlines()[-1] if said.strip() else "")
        if _DISK_FULL.search(said):
            return Unavailable("bus-disk-full", path=path, reason=reason)
        if _READ_ONLY.search(said):
            return Unavailable("bus-directory-read-only", path=path, reason=reason)
        return Unavailable("nats-start-failed", reason=reason)

    def _configuration(self, port: int) -> bytes:
        now = int(self._now())
        keys = self._keys
        system = keys.system.public
        tokens = Tokens(
            operator=operator_token(keys.operator, system_account=system, issued_at=now),
            system=(system, system_account_token(keys.operator, system, issued_at=now)),
            account=(self._account.public, self._account.token(now)),
        )
        return render(self._layout, host=self._host, port=port, tokens=tokens, tls=self._tls)

    def _kept_port(self) -> int | None:
        try:
            return int(self._layout.port.read_text("ascii"))
        except (OSError, ValueError):
            return None


def _typed(error: Exception) -> VenvoyError:
    if isinstance(error, VenvoyError):
        return error
    return Unavailable("nats-start-failed", reason=clean(error) or type(error).__name__)


def _tail(path: Path, start: int) -> str:
    """What a file says after a place, its last 8 KiB; nothing where it is not there."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            # A log that was turned over meanwhile is shorter than it was.
            file.seek(max(start if start <= size else 0, size - _TAIL_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
