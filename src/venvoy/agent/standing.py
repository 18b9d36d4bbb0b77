"""How the agent of this machine stands, for `venvoy agent status`.

The running agent keeps it in a small file, which is no more than news: whether the
process lives is asked of the system, and a file that cannot be written or read costs
only the answer to that command.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from venvoy import __version__
from venvoy.agent import log
from venvoy.bus.events import Connected, ConnectFailed, Disconnected, LinkEvent
from venvoy.bus.files import write_private
from venvoy.domain.errors import VenvoyError

_SAME_S = 1.0


class Standing(BaseModel):
    """What the file says.

    Attributes:
        pid, created: the process, told by its creation time from a later one.
        connected: whether messages reach the controller.
        since: when that last changed.
        server: where it is connected.
        error: code of what keeps it from connecting, with its parameters.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    pid: int
    created: float
    version: str
    connected: bool = False
    since: datetime
    server: str = ""
    error: str = ""
    params: dict[str, str | int | float | bool | list[str] | None] = {}

    @property
    def alive(self) -> bool:
        """Whether that very process runs."""
        with suppress(psutil.Error):
            return abs(psutil.Process(self.pid).create_time() - self.created) < _SAME_S
        return False


@dataclass(slots=True)
class Bulletin:
    """Writes the file at each change.

    Args:
        path: of the file.
    """

    path: Path
    _last: Standing | None = None

    def begin(self) -> None:
        """Say that this process runs and has no connection yet."""
        self._write(connected=False)

    def told(self, event: LinkEvent) -> None:
        """Take what the link reports."""
        match event:
            case Connected(url):
                self._write(connected=True, server=url)
            case Disconnected():
                self._write(connected=False)
            case ConnectFailed(error, _):
                self.failed(error)
            case _:
                pass

    def failed(self, error: VenvoyError) -> None:
        """Say why there is no connection."""
        last = self._last
        if last is not None and not last.connected:
            self._write(connected=False, error=error.code, params=dict(error.params))

    def end(self) -> None:
        """Take the file away."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def _write(self, **values: object) -> None:
        since = datetime.now(UTC)
        if self._last is not None and self._last.connected == values["connected"]:
            since = self._last.since
        own = {"pid": os.getpid(), "created": psutil.Process().create_time()}
        now = Standing.model_validate({**own, "version": __version__, "since": since, **values})
        if now == self._last:
            return
        self._last = now
        try:
            write_private(self.path, now.model_dump_json().encode())
        except VenvoyError as error:
            log.warning("standing-not-written", error=str(error))


def read(path: Path) -> Standing | None:
    """Return what the file says, None where there is none that can be read."""
    try:
        return Standing.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
