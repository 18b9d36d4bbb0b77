"""The agent of the controller's own machine: a child, kept running.

It is an agent like every other and knows nothing of its parent. When it ends it is
started again, with pauses that grow; it ends with the controller, and on Linux also
when the controller is killed. What it prints is in `<data>/logs/agent.log`.
"""

import asyncio
import os
import random
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import structlog

from venvoy.bus import launch
from venvoy.bus.process import end
from venvoy.config import ControllerSettings, environment_of_children
from venvoy.domain.backoff import reconnect_delay
from venvoy.domain.errors import Param, Unavailable

_GRACE_SECONDS = 8.0
_LONGEST_PAUSE_SECONDS = 30.0
_HEALTHY_SECONDS = 10.0
_CUT_SECONDS = 600.0
_LOG_BYTES = 10 * 1024 * 1024
# Nothing that opens the controller's doors is for a process that runs foreign code.
_SECRETS = ("VENVOY_ADMIN_PASSWORD", "VENVOY_DATABASE_URL", "VENVOY_TOKEN")

_log = structlog.get_logger(__name__)


class LocalAgent:
    """Runs `python -m venvoy.agent` until it is stopped.

    Args:
        settings: of the controller; data directory, gateway port and mirror are shared.
    """

    def __init__(self, settings: ControllerSettings) -> None:
        self._settings = settings
        self.output = settings.data / "logs" / "agent.log"

    async def run(self) -> None:
        """Keep the agent running, until cancelled; then end it within seconds."""
        failures = 0
        while True:
            began = time.monotonic()
            try:
                ended: dict[str, Param] = {"exit_code": await self._once()}
            except Unavailable as error:
                ended = {"code": error.code, **error.params}
            failures = 1 if time.monotonic() - began > _HEALTHY_SECONDS else failures + 1
            pause = reconnect_delay(failures, random.random(), _LONGEST_PAUSE_SECONDS)  # noqa: S311 - no secret
            _log.warning("agent-ended", again_in=round(pause, 1), log=str(self.output), **ended)
            await asyncio.sleep(pause)

    async def _once(self) -> int:
        """Start the agent and return its exit code.

        Raises:
            Unavailable: `agent-not-started`.
        """
        try:
            output = _opened(self.output)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise Unavailable("agent-not-started", path=str(self.output), reason=reason) from error
        with output:
            try:
                child = await asyncio.create_subprocess_exec(
                    *_command(),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=_environment(self._settings),
                    # Ctrl-C in a terminal reaches the controller alone, which ends the agent.
                    start_new_session=True,
                )
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise Unavailable(
                    "agent-not-started", path=sys.executable, reason=reason
                ) from error
        try:
            return await self._ended(child)
        finally:
            if child.returncode is None:
                await asyncio.shield(end(child, grace_s=_GRACE_SECONDS))

    async def _ended(self, child: asyncio.subprocess.Process) -> int:
        """Return the agent's exit code once it ends; keep its log short meanwhile."""
        while True:
            try:
                async with asyncio.timeout(_CUT_SECONDS):
                    return await child.wait()
            except TimeoutError:
                with suppress(OSError):
                    await asyncio.to_thread(_cut, self.output)


def _command() -> list[str]:
    command = [sys.executable, "-m", "venvoy.agent"]
    if sys.platform == "linux":
        command = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), *command]
    return command


def _environment(settings: ControllerSettings) -> dict[str, str]:
    return environment_of_children(
        **dict.fromkeys(_SECRETS),
        VENVOY_DATA=settings.data,
        VENVOY_GATEWAY_PORT=settings.gateway_port,
        VENVOY_DEFAULT_MIRROR=settings.default_mirror,
        VENVOY_LOG_LEVEL=settings.log_level,
    )


def _opened(path: Path) -> BinaryIO:
    """Open the log for appending."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        _cut(path)
    return path.open("ab", buffering=0)


def _cut(path: Path) -> None:
    """Put a long log aside; the agent goes on appending to the emptied file."""
    if path.stat().st_size > _LOG_BYTES:
        shutil.copyfile(path, path.with_suffix(".log.1"))
        os.truncate(path, 0)
