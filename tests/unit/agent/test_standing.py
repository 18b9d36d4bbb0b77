"""What `venvoy agent status` goes by: news of a process, and whether that process lives."""

import os
from pathlib import Path

import psutil
import pytest

from venvoy.agent import standing
from venvoy.agent.standing import Bulletin
from venvoy.bus.events import ClientTrouble, Connected, ConnectFailed, Disconnected
from venvoy.domain.errors import Unavailable


@pytest.fixture
def bulletin(tmp_path: Path) -> Bulletin:
    made = Bulletin(tmp_path / "agent.json")
    made.begin()
    return made


def test_an_agent_that_begins_is_alive_and_not_connected(bulletin: Bulletin) -> None:
    found = standing.read(bulletin.path)
    assert found is not None
    assert (found.alive, found.connected, found.pid) == (True, False, os.getpid())
    assert bulletin.path.stat().st_mode & 0o777 == 0o600


def test_each_turn_is_told_with_its_time(bulletin: Bulletin) -> None:
    before = standing.read(bulletin.path)
    bulletin.told(Connected("127.0.0.1:7301"))
    connected = standing.read(bulletin.path)
    bulletin.told(Connected("127.0.0.1:7301", renewed=True))
    renewed = standing.read(bulletin.path)
    bulletin.told(Disconnected("gone"))
    gone = standing.read(bulletin.path)
    assert before is not None
    assert connected is not None
    assert gone is not None
    assert (connected.connected, connected.server) == (True, "127.0.0.1:7301")
    assert connected.since > before.since
    assert renewed == connected
    assert (gone.connected, gone.server) == (False, "")


def test_what_keeps_it_from_connecting_is_told(bulletin: Bulletin) -> None:
    error = Unavailable("controller-unreachable", url="http://example.org", reason="refused")
    bulletin.failed(error)
    found = standing.read(bulletin.path)
    assert found is not None
    assert (found.error, found.params["url"]) == ("controller-unreachable", "http://example.org")
    bulletin.told(ConnectFailed(Unavailable("bus-unreachable", reason="x"), 1.0))
    found = standing.read(bulletin.path)
    assert found is not None
    assert found.error == "bus-unreachable"
    bulletin.told(Connected("127.0.0.1:7301"))
    # A failed renewal of a live connection is no trouble yet.
    bulletin.told(ConnectFailed(error, 1.0))
    bulletin.told(ClientTrouble("slow"))
    found = standing.read(bulletin.path)
    assert found is not None
    assert (found.connected, found.error) == (True, "")


def test_another_process_of_the_same_number_is_not_it(bulletin: Bulletin) -> None:
    found = standing.read(bulletin.path)
    assert found is not None
    assert not found.model_copy(update={"created": found.created - 5}).alive
    nobody = max(psutil.pids()) + 10_000_000
    assert not found.model_copy(update={"pid": nobody}).alive


def test_news_that_cannot_be_kept_or_read_cost_nothing_else(tmp_path: Path) -> None:
    bulletin = Bulletin(tmp_path / "nowhere" / "agent.json")
    bulletin.begin()
    assert standing.read(bulletin.path) is None
    (tmp_path / "agent.json").write_text("{")
    assert standing.read(tmp_path / "agent.json") is None
    bulletin.end()
