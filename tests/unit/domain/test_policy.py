"""How an environment is kept: stored as what was chosen, refused where it makes no sense."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.drift import DriftPolicy
from venvoy.domain.errors import InvalidInput
from venvoy.domain.hooks import may_restart
from venvoy.domain.policy import MOST_KEPT, Policy, check_policy
from venvoy.domain.proposal import Details
from venvoy.wire.messages import ReplicaSettings

policies = st.builds(
    Policy,
    keep=st.none() | st.integers(0, MOST_KEPT),
    checks=st.none() | st.lists(st.sampled_from(["numpy", "app.main"]), min_size=1).map(tuple),
    check_command=st.none() | st.just("python -V"),
    check_timeout=st.none() | st.integers(1, 3600),
    grace=st.none() | st.integers(0, 3600),
    after_units=st.none() | st.lists(st.just("web@1.service"), min_size=1, max_size=10).map(tuple),
    after_command=st.none() | st.just("python -m app"),
    after_timeout=st.none() | st.integers(1, 3600),
    sync=st.sampled_from([None, "auto", "manual", "window:0 2 * * SAT/4h/UTC"]),
    waves=st.none() | st.lists(st.sampled_from(["1", "10%"]), min_size=1, max_size=20).map(tuple),
    wave_pause=st.none() | st.integers(0, 86_400),
    failures=st.none() | st.sampled_from(["0", "5%"]),
    returns=st.none() | st.booleans(),
    drift=st.none() | st.sampled_from(DriftPolicy),
)
parts = st.dictionaries(st.sampled_from(["keep"]), st.none() | st.integers(0, MOST_KEPT))


@given(policies)
def test_a_policy_is_read_as_it_was_stored(policy: Policy) -> None:
    assert Policy.of(policy.document() | {"of-a-later-release": 1}) == policy
    assert None not in policy.document().values()


@given(policies)
def test_nodes_understand_what_they_are_told(policy: Policy) -> None:
    settings = ReplicaSettings.model_validate(policy.settings())
    assert settings.model_fields_set == policy.settings().keys()
    assert policy.keep in {None, settings.keep_prefixes}


def test_a_word_of_a_later_release_about_drift_counts_as_none() -> None:
    assert Policy.of({"drift": "adopt"}) == Policy()


@pytest.mark.parametrize("keep", [-1, MOST_KEPT + 1])
def test_an_impossible_number_of_prefixes_is_refused(keep: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_policy(Policy(keep=keep))
    assert caught.value.code == "keep-out-of-range"


@given(policies, parts, parts)
def test_changes_one_after_the_other_are_as_good_as_both_at_once(
    policy: Policy, first: dict[str, Any], second: dict[str, Any]
) -> None:
    before = policy.document()
    between = Details(policy=first).changes(before)["policy"]
    after = Details(policy=second).changes(between)["policy"]
    both = Details(policy=second).over(Details(policy=first))
    assert both.changes(before)["policy"] == after


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        (Policy(checks=("numpy; import os",)), "check-module-invalid"),
        (Policy(checks=("a..b",)), "check-module-invalid"),
        (Policy(checks=("class",)), "check-module-invalid"),
        (Policy(checks=("-c",)), "check-module-invalid"),
        (Policy(checks=("",)), "check-module-invalid"),
        (Policy(checks=("a",) * 51), "checks-too-many"),
        (Policy(check_command=""), "check-command-invalid"),
        (Policy(check_command="python 'unclosed"), "check-command-invalid"),
        (Policy(check_command="python\nrm"), "check-command-invalid"),
        (Policy(check_command="''"), "check-command-invalid"),
        (Policy(check_timeout=0), "check-timeout-out-of-range"),
        (Policy(check_timeout=3601), "check-timeout-out-of-range"),
        (Policy(grace=-1), "grace-out-of-range"),
        (Policy(after_units=("--now",)), "hook-unit-invalid"),
        (Policy(after_units=("web; rm",)), "hook-unit-invalid"),
        (Policy(after_units=("web*",)), "hook-unit-invalid"),
        (Policy(after_units=("../web",)), "hook-unit-invalid"),
        (Policy(after_units=("web\n",)), "hook-unit-invalid"),
        (Policy(after_units=("",)), "hook-unit-invalid"),
        (Policy(after_units=("venvoy-agent",)), "hook-unit-own"),
        (Policy(after_units=("a",) * 11), "hook-units-too-many"),
        (Policy(after_command="python 'unclosed"), "hook-command-invalid"),
        (Policy(after_timeout=0), "hook-timeout-out-of-range"),
        (Policy(waves=("0",)), "wave-invalid"),
        (Policy(waves=("1",) * 21), "waves-too-many"),
        (Policy(wave_pause=-1), "wave-pause-out-of-range"),
        (Policy(wave_pause=7 * 86_400 + 1), "wave-pause-out-of-range"),
        (Policy(failures="a few"), "failures-invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(policy: Policy, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_policy(policy)
    assert caught.value.code == code


def test_a_command_is_split_here_and_a_shells_signs_mean_nothing() -> None:
    policy = check_policy(Policy(check_command="python -c 'print(1)' '$HOME' ; rm"))
    assert policy.settings() == {"check_command": ["python", "-c", "print(1)", "$HOME", ";", "rm"]}


@given(policies)
def test_a_rollout_is_as_the_policy_says(policy: Policy) -> None:
    rollout = check_policy(policy).rollout(to=2, back=1)
    assert [str(each) for each in rollout.waves] == list(policy.waves or ())
    assert rollout.returns is (policy.returns is not False)
    if policy.failures is not None:
        assert str(rollout.budget) == policy.failures
    else:
        # With waves no node may fail where nothing else is said; without them it is no matter.
        assert (str(rollout.budget) if policy.waves else rollout.budget) == (
            "0" if policy.waves else None
        )


@given(policies)
def test_only_what_needs_one_has_a_rollout(policy: Policy) -> None:
    plain = (policy.sync or "auto") == "auto" and not policy.waves and not policy.failures
    assert policy.at_once is plain


def test_a_unit_has_its_full_name_and_is_restarted_once() -> None:
    policy = check_policy(Policy(after_units=("crawler", "web@1.service", "crawler.service")))
    assert policy.settings() == {"after_units": ["crawler.service", "web@1.service"]}


@pytest.mark.parametrize(
    ("patterns", "may"),
    [(None, True), ((), False), (("crawler*",), True), (("web*.service",), False)],
)
def test_a_machine_names_the_units_that_may_be_restarted(
    patterns: tuple[str, ...] | None, may: bool
) -> None:
    assert may_restart("crawler@1.service", patterns) is may
