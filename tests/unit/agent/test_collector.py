"""What is deleted of a replica's prefixes, and what a kill in between leaves."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from venvoy.agent import pins
from venvoy.agent.collector import Collector, Keeping
from venvoy.agent.journal import BuildRow, Journal
from venvoy.agent.prefix import Layout
from venvoy.agent.system import Pointers
from venvoy.domain.reconcile import Version
from venvoy.domain.retention import Build, Fate, Phase


@dataclass
class Node:
    """A data directory with three whole prefixes and a live one."""

    layout: Layout
    journal: Journal

    def collector(self) -> Collector:
        return Collector(self.layout, self.journal, Pointers())

    def path(self, name: str) -> Path:
        return self.layout.prefix("env", 1, name)

    def left(self) -> tuple[set[str], set[str]]:
        """What the journal knows, and what is on the disk; nothing is in the trash."""
        assert not list(self.layout.trash.iterdir())
        known = {row.build.id for row in self.journal.builds("env")}
        return known, {path.name.removeprefix("1-") for path in self.layout.known_prefixes()}


@pytest.fixture
def node(tmp_path: Path) -> Node:
    layout = Layout(tmp_path)
    layout.make()
    found = Node(layout, Journal.open(layout.journal))
    found.journal.accept("env", "web", Version(1, 1), b"")
    for name in "abcd":
        path = found.path(name)
        (path / "lib").mkdir(parents=True)
        pins.create(path)
        build = Build(name, 1, f"lock-{name}", "==3.12.*", Phase.BUILDING)
        found.journal.begin_build(BuildRow(build, "env", path))
        found.journal.complete(name, "3.12.4")
        found.journal.go_live("env", name, 1)
    return found


async def test_what_is_tagged_stays_beside_the_newest_few(node: Node) -> None:
    collector = node.collector()
    collector.retire("env", 1, ["lock-a"])
    assert await collector.sweep("env") == ()
    assert node.left() == (set("acd"), set("acd"))
    collector.retire("env", 0)
    await collector.sweep("env")
    assert node.left() == (set("d"), set("d"))


async def test_a_prefix_that_a_command_holds_stays_until_it_ends(node: Node) -> None:
    held = pins.hold(node.path("a"))
    assert held is not None
    collector = node.collector()
    collector.retire("env", 0)
    assert await collector.sweep("env") == ("a",)
    assert node.left() == (set("ad"), set("ad"))
    pins.release(held)
    assert await collector.sweep() == ()
    assert node.left() == (set("d"), set("d"))


@pytest.mark.parametrize("far", ["doomed", "moved", "half deleted", "deleted"])
async def test_a_collection_that_was_killed_is_finished_by_the_next_agent(
    node: Node, far: str
) -> None:
    node.collector().retire("env", 2)
    if far != "doomed":
        gone = node.layout.trash / node.path("a").name
        node.path("a").rename(gone)
        if far != "moved":
            (gone / "lib").rmdir()
        if far == "deleted":
            (gone / pins.PIN_FILE).unlink()
            gone.rmdir()
    again = Node(node.layout, Journal.open(node.layout.journal))
    await again.collector().tidy()
    assert await again.collector().sweep() == ()
    assert again.left() == (set("bcd"), set("bcd"))


async def fates(node: Node, **keeping: object) -> dict[str, tuple[Fate, int]]:
    wanted = {"env": Keeping(**keeping)} if keeping else {}  # type: ignore[arg-type]
    found = await node.collector().survey(wanted)
    return {each.row.build.id: (each.fate, each.processes) for each in found}


async def test_a_survey_says_why_each_stays_and_changes_nothing(node: Node) -> None:
    held = pins.hold(node.path("b"))
    assert held is not None
    found = await fates(node, keep=0, tagged=("lock-a",), busy=False)
    pins.release(held)
    assert {key: fate for key, (fate, _) in found.items()} == {
        "a": Fate.TAGGED,
        "b": Fate.IN_USE,
        "c": Fate.FREE,
        "d": Fate.LIVE,
    }
    assert node.left() == (set("abcd"), set("abcd"))
    again = await fates(node, keep=1, busy=False)
    assert [again[name][0] for name in "abc"] == [Fate.FREE, Fate.FREE, Fate.KEPT]


async def test_what_is_being_changed_or_not_known_is_left_as_it_is(node: Node) -> None:
    for found in (await fates(node), await fates(node, keep=0, busy=True)):
        assert [found[name][0] for name in "abcd"] == [Fate.BUSY] * 3 + [Fate.LIVE]
    await node.collector().collect({"env": Keeping(keep=0, busy=True)})
    assert node.left() == (set("abcd"), set("abcd"))


async def test_a_collection_deletes_what_the_survey_calls_free(node: Node) -> None:
    held = pins.hold(node.path("b"))
    assert held is not None
    keeping = {"env": Keeping(0, ("lock-a",), busy=False)}
    await node.collector().collect(keeping)
    assert node.left() == (set("abd"), set("abd"))
    pins.release(held)
    await node.collector().collect(keeping)
    assert node.left() == (set("ad"), set("ad"))
