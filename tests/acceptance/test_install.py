"""A bare machine becomes a node by the line that the controller prints, and by nothing else.

The machine is a user with an empty home and a path of the few programs that every Linux
has: no Python, no uv, no Venvoy, and the controller as the only address that it uses.
"""

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from venvoy.domain.state import NodeState
from venvoy.testing.archives import pack_interpreter
from venvoy.testing.index import Behaviour, LocalIndex
from venvoy.testing.installation import Installation, serving, until
from venvoy.testing.node import seeds
from venvoy.testing.repack import closure
from venvoy.testing.wheels import make_wheel
from venvoy.wire.certificates import issue, make_authority
from venvoy.wire.joining import JoinToken
from venvoy.wire.nkey import KeyPair, Role

PROGRAMS = (
    *("basename", "cat", "chmod", "cp", "date", "env", "getconf", "grep", "gzip", "ln"),
    *("mkdir", "mktemp", "mv", "readlink", "rm", "sed", "sh", "sha256sum", "tar", "tr", "uname"),
)


@dataclass
class Bare:
    """A machine on which nothing is.

    Attributes:
        root: of everything; its own directory.
        downloaders: which programs can fetch.
    """

    root: Path
    downloaders: tuple[str, ...] = ("curl",)
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home.mkdir()
        self.bin.mkdir()
        for name in (*PROGRAMS, *self.downloaders):
            found = shutil.which(name, path="/usr/bin:/bin")
            assert found, f"{name} is not here"
            (self.bin / name).symlink_to(found)
        # Root installs for the whole machine, which is more than a test may touch.
        (self.bin / "id").write_text(f"#!/bin/sh\necho {os.geteuid() or 1000}\n")
        (self.bin / "id").chmod(0o755)

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def bin(self) -> Path:
        return self.root / "bin"

    @property
    def data(self) -> Path:
        return self.home / ".local" / "share" / "venvoy"

    def options(self) -> dict[str, object]:
        own = {"HOME": str(self.home), "PATH": str(self.bin), "LANG": "C.UTF-8"}
        return {"env": own | self.variables, "cwd": self.home}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            command, capture_output=True, text=True, check=False, timeout=240, **self.options()
        )

    def paste(
        self, line: str, shell: tuple[str, ...] = ("/bin/sh",)
    ) -> subprocess.CompletedProcess[str]:
        return self.run(*shell, "-c", line)

    def untouched(self) -> bool:
        return list(self.home.iterdir()) == []

    def venvoy(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run(str(self.home / ".local" / "bin" / "venvoy"), *words)

    @contextmanager
    def agent(self) -> Iterator[None]:
        with (self.root / "agent.out").open("wb") as output:
            process = subprocess.Popen(  # type: ignore[call-overload]
                [self.home / ".local" / "bin" / "venvoy", "agent", "run"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, **self.options(),
            )  # fmt: skip
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A controller that other machines reach, with an index and an interpreter to give."""
    index = LocalIndex(Behaviour(metadata=True))
    index.add(*closure("venvoy"), *seeds(), make_wheel("alpha"))
    folder = tmp_path_factory.mktemp("install")
    with serving(index):
        made = Installation(folder / "data", index.simple, {"VENVOY_HOST": "0.0.0.0"})
        made.up()
        made.cli("python", "upload", str(pack_interpreter(folder / "python.tar.gz")))
        yield made
        made.stop()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


def line_of(controller: Installation, *more: str) -> str:
    made = controller.json("node", "token", "create")
    return " ".join([str(made["install_linux"]), *more])


@pytest.mark.timeout(900)
def test_a_bare_machine_becomes_a_node_that_gets_environments(
    controller: Installation, root: Path
) -> None:
    machine = Bare(root)
    line = line_of(controller, "--no-service", "--name", "bare", "--label", "disk=nvme one")
    done = machine.paste(line.replace("disk=nvme one", "'disk=nvme one'"))
    assert done.returncode == 0, done.stderr
    assert "venvoy agent run" in done.stderr
    status = machine.venvoy("agent", "status", "--json")
    assert json.loads(status.stdout)["name"] == "bare"
    seed = machine.data / "identity" / "node.seed"
    assert seed.stat().st_mode & 0o077 == 0
    _is_told_what_to_run_without_systemd(machine)
    _survives_being_run_twice(controller, root, machine)
    pythons = sorted(machine.data.glob("program/pythons/*/bin"))
    machine.variables = {
        "VENVOY_GATEWAY_PORT": "0",
        "VENVOY_DEFAULT_MIRROR": str(controller.mirror),
        "VENVOY_INTERPRETERS": json.dumps([str(path.parent) for path in pythons]),
    }
    with machine.agent(), controller.client() as client:

        def online() -> bool:
            return {node.name: node.state for node in client.nodes()}["bare"] is NodeState.ONLINE

        until(online, what="the node is online")
        shown = controller.json("node", "show", "bare")
        assert shown["labels"] == {"disk": "nvme one"}
        assert shown["rights"] == {
            "file": None, "users": [], "groups": [], "run": True, "run_as": None,
            "checks": True, "checks_as": None, "hooks": True, "hooks_as": None, "hook_units": None,
            "problem": None,
        }  # fmt: skip
        controller.cli("env", "create", "onbare", "-p", "alpha", "--node", "bare", "--wait")
        ran = machine.venvoy("run", "onbare", "--", "python", "-c", "import alpha; print('ran')")
        assert ran.stdout == "ran\n", ran.stderr


def _is_told_what_to_run_without_systemd(machine: Bare) -> None:
    """The path of a bare machine has no `systemctl`."""
    done = machine.venvoy("agent", "service", "install")
    assert (done.returncode, "systemd does not run" in done.stderr) == (1, True)


def _survives_being_run_twice(controller: Installation, root: Path, machine: Bare) -> None:
    """With another downloader and another shell, and a token that is used up."""
    before = json.loads(machine.venvoy("agent", "status", "--json").stdout)["node"]
    (machine.bin / "curl").unlink()
    (machine.bin / "wget").symlink_to(shutil.which("wget") or "/usr/bin/wget")
    busybox = shutil.which("busybox")
    shell = (busybox, "sh") if busybox else ("/bin/sh",)
    done = machine.paste(line_of(controller, "--no-service"), shell)
    assert done.returncode == 0, done.stderr
    assert "nothing was changed" in done.stderr
    assert json.loads(machine.venvoy("agent", "status", "--json").stdout)["node"] == before


def test_another_script_than_promised_is_not_executed(controller: Installation, root: Path) -> None:
    machine, line = Bare(root), line_of(controller)
    digest = line.partition("sha256=")[2][:64]
    done = machine.paste(line.replace(digest, "ab" * 32))
    assert done.returncode != 0
    assert "did NOT match" in done.stderr
    assert machine.untouched()


def test_a_token_that_does_not_hold_is_refused_in_words(
    controller: Installation, root: Path
) -> None:
    """Nothing runs and nothing is joined; the program may stay."""
    machine = Bare(root)
    made = controller.json("node", "token", "create")
    controller.cli("node", "token", "revoke", made["id"])
    done = machine.paste(f"{made['install_linux']} --no-service")
    assert (done.returncode, "does not know this join token" in done.stderr) == (4, True)
    own = JoinToken.decode(made["token"])
    stranger = KeyPair.generate(Role.USER).public
    foreign = JoinToken(own.secret, stranger, own.addresses, "cd" * 32).encode()
    refused = machine.venvoy("agent", "join", made["addresses"][0], "--token", foreign)
    assert (refused.returncode, "CD:CD" in refused.stderr) == (4, True), refused.stderr
    assert made["token"] not in done.stderr
    assert machine.venvoy("agent", "status").returncode == 2


def test_a_controller_that_is_not_reached_is_named(controller: Installation, root: Path) -> None:
    machine, made = Bare(root), controller.json("node", "token", "create")
    url = made["addresses"][0]
    away = machine.paste(made["install_linux"].replace(f"--url {url}", "--url https://127.0.0.1:9"))
    assert (away.returncode, "https://127.0.0.1:9" in away.stderr) == (1, True)
    assert machine.untouched()
    chinese = dict(machine.variables, LANG="zh_CN.UTF-8")
    machine.variables = chinese
    away = machine.paste(made["install_linux"].replace(f"--url {url}", "--url https://127.0.0.1:9"))
    assert "无法访问 https://127.0.0.1:9" in away.stderr


@pytest.mark.parametrize(
    ("kernel", "machine_name", "words"),
    [
        ("Linux", "riscv64", "this machine is riscv64"),
        ("FreeBSD", "amd64", "this machine runs FreeBSD"),
    ],
)
def test_a_machine_of_another_kind_is_told_so(
    controller: Installation, root: Path, kernel: str, machine_name: str, words: str
) -> None:
    machine = Bare(root)
    (machine.bin / "uname").unlink()
    script = f'#!/bin/sh\n[ "$1" = -s ] && echo {kernel} || echo {machine_name}\n'
    (machine.bin / "uname").write_text(script)
    (machine.bin / "uname").chmod(0o755)
    done = machine.paste(line_of(controller))
    assert (done.returncode, words in done.stderr) == (1, True)
    assert machine.untouched()


def test_a_command_of_that_name_that_is_somebody_elses_stays(
    controller: Installation, root: Path
) -> None:
    machine = Bare(root)
    own = machine.home / ".local" / "bin" / "venvoy"
    own.parent.mkdir(parents=True)
    own.write_text("#!/bin/sh\necho mine\n")
    done = machine.paste(line_of(controller, "--no-service", "--name", "kept"))
    assert done.returncode == 0, done.stderr
    assert "is something else and stays" in done.stderr
    assert own.read_text() == "#!/bin/sh\necho mine\n"
    assert (machine.data / "program" / "current" / "bin" / "venvoy").exists()


@contextmanager
def impostor() -> Iterator[str]:
    """Another machine's server: its own authority signed it for the address that it has."""
    now = datetime.now(UTC)
    made = issue(make_authority("Venvoy", now), ["127.0.0.1"], now)
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = Path(folder) / "crt", Path(folder) / "key"
        certificate.write_bytes(made.certificate)
        key.write_bytes(made.key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("downloader", ["curl", "wget", "python3"])
def test_who_answers_in_the_controllers_place_is_not_believed(
    controller: Installation, root: Path, downloader: str
) -> None:
    """The script is the controller's; what it fetches is not."""
    machine, made = Bare(root, ("curl",)), controller.json("node", "token", "create")
    line = made["install_linux"].replace('sh "$f"', 'rm "$BIN/curl"; sh "$f"')
    if downloader == "curl":
        line = made["install_linux"]
    elif downloader == "wget":
        (machine.bin / "wget").symlink_to(shutil.which("wget") or "/usr/bin/wget")
    else:
        (machine.bin / "python3").symlink_to(sys.executable)
    machine.variables = {"BIN": str(machine.bin)}
    url = made["addresses"][0]
    with impostor() as elsewhere:
        done = machine.paste(line.replace(f"--url {url}", f"--url {elsewhere}"))
    assert done.returncode == 1
    assert f"{elsewhere} could not be reached" in done.stderr
    assert "certificate" in done.stderr.lower()
    assert machine.untouched()
