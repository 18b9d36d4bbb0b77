"""A difference of two sides: empty when they are equal, applied it gives the other."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.comparison import (
    Entry,
    Kind,
    Part,
    Side,
    Value,
    apply,
    compare,
    diff,
    holding,
    narrowed,
    side,
)
from venvoy.domain.lock import Lock, LockedPackage
from venvoy.domain.platform import Platform
from venvoy.domain.proposal import Proposal
from venvoy.domain.pythons import Override
from venvoy.domain.wheel import Target

values = st.builds(
    Value,
    st.sampled_from(["1.0", "1.1", "2.0"]),
    st.sampled_from(["", "sys_platform == 'win32'"]),
)
entries = st.sets(values, min_size=1, max_size=2).map(lambda found: tuple(sorted(found)))
keys = st.tuples(st.sampled_from(Part), st.sampled_from("abcd"))
sides = st.dictionaries(keys, entries, max_size=8)


@given(sides, sides, st.randoms(use_true_random=False))
def test_applied_to_one_side_it_gives_the_other_in_any_order(
    before: Side, after: Side, chance: random.Random
) -> None:
    changes = list(diff(before, after))
    chance.shuffle(changes)
    assert apply(before, changes) == after


@given(sides, sides)
def test_it_is_empty_exactly_when_both_are_equal(before: Side, after: Side) -> None:
    assert (diff(before, after) == ()) == (before == after)
    assert diff(after, dict(reversed(list(after.items())))) == ()


@given(sides, sides)
def test_the_way_back_is_the_mirror_of_the_way_there(before: Side, after: Side) -> None:
    assert tuple(each.reversed for each in diff(before, after)) == diff(after, before)


@given(sides, sides)
def test_all_entries_are_those_of_both_sides(before: Side, after: Side) -> None:
    found = compare(before, after)
    assert {(each.part, each.name) for each in found} == before.keys() | after.keys()
    assert tuple(each for each in found if each.kind is not Kind.SAME) == diff(before, after)


LINUX = Target(Platform.LINUX_X86_64, "3.12.4")
held = st.dictionaries(st.sampled_from("abcd"), st.builds(Value, st.sampled_from("12")))


@given(sides, held)
def test_a_node_differs_in_just_the_packages_that_it_holds_otherwise(
    wanted: Side, packages: dict[str, Value]
) -> None:
    here = narrowed(wanted, LINUX)
    assert narrowed(here, LINUX) == here, "what one machine has is no other there"
    found = diff(here, holding(here, packages))
    assert all(each.part is Part.PACKAGE for each in found)
    names = {name for part, name in here if part is Part.PACKAGE} | packages.keys()
    differing = {
        name
        for name in names
        if here.get((Part.PACKAGE, name), ()) != tuple(filter(None, [packages.get(name)]))
    }
    assert {each.name for each in found} == differing


@given(sides, held, held)
def test_two_nodes_of_one_revision_differ_in_what_both_hold_otherwise(
    wanted: Side, one: dict[str, Value], other: dict[str, Value]
) -> None:
    found = diff(holding(wanted, one), holding(wanted, other))
    assert {each.name for each in found} == {
        name for name in one.keys() | other.keys() if one.get(name) != other.get(name)
    }


def test_a_machine_has_what_its_markers_say() -> None:
    whole = of(lock=pinned(("numpy", "1.26", "sys_platform == 'win32'"), ("rich", "13", None)))
    here = narrowed(whole, LINUX)
    assert (Part.PACKAGE, "numpy") not in here
    windows = narrowed(whole, Target(Platform.WINDOWS_X86_64, "3.12.4"))
    assert windows[Part.PACKAGE, "numpy"] == (Value("1.26"),)


def pinned(*pins: tuple[str, str, str | None]) -> Lock:
    return Lock("==3.12.*", tuple(LockedPackage(*pin, files=()) for pin in pins))


BASE = Proposal(("Flask>=3",), "==3.12.*", platforms=(Platform.LINUX_X86_64,))
LOCK = pinned(("flask", "3.0", None), ("numpy", "1.26", "sys_platform == 'win32'"))


def of(proposal: Proposal = BASE, lock: Lock = LOCK, **policy: object) -> Side:
    return side(proposal.spec_document(), lock, policy)


def test_everything_that_a_revision_says_is_compared() -> None:
    other = Override.made(None, {"os": "old"}, "3.11")
    after = replace(BASE, requirements=("flask>=3.1",), python="==3.13.*", overrides=(other,))
    after = replace(after, platforms=(Platform.WINDOWS_X86_64,))
    lock = pinned(("flask", "3.1", None), ("numpy", "1.26", None), ("rich", "13", None))
    found = diff(of(), of(after, lock, keep=4))
    assert [(each.part, each.name, each.kind) for each in found] == [
        (Part.PACKAGE, "flask", Kind.CHANGED),
        (Part.PACKAGE, "numpy", Kind.CHANGED),
        (Part.PACKAGE, "rich", Kind.ADDED),
        (Part.REQUIREMENT, "flask", Kind.CHANGED),
        (Part.PYTHON, "python", Kind.CHANGED),
        (Part.PYTHON_FOR, "os=old", Kind.ADDED),
        (Part.PLATFORM, "linux-x86_64", Kind.REMOVED),
        (Part.PLATFORM, "windows-x86_64", Kind.ADDED),
        (Part.SETTING, "keep", Kind.ADDED),
    ]
    assert found[1] == Entry(
        Part.PACKAGE, "numpy", (Value("1.26", "sys_platform == 'win32'"),), (Value("1.26"),)
    )


def test_versions_under_other_markers_are_one_entry() -> None:
    before = of(lock=pinned(("numpy", "1.26", "python_version < '3.12'"), ("numpy", "2.0", None)))
    (change,) = diff(before, of(lock=pinned(("numpy", "2.0", None))))
    assert [each.text for each in change.before] == ["1.26", "2.0"]
    assert [each.text for each in change.after] == ["2.0"]
