"""What a replica does next: any order, repetition or loss of documents, and crashes."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from venvoy.domain.reconcile import (
    Act,
    Aim,
    Decision,
    Desired,
    Held,
    Version,
    decide,
    newer,
    recover,
)
from venvoy.domain.retention import Build, Phase, surplus

V1, V2 = Version(1, 1), Version(1, 2)
INSTALL = Desired(V1, Aim.INSTALL, 1, "lock-a", "==3.12.*")


def build(name: str, phase: Phase, lock: str = "lock-a", python: str = "==3.12.*") -> Build:
    return Build(name, 1, lock, python, phase)


def test_an_epoch_beats_every_generation() -> None:
    assert newer(Version(2, 1), Version(1, 900))
    assert not newer(Version(1, 900), Version(2, 1))
    assert not newer(V1, V1)
    assert newer(V1, None)


def test_nothing_is_done_without_a_document() -> None:
    assert decide(None, Held(), None) == Decision(Act.REST)


def test_older_work_is_stopped_and_own_work_left_alone() -> None:
    assert decide(replace(INSTALL, version=V2), Held(), V1).act is Act.STOP
    assert decide(INSTALL, Held(), V1).act is Act.REST


def test_a_settled_version_is_not_worked_at_again() -> None:
    assert decide(INSTALL, Held(settled=V1), None).act is Act.REST
    assert decide(INSTALL, Held(settled=V2), None).act is Act.REST


def test_a_whole_build_of_the_same_lock_and_python_is_used_again_the_live_one_first() -> None:
    builds = (
        build("a", Phase.COMPLETE),
        build("b", Phase.LIVE),
        build("c", Phase.COMPLETE),
        build("d", Phase.BUILDING),
        build("e", Phase.DOOMED),
        build("f", Phase.COMPLETE, lock="lock-b"),
        build("g", Phase.COMPLETE, python="==3.13.*"),
    )
    assert decide(INSTALL, Held(live="b", builds=builds), None) == Decision(Act.REUSE, "b")
    assert decide(INSTALL, Held(builds=builds), None, {"b"}) == Decision(Act.REUSE, "c")
    assert decide(INSTALL, Held(builds=builds), None, {"a", "b", "c"}) == Decision(Act.BUILD)


def test_what_drifted_is_not_brought_in_again_not_even_where_it_is_live() -> None:
    builds = (build("a", Phase.COMPLETE), build("b", Phase.LIVE))
    both, live = frozenset("ab"), frozenset("b")
    held = Held(live="b", builds=builds, drifted=live)
    assert decide(INSTALL, held, None) == Decision(Act.REUSE, "a")
    assert decide(INSTALL, replace(held, drifted=both), None) == Decision(Act.BUILD)


def test_the_same_document_heals_once() -> None:
    old, new = build("a", Phase.LIVE), build("b", Phase.LIVE)
    held = Held(live="a", builds=(old,), drifted=frozenset("a"))
    assert decide(INSTALL, held, None) == Decision(Act.BUILD)
    after = replace(held, live="b", builds=(replace(old, phase=Phase.COMPLETE), new))
    assert decide(INSTALL, after, None) == Decision(Act.REUSE, "b"), "killed before it settled"


def test_what_is_to_be_read_is_read_only_where_it_is_live() -> None:
    wish = replace(INSTALL, verify=True)
    builds = (build("a", Phase.LIVE), build("b", Phase.COMPLETE, lock="lock-b"))
    held = Held(live="a", builds=builds, drifted=frozenset("a"))
    assert decide(wish, held, None) == Decision(Act.VERIFY, "a")
    assert decide(wish, Held(), None) == Decision(Act.BUILD)
    assert decide(replace(wish, lock="lock-b"), held, None) == Decision(Act.REUSE, "b")


def test_after_a_kill_before_the_switch_the_old_prefix_is_live() -> None:
    builds = [build("old", Phase.LIVE), build("new", Phase.COMPLETE), build("x", Phase.BUILDING)]
    found = recover(builds, recorded="old", linked="old")
    assert (found.live, found.relink, found.doomed) == ("old", False, ("x",))


def test_after_a_kill_between_switch_and_journal_the_new_prefix_is_live() -> None:
    builds = [build("old", Phase.LIVE), build("new", Phase.COMPLETE)]
    assert recover(builds, recorded="old", linked="new").live == "new"


def test_a_stable_path_that_was_taken_away_is_made_again() -> None:
    found = recover([build("a", Phase.LIVE)], recorded="a", linked=None)
    assert (found.live, found.relink) == ("a", True)


def test_a_half_made_build_is_never_believed_whatever_points_at_it() -> None:
    found = recover([build("a", Phase.BUILDING)], recorded="a", linked="a")
    assert (found.live, found.relink, found.doomed) == (None, False, ("a",))


class Replica(RuleBasedStateMachine):
    """A node that acts in atomic steps and may be killed between any two of them."""

    @initialize(
        aims=st.lists(
            st.tuples(st.sampled_from(Aim), st.sampled_from(["a", "b", "c"])),
            min_size=1,
            max_size=6,
        )
    )
    def begin(self, aims: list[tuple[Aim, str]]) -> None:
        self.documents = [
            self._document(number, aim, lock) for number, (aim, lock) in enumerate(aims, start=1)
        ]
        self.accepted: Desired | None = None
        self.held = Held()
        self.link: str | None = None
        self.running: Version | None = None
        self.steps: list[str] = []
        self.count = 0
        self.target: str | None = None

    @staticmethod
    def _document(number: int, aim: Aim, lock: str) -> Desired:
        version = Version(1 + number // 4, number)
        return (
            Desired(version, aim, number, lock, "==3.12.*")
            if aim is Aim.INSTALL
            else Desired(version, aim)
        )

    @rule(data=st.data())
    def a_document_arrives(self, data: st.DataObject) -> None:
        self._offer(data.draw(st.sampled_from(self.documents)))

    def _offer(self, document: Desired) -> None:
        if newer(document.version, self.accepted.version if self.accepted else None):
            self.accepted = document

    @rule()
    def the_loop_turns(self) -> None:
        self._turn()

    def _turn(self) -> bool:
        decision = decide(self.accepted, self.held, self.running)
        if decision.act is Act.STOP:
            self._abandon()
        elif decision.act is not Act.REST:
            assert self.accepted is not None
            self.running = self.accepted.version
            self.steps = self._plan(decision)
        elif self.running is not None:
            self._step()
        else:
            return False
        return True

    def _plan(self, decision: Decision) -> list[str]:
        if decision.act is Act.BUILD:
            self.count += 1
            return ["begin", "complete", "link", "live", "settle"]
        if decision.act is Act.REUSE:
            self.target = decision.build
            return ["link", "live", "settle"]
        return ["unlink", "doom", "settle"] if decision.act is Act.REMOVE else ["settle"]

    def _step(self) -> None:
        getattr(self, f"_do_{self.steps.pop(0)}")()

    def _do_begin(self) -> None:
        assert self.accepted is not None
        name = self.target = f"{self.count:04}"
        new = Build(name, 1, self.accepted.lock or "", "==3.12.*", Phase.BUILDING)
        self._builds((*self.held.builds, new))

    def _do_complete(self) -> None:
        self._phase(self.target, Phase.COMPLETE)

    def _do_link(self) -> None:
        self.link = self.target

    def _do_live(self) -> None:
        for each in self.held.builds:
            if each.phase is Phase.LIVE:
                self._phase(each.id, Phase.COMPLETE)
        self._phase(self.target, Phase.LIVE)
        self.held = replace(self.held, live=self.target)

    def _do_unlink(self) -> None:
        self.link = None
        self.held = replace(self.held, live=None)

    def _do_doom(self) -> None:
        for each in self.held.builds:
            self._phase(each.id, Phase.DOOMED)

    def _do_settle(self) -> None:
        self.held = replace(self.held, settled=self.running)
        self.running = None
        for gone in surplus(self.held.builds, live=self.held.live, keep=1):
            self._phase(gone, Phase.DOOMED)

    def _abandon(self) -> None:
        for each in self.held.builds:
            if each.phase is Phase.BUILDING:
                self._phase(each.id, Phase.DOOMED)
        self.running, self.steps = None, []

    def _builds(self, builds: tuple[Build, ...]) -> None:
        self.held = replace(self.held, builds=builds)

    def _phase(self, name: str | None, phase: Phase) -> None:
        self._builds(
            tuple(replace(b, phase=phase) if b.id == name else b for b in self.held.builds)
        )

    @rule()
    def the_agent_is_killed_and_starts_again(self) -> None:
        self.running, self.steps = None, []
        found = recover(self.held.builds, self.held.live, self.link)
        for doomed in found.doomed:
            self._phase(doomed, Phase.DOOMED)
        for each in self.held.builds:
            if each.phase is Phase.LIVE and each.id != found.live:
                self._phase(each.id, Phase.COMPLETE)
        self._phase(found.live, Phase.LIVE)
        self.held = replace(self.held, live=found.live)
        if found.relink:
            self.link = found.live

    @rule(data=st.data())
    @precondition(lambda self: any(b.phase is Phase.DOOMED for b in self.held.builds))
    def a_doomed_build_is_deleted(self, data: st.DataObject) -> None:
        doomed = [b for b in self.held.builds if b.phase is Phase.DOOMED]
        gone = data.draw(st.sampled_from(doomed))
        self._builds(tuple(b for b in self.held.builds if b is not gone))

    @invariant()
    def the_stable_path_leads_to_a_whole_build_or_nowhere(self) -> None:
        whole = {b.id for b in self.held.builds if b.phase in {Phase.COMPLETE, Phase.LIVE}}
        assert self.link is None or self.link in whole

    def teardown(self) -> None:
        if not hasattr(self, "documents"):
            return
        newest = self.documents[-1]
        self._offer(newest)
        for _ in range(100):
            if not self._turn():
                break
        assert self.held.settled == newest.version
        if newest.aim is Aim.INSTALL:
            live = next(b for b in self.held.builds if b.id == self.link)
            assert live.lock == newest.lock
        elif newest.aim is Aim.REMOVE:
            assert self.link is None
            assert all(b.phase is Phase.DOOMED for b in self.held.builds)


TestReplica = Replica.TestCase
