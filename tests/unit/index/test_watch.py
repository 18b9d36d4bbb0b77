from dataclasses import replace
from datetime import UTC, datetime

from venvoy.domain.cause import Hop
from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.index.problem import Problem, ProblemKind
from venvoy.index.watch import Watches

ONE, TWO, NEITHER = "11" * 32, "22" * 32, "33" * 32
PROBLEM = Problem(
    ProblemKind.TRUNCATED, Hop.MIRROR, "https://m.example.org/", datetime(2026, 1, 1, tzinfo=UTC)
)


def a_lock(*hashes: str) -> Lock:
    files = tuple(LockedFile(f"x-{sha[:2]}.whl", sha, size=100) for sha in hashes)
    return Lock(">=3.11", (LockedPackage("x", "1", None, files),))


def test_a_watch_counts_its_own_files_and_only_those_asked_for() -> None:
    watches = Watches(lambda _: None)
    with watches.open(a_lock(ONE, TWO)) as watch, watches.open(None) as everything:
        watches.count(ONE, 100, 0)
        watches.count(ONE, 100, 60)
        watches.count(NEITHER, 50, 50, done=True)
        progress = watch.progress()
        assert (progress.bytes_total, progress.bytes_received) == (100, 60)
        assert (progress.files_total, progress.files_done) == (1, 0)
        assert everything.progress().bytes_received == 110
        watches.count(ONE, 100, 100, done=True)
        assert watch.progress().files_done == 1


def test_bytes_that_are_fetched_again_count_once() -> None:
    watches = Watches(lambda _: None)
    with watches.open(a_lock(ONE)) as watch:
        watches.count(ONE, None, 80)
        assert watch.progress().bytes_total == 80
        watches.count(ONE, 100, 10)
        assert (watch.progress().bytes_total, watch.progress().bytes_received) == (100, 10)


def test_a_files_problem_goes_to_its_builds_and_a_pages_to_all() -> None:
    watches = Watches(lambda _: None)
    with watches.open(a_lock(ONE)) as one, watches.open(a_lock(TWO)) as two:
        own = replace(PROBLEM, sha256=ONE)
        watches.note(own)
        watches.note(PROBLEM)
        assert one.problems == (own, PROBLEM)
        assert two.problems == (PROBLEM,)


def test_files_are_given_up_when_the_last_watch_that_names_them_closes() -> None:
    given_up: list[set[str]] = []
    watches = Watches(given_up.append)
    first, second = watches.open(a_lock(ONE, TWO)), watches.open(a_lock(TWO))
    first.close()
    first.close()
    assert given_up == [{ONE}]
    assert watches.file(TWO) is not None
    second.close()
    assert given_up[1:] == [{TWO}]
    assert watches.file(TWO) is None


def test_problems_are_bounded() -> None:
    watches = Watches(lambda _: None)
    with watches.open(None) as watch:
        for number in range(250):
            watches.note(replace(PROBLEM, detail=str(number)))
        assert len(watch.problems) == 100
        assert watch.problems[-1].detail == "249"
