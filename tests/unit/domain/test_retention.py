"""Which builds may be deleted."""

from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.retention import Build, Phase, rubbish, surplus

IDS = [f"b{number}" for number in range(8)]
BUILDS = st.lists(
    st.builds(
        Build,
        id=st.sampled_from(IDS),
        revision=st.integers(1, 9),
        lock=st.just("l"),
        python=st.just("==3.12.*"),
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
