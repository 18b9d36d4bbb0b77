"""A second machine joins with the line that the controller prints, and its agent connects."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from venvoy.testing.installation import Installation, until
from venvoy.testing.machine import Machine
from venvoy.wire.joining import JoinToken
from venvoy.wire.nkey import KeyPair, Role


@pytest.fixture
def machine(tmp_path: Path, shared: Installation) -> Iterator[Machine]:
    home = tmp_path / "machine"
    home.mkdir()
    made = Machine(home, shared.mirror)
    yield made
    made.stop()


def test_a_machine_joins_connects_and_is_shown(
    shared: Installation, machine: Machine, name: str
) -> None:
    joined = machine.join(shared, name, "--region", "shanghai", "--label", "team=crawl")
    assert (joined["name"], joined["created"]) == (name, True)
    assert machine.state() == "stopped"
    seed = machine.data / "identity" / "node.seed"
    assert seed.stat().st_mode & 0o777 == 0o600
    machine.start()
    machine.until_connected()
    assert machine.state() == "connected"
    with shared.client() as client:

        def online() -> bool:
            return {node.name: node.state.value for node in client.nodes()}[name] == "online"

        until(online, what="the node is online")
    second = machine.cli("agent", "run", check=False)
    assert second.returncode == 1
    assert "an agent is running on" in second.stderr
    # The same machine once more: nothing changes, whatever token it is.
    again = machine.join(shared, "another")
    assert (again["name"], again["node"], again["created"]) == (name, joined["node"], False)
    assert machine.stop() == 0
    assert machine.state() == "stopped"


def test_a_name_that_is_taken_costs_neither_token_nor_key(
    shared: Installation, machine: Machine, name: str
) -> None:
    made = shared.json("node", "token", "create")
    words = made["command"].split()[1:]
    taken = machine.cli(*words, "--name", "local", check=False)
    assert taken.returncode == 2
    assert "there is a node `local` already" in taken.stderr
    assert machine.json(*words, "--name", name)["created"]


def test_a_token_may_come_by_standard_input(
    shared: Installation, machine: Machine, name: str
) -> None:
    made = shared.json("node", "token", "create")
    line = ("agent", "join", made["addresses"][0], "--token", "-", "--name", name)
    assert machine.cli(*line, stdin=f"{made['token']}\n").returncode == 0


def test_tokens_that_do_not_hold_are_refused_in_both_languages(
    shared: Installation, machine: Machine
) -> None:
    made = shared.json("node", "token", "create")
    url = made["addresses"][0]
    shared.cli("node", "token", "revoke", made["id"])
    stranger = KeyPair.generate(Role.USER).public
    for token, code, words in (
        (made["token"], 4, "does not know this join token"),
        (JoinToken("x" * 43, stranger, ()).encode(), 4, "does not know this join token"),
        (made["token"][:-9], 2, "this is not a join token"),
    ):
        refused = machine.cli("agent", "join", url, "--token", token, check=False)
        assert (refused.returncode, words in refused.stderr) == (code, True), refused.stderr
        assert token not in refused.stderr
    chinese = machine.cli(
        "agent", "join", url, "--token", made["token"], "--lang", "zh-CN", check=False
    )
    assert "加入令牌" in chinese.stderr
    assert machine.state() == "not joined"


def test_a_controller_that_is_not_there_is_named(machine: Machine, shared: Installation) -> None:
    token = JoinToken("x" * 43, KeyPair.generate(Role.USER).public, ()).encode()
    refused = machine.cli("agent", "join", "http://127.0.0.1:9", "--token", token, check=False)
    assert refused.returncode == 5
    assert "http://127.0.0.1:9" in refused.stderr
    away = machine.cli("agent", "status", check=False)
    assert (away.returncode, "venvoy agent join" in away.stderr) == (2, True)


def test_a_removed_machine_says_so_ends_and_may_join_anew(
    shared: Installation, machine: Machine, name: str
) -> None:
    machine.join(shared, name)
    machine.start()
    machine.until_connected()
    sure = shared.cli("node", "remove", name, check=False)
    assert sure.returncode == 2
    assert "--yes" in sure.stderr
    shared.cli("node", "remove", name, "--yes")
    assert machine.wait(seconds=30) == 4
    assert f"this machine, `{name}`, was removed from the fleet" in machine.output
    assert not (machine.data / "identity" / "node.seed").exists()
    for word in ("run", "status"):
        again = machine.cli("agent", word, "--lang", "zh-CN", check=False)
        assert (again.returncode, name in again.stderr) == (4, True)
    assert machine.join(shared, name)["created"]
    machine.start()
    machine.until_connected()
    assert machine.stop() == 0


def test_a_machine_that_was_removed_while_it_was_away_joins_anew(
    shared: Installation, machine: Machine, name: str
) -> None:
    first = machine.join(shared, name)
    shared.cli("node", "remove", name, "--yes")
    second = machine.join(shared, name)
    assert second["created"]
    assert second["node"] != first["node"]


def test_a_machine_leaves_by_itself(shared: Installation, machine: Machine, name: str) -> None:
    machine.join(shared, name)
    machine.start()
    machine.until_connected()
    busy = machine.cli("agent", "leave", "--yes", check=False)
    assert (busy.returncode, "an agent is running on" in busy.stderr) == (2, True)
    assert machine.stop() == 0
    left = machine.cli("agent", "leave", "--yes")
    assert f"`{name}` does not belong to" in left.stderr
    with shared.client() as client:
        assert name not in {node.name for node in client.nodes()}
    assert machine.cli("agent", "leave", "--yes", check=False).returncode == 2


def test_a_machine_leaves_a_controller_that_is_gone_only_by_force(
    shared: Installation, machine: Machine, name: str
) -> None:
    machine.join(shared, name)
    membership = machine.data / "identity" / "membership.json"
    url = shared.access()["url"]
    membership.write_text(membership.read_text().replace(url, "http://127.0.0.1:9"))
    refused = machine.cli("agent", "leave", "--yes", check=False)
    assert (refused.returncode, membership.exists()) == (5, True)
    machine.cli("agent", "leave", "--yes", "--force")
    assert not membership.exists()
