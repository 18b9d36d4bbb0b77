"""The Task Scheduler of Windows, which starts an agent with the machine.

Its command is the one of all releases, `schtasks`; nothing here was tried on a Windows
machine, see docs/windows.md.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from venvoy.agent.service import task
from venvoy.agent.service.order import Order, Status
from venvoy.agent.service.tool import Tool, demand, run
from venvoy.domain.errors import Unavailable

_PROGRAM = "schtasks.exe"


@dataclass(frozen=True, slots=True)
class Scheduler:
    """The machine's.

    Attributes:
        tool: runs `schtasks`.
    """

    tool: Tool = run
    name: str = "task-scheduler"

    def install(self, order: Order) -> Status:
        """See `Manager.install`."""
        try:
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "task.xml"
                file.write_text(task.render(order), encoding="utf-16")
                self._demand("/Create", "/TN", task.NAME, "/XML", str(file), "/F")
        except OSError as error:
            reason = error.strerror or str(error)
            raise Unavailable("service-not-written", path=task.NAME, reason=reason) from error
        # One that runs already would go on with the program of before.
        self.tool((_PROGRAM, "/End", "/TN", task.NAME))
        self._demand("/Run", "/TN", task.NAME)
        return self.status()

    def remove(self) -> bool:
        """See `Manager.remove`."""
        if not self.status().installed:
            return False
        self.tool((_PROGRAM, "/End", "/TN", task.NAME))
        self._demand("/Delete", "/TN", task.NAME, "/F")
        return True

    def status(self) -> Status:
        """See `Manager.status`; whether it runs is said in the language of the machine."""
        known = self.tool((_PROGRAM, "/Query", "/TN", task.NAME)).code == 0
        return Status(known, known, None, task.NAME if known else "")

    def _demand(self, *words: str) -> None:
        demand(self.tool, _PROGRAM, *words)
