"""systemd, the machine's or the calling user's, which keeps an agent running."""

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from venvoy.agent.service import unit
from venvoy.agent.service.order import Order, Status
from venvoy.agent.service.tool import Tool, demand, run
from venvoy.domain.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Systemd:
    """One of its managers.

    Attributes:
        folder: of the units that an administrator or a user adds.
        user: whether it is a user's.
        tool: runs `systemctl`.
    """

    folder: Path
    user: bool = False
    tool: Tool = run
    name: str = "systemd"

    def install(self, order: Order) -> Status:
        """See `Manager.install`."""
        text = unit.render(order)
        self._write(text)
        self._demand("daemon-reload")
        self._demand("enable", unit.NAME)
        self._demand("restart", unit.NAME)
        return self.status()

    def remove(self) -> bool:
        """See `Manager.remove`."""
        if not self._file.exists():
            return False
        self._demand("disable", "--now", unit.NAME)
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritten(error) from error
        self._demand("daemon-reload")
        return True

    def status(self) -> Status:
        """See `Manager.status`."""
        if not self._file.exists():
            return Status(installed=False)
        said = self._demand("show", "--property=ActiveState,UnitFileState", unit.NAME)
        found = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        return Status(
            installed=True,
            enabled=found.get("UnitFileState") == "enabled",
            active=found.get("ActiveState") in {"active", "reloading"},
            definition=str(self._file),
        )

    def linger(self) -> bool:
        """Let the user's services run also while nobody is signed in; return whether they do."""
        return self.tool(("loginctl", "enable-linger")).code == 0

    @property
    def _file(self) -> Path:
        return self.folder / unit.NAME

    def _demand(self, *words: str) -> str:
        return demand(self.tool, "systemctl", *(("--user",) if self.user else ()), *words).out

    def _write(self, text: str) -> None:
        part: Path | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self.folder, prefix=".venvoy-", delete=False
            ) as stream:
                part = Path(stream.name)
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            part.chmod(0o644)  # unlike a temporary file, a unit is for everybody to read
            part.replace(self._file)
        except OSError as error:
            if part is not None:
                with suppress(OSError):
                    part.unlink()
            raise self._unwritten(error) from error

    def _unwritten(self, error: OSError) -> Unavailable:
        reason = error.strerror or str(error)
        return Unavailable("service-not-written", path=str(self._file), reason=reason)
