"""Adoption: the wish that gives what a machine holds, and what no lock can hold."""

from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from venvoy.domain.adoption import (
    Adoption,
    Held,
    Loss,
    Lost,
    adopt,
    message_of,
    pinned,
    preferred,
)
from venvoy.domain.drift import Origin
from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.domain.platform import Platform
from venvoy.domain.requirement import parse_requirement_list
from venvoy.domain.wheel import Target, needed

HERE = Target(Platform.LINUX_X86_64, "3.12.4")
FILE = LockedFile("x-1-py3-none-any.whl", "a" * 64)
WINDOWS = "sys_platform == 'win32'"


def locked(packages: dict[str, str], **markers: str) -> Lock:
    return Lock(
        "==3.12.*",
        tuple(
            LockedPackage(name, version, markers.get(name), (FILE,))
            for name, version in sorted(packages.items())
        ),
    )


LOCK = locked({"flask": "3.0", "werkzeug": "3.0", "colorama": "0.4"}, colorama=WINDOWS)
AS_PUT = {"flask": Held("3.0"), "werkzeug": Held("3.0")}
ASKED = ("flask[async]>=3",)


def adopted(held: dict[str, Held], asked: tuple[str, ...] = ASKED) -> Adoption:
    return adopt(asked, LOCK, HERE, held)


def test_what_was_asked_for_by_hand_is_a_requirement_and_what_came_along_is_not() -> None:
    came = {"rich": Held("13.9", requested=True, changed=True), "mdurl": Held("0.1", changed=True)}
    found = adopted(AS_PUT | came)
    assert found.requirements == ("flask[async]>=3", "rich==13.9")
    assert found.versions == {"flask": "3.0", "werkzeug": "3.0", "rich": "13.9", "mdurl": "0.1"}
    again = pinned(found, ["mdurl"], LOCK, HERE)
    assert again.requirements == ("flask[async]>=3", "mdurl==0.1", "rich==13.9")


def test_what_was_upgraded_is_pinned_where_it_was_asked_for_and_where_it_was_not() -> None:
    held = {"flask": Held("3.1", changed=True), "werkzeug": Held("3.2", changed=True)}
    assert adopted(held).requirements == ("flask[async]==3.1", "werkzeug==3.2")


def test_what_was_removed_is_not_asked_for_any_more() -> None:
    assert adopted({"werkzeug": Held("3.0")}).requirements == ()
    elsewhere = (*ASKED, f"colorama ; {WINDOWS}")
    found = adopted({"werkzeug": Held("3.0")}, elsewhere)
    assert [Requirement(each).name for each in found.requirements] == ["colorama"]


def test_lines_for_other_machines_stay_as_they_are() -> None:
    asked = ("flask<3.1 ; sys_platform == 'linux'", f"flask>=2 ; {WINDOWS}")
    found = adopted(AS_PUT | {"flask": Held("3.2", changed=True)}, asked)
    texts = sorted(str(Requirement(each).specifier) for each in found.requirements)
    assert texts == ["==3.2", ">=2"]


def test_what_no_lock_can_hold_is_named() -> None:
    held = AS_PUT | {
        "mine": Held("0.1", Origin.EDITABLE, requested=True, changed=True),
        "flask": Held("3.9", Origin.VCS, requested=True, changed=True, edited=2),
        "odd": Held("not a version", requested=True, changed=True),
    }
    found = adopted(held)
    assert found.requirements == ASKED
    assert found.versions == {"flask": "3.0", "werkzeug": "3.0"}
    assert found.lost == (
        Lost("flask", "3.9", Loss.EDITED, 2),
        Lost("flask", "3.9", Loss.VCS),
        Lost("mine", "0.1", Loss.EDITABLE),
        Lost("odd", "not a version", Loss.UNREADABLE),
    )


def test_a_name_or_version_that_is_more_than_that_becomes_no_requirement() -> None:
    held = {
        "x @ https://example.org/x": Held("1", requested=True, changed=True),
        "y": Held("1 ; sys_platform == 'win32'", requested=True, changed=True),
        "z": Held("1,<2", requested=True, changed=True),
    }
    found = adopted(AS_PUT | held)
    assert found.requirements == ASKED
    assert {each.reason for each in found.lost} == {Loss.UNREADABLE}


def test_the_live_lock_with_other_versions_is_preferred() -> None:
    found = preferred(LOCK, HERE, {"flask": "3.1", "werkzeug": "3.0", "rich": "13.9"})
    told = [(each.name, each.version, bool(each.files)) for each in found.packages]
    assert told == [
        ("colorama", "0.4", True),
        ("flask", "3.1", False),
        ("rich", "13.9", False),
        ("werkzeug", "3.0", True),
    ]


def test_a_message_says_where_it_came_from() -> None:
    assert message_of("n1") == "adopted from node n1"
    assert message_of("n1", "mend it") == "mend it (adopted from node n1)"
    assert len(message_of("n1", "x" * 500)) == 500


names = st.sampled_from(["flask", "werkzeug", "rich", "mine", "colorama"])
helds = st.builds(
    Held,
    st.sampled_from(["3.0", "3.1", "1!2.0rc1+cu12", "no version"]),
    st.sampled_from(["", *Origin, "later-word"]),
    st.booleans(),
    st.booleans(),
    st.integers(0, 3),
)


@given(st.dictionaries(names, helds))
def test_every_package_is_adopted_lost_or_as_it_was_put(held: dict[str, Held]) -> None:
    found = adopted(held)
    assert parse_requirement_list(found.requirements) == found.requirements, "canonical"
    unlockable = {each.package: each for each in found.lost if each.reason != Loss.EDITED}
    was = {package.name: package.version for package in needed(LOCK, HERE)}
    for name, have in held.items():
        if name in unlockable:
            assert have.changed or unlockable[name].reason == Loss.UNREADABLE
            assert found.versions.get(name) == was.get(name)
        else:
            assert found.versions[name] == have.version
    assert found.versions.keys() <= held.keys()
    asked = {Requirement(each).name for each in found.requirements}
    assert asked <= held.keys(), "what is not there is not asked for"


@given(st.dictionaries(names, helds))
def test_adopting_what_was_adopted_changes_nothing(held: dict[str, Held]) -> None:
    found = adopted({name: each for name, each in held.items() if each.version != "no version"})
    lock = locked(dict(found.versions))
    there = {name: Held(version) for name, version in found.versions.items()}
    again = adopt(found.requirements, lock, HERE, there)
    assert (again.requirements, again.versions, again.lost) == (
        found.requirements,
        found.versions,
        (),
    )
