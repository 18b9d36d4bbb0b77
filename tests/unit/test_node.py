"""How npm is run: with the machine's certificates, and no noise where it works."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.node import Node

NODE = Node(Path("/node/bin"), ("npm",))


def stand_in(code: str) -> Node:
    """Something in npm's place, which ignores its options."""
    return Node(Path("/node/bin"), (sys.executable, "-c", code))


def test_what_pip_trusts_node_trusts_too() -> None:
    environment = NODE.environment({"SSL_CERT_FILE": "/etc/proxy.pem", "PATH": "/bin"})
    assert environment["NODE_EXTRA_CA_CERTS"] == "/etc/proxy.pem"
    assert environment["NODE_USE_SYSTEM_CA"] == "1"
    assert environment["PATH"] == "/node/bin:/bin"


def test_what_is_said_for_node_itself_is_kept() -> None:
    said = {"NODE_EXTRA_CA_CERTS": "/own.pem", "NODE_USE_SYSTEM_CA": "0", "SSL_CERT_FILE": "/x"}
    environment = NODE.environment(said)
    assert environment["NODE_EXTRA_CA_CERTS"] == "/own.pem"
    assert environment["NODE_USE_SYSTEM_CA"] == "0"
    assert "NODE_EXTRA_CA_CERTS" not in NODE.environment({})


def test_quietly_it_speaks_only_when_it_fails(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    stand_in("print('added 286 packages')").run_npm([], tmp_path, quiet=True)
    assert capfd.readouterr() == ("", "")
    with pytest.raises(subprocess.CalledProcessError):
        stand_in("print('why'); raise SystemExit(1)").run_npm([], tmp_path, quiet=True)
    assert capfd.readouterr() == ("", "why\n")


def test_otherwise_its_output_is_seen(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    stand_in("print('3 tests passed')").run_npm([], tmp_path)
    assert capfd.readouterr().out == "3 tests passed\n"
