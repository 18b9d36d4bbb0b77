"""Which reports are told: every switch that stays, whatever was reported on the way."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.domain.hooks import check_webhook, shown_webhook
from venvoy.domain.report import Doing, Held, OnDisk, Stamp
from venvoy.domain.state import SETTLED, ReplicaState
from venvoy.domain.webhook import MOST_TRIES, Told, follow, wait

NOTHING = Held((1, 0), False, "o", Stamp(1, 0), OnDisk(), Doing(ReplicaState.PENDING))
STEPS = st.tuples(
    st.sampled_from([ReplicaState.CHECKING, ReplicaState.READY, ReplicaState.FAILED]),
    st.none() | st.integers(1, 3),
)


def held(generation: int, state: ReplicaState, live: int | None) -> Held:
    disk = OnDisk(live, f"/{live}" if live else None)
    stamp = Stamp(1, generation)
    return replace(NOTHING, wish=stamp.wish, seen=stamp, disk=disk, doing=Doing(state, live))


@given(st.lists(STEPS, max_size=20))
def test_what_was_told_last_is_what_a_settled_report_shows(
    steps: list[tuple[ReplicaState, int | None]],
) -> None:
    told: Told | None = None
    before, calls = NOTHING, 0
    for generation, (state, live) in enumerate(steps, 1):
        after = held(generation, state, live)
        news = follow(told, before, after)
        if news is not None and news.code and news != told:
            calls += 1
            assert state in SETTLED
            assert news.previous != news.revision
            assert news.prefix == after.disk.prefix
        if state in SETTLED and live is not None:
            assert (news.prefix if news else before.disk.prefix) == after.disk.prefix
        assert follow(news, after, after) == news, "the same once more tells nothing"
        told, before = news, after
    assert calls <= len(steps)


def test_the_tries_are_bounded_and_further_and_further_apart() -> None:
    waits = [wait(tries) for tries in range(1, MOST_TRIES)]
    assert None not in waits
    assert waits == sorted(waits, key=lambda each: each.total_seconds() if each else 0)
    assert wait(MOST_TRIES) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.org",
        "file:///etc/passwd",
        "ftp://example.org/",
        "http://",
        "https://example.org/a b",
        "https://example.org/\n",
        "https://example.org/#part",
        "https://example.org:port/",
        "https://example.org/…",
        "https://[::1/",
        "https://example.org/" + "a" * 2_000,
    ],
)
def test_an_address_that_is_none_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_webhook(url)
    assert (caught.value.code, dict(caught.value.params)) == ("webhook-invalid", {})


def test_of_an_address_only_the_host_is_shown() -> None:
    url = "https://me:word@hooks.example.org:8443/secret?key=secret"
    check_webhook(url)
    shown = shown_webhook(url)
    assert shown.startswith("https://hooks.example.org:8443/… (")
    assert not {"me", "word", "secret"} & set(shown.replace("/", " ").split())
