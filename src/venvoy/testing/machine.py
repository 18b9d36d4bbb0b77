"""Another machine of the fleet, played by this one: a data directory and an agent of its own.

Everything goes through the command line, as it would there; the machine knows the
controller by address and join token alone.
"""

import json
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from venvoy.agent import standing
from venvoy.agent.prefix import Layout
from venvoy.testing.installation import VENVOY, Installation, until


@dataclass(slots=True)
class Machine:
    """One data directory and the agent on it.

    Attributes:
        home: a directory of its own; data and output are in it.
        index: where packages come from.
        settings: further `VENVOY_*` variables.
        process: the running `venvoy agent run`, or None.
        within: what every command line begins with, such as that of another host.
    """

    home: Path
    index: str | None = None
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    within: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def output(self) -> str:
        """What the agent printed, of all starts."""
        file = self.home / "agent.out"
        return file.read_text(errors="replace") if file.exists() else ""

    @property
    def environment(self) -> dict[str, str]:
        """The variables that every process of this machine gets."""
        return self._here.environment

    @property
    def _here(self) -> Installation:
        return Installation(self.data, self.index, self.settings, within=self.within)

    def cli(
        self, *arguments: str, check: bool = True, stdin: str | None = None, seconds: float = 120.0
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line on this machine; as `Installation.cli`."""
        return self._here.cli(*arguments, check=check, stdin=stdin, seconds=seconds)

    def json(self, *arguments: str, check: bool = True) -> Any:
        """Run the command line with `--json` and return the document."""
        return json.loads(self.cli(*arguments, "--json", check=check).stdout)

    def join(self, controller: Installation, name: str, *more: str) -> Any:
        """Make a token on the controller and join with the very line that it prints."""
        made = controller.json("node", "token", "create")
        words = made["command"].split()
        assert words[0] == "venvoy"
        return self.json(*words[1:], "--name", name, *more)

    def start(self) -> None:
        """Start the agent, in the background."""
        with (self.home / "agent.out").open("ab") as output:
            self.process = subprocess.Popen(
                [*self.within, VENVOY, "agent", "run"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def until_connected(self, *, seconds: float = 60.0) -> None:
        """Return once the agent is connected to its controller."""

        def connected() -> bool:
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"the agent ended:\n{self.output}")
            found = standing.read(Layout(self.data).standing)
            return found is not None and found.alive and found.connected

        until(connected, seconds=seconds, what="the agent is connected")

    def state(self) -> str:
        """Return what `venvoy agent status` says of the agent."""
        done = self.cli("agent", "status", "--json", check=False)
        return str(json.loads(done.stdout)["state"]) if done.stdout else "not joined"

    def wait(self, *, seconds: float = 60.0) -> int:
        """Return the exit code once the agent has ended by itself."""
        assert self.process is not None
        code = self.process.wait(seconds)
        self.process = None
        return code

    def stop(self) -> int:
        """Stop the agent in order; return the exit code, 0 where none runs."""
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
