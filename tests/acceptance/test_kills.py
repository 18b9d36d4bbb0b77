"""Kill -9 at the points that matter; `make chaos` looks for the ones in between."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from venvoy.agent import pins
from venvoy.client import Client
from venvoy.domain.errors import VenvoyError
from venvoy.testing.chaos import Victim, Watchman, moment, settled, strike
from venvoy.testing.damage import installed, lost_directories
from venvoy.testing.index import Fault, LocalIndex
from venvoy.testing.installation import Installation, until
from venvoy.testing.wheels import make_wheel
from venvoy.wire.environments import EnvironmentEdit
from venvoy.wire.revisions import RollbackWish

FILES = 3000
"""So many that unpacking, linking and checking can be hit while they go on."""


@pytest.fixture(scope="module")
def installation(
    failing: LocalIndex, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An installation that survives every test of this file, and is clean at the end."""
    installation = Installation(tmp_path_factory.mktemp("kills") / "data", failing.simple)
    installation.up()
    yield installation
    assert installation.stop() == 0
    assert installation.leftovers() == []
    assert lost_directories(installation) == []


@pytest.fixture
def environment(installation: Installation, name: str) -> str:
    """An environment at revision 1, which works."""
    installation.cli("env", "create", name, "-p", "alpha", "--wait")
    return name


def edit(installation: Installation, name: str, *, add: str) -> None:
    with installation.client() as client:
        version = client.environment(name).version
        client.edit_environment(name, EnvironmentEdit(add=[add]), version=version)


def causes(client: Client, name: str) -> set[str]:
    """The codes of all that went wrong with an environment's operations."""
    found = client.operations(environment=name)
    return {each.cause.code for each in found if each.cause is not None}


@pytest.mark.parametrize("victim", list(Victim))
def test_while_files_are_fetched(
    installation: Installation, failing: LocalIndex, environment: str, victim: Victim
) -> None:
    package = make_wheel(environment, payload=100_000)
    failing.add(package)
    failing.faults.append(Fault(f"*/{package.name}", stall=True, after=10_000))
    with Watchman(installation.stable(environment)) as watchman:
        edit(installation, environment, add=environment)
        moment(lambda: failing.asked(f"GET */{package.name}") and installation.children("uv"))
        assert strike(installation, victim)
        assert installed(installation.live(environment)) == {"alpha": "1.0"}
        failing.faults.clear()
        settled(installation, environment, 2)
    assert len(watchman.seen) == 2
    assert len(list(installation.live(environment).parent.iterdir())) == 2


@pytest.mark.parametrize("victim", [Victim.AGENT, Victim.CONTROLLER, Victim.UV])
def test_while_files_are_linked(
    installation: Installation, failing: LocalIndex, environment: str, victim: Victim
) -> None:
    failing.add(make_wheel(environment, modules=FILES))
    home = installation.live(environment).parent
    with Watchman(installation.stable(environment)):
        edit(installation, environment, add=environment)
        moment(lambda: list(home.glob(f"2-*/lib/python*/site-packages/{environment}")))
        assert strike(installation, victim)
        settled(installation, environment, 2)
    assert len(list(home.iterdir())) == 2


def test_while_files_are_checked(
    installation: Installation, failing: LocalIndex, environment: str
) -> None:
    failing.add(make_wheel(environment, modules=FILES))
    home = installation.live(environment).parent
    record = f"2-*/lib/python*/site-packages/{environment}-1.0.dist-info/INSTALLER"
    with Watchman(installation.stable(environment)):
        edit(installation, environment, add=environment)
        moment(lambda: list(home.glob(record)))
        assert strike(installation, Victim.AGENT)
        settled(installation, environment, 2)
    assert len(list(home.iterdir())) == 2


def test_while_an_adoption_is_resolved(
    installation: Installation, failing: LocalIndex, environment: str
) -> None:
    failing.add(make_wheel(environment))
    pip = [str(installation.live(environment) / "bin" / "python"), "-m", "pip", "-q"]
    subprocess.run([*pip, "install", environment], check=True, timeout=120)
    until(
        lambda: environment in installation.cli("env", "drift", environment).stdout,
        seconds=120,
        what="what was done by hand is seen",
    )
    asked = failing.asked(f"GET /simple/{environment}/")
    failing.faults.append(Fault(f"/simple/{environment}/", stall=True))
    adopt = ("env", "adopt", environment, "--node", "local")
    thread = threading.Thread(target=installation.cli, args=adopt, kwargs={"check": False})
    thread.start()
    moment(lambda: failing.asked(f"GET /simple/{environment}/") > asked)
    assert strike(installation, Victim.CONTROLLER)
    failing.faults.clear()
    thread.join(120)
    assert installation.json("env", "show", environment)["revision"] == 1
    installation.cli(*adopt)
    settled(installation, environment, 2)
    assert installed(installation.live(environment)) == {"alpha": "1.0", environment: "1.0"}


