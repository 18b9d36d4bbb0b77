"""A cool-down: what is asked of uv, and what its refusals mean."""

from datetime import UTC, datetime

import pytest

from venvoy.cli.policy import wish
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.cooling import CoolDown, exempt_names
from venvoy.domain.errors import InvalidInput
from venvoy.domain.policy import Policy, check_policy

NOW = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)
FAILED = Cause("no-solution", Step.RESOLVE, Hop.REQUIREMENTS, {}, ("error: no",))


def test_it_is_counted_back_from_now_and_leaves_packages_out() -> None:
    policy = Policy(cool_down=7, cool_down_except=("Our_Package", "our-package", "b"))
    cooling = check_policy(policy).cooling(NOW)
    assert cooling == CoolDown(7, datetime(2026, 3, 3, 2, 30, tzinfo=UTC), ("b", "our-package"))
    assert cooling.arguments() == [
        *("--exclude-newer", "2026-03-03T02:30:00Z"),
        *("--exclude-newer-package", "b=false"),
        *("--exclude-newer-package", "our-package=false"),
    ]
    assert Policy.of(policy.document()) == policy


@pytest.mark.parametrize("days", [None, 0])
def test_none_is_none(days: int | None) -> None:
    assert Policy(cool_down=days, cool_down_except=("six",)).cooling(NOW) is None


def test_zero_days_drop_the_list_too() -> None:
    said = wish(cool_down=0)
    assert said is not None
    sent = said.model_dump(exclude_unset=True)
    assert sent == {"cool_down": None, "cool_down_except": None}


@pytest.mark.parametrize("policy", [Policy(cool_down=-1), Policy(cool_down=366)])
def test_days_are_bounded(policy: Policy) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_policy(policy)
    assert refused.value.code == "cool-down-out-of-range"


@pytest.mark.parametrize("name", ["", "six==1", "six=false", "-r", "a b", "six\n", "x" * 200])
def test_what_is_no_name_reaches_no_command_line(name: str) -> None:
    with pytest.raises(InvalidInput):
        exempt_names([name])


def test_too_many_are_refused() -> None:
    with pytest.raises(InvalidInput):
        exempt_names(f"p{number}" for number in range(201))


def test_a_failure_that_is_about_something_else_keeps_its_cause() -> None:
    cooling = CoolDown(7, NOW)
    assert cooling.cause(["error: No solution found"], FAILED) is FAILED
    hint = "hint: `leaf` was filtered by `exclude-newer` to only include packages"
    away = Cause("connection-refused", Step.RESOLVE, Hop.MIRROR)
    assert cooling.cause([hint], away) is away
    found = cooling.cause([hint], FAILED)
    assert (found.code, found.params) == ("cooling-down", {"packages": ["leaf"], "days": 7})
