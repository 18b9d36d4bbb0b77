"""Which builds may be deleted."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.retention import Build, Fate, Phase, judged, rubbish, surplus

IDS = [f"b{number}" for number in range(8)]
BUILDS = st.lists(
    st.builds(
        Build,
        id=st.sampled_from(IDS),
        revision=st.integers(1, 9),
        lock=st.sampled_from("lm"),
        python=st.sampled_from(["==3.11.*", "==3.12.*"]),
        phase=st.sampled_from(Phase),
    ),
    unique_by=lambda build: build.id,
)


@given(BUILDS, st.sampled_from([None, *IDS]), st.integers(0, 5))
def test_the_newest_are_kept_and_never_the_live_one_is_given_up(
    builds: list[Build], live: str | None, keep: int
) -> None:
    gone = surplus(builds, live=live, keep=keep)
    idle = {b.id for b in builds if b.phase is Phase.COMPLETE and b.id != live}
    assert set(gone) <= idle
    assert len(idle - set(gone)) == min(keep, len(idle))
    assert all(left > lost for left in idle - set(gone) for lost in gone)


@given(BUILDS, st.sampled_from([None, *IDS]))
def test_only_what_is_doomed_and_not_live_is_rubbish_while_something_is_built(
    builds: list[Build], live: str | None
) -> None:
    doomed = {b.id for b in builds if b.phase is Phase.DOOMED}
    assert set(rubbish(builds, live=live)) == doomed - {live}


@given(BUILDS, st.sampled_from([None, *IDS]))
def test_what_is_half_made_is_rubbish_once_nothing_is_built(
    builds: list[Build], live: str | None
) -> None:
    whole = {b.id for b in builds if b.phase in {Phase.COMPLETE, Phase.LIVE}}
    gone = set(rubbish(builds, live=live, building=False))
    assert gone == {b.id for b in builds} - whole - {live}


@given(BUILDS, st.sampled_from([None, *IDS]), st.integers(0, 5), st.sets(st.sampled_from("lm")))
def test_a_tagged_lock_keeps_its_newest_build_by_each_python_beside_the_others(
    builds: list[Build], live: str | None, keep: int, tagged: set[str]
) -> None:
    gone = set(surplus(builds, live=live, keep=keep, tagged=tagged))
    idle = {b.id for b in builds if b.phase is Phase.COMPLETE and b.id != live}
    whole = [b for b in builds if b.id in idle or b.id == live]
    assert gone <= idle
    assert gone <= set(surplus(builds, live=live, keep=keep))
    for build in whole:
        same = {b.id for b in whole if (b.lock, b.python) == (build.lock, build.python)}
        assert build.lock not in tagged or same - gone
    named = {(b.lock, b.python) for b in whole if b.lock in tagged}
    assert len(idle - gone) <= keep + len(named)


@given(BUILDS, st.sampled_from([None, *IDS]), st.integers(0, 5))
def test_a_tag_that_is_taken_away_leaves_the_newest_few(
    builds: list[Build], live: str | None, keep: int
) -> None:
    first = set(surplus(builds, live=live, keep=keep, tagged={"l"}))
    left = [b for b in builds if b.id not in first]
    then = first | set(surplus(left, live=live, keep=keep))
    assert then == set(surplus(builds, live=live, keep=keep))


@given(BUILDS, st.sampled_from([None, *IDS]), st.integers(0, 5), st.sets(st.sampled_from(IDS)))
def test_what_drifted_is_kept_for_nothing_and_takes_nobodys_place(
    builds: list[Build], live: str | None, keep: int, drifted: set[str]
) -> None:
    gone = set(surplus(builds, live=live, keep=keep, drifted=drifted))
    idle = {b.id for b in builds if b.phase is Phase.COMPLETE and b.id != live}
    rest = [b for b in builds if b.id == live or b.id not in drifted]
    assert gone == (idle & drifted) | set(surplus(rest, live=live, keep=keep))


USED = st.dictionaries(st.sampled_from(IDS), st.integers(0, 3))
TAGGED = st.sets(st.sampled_from("lm"))
RULES = st.fixed_dictionaries(
    {"keep": st.integers(0, 5), "tagged": TAGGED, "drifted": st.sets(st.sampled_from(IDS))}
)


@given(BUILDS, st.sampled_from([None, *IDS]), RULES, USED)
def test_a_preview_names_what_a_collection_deletes_and_nothing_else(
    builds: list[Build], live: str | None, rules: dict[str, Any], used: dict[str, int]
) -> None:
    fates = judged(builds, live=live, used=used, **rules)
    assert fates.keys() == {b.id for b in builds}
    lost = {*rubbish(builds, live=live), *surplus(builds, live=live, **rules)}
    assert {b for b, fate in fates.items() if fate in {Fate.FREE, Fate.IN_USE}} == lost - {live}
    assert {b for b, fate in fates.items() if fate is Fate.IN_USE} == (lost - {live}) & used.keys()
    assert live not in fates or fates[live] is Fate.LIVE


@given(BUILDS, st.sampled_from([None, *IDS]), RULES)
def test_while_an_environment_is_changed_only_what_was_given_up_before_goes(
    builds: list[Build], live: str | None, rules: dict[str, Any]
) -> None:
    fates = judged(builds, live=live, used={}, busy=True, **rules)
    free = {b for b, fate in fates.items() if fate is Fate.FREE}
    assert free == set(rubbish(builds, live=live))
    assert {fates[b.id] for b in builds if b.id not in free} <= {Fate.LIVE, Fate.BUSY}
