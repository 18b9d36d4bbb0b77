"""A whole Venvoy as its users run it: real processes in a directory of their own.

`venvoy up` is started as a child on ports of its own choosing, and the command line
is called as a user calls it. Nothing is reached into: what a test wants to know it
asks through CLI, HTTP or the files that are documented.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from venvoy.client import Client
from venvoy.domain.errors import Unavailable
from venvoy.domain.state import EnvironmentState
from venvoy.testing.index import LocalIndex

_PAUSE = 0.05
VENVOY = str(Path(sys.executable).with_name("venvoy"))
"""The console script beside this interpreter."""
PASSWORD = "a long enough word"  # noqa: S105 - of installations that live for seconds


def until(
    condition: Callable[[], object], *, seconds: float = 60.0, what: str = "a condition"
) -> None:
    """Return once `condition` holds.

    Raises:
        AssertionError: it did not within `seconds`.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(_PAUSE)


def free_port() -> int:
    """Return a port of loopback that nobody has at the moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass(slots=True)
class Installation:
    """One data directory and the processes on it.

    Attributes:
        data: the data directory.
        mirror: the index, or None for the official one.
        settings: further `VENVOY_*` variables.
        process: the running `venvoy up`, or None.
        within: what every command line begins with, such as that of another host.
    """

    data: Path
    mirror: str | None = None
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    within: tuple[str, ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        """The variables that every process of this installation gets."""
        own = {
            "VENVOY_DATA": str(self.data),
            "VENVOY_PORT": "0",
            "VENVOY_NATS_PORT": "0",
            "VENVOY_GATEWAY_PORT": "0",
            "VENVOY_ADMIN_PASSWORD": PASSWORD,
            "LANG": "C.UTF-8",
        }
        if self.mirror:
            own["VENVOY_DEFAULT_MIRROR"] = self.mirror
        kept = {key: value for key, value in os.environ.items() if not key.startswith("VENVOY_")}
        return {**kept, **own, **self.settings}

    @property
    def output(self) -> Path:
        """What `venvoy up` printed, of all starts."""
        return self.data.with_name(f"{self.data.name}.out")

    def up(self, *, seconds: float = 120.0) -> None:
        """Start and wait until every part is ready."""
        before = self.output.stat().st_size if self.output.exists() else 0
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [*self.within, VENVOY, "up"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        until(lambda: self._printed(before), seconds=seconds, what="`venvoy up` is ready")

    def _printed(self, before: int) -> bool:
        text = self.output.read_bytes()[before:].decode(errors="replace")
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"`venvoy up` ended with {self.process.returncode}:\n{text}")
        return "Venvoy is ready" in text

    def stop(self, *, seconds: float = 30.0) -> int:
        """Stop in order; return the exit code."""
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    def kill(self) -> None:
        """Kill the controller's process as a power cut would, and only that one."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def children(self, name: str) -> list[psutil.Process]:
        """Return the running children of this name: `agent`, `nats-server` or `uv`."""
        if self.process is None:
            return []
        found = []
        with suppress(psutil.Error):
            for child in psutil.Process(self.process.pid).children(recursive=True):
                with suppress(psutil.Error):
                    if _is(child, name):
                        found.append(child)
        return found

    def kill_child(self, name: str) -> bool:
        """Kill children of this name with signal 9; return whether there was one."""
        found = self.children(name)
        for child in found:
            with suppress(psutil.Error):
                child.kill()
        return bool(found)

    def leftovers(self) -> list[psutil.Process]:
        """Return every process, of whomever, that still works on the data directory."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                words = [*process.cmdline(), process.environ().get("VENVOY_DATA", "")]
                if process.status() != psutil.STATUS_ZOMBIE and any(
                    str(self.data) in word for word in words
                ):
                    found.append(process)
        return [process for process in found if process.pid != os.getpid()]

    def cli(
        self,
        *arguments: str,
        seconds: float = 120.0,
        check: bool = True,
        stdin: str | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line and return what it printed.

        Args:
            check: raise unless it exits with 0.
            variables: further environment variables.

        Raises:
            AssertionError: it failed, with all that it printed.
        """
        done = subprocess.run(
            [*self.within, VENVOY, *arguments],
            env={**self.environment, **(variables or {})},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(
                f"venvoy {' '.join(arguments)} exited with {done.returncode}\n"
                f"{done.stdout}\n{done.stderr}"
            )
        return done

    def json(self, *arguments: str, **options: Any) -> Any:
        """Run the command line with `--json` and return the document."""
        return json.loads(self.cli(*arguments, "--json", **options).stdout)

    @property
    def url(self) -> str:
        """The address of the running controller."""
        return self.access()["url"]

    @property
    def password(self) -> str:
        """The password of `admin`."""
        return PASSWORD

    def client(self) -> Client:
        """Return a client signed in as the local administrator."""
        access = self.access()
        return Client(access["url"], token=access["token"], ca=access.get("ca"))

    def access(self) -> Mapping[str, str]:
        """Return address and token of the local command line."""
        return tomllib.loads((self.data / "cli.toml").read_text(encoding="utf-8"))

    def until_ready(self, name: str, revision: int, *, seconds: float = 120.0) -> None:
        """Return once every replica is ready with a revision."""

        def ready(client: Client) -> bool:
            try:
                found = client.environment(name)
            except Unavailable:
                return False
            return found.state is EnvironmentState.READY and all(
                replica.live_revision == revision for replica in found.replicas
            )

        with self.client() as client:  # address and token outlive a restart
            until(
                lambda: ready(client),
                seconds=seconds,
                what=f"`{name}` is ready with revision {revision}",
            )

    def stable(self, name: str) -> Path:
        """Return the path that users work with."""
        return self.data / "virtual_environments" / name

    def live(self, name: str) -> Path:
        """Return the prefix behind an environment's stable path."""
        return self.stable(name).resolve(strict=True)

    def prefixes(self) -> list[Path]:
        """Return every prefix directory, of all environments."""
        found = self.data.glob("prefixes/*/*")
        return sorted(path for path in found if path.is_dir() and path.parent.name != ".trash")


def _is(process: psutil.Process, name: str) -> bool:
    if name == "agent":
        return "venvoy.agent" in process.cmdline()
    return bool(process.name() == name)


@contextmanager
def serving(index: LocalIndex) -> Iterator[LocalIndex]:
    """Serve an index from a thread of its own while the context is open."""
    started = threading.Event()
    ends: list[Callable[[], object]] = []

    async def serve() -> None:
        stop = asyncio.Event()
        ends.append(partial(asyncio.get_running_loop().call_soon_threadsafe, stop.set))
        async with index:
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    if not started.wait(10):
        raise AssertionError("the index did not start")
    try:
        yield index
    finally:
        ends[0]()
        thread.join(10)
