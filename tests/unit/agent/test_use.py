"""Which processes work in environments: seen on this machine, and told on change only."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from venvoy.agent import pins, reigns
from venvoy.agent.journal import BuildRow, Journal
from venvoy.agent.prefix import Layout
from venvoy.agent.switch import Switch
from venvoy.agent.system import Pointers
from venvoy.agent.usage import Seen, processes_in
from venvoy.agent.use_report import UseReport
from venvoy.agent.use_watch import used
from venvoy.domain.errors import Unavailable
from venvoy.domain.reconcile import Version
from venvoy.domain.retention import Build, Phase
from venvoy.domain.running import Reign
from venvoy.wire.usage import (
    MOST_OF_REPLICA,
    MOST_PROCESSES,
    ReplicaUse,
    RevisionUse,
    UseReply,
    UseRequest,
)

ENV = "0190b6c0-0000-7000-8000-000000000002"
OTHER = "0190b6c0-0000-7000-8000-000000000003"
CODE = "import sys; print('up', flush=True); sys.stdin.read()"


@pytest.fixture
def node(tmp_path: Path) -> tuple[Layout, Journal]:
    layout = Layout(tmp_path)
    layout.make()
    return layout, Journal.open(layout.journal)


def built(node: tuple[Layout, Journal], name: str, revision: int, environment: str = ENV) -> Path:
    """A prefix that went live."""
    layout, journal = node
    path = layout.prefix(environment, revision, name)
    path.mkdir(parents=True)
    pins.create(path)
    journal.accept(environment, f"n{environment[-3:]}", Version(1, revision), b"")
    build = Build(name, revision, f"lock-{name}", "==3.12.*", Phase.BUILDING)
    row = BuildRow(build, environment, path)
    journal.begin_build(row)
    journal.complete(name, "3.12.4")
    Switch(layout, journal, Pointers(), lambda _: False).to(f"n{environment[-3:]}", row, revision)
    return path


def seen(pid: int, *keys: str, started: float = 50.0, parent: int = 0, argument: str = "") -> Seen:
    arguments = ("python", "app.py", argument)
    return Seen(pid, parent, "/usr/bin/python3", arguments, "ada", started, frozenset(keys))


def counted(
    node: tuple[Layout, Journal], *found: Seen, reigned: tuple[Reign, ...] | None = None
) -> dict[str, dict[int | None, int]]:
    journal = node[1]
    replicas = journal.replicas()
    known = {each.environment: reigns.reigns_of(journal, each.environment) for each in replicas}
    if reigned is not None:
        known[ENV] = reigned
    told = used(found, journal.builds(), replicas, known)
    return {each.environment: {r.revision: r.count for r in each.revisions} for each in told}


@contextmanager
def running(*arguments: str, **options: object) -> Iterator[int]:
    with subprocess.Popen(
        [sys.executable, "-c", CODE, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        **options,  # type: ignore[call-overload]
    ) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process.pid
        finally:
            process.kill()


def test_a_process_is_seen_by_directory_argument_and_activation(tmp_path: Path) -> None:
    roots = {name: tmp_path / name for name in ("cwd", "argument", "active", "idle")}
    for each in roots.values():
        each.mkdir()
    active = {**os.environ, "VIRTUAL_ENV": str(roots["active"])}
    with (
        running(cwd=roots["cwd"]) as first,
        running(str(roots["argument"] / "x")) as second,
        running(env=active) as third,
    ):
        found = {each.pid: each.keys for each in processes_in({k: [v] for k, v in roots.items()})}
    expected = {first: {"cwd"}, second: {"argument"}, third: {"active"}}
    assert {pid: set(keys) for pid, keys in found.items()} == expected


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who holds a lock")
def test_whoever_holds_a_pin_is_seen_though_nothing_else_tells(tmp_path: Path) -> None:
    pins.create(tmp_path)
    descriptor = pins.hold(tmp_path)
    assert descriptor is not None
    # A lock belongs to the open file, so the one who took it is named: this process.
    assert os.getpid() in pins.holders({"p": [tmp_path]})["p"]
    assert pins.pinned(tmp_path)
    pins.release(descriptor)
    assert not pins.pinned(tmp_path)


def test_a_process_in_a_prefix_works_with_its_revision(node: tuple[Layout, Journal]) -> None:
    built(node, "a", 1)
    built(node, "b", 2)
    assert counted(node, seen(1, "a"), seen(2, "b"), seen(3, "b")) == {ENV: {1: 1, 2: 2}}


def test_a_lock_that_stayed_the_same_is_the_newest_revision(node: tuple[Layout, Journal]) -> None:
    built(node, "a", 1)
    node[1].go_live(ENV, "a", 3)
    assert counted(node, seen(1, "a")) == {ENV: {3: 1}}


def test_what_began_through_the_stable_path_keeps_what_was_live_then(
    node: tuple[Layout, Journal],
) -> None:
    built(node, "a", 1)
    built(node, "b", 2)
    history = (Reign(10.0, "a", 1), Reign(100.0, "b", 2))
    old, new = seen(1, ENV, started=50.0), seen(2, ENV, started=150.0)
    # It loads what it needs later from where the path leads by then.
    both = seen(3, ENV, "b", started=60.0)
    assert counted(node, old, new, both, reigned=history) == {ENV: {1: 2, 2: 1}}
    assert counted(node, seen(4, ENV, started=1.0), reigned=history) == {}
    assert counted(node, seen(4, ENV), reigned=()) == {ENV: {None: 1}}


def test_a_fork_goes_on_with_what_its_parent_began_with(node: tuple[Layout, Journal]) -> None:
    built(node, "a", 1)
    built(node, "b", 2)
    history = (Reign(10.0, "a", 1), Reign(100.0, "b", 2))
    parent = seen(1, ENV, started=50.0)
    fork = seen(2, ENV, started=150.0, parent=1)
    other = seen(3, ENV, started=150.0, parent=1, argument="--other")
    assert counted(node, parent, fork, other, reigned=history) == {ENV: {1: 2, 2: 1}}


def test_what_is_named_is_bounded_and_what_is_counted_is_not(node: tuple[Layout, Journal]) -> None:
    journal = node[1]
    environments = [f"0190b6c0-0000-7000-8000-0000000001{number:02}" for number in range(20)]
    for number, environment in enumerate(environments):
        built(node, f"b{number}", 1, environment)
    found = [seen(number * 100 + pid, f"b{number}") for number in range(20) for pid in range(90)]
    told = used(found, journal.builds(), journal.replicas(), {})
    assert sum(len(each.processes) for each in told) == MOST_PROCESSES
    assert max(len(each.processes) for each in told) == MOST_OF_REPLICA
    assert [each.revisions[0].count for each in told] == [90] * 20


def test_switches_are_noted_once_and_the_first_of_an_older_release_too(
    node: tuple[Layout, Journal],
) -> None:
    journal = node[1]
    built(node, "a", 1)
    reigns.forget(journal, ENV)
    reigns.began(journal, ENV, "b", 2, 70.0)
    reigns.began(journal, ENV, "b", 2, 90.0)
    assert reigns.reigns_of(journal, ENV) == (Reign(0.0, "a", 1), Reign(70.0, "b", 2))
    journal.remember(f"reigns:{ENV}", "nonsense")
    assert reigns.reigns_of(journal, ENV) == ()


class Controller:
    """Keeps the newest as the controller does, and may be deaf."""

    def __init__(self) -> None:
        self.asked: list[UseRequest] = []
        self.kept = ""
        self.deaf = False

    async def ask(self, request: UseRequest) -> UseReply:
        self.asked.append(request)
        if self.deaf:
            raise Unavailable("bus-disconnected", reason="test")
        if request.told is not None:
            self.kept = request.told.digest()
        return UseReply(wanted=request.offer is not None and request.offer != self.kept)


def use(count: int) -> tuple[ReplicaUse, ...]:
    return (ReplicaUse(environment=ENV, revisions=(RevisionUse(revision=1, count=count),)),)


async def test_use_is_told_on_change_and_offered_again_on_a_new_connection() -> None:
    controller = Controller()
    report = UseReport(controller.ask)
    report.saw(use(1))
    await report.flush()
    report.saw(use(1))
    await report.flush()
    report.saw(use(2))
    await report.flush()
    assert [bool(each.told) for each in controller.asked] == [False, True, True]
    report.repeat()
    await report.flush()
    assert controller.asked[-1].told is None
    controller.kept = ""
    report.repeat()
    await report.flush()
    assert controller.kept


async def test_use_that_was_not_heard_is_told_again_with_a_higher_number() -> None:
    controller = Controller()
    report = UseReport(controller.ask, now=lambda: 5.0)
    report.saw(use(1))
    controller.deaf = True
    with pytest.raises(Unavailable):
        await report.flush()
    controller.deaf = False
    await report.flush()
    report.saw(())
    await report.flush()
    first, second = (each.told for each in controller.asked if each.told)
    assert second.sequence > first.sequence
    assert second.replicas == ()
