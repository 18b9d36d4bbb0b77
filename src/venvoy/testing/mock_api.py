"""The mock API of `web/mock/`: the built console before a controller that never was.

For what a real controller cannot show quickly: 5,000 environments, 500 changes a
second, a log of 100,000 lines, a controller that answers slowly or wrongly. Vite
serves the build under the controller's own content security policy, and the mock
answers for the API; what it is to be is said over HTTP, below `/mock/`.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from venvoy.testing.installation import until

PASSWORD = "venvoy"  # noqa: S105 - of users that nobody has
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_STOP_S = 10.0


@dataclass(frozen=True, slots=True)
class MockApi:
    """A running mock; everybody whom it knows has the same password.

    Its users are `admin`, `operator` and `viewer`, each with the role of that name.
    """

    url: str

    @property
    def password(self) -> str:
        """The password of every user."""
        return PASSWORD

    def reset(self) -> None:
        """Begin anew: the usual scenario, no faults, nobody signed in."""
        self._say("reset")

    def scenario(self, name: str, *, now: datetime | None = None) -> None:
        """Begin anew as something else.

        Args:
            name: `empty`, `fleet`, `failing`, `hostile`, `long-log`, `5000` (environments),
                `1000-nodes` or `rollouts`.
            now: the moment at which the mock's time stands still; it runs when None.
        """
        self._say("scenario", {"name": name, **({"now": now.isoformat()} if now else {})})

    def slow(self, milliseconds: int) -> None:
        """Answer so much later, until the next reset."""
        self._say("faults", {"slow_ms": milliseconds})

    def fail(self, match: str, status: int, *, code: str | None = None, times: int = -1) -> None:
        """Answer requests with a problem, instead of those that failed before.

        Args:
            match: a regular expression over method and path, such as `^GET /api/v1/nodes`.
            code: of the problem; a usual one of the status when None.
            times: how often; always when negative.
        """
        rule = {"match": match, "status": status, "times": times}
        self._say("faults", {"fail": [{**rule, **({"code": code} if code else {})}]})

    def cut_events(self, *, cut: bool = True) -> None:
        """End every stream and refuse new ones, as some proxies do."""
        self._say("faults", {"cut_events": cut})

    def away(self, *, away: bool = True) -> None:
        """Close every connection without an answer, as a controller that is down does."""
        self._say("faults", {"away": away})

    def heal(self) -> None:
        """End all faults; who is signed in stays so."""
        self._say("faults", {"slow_ms": 0, "fail": [], "cut_events": False, "away": False})

    def expire_sessions(self) -> None:
        """End every session, as time does."""
        self._say("faults", {"expire_session": True})

    def pace(self, *, resolve_ms: int, build_ms: int) -> None:
        """Say how long work takes; with 0 milliseconds builds stay in the queue."""
        self._say("pace", {"resolve": resolve_ms, "build": build_ms})

    def emit(
        self, *, per_second: int, seconds: float, environments: Sequence[str] | None = None
    ) -> int:
        """Begin to change replicas, one after the other; return how often in all.

        Args:
            environments: names of those that move; all of them when None.
        """
        wish = {"per_second": per_second, "seconds": seconds}
        named = {} if environments is None else {"environments": list(environments)}
        return int(self._say("emit", {**wish, **named})["changes"])

    def change(self, environment: str, *, node: str | None = None, **fields: Any) -> None:
        """Set fields of an environment's replicas, or of that on `node`, and tell so."""
        self._say("replica", {"environment": environment, "node": node, **fields})

    def join(self, name: str) -> None:
        """Let a machine join by the newest token."""
        self._say("join", {"name": name})

    def turn(self, node: str, *, online: bool) -> None:
        """Let a node be heard of, or go silent."""
        self._say("node", {"name": node, "online": online})

    def requests(self) -> list[dict[str, Any]]:
        """Return what the API was asked since it began: `method`, `path`, `key`.

        `key` is the request's `Idempotency-Key`, None without one.
        """
        answer = httpx.get(f"{self.url}/mock/requests", trust_env=False).raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def _say(self, what: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        # 5,000 environments are not made in an instant.
        answer = httpx.post(f"{self.url}/mock/{what}", json=body or {}, timeout=30, trust_env=False)
        if answer.is_error:
            raise AssertionError(f"the mock refuses `{what}`: {answer.text}")
        said: dict[str, Any] = answer.json()
        return said


@contextmanager
def mock_api(node: Path, web: Path, static: Path, output: Path) -> Iterator[MockApi]:
    """Serve the mock while the context is open.

    Args:
        node: the executable of Node.js.
        web: the console's sources, with their packages installed.
        static: the built console.
        output: a file for what the server prints.
    """
    vite = web / "node_modules" / "vite" / "bin" / "vite.js"
    options = ("--config", "mock/vite.config.ts", "--outDir", str(static))
    place = ("--host", "127.0.0.1", "--port", "0", "--strictPort")
    with output.open("wb") as printed:
        process = subprocess.Popen(
            [str(node), str(vite), "preview", *options, *place],
            cwd=web,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        try:
            until(lambda: _address(process, output), what="the mock serves")
            yield MockApi(_address(process, output) or "")
        finally:
            process.terminate()
            process.wait(_STOP_S)


def _address(process: subprocess.Popen[bytes], output: Path) -> str | None:
    text = _COLOURS.sub("", output.read_text(encoding="utf-8", errors="replace"))
    if process.poll() is not None:
        raise AssertionError(f"the mock ended with {process.returncode}:\n{text}")
    found = _ADDRESS.search(text)
    return found[0] if found else None
