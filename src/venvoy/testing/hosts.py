"""Hosts of a network on one machine: network namespaces on a bridge, where root may make them.

Each host has a link and an address of its own, and the machine itself is one more on the
same bridge; a link that is cut takes packets in neither direction, and tells nobody.
Without root, or without iproute2, a host is this machine, and one that is cut is frozen:
its processes hear and say nothing either.
"""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_NAME = "vv{pid}-{number}"
_NAMES = "vv"
_IP = shutil.which("ip")


@dataclass
class Host:
    """One host.

    Attributes:
        within: what a command line begins with, to run there.
        link: the end of its link on the bridge; empty where it is this machine.
        processes: those that are frozen while it is cut off, where there is no link.
    """

    within: tuple[str, ...] = ()
    link: str = ""
    processes: list[int] = field(default_factory=list)

    def cut(self) -> None:
        """Cut it off from everybody."""
        if self.link:
            _ip("link", "set", self.link, "down")
        self._signal(signal.SIGSTOP)

    def restore(self) -> None:
        """Connect it again."""
        if self.link:
            _ip("link", "set", self.link, "up")
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for pid in () if self.link else self.processes:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


@dataclass(frozen=True)
class Network:
    """The hosts, and the address at which all of them reach this machine."""

    address: str
    hosts: tuple[Host, ...]

    @property
    def real(self) -> bool:
        """Whether hosts have links of their own."""
        return bool(self.hosts[0].link)


@contextmanager
def network(count: int) -> Iterator[Network]:
    """Make hosts, and take them away however the block ends."""
    if not _may():
        yield Network("127.0.0.1", tuple(Host() for _ in range(count)))
        return
    _sweep()
    with ExitStack() as stack:
        yield _made(stack, count)


def _may() -> bool:
    if os.name == "nt" or os.geteuid() != 0 or _IP is None:
        return False
    trial = _NAME.format(pid=os.getpid(), number="t")
    if _run("netns", "add", trial).returncode:
        return False
    _ip("netns", "delete", trial)
    return True


def _made(stack: ExitStack, count: int) -> Network:
    # A private network that nobody is likely to have.
    net = f"10.{213 + secrets.randbelow(40)}.{secrets.randbelow(256)}"
    bridge = _NAME.format(pid=os.getpid(), number="b")
    _ip("link", "add", bridge, "type", "bridge")
    stack.callback(_drop, "link", "delete", bridge)
    _ip("address", "add", f"{net}.1/24", "dev", bridge)
    _ip("link", "set", bridge, "up")
    hosts = []
    for number in range(count):
        name = _NAME.format(pid=os.getpid(), number=number)
        _ip("netns", "add", name)
        stack.callback(_drop, "netns", "delete", name)
        _ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        stack.callback(_drop, "link", "delete", name)
        _ip("link", "set", name, "master", bridge, "up")
        inside = ("-netns", name)
        _ip(*inside, "address", "add", f"{net}.{number + 10}/24", "dev", "eth0")
        _ip(*inside, "link", "set", "lo", "up")
        _ip(*inside, "link", "set", "eth0", "up")
        hosts.append(Host(("ip", "netns", "exec", name), name))
    return Network(f"{net}.1", tuple(hosts))


def _sweep() -> None:
    """Take away what a test left that was killed; links to a namespace go with it."""
    for path in Path("/run/netns").glob(f"{_NAMES}*-*"):
        if not psutil.pid_exists(_owner(path.name)):
            _drop("netns", "delete", path.name)
    for path in Path("/sys/class/net").glob(f"{_NAMES}*-b"):
        if not psutil.pid_exists(_owner(path.name)):
            _drop("link", "delete", path.name)


def _owner(name: str) -> int:
    digits = name.removeprefix(_NAMES).partition("-")[0]
    return int(digits) if digits.isdigit() else os.getpid()


def _ip(*words: str) -> None:
    done = _run(*words)
    if done.returncode:
        raise AssertionError(f"ip {' '.join(words)}: {done.stderr.strip()}")


def _drop(*words: str) -> None:
    _run(*words)


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    assert _IP is not None
    return subprocess.run([_IP, *words], check=False, capture_output=True, text=True)
