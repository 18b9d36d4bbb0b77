"""Command lines against canned answers: exit code, stdout and stderr as a user gets them."""

import io
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from venvoy.cli.main import invoke
from venvoy.cli.output import Output
from venvoy.cli.surroundings import Surroundings
from venvoy.testing.remote import Remote

ID = "0195f000-0000-7000-8000-00000000000a"


@dataclass(frozen=True)
class Result:
    """What a command line led to."""

    code: int
    out: str
    err: str


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)
    at_sleep: Callable[[], None] = lambda: None

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)
        self.at_sleep()


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Sign in to a controller that is not there, in English and UTC; return the data directory."""
    for name in ("LC_ALL", "LC_MESSAGES", "VENVOY_LANG", "VENVOY_CONFIG", "COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "TZ": "UTC",
        "VENVOY_DATA": str(tmp_path / "data"),
        "VENVOY_URL": "http://127.0.0.1:7300",
        "VENVOY_TOKEN": "vv_secret",
    }.items():
        monkeypatch.setenv(name, value)
    time.tzset()
    yield tmp_path / "data"
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def remote() -> Remote:
    return Remote()


@pytest.fixture
def moment() -> Time:
    return Time()


@pytest.fixture
def run(remote: Remote, moment: Time, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs one command line."""

    def called(*arguments: str) -> Result:
        output = Output("en", as_json=False)
        here = Surroundings(output, remote, moment.clock, moment.sleep)
        code = invoke(arguments, here)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return called


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Return a function that puts bytes where the commands read."""

    def put(data: bytes, *, terminal: bool = False) -> None:
        stream = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
        monkeypatch.setattr(stream, "isatty", lambda: terminal, raising=False)
        monkeypatch.setattr(sys, "stdin", stream)

    return put
