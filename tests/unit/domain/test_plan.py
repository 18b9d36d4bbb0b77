"""A plan is the difference of what two locks mean on one machine, and nothing else."""

import random

from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.domain.plan import Because, Fetch, Kind, apply, because, count, diff, fetch, view
from venvoy.domain.platform import Platform
from venvoy.domain.wheel import Target
from venvoy.domain.wheel_choice import Machine

LINUX = Machine(Target(Platform.LINUX_X86_64, "3.12.4"), 36)
WINDOWS = Machine(Target(Platform.WINDOWS_X86_64, "3.12.9"))
MARKERS = (None, "sys_platform == 'linux'", "sys_platform == 'win32'", "python_version < '3.12'")
TAGS = ("py3-none-any", "cp312-cp312-manylinux_2_17_x86_64", "cp312-cp312-win_amd64")


def file(name: str, version: str, tag: str, size: int | None, build: int = 0) -> LockedFile:
    digest = f"{hash((name, version, tag, build)) & (2**256 - 1):064x}"
    return LockedFile(f"{name}-{version}-{tag}.whl", digest, size)


@st.composite
def packages(draw: st.DrawFn) -> LockedPackage:
    name = draw(st.sampled_from("abcdef"))
    version = draw(st.sampled_from(["1.0", "1.1", "2.0rc1", "2.0"]))
    tags = draw(st.sets(st.sampled_from(TAGS)))
    size = draw(st.none() | st.integers(0, 10**9))
    build = draw(st.integers(0, 1))
    files = tuple(file(name, version, tag, size, build) for tag in sorted(tags))
    return LockedPackage(name, version, draw(st.sampled_from(MARKERS)), files)


locks = st.lists(packages(), max_size=10).map(lambda found: Lock("==3.12.*", tuple(found)))
machines = st.sampled_from([LINUX, WINDOWS])


@given(locks, locks, machines, st.randoms(use_true_random=False))
def test_applied_to_the_old_view_it_gives_the_new_one_in_any_order(
    old: Lock, new: Lock, machine: Machine, chance: random.Random
) -> None:
    before, after = view(old, machine), view(new, machine)
    changes = list(diff(before, after))
    chance.shuffle(changes)
    assert apply(before, changes) == after


@given(locks, locks, machines)
def test_it_is_empty_exactly_when_nothing_differs_there(
    old: Lock, new: Lock, machine: Machine
) -> None:
    before, after = view(old, machine), view(new, machine)
    assert (diff(before, after) == ()) == (before == after)
    assert diff(after, after) == ()


@given(locks, machines, st.randoms(use_true_random=False))
def test_the_order_of_a_lock_does_not_matter(
    lock: Lock, machine: Machine, chance: random.Random
) -> None:
    shuffled = [
        LockedPackage(each.name, each.version, each.marker, each.files[::-1])
        for each in {(each.name, each.version): each for each in lock.packages}.values()
    ]
    plain = Lock(lock.python, tuple(shuffled))
    chance.shuffle(shuffled)
    assert view(Lock(lock.python, tuple(shuffled)), machine) == view(plain, machine)


@given(locks, locks, machines)
def test_the_way_back_is_the_mirror_of_the_way_there(
    old: Lock, new: Lock, machine: Machine
) -> None:
    before, after = view(old, machine), view(new, machine)
    there, back = count(diff(before, after)), count(diff(after, before))
    assert (there[Kind.ADD], there[Kind.UPGRADE]) == (back[Kind.REMOVE], back[Kind.DOWNGRADE])
    assert there[Kind.REPLACE] == back[Kind.REPLACE]


@given(locks, locks, machines)
def test_bytes_are_never_negative_and_what_is_held_is_not_fetched(
    old: Lock, new: Lock, machine: Machine
) -> None:
    after = view(new, machine)
    held = frozenset(p.sha256 for p in view(old, machine).values() if p.sha256)
    all_, rest = fetch(after, frozenset()), fetch(after, held)
    assert 0 <= rest.bytes <= all_.bytes
    assert 0 <= rest.unknown <= rest.files <= all_.files
    assert rest.disk_bytes >= rest.bytes
    assert fetch(after, frozenset(p.sha256 for p in after.values() if p.sha256)) == Fetch()


def test_what_a_machine_sees_of_a_lock() -> None:
    both = LockedPackage("a", "1.0", None, tuple(file("a", "1.0", tag, 10) for tag in TAGS))
    elsewhere = LockedPackage("w", "1.0", MARKERS[2], (file("w", "1.0", TAGS[0], 5),))
    lock = Lock("==3.12.*", (both, elsewhere))
    assert view(lock, LINUX).keys() == {"a"}
    assert view(lock, WINDOWS).keys() == {"a", "w"}
    chosen = view(lock, LINUX)["a"].file
    assert chosen is not None
    assert chosen.name == "a-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"
    assert fetch(view(lock, WINDOWS), frozenset()) == Fetch(files=2, bytes=15)


def test_each_kind_of_change_is_told_apart() -> None:
    def lock(**versions: tuple[str, int]) -> Lock:
        found = (
            LockedPackage(name, version, None, (file(name, version, TAGS[0], 1, build),))
            for name, (version, build) in versions.items()
        )
        return Lock("==3.12.*", tuple(found))

    old = lock(gone=("1.0", 0), up=("1.9", 0), down=("2.0", 0), same=("1.0", 0), built=("1.0", 0))
    new = lock(came=("1.0", 0), up=("1.10", 0), down=("1.0", 0), same=("1.0", 0), built=("1.0", 1))
    changes = diff(view(old, LINUX), view(new, LINUX))
    assert {change.name: change.kind for change in changes} == {
        "came": Kind.ADD,
        "gone": Kind.REMOVE,
        "up": Kind.UPGRADE,
        "down": Kind.DOWNGRADE,
        "built": Kind.REPLACE,
    }


def test_why_a_machine_builds_anew() -> None:
    change = diff({}, view(Lock("", (LockedPackage("a", "1.0", None, ()),)), LINUX))
    assert because(change, (None, "3.12.4"), first=True) == (Because.FIRST,)
    assert because(change, ("3.12.4", "3.12.4"), first=False) == (Because.PACKAGES,)
    assert because((), ("3.11.7", "3.12.4"), first=False) == (Because.PYTHON,)
    assert because(change, ("3.11.7", "3.12.4"), first=False) == (
        Because.PYTHON,
        Because.PACKAGES,
    )
    assert because((), ("3.12.4", "3.12.4"), first=False) == (Because.SETTINGS,)
