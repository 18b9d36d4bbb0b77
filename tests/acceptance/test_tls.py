"""A controller that other machines reach: protected by itself, believed by those who pinned it."""

import re
import shutil
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from venvoy.testing.installation import PASSWORD, Installation, until
from venvoy.testing.machine import Machine
from venvoy.testing.proxy import proxying


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    home = tmp_path / "machine"
    home.mkdir()
    return Machine(home)


def fingerprint(controller: Installation) -> str:
    """What `venvoy up` printed, of its last start."""
    return str(re.findall(r"SHA-256\): ([0-9A-F:]{95})", controller.output.read_text())[-1])


@pytest.mark.timeout(900)
def test_a_fleet_beyond_loopback_is_protected(
    make: Callable[..., Installation], machine: Machine, tmp_path: Path
) -> None:
    controller = make(VENVOY_HOST="0.0.0.0")
    controller.up()
    try:
        _is_protected(controller)
        _is_reached_through_a_proxy(controller, machine)
        desk = {"VENVOY_DATA": str(tmp_path / "desk")}
        _is_trusted_once_compared(controller, desk)
        _says_that_the_authority_changed(controller, machine, desk)
    finally:
        machine.stop()


def _is_protected(controller: Installation) -> None:
    access = controller.access()
    port = urlsplit(access["url"]).port
    assert access["url"].startswith("https://")
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False)
    trust = ssl.create_default_context(cafile=access["ca"])
    sign_in = {"username": "admin", "password": PASSWORD}
    answer = httpx.post(f"{access['url']}/api/v1/session", json=sign_in, verify=trust)
    assert "; Secure" in answer.headers["set-cookie"]
    assert "; HttpOnly" in answer.headers["set-cookie"]


def _is_reached_through_a_proxy(controller: Installation, machine: Machine) -> None:
    """One port is enough, and one proxy that demands a password."""
    with proxying() as proxy:
        machine.settings["VENVOY_PROXY"] = proxy.url
        joined = machine.join(controller, "second")
        # Kept from joining: the agent needs no word of it.
        del machine.settings["VENVOY_PROXY"]
        machine.start()
        machine.until_connected()
        port = urlsplit(joined["controller"]).port
        assert proxy.asked
        assert all(known and target.endswith(f":{port}") for target, known in proxy.asked)
        assert machine.stop() == 0
    membership = machine.data / "identity" / "membership.json"
    assert membership.stat().st_mode & 0o777 == 0o600
    # Without it, straight to the port of NATS.
    assert not machine.join(controller, "second")["created"]
    machine.start()
    machine.until_connected()


def _is_trusted_once_compared(controller: Installation, desk: dict[str, str]) -> None:
    line = ("login", controller.access()["url"], "--user", "admin", "--password-stdin")

    def login(*more: str) -> tuple[int, str]:
        done = controller.cli(*line, *more, check=False, stdin=PASSWORD, variables=desk)
        return done.returncode, done.stderr

    code, said = login()
    assert (code, "--fingerprint" in said) == (2, True)
    code, said = login("--fingerprint", "AB:CD")
    assert (code, fingerprint(controller) in said) == (4, True)
    code, said = login("--fingerprint", fingerprint(controller))
    assert code == 0, said
    assert controller.json("whoami", variables=desk)["username"] == "admin"
    # Known by now.
    assert login()[0] == 0


def _says_that_the_authority_changed(
    controller: Installation, machine: Machine, desk: dict[str, str]
) -> None:
    controller.stop()
    shutil.rmtree(controller.data / "controller" / "tls")
    controller.up()

    def told() -> bool:
        found = machine.json("agent", "status", check=False)
        return bool(found["error"] == "controller-certificate-untrusted")

    until(told, what="the agent says that the certificate is another one")
    refused = controller.cli("whoami", check=False, variables=desk)
    assert refused.returncode == 5
    assert "is not one that is trusted here" in refused.stderr
    # The line of a new token makes it good; the node stays the same.
    assert machine.stop() == 0
    assert not machine.join(controller, "second")["created"]
    machine.start()
    machine.until_connected()
