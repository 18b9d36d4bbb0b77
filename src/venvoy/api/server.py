"""The process `venvoy up`.

What can be refused is refused first: the data directory is claimed and the ports
are taken before anything is started. Then everything starts in the order in which
it is needed and stops in the other one (`venvoy.api.running`).
"""

import asyncio
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from venvoy.api import ownlog, ports
from venvoy.api.datadir import DataDirectory, claimed
from venvoy.api.running import Start, run_with_agent
from venvoy.api.signals import until_signal
from venvoy.api.terminal import Terminal
from venvoy.api.tls import secure
from venvoy.config import ControllerSettings
from venvoy.config.settings import LogLevel
from venvoy.domain.errors import Conflict, Unavailable

_PORT_SECONDS = 3.0


def run_up(settings: ControllerSettings, language: str = "en") -> int:
    """Run controller, API and the local agent until stopped; return the exit code.

    Args:
        settings: of the process.
        language: of the words on the terminal.

    Raises:
        Unavailable: `data-not-writable`, `database-…`, or a part did not start.
        Conflict: `data-in-use`, `port-in-use`, `child-port-in-use`.
        InvalidInput: `host-not-here`, `port-not-allowed`, `tls-…` for a certificate that
            cannot be used, or a bad admin password.
    """
    terminal = Terminal(language)
    with _claimed(settings) as start:
        if sys.platform == "linux":  # elsewhere the parts first end what they left behind
            _check_children(settings)
        _log_to_file(settings.data / "logs" / "controller.log", settings.log_level)
        terminal.say("starting", data=settings.data)
        work = run_with_agent(start, terminal)
        code = asyncio.run(until_signal(work, lambda: terminal.say("stopping")))
    terminal.say("stopped")
    return code


@contextmanager
def _claimed(settings: ControllerSettings) -> Iterator[Start]:
    """Hold the data directory and the HTTP port."""
    with claimed(settings.data) as directory:
        listening = _listen(settings, directory)
        try:
            port = listening.getsockname()[1]
            security = secure(settings, port)
            directory.note(security.reach.here, port)
            yield Start(settings, listening, security)
        finally:
            listening.close()


def _listen(settings: ControllerSettings, directory: DataDirectory) -> socket.socket:
    """Take the HTTP port; where any will do, that of the last start if it is free."""
    if settings.port == 0 and directory.chosen_port:
        try:
            return ports.listen(settings.host, directory.chosen_port)
        except Conflict:
            return ports.listen(settings.host, 0)
    return ports.listen(settings.host, settings.port)


def _check_children(settings: ControllerSettings) -> None:
    """Refuse to start where a child's port is taken."""
    if settings.nats_port > 0:
        ports.wait_until_free(settings.nats_port, "VENVOY_NATS_PORT", _PORT_SECONDS)
    if settings.gateway_port > 0:
        ports.wait_until_free(settings.gateway_port, "VENVOY_GATEWAY_PORT", _PORT_SECONDS)


def _log_to_file(file: Path, level: LogLevel) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        ownlog.configure(level, file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Unavailable("data-not-writable", path=str(file), reason=reason) from error
