"""`venvoy up` as a process: it starts, survives what kills its parts, and ends cleanly."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc")

PATIENCE = 60.0
START = "from venvoy.api.server import run_up; from venvoy.config import ControllerSettings; \
import sys; sys.exit(run_up(ControllerSettings()))"


class Up:
    """One process of `venvoy up` on a data directory."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.output = data.parent / f"up-{time.monotonic_ns()}.out"
        ports = {"VENVOY_PORT": "0", "VENVOY_NATS_PORT": "0", "VENVOY_GATEWAY_PORT": "0"}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", START],
                env={**os.environ, **ports, "VENVOY_DATA": str(data)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def ready(self) -> "Up":
        until(lambda: "Venvoy is ready" in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said
        return self

    @property
    def url(self) -> str:
        (found,) = re.findall(r"http://127\.0\.0\.1:\d+", self.said)
        return str(found)

    def agents(self) -> list[psutil.Process]:
        return [child for child in self.children() if "venvoy.agent" in command(child)]

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come to hold"
        time.sleep(0.02)


def command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[[], Up]]:
    started: list[Up] = []

    def start() -> Up:
        started.append(Up(tmp_path / "data"))
        return started[-1]

    yield start
    for each in started:
        with suppress(ProcessLookupError):
            each.process.kill()
        each.process.wait()


def test_the_password_is_shown_once_and_the_address_stays(up: Callable[[], Up]) -> None:
    first = up().ready()
    (password,) = re.findall(r"password\s+([a-z0-9]{5}(?:-[a-z0-9]{5}){3}) ", first.said)
    login = {"username": "admin", "password": password}
    assert httpx.post(f"{first.url}/api/v1/session", json=login).status_code == 201
    nodes = signed_in(first).get("/api/v1/nodes").json()["items"]
    assert [(node["name"], node["state"]) for node in nodes] == [("local", "online")]
    cli = (first.data / "cli.toml").read_bytes()
    url, children = first.url, first.children()
    began = time.monotonic()
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(PATIENCE) == 0
    assert time.monotonic() - began < 15
    assert all(gone(child) for child in children)
    second = up().ready()
    assert second.url == url
    assert (second.data / "cli.toml").read_bytes() == cli
    assert "shown this once" in first.said
    assert "shown this once" not in second.said
    assert password.encode() not in b"".join(
        file.read_bytes() for file in (first.data / "logs").iterdir()
    )


def test_a_second_one_on_the_same_data_is_sent_to_the_first(up: Callable[[], Up]) -> None:
    first = up().ready()
    second = up()
    assert second.process.wait(PATIENCE) == 1
    assert "data-in-use" in second.said
    assert first.url in second.said
    assert signed_in(first).get("/readyz").status_code == 200


def test_a_killed_agent_comes_back(up: Callable[[], Up]) -> None:
    running = up().ready()
    (agent,) = running.agents()
    agent.kill()
    until(lambda: [other for other in running.agents() if other.pid != agent.pid])
    assert running.process.poll() is None


def test_a_kill_leaves_no_orphan_and_the_next_start_works(up: Callable[[], Up]) -> None:
    first = up().ready()
    children = first.children()
    assert len(children) >= 2
    first.process.kill()
    first.process.wait()
    until(lambda: all(gone(child) for child in children))
    assert up().ready().url == first.url


def test_a_second_signal_ends_at_once(up: Callable[[], Up]) -> None:
    running = up().ready()
    children = running.children()
    (agent,) = running.agents()
    agent.suspend()  # it cannot end in order now
    running.process.send_signal(signal.SIGINT)
    until(lambda: "stopping" in running.said)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(5) == 130
    until(lambda: all(gone(child) for child in children))


def signed_in(running: Up) -> httpx.Client:
    token = (running.data / "cli.toml").read_text().split('token = "')[1].split('"')[0]
    return httpx.Client(base_url=running.url, headers={"Authorization": f"Bearer {token}"})
