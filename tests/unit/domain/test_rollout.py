"""Rollouts: nobody moves out of turn, a stop stops, and who is away holds nobody up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.rollout import (
    Decision,
    Gate,
    Member,
    Outcome,
    Phase,
    Reason,
    Rollout,
    decide,
)
from venvoy.domain.share import Share, bounds

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CLOSED = Gate(Reason.WINDOW_CLOSED, START + 100 * MINUTE)
BY_HAND = Gate(Reason.NOT_RELEASED)

MEMBERS = st.builds(
    Member,
    st.uuids().map(str),
    st.text("abc", min_size=1, max_size=3),
    st.booleans(),
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from(Outcome),
    st.integers(0, 9).map(lambda minutes: START + minutes * MINUTE),
)
FLEETS = st.lists(MEMBERS, unique_by=lambda each: each.id, max_size=8)
SHARES = st.builds(Share, st.integers(1, 60), st.booleans())
ROLLOUTS = st.builds(
    Rollout,
    to=st.just(3),
    back=st.sampled_from([None, 1]),
    waves=st.lists(SHARES, max_size=4).map(tuple),
    pause=st.sampled_from([timedelta(), MINUTE, 5 * MINUTE]),
    budget=st.none() | st.builds(Share, st.integers(0, 50), st.booleans()),
    returns=st.booleans(),
    phase=st.sampled_from(Phase),
    wave=st.integers(0, 4),
)
TIMES = st.integers(0, 20).map(lambda minutes: START + minutes * MINUTE)
GATES = st.sampled_from([Gate(), CLOSED, BY_HAND])


def fleet(count: int, goal: int | None = 1) -> list[Member]:
    """Return nodes that are online and good with a revision."""
    return [Member(f"{n}", f"n{n}", True, goal, Outcome.GOOD, START) for n in range(count)]


def applied(
    rollout: Rollout, members: Sequence[Member], decision: Decision, now: datetime
) -> tuple[Rollout, list[Member]]:
    """Return how things stand once a decision is carried out."""
    to = dict.fromkeys(decision.forward, rollout.to)
    goals = to | dict.fromkeys(decision.backward, rollout.back)
    moved = [
        replace(each, goal=goals[each.id], outcome=Outcome.BUSY, since=now)
        if each.id in goals
        else each
        for each in members
    ]
    return replace(rollout, phase=decision.phase, wave=decision.wave), moved


@given(ROLLOUTS, FLEETS, TIMES, GATES, st.randoms())
def test_the_order_of_nodes_changes_nothing(
    rollout: Rollout,
    members: list[Member],
    now: datetime,
    gate: Gate,
    random: Callable[..., None],
) -> None:
    decision = decide(rollout, members, now, gate)
    random.shuffle(members)  # type: ignore[attr-defined]
    assert decide(rollout, members, now, gate) == decision


@given(ROLLOUTS, FLEETS, TIMES, GATES)
def test_what_was_said_and_done_is_not_said_again(
    rollout: Rollout, members: list[Member], now: datetime, gate: Gate
) -> None:
    first = decide(rollout, members, now, gate)
    after, moved = applied(rollout, members, first, now)
    again = decide(after, moved, now, gate)
    assert not again.forward
    assert not again.backward
    assert set(first.forward).isdisjoint(first.backward)


@given(ROLLOUTS, FLEETS, TIMES, GATES)
def test_nobody_moves_but_while_it_runs_within_the_budget_and_the_gate_is_open(
    rollout: Rollout, members: list[Member], now: datetime, gate: Gate
) -> None:
    decision = decide(rollout, members, now, gate)
    failed = sum(each.goal == 3 and each.outcome is Outcome.FAILED for each in members)
    if decision.forward:
        assert rollout.phase is Phase.RUNNING
        assert gate.closed is None
        assert decision.reason is Reason.WAVE_OPEN
        assert failed <= decision.allowed
    if rollout.budget is not None and rollout.phase is Phase.RUNNING and failed > decision.allowed:
        assert decision.reason is Reason.BUDGET_EXCEEDED
        assert decision.phase is not Phase.RUNNING


@given(ROLLOUTS, FLEETS, TIMES)
def test_a_wave_is_never_larger_than_was_said(
    rollout: Rollout, members: list[Member], now: datetime
) -> None:
    decision = decide(rollout, members, now)
    already = sum(each.goal == 3 for each in members)
    limit = bounds(rollout.waves, len(members))
    if decision.forward:
        assert already + len(decision.forward) <= limit[decision.wave]
        last = decision.wave == len(limit) - 1
        away = {each.id for each in members if not each.online}
        assert last or away.isdisjoint(decision.forward)


@given(ROLLOUTS, FLEETS, TIMES, GATES)
def test_going_back_reaches_every_node_that_has_another_revision(
    rollout: Rollout, members: list[Member], now: datetime, gate: Gate
) -> None:
    rollout = replace(rollout, phase=Phase.RETURNING, back=1)
    decision = decide(rollout, members, now, gate)
    assert set(decision.backward) == {each.id for each in members if each.goal != 1}


@dataclass
class World:
    """Nodes that do what they are told, and now and then go away."""

    rollout: Rollout
    members: list[Member]
    fails: Callable[[Member], bool] = lambda _: False
    now: datetime = START
    seen: list[Decision] = field(default_factory=list)

    def step(self, gate: Gate = Gate()) -> Decision:  # noqa: B008 - a frozen value
        """Decide, carry out, and let nodes that are there come to an end a minute later."""
        decision = decide(self.rollout, self.members, self.now, gate)
        self.seen.append(decision)
        self.rollout, self.members = applied(self.rollout, self.members, decision, self.now)
        self.now += MINUTE
        self.members = [self._ended(each) for each in self.members]
        return decision

    def run(self, most: int = 200) -> Decision:
        """Go on until it has an end, or nothing happens any more."""
        for _ in range(most):
            if self.step().phase not in {Phase.RUNNING, Phase.RETURNING}:
                break
        return self.seen[-1]

    def on(self, revision: int) -> set[str]:
        return {each.name for each in self.members if each.goal == revision}

    def _ended(self, each: Member) -> Member:
        if not each.online or each.outcome is not Outcome.BUSY:
            return each
        bad = each.goal == self.rollout.to and self.fails(each)
        return replace(each, outcome=Outcome.FAILED if bad else Outcome.GOOD, since=self.now)


@given(ROLLOUTS, FLEETS.filter(bool), st.data())
def test_every_node_ends_on_the_newest_when_nothing_fails(
    rollout: Rollout, members: list[Member], data: st.DataObject
) -> None:
    rollout = replace(rollout, phase=Phase.RUNNING, wave=0)
    calm = [replace(each, outcome=Outcome.GOOD) for each in members]
    calm[0] = replace(calm[0], online=True)
    world = World(rollout, calm)
    for _ in range(data.draw(st.integers(0, 20))):
        online = data.draw(st.lists(st.booleans(), min_size=len(calm), max_size=len(calm)))
        world.members = [
            replace(each, online=is_online)
            for each, is_online in zip(world.members, online, strict=True)
        ]
        world.step()
    world.members = [replace(world.members[0], online=True), *world.members[1:]]
    assert world.run().reason is Reason.FINISHED
    assert all(each.goal == 3 for each in world.members)
    assert set(world.seen[-1].behind) == {
        each.name for each in world.members if each.outcome is not Outcome.GOOD
    }


def test_a_bad_revision_stops_in_the_first_of_three_waves_and_goes_back() -> None:
    waves = (Share(1), Share(2))
    world = World(Rollout(2, 1, waves, budget=Share(0)), fleet(6), fails=lambda _: True)
    world.step()
    assert world.on(2) == {"n0"}
    stop = world.step()
    assert (stop.reason, stop.backward, stop.failed) == (
        Reason.BUDGET_EXCEEDED,
        ("0",),
        ("n0",),
    )
    assert world.run().phase is Phase.RETURNED
    assert world.on(1) == {each.name for each in world.members}


def test_without_return_a_stop_leaves_what_was_moved() -> None:
    rollout = Rollout(2, 1, (Share(1),), budget=Share(0), returns=False)
    world = World(rollout, fleet(3), fails=lambda _: True)
    assert world.run().phase is Phase.STOPPED
    assert world.on(2) == {"n0"}


def test_as_many_failures_as_are_allowed_stop_nothing() -> None:
    rollout = Rollout(2, 1, (Share(50, percent=True),), budget=Share(50, percent=True))
    world = World(rollout, fleet(4), fails=lambda each: each.name == "n0")
    last = world.run()
    assert (last.phase, last.failed, last.allowed) == (Phase.DONE, ("n0",), 2)


def test_the_pause_lies_between_the_end_of_a_wave_and_the_next() -> None:
    world = World(Rollout(2, 1, (Share(1),), pause=5 * MINUTE), fleet(2))
    world.step()
    ended = world.now
    wait = world.step()
    assert (wait.reason, wait.until, wait.forward) == (
        Reason.BETWEEN_WAVES,
        ended + 5 * MINUTE,
        (),
    )
    world.now = ended + 5 * MINUTE
    assert world.step().forward == ("1",)


def test_a_node_that_goes_away_in_a_wave_holds_nobody_up_and_is_behind() -> None:
    world = World(Rollout(2, 1, (Share(2),)), fleet(3))
    world.step()
    away = replace(world.members[1], online=False, outcome=Outcome.BUSY)
    world.members[1] = away
    last = world.run()
    assert (last.phase, last.behind) == (Phase.DONE, ("n1",))


def test_a_wave_of_which_no_node_is_online_proves_nothing() -> None:
    away = [replace(each, online=False) for each in fleet(3)]
    world = World(Rollout(2, 1, (Share(1),)), away)
    assert world.step().reason is Reason.NOBODY_ONLINE
    world.members[2] = replace(away[2], online=True)
    assert world.step().forward == ("2",)


def test_without_waves_those_who_are_away_are_told_at_once() -> None:
    away = [replace(each, online=False) for each in fleet(3)]
    assert decide(Rollout(2, 1), away, START).forward == ("0", "1", "2")


def test_a_closed_window_says_when_it_opens_and_lets_a_wave_come_to_its_end() -> None:
    world = World(Rollout(2, 1, (Share(1),)), fleet(3))
    held = world.step(CLOSED)
    assert (held.reason, held.until, held.forward) == (
        Reason.WINDOW_CLOSED,
        CLOSED.until,
        (),
    )
    world.step()
    assert world.step(CLOSED).reason is Reason.WINDOW_CLOSED
    assert world.on(2) == {"n0"}
    assert world.step(BY_HAND).reason is Reason.NOT_RELEASED


def test_a_new_node_has_the_old_revision_until_its_wave_comes() -> None:
    world = World(Rollout(2, 1, (Share(1),), pause=9 * MINUTE), fleet(2))
    world.step()
    world.members.append(Member("9", "n9", True, None, Outcome.LEFT, world.now))
    assert world.step().backward == ("9",)
    assert world.run().phase is Phase.DONE
    assert world.on(2) == {"n0", "n1", "n9"}


def test_a_newer_revision_goes_first_to_those_that_had_the_one_between() -> None:
    world = World(Rollout(2, 1, (Share(1),), pause=9 * MINUTE), list(reversed(fleet(3))))
    world.step()
    world.rollout = replace(world.rollout, to=3, wave=0)
    world.members = [replace(each, name="z") if each.goal == 2 else each for each in world.members]
    assert world.step().forward == ("0",)
    world.rollout = replace(world.rollout, phase=Phase.RETURNING)
    assert world.run().phase is Phase.RETURNED
    assert len(world.on(1)) == 3


def test_a_pause_by_a_person_moves_nobody_and_a_resume_goes_on() -> None:
    world = World(Rollout(2, 1, (Share(1),)), fleet(3))
    world.step()
    world.rollout = replace(world.rollout, phase=Phase.PAUSED)
    assert [world.step().reason for _ in range(5)] == [Reason.PAUSED] * 5
    assert world.on(2) == {"n0"}
    world.rollout = replace(world.rollout, phase=Phase.RUNNING)
    assert world.run().phase is Phase.DONE


def test_a_first_revision_has_nothing_to_go_back_to() -> None:
    rollout = Rollout(1, None, (Share(1),), budget=Share(0))
    world = World(rollout, fleet(2, goal=None), fails=lambda _: True)
    last = world.run()
    assert (last.phase, last.backward) == (Phase.STOPPED, ())
    assert decide(replace(rollout, phase=Phase.RETURNING), fleet(2), START).phase is Phase.RETURNED


def test_what_a_person_cancelled_counts_neither_way() -> None:
    left = [replace(each, goal=2, outcome=Outcome.LEFT) for each in fleet(1)]
    rollout = Rollout(2, 1, (Share(1),), budget=Share(0))
    decision = decide(rollout, [*left, *fleet(3)[1:]], START)
    assert (decision.reason, decision.failed) == (Reason.NOBODY_GOOD, ())


def test_without_nodes_it_is_over_unless_it_is_held() -> None:
    rollout = Rollout(to=2, back=None)
    assert decide(rollout, [], START).phase is Phase.DONE
    held = decide(rollout, [], START, BY_HAND)
    assert (held.phase, held.reason) == (Phase.RUNNING, Reason.NOT_RELEASED)
