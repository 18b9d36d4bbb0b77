"""Of two machines with one identity one acts, and it is the same one for as long as it lives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.tenure import (
    REFUSED_KEPT,
    Claim,
    Tenure,
    claim,
    may_take_over,
    taken_over,
    turned_away,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_restart_is_told_from_a_stranger() -> None:
    acting = Tenure("a2", NOW)
    assert claim(None, "a1", ()) is Claim.RESTART
    assert claim(acting, "a2", ("a1",)) is Claim.HELD
    assert claim(acting, "a3", ("a2", "a1")) is Claim.RESTART
    # A run in between that the controller never heard of.
    assert claim(acting, "a4", ("a3", "a2", "a1")) is Claim.RESTART
    # An image from before the present run, and a machine that has lost its list.
    assert claim(acting, "b1", ("a1",)) is Claim.STRANGER
    assert claim(acting, "b1", ()) is Claim.STRANGER


def test_a_copy_of_the_run_that_acts_stays_a_copy_once_it_was_turned_away() -> None:
    acting = turned_away(Tenure("a1", NOW), "b1")
    assert claim(acting, "b1", ("a1",)) is Claim.STRANGER
    assert claim(acting, "b2", ("b1", "a1")) is Claim.STRANGER
    # Its original parted from it before.
    assert claim(acting, "a2", ("a1",)) is Claim.RESTART


def test_a_live_run_gives_way_to_nobody_and_a_silent_one_to_everybody() -> None:
    for kind in (Claim.RESTART, Claim.STRANGER):
        assert not may_take_over(kind, alive=True, silent=True)
        assert may_take_over(kind, alive=False, silent=True)
    assert may_take_over(Claim.RESTART, alive=False, silent=False)
    assert not may_take_over(Claim.STRANGER, alive=False, silent=False)
    assert may_take_over(Claim.HELD, alive=True, silent=False)


def test_what_takes_over_is_not_refused_any_more_and_memory_is_bounded() -> None:
    acting = turned_away(turned_away(Tenure("a1", NOW), "b1"), "c1")
    after = taken_over(acting, "b2", ("b1", "a0"), NOW)
    assert after == Tenure("b2", NOW, ("c1",))
    for number in range(100):
        after = turned_away(after, f"d{number}")
    assert len(after.refused) == REFUSED_KEPT
    assert turned_away(after, "d99") == after


@dataclass(eq=False)
class Machine:
    """A machine that can be copied, killed and started."""

    accepted: list[str]
    tried: list[str] = field(default_factory=list)
    run: str | None = None

    @property
    def lineage(self) -> Sequence[str]:
        return [*self.tried[1:], *self.accepted]


@given(st.lists(st.tuples(st.sampled_from(["start", "stop", "copy", "claim"]), st.integers(0, 3))))
def test_two_never_act_at_once_and_a_lonely_restart_is_never_refused(
    steps: list[tuple[str, int]],
) -> None:
    machines, tenure, names = [Machine([])], None, iter(range(10_000))
    acting: Machine | None = None
    for what, which in steps:
        machine = machines[which % len(machines)]
        if what == "copy" and len(machines) < 3:
            machines.append(Machine(list(machine.accepted), list(machine.tried)))
        elif what == "start" and machine.run is None:
            machine.run = f"r{next(names)}"
            machine.tried.insert(0, machine.run)
        elif what == "stop":
            acting = None if machine is acting else acting
            machine.run = None
        elif what == "claim" and machine.run is not None:
            kind = claim(tenure, machine.run, machine.lineage)
            if may_take_over(kind, alive=acting is not None, silent=False):
                assert acting is None or acting is machine
                if kind is not Claim.HELD:
                    tenure = taken_over(tenure, machine.run, machine.lineage, NOW)
                    machine.accepted = [machine.run, *machine.accepted]
                    machine.tried = [machine.run]
                acting = machine
            else:
                assert len(machines) > 1
                assert tenure is not None
                tenure = turned_away(tenure, machine.run)