def test_while_a_revision_is_on_trial(installation: Installation, environment: str) -> None:
    refuses_after = "sh -c 'test \"$VENVOY_CHECK\" = before'"
    checks = ("--check-command", refuses_after, "--grace", "8")
    # It holds for the next switch; what is live stays, whatever a new check finds there.
    installation.cli("env", "edit", environment, "--add", "beta", *checks)
    moment(lambda: installation.live(environment).name.startswith("2-"))
    assert strike(installation, Victim.AGENT)
    until(
        lambda: installation.live(environment).name.startswith("1-"),
        seconds=60,
        what="the node has gone back by itself",
    )
    with installation.client() as client:
        until(
            lambda: "gone-back" in causes(client, environment),
            seconds=60,
            what="the node says that it has gone back",
        )
    assert installed(installation.live(environment)) == {"alpha": "1.0"}
    assert lost_directories(installation) == []


@pytest.mark.parametrize("victim", [Victim.AGENT, Victim.CONTROLLER, Victim.NATS])
def test_while_a_node_goes_back(
    installation: Installation, environment: str, victim: Victim
) -> None:
    edit(installation, environment, add="beta")
    settled(installation, environment, 2)
    with Watchman(installation.stable(environment)):
        with installation.client() as client:
            client.roll_back_environment(environment, RollbackWish(to="1"))
        assert strike(installation, victim)
        until(
            lambda: installation.live(environment).name.startswith("1-"),
            seconds=60,
            what="the stable path leads to revision 1",
        )
        settled(installation, environment, 1)
    assert installed(installation.live(environment)) == {"alpha": "1.0"}


@pytest.mark.parametrize("victim", [Victim.AGENT, Victim.NATS])
def test_at_rest(installation: Installation, environment: str, victim: Victim) -> None:
    (before,) = installation.children(victim.value)
    assert strike(installation, victim)
    until(
        lambda: [p for p in installation.children(victim.value) if p != before],
        what="another one took its place",
    )
    edit(installation, environment, add="beta")
    settled(installation, environment, 2)
    assert installed(installation.live(environment)) == {"alpha": "1.0", "beta": "1.0"}


@pytest.mark.parametrize("victim", [Victim.CONTROLLER, Victim.UV])
def test_while_an_edit_is_resolved(
    installation: Installation, failing: LocalIndex, environment: str, victim: Victim
) -> None:
    failing.add(make_wheel(environment))
    failing.faults.append(Fault(f"/simple/{environment}/", stall=True))

    def attempt() -> None:
        with suppress(VenvoyError):  # whoever asks loses the connection to a killed controller
            edit(installation, environment, add=environment)

    thread = threading.Thread(target=attempt)
    thread.start()
    moment(lambda: failing.asked(f"GET /simple/{environment}/") and installation.children("uv"))
    assert strike(installation, victim)
    failing.faults.clear()
    thread.join(60)
    with installation.client() as client:
        until(
            lambda: all(work.state.ended for work in client.operations(environment=environment)),
            what="no work is left hanging",
        )
        revision = client.environment(environment).revision or 0
    settled(installation, environment, revision)
    if revision == 1:  # it was given up, nothing was changed, and it can be asked for again
        edit(installation, environment, add=environment)
        settled(installation, environment, 2)
    assert installed(installation.live(environment)) == {"alpha": "1.0", environment: "1.0"}


def test_while_garbage_is_deleted(
    installation: Installation, failing: LocalIndex, name: str
) -> None:
    failing.add(make_wheel(name, modules=FILES))
    installation.cli("env", "create", name, "-p", name, "--keep", "0", "--wait")
    prefix, data = installation.live(name), installation.data
    pin = pins.hold(prefix)
    assert pin is not None
    installation.cli("env", "edit", name, "--drop", name, "--add", "alpha", "--wait")
    assert prefix.exists()
    pins.release(pin)
    trash = data / "prefixes" / ".trash"
    collection = threading.Thread(target=lambda: installation.cli("gc", check=False))
    collection.start()
    moment(lambda: list(trash.iterdir()))
    assert strike(installation, Victim.AGENT)
    collection.join()
    settled(installation, name, 2)
    until(lambda: not list(trash.iterdir()), what="the next agent finishes it")
    assert not prefix.exists()
    assert installed(installation.live(name)) == {"alpha": "1.0"}
