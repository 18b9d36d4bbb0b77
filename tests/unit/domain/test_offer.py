"""What an index offers a machine, who asks for it, and why something newer is not taken."""

import pytest
from packaging.version import Version

from venvoy.domain.dependency import Edge, edges
from venvoy.domain.held_back import HeldBack, Reason, held_back
from venvoy.domain.offer import Has, OfferedFile, best, newer, offers
from venvoy.domain.plan import Installed
from venvoy.domain.platform import Platform
from venvoy.domain.wheel import Target
from venvoy.domain.wheel_choice import Machine

LINUX = Machine(Target(Platform.LINUX_X86_64, "3.12.4"), 36)
WINDOWS = Machine(Target(Platform.WINDOWS_X86_64, "3.12.9"))
PAGE = offers(
    [
        OfferedFile("a-1.0-py3-none-any.whl"),
        OfferedFile("a-1.10-py3-none-any.whl"),
        OfferedFile("a-1.9-py3-none-any.whl"),
        OfferedFile("a-2.0-cp312-cp312-win_amd64.whl"),
        OfferedFile("a-2.0.tar.gz"),
        OfferedFile("a-3.0-py3-none-any.whl", requires_python=">=3.13"),
        OfferedFile("a-4.0-py3-none-any.whl", yanked=True),
        OfferedFile("a-5.0rc1-py3-none-any.whl"),
        OfferedFile("a-nonsense-py3-none-any.whl"),
        OfferedFile("readme.txt"),
    ]
)


def test_the_newest_release_stands_first() -> None:
    found = [str(release.version) for release in PAGE]
    assert found == ["5.0rc1", "3.0", "2.0", "1.10", "1.9", "1.0"]


def test_only_what_the_machine_could_have_is_newer() -> None:
    assert newer(PAGE, "1.0", LINUX) == (Version("1.10"), Version("1.9"))
    assert newer(PAGE, "1.0", WINDOWS)[0] == Version("2.0")
    assert newer(PAGE, "1.10", LINUX) == ()
    assert newer(PAGE, "5.0b1", LINUX) == (Version("5.0rc1"),)


@pytest.mark.parametrize(
    ("specifier", "machine", "expected"),
    [
        ("", LINUX, Has.WHEEL),
        ("==2.0", LINUX, Has.SOURCE),
        ("==2.0", WINDOWS, Has.WHEEL),
        ("==3.0", LINUX, Has.MISSING),
        ("==9", LINUX, Has.MISSING),
        (">=2,<3", LINUX, Has.SOURCE),
    ],
)
def test_what_a_machine_finds(specifier: str, machine: Machine, expected: Has) -> None:
    assert best(PAGE, specifier, machine) is expected


REQUIRES = {
    "top": (
        "leaf<2",
        'winpart; sys_platform == "win32"',
        'fast>=1; extra == "speed"',
        'never; python_version < "3.8"',
        "not a requirement !!",
    ),
    "fast": ('top[more]; extra == "x"', "leaf>=1"),
    "unreached": ("leaf==9",),
}


def test_demands_follow_markers_and_extras() -> None:
    plain = edges(["top>=1"], REQUIRES, LINUX.target)
    assert plain == (Edge("leaf", "top", "<2"), Edge("top", "", ">=1"))
    assert "winpart" in {edge.package for edge in edges(["top"], REQUIRES, WINDOWS.target)}
    fast = edges(["Top[speed]"], REQUIRES, LINUX.target)
    assert Edge("fast", "top", ">=1", marker='extra == "speed"') in fast
    assert Edge("leaf", "fast", ">=1") in fast
    assert Edge("top", "", "", ("speed",)) in fast


def test_a_circle_of_demands_ends_and_gathers_extras() -> None:
    circle = {"a": ("b[x]",), "b": ("a", 'c; extra == "x"', 'd; extra == "y"')}
    found = edges(["b[y]", "a"], circle, LINUX.target)
    assert {edge.package for edge in found} == {"a", "b", "c", "d"}


def installed(version: str) -> dict[str, Installed]:
    return {"a": Installed("a", version, "ab")}


PINNED = {"a": frozenset({"1.0"})}


@pytest.mark.parametrize(
    ("demands", "pins", "expected"),
    [
        ((), PINNED, (Reason.KEPT, ())),
        ((Edge("a", "", ""),), {}, (Reason.INCOMPATIBLE, ())),
        ((Edge("a", "", "<1.5"),), PINNED, (Reason.CONSTRAINT, ("",))),
        ((Edge("a", "top", "!=1.10"),), PINNED, (Reason.KEPT, ("top",))),
        ((Edge("a", "x", "!=1.10"), Edge("a", "y", "!=1.9")), {}, (Reason.CONSTRAINT, ("x",))),
    ],
)
def test_why_something_stays_older(
    demands: tuple[Edge, ...], pins: dict[str, frozenset[str]], expected: object
) -> None:
    (found,) = held_back(installed("1.0"), {"a": PAGE}, demands, pins, LINUX)
    assert (found.name, found.version, found.newest) == ("a", "1.0", "1.10")
    assert (found.reason, tuple(edge.by for edge in found.by)) == expected


def test_what_is_newest_or_unknown_is_not_held_back() -> None:
    assert held_back(installed("1.10"), {"a": PAGE}, (), {}, LINUX) == ()
    assert held_back(installed("1.0"), {}, (), {}, LINUX) == ()
    assert held_back(installed("1.0"), {"a": PAGE}, (), {}, WINDOWS) == (
        HeldBack("a", "1.0", "2.0", Reason.INCOMPATIBLE),
    )
