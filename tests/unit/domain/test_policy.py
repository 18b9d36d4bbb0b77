"""How an environment is kept: stored as what was chosen, refused where it makes no sense."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.domain.policy import MOST_KEPT, Policy, check_policy
from venvoy.domain.proposal import Details
from venvoy.wire.messages import ReplicaSettings

policies = st.builds(Policy, keep=st.none() | st.integers(0, MOST_KEPT))
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
