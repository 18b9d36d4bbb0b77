"""Proposals: complete, kept as documents, merged when one takes another's place."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.platform import Platform
from venvoy.domain.proposal import Details, Proposal, changes_spec, follow

names = st.sampled_from(["flask", "requests", "six", "attrs"])
maybe = st.none() | st.text(max_size=5)
details = st.builds(
    Details,
    title=maybe,
    description=maybe,
    labels=st.none() | st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)
platforms = st.lists(st.sampled_from(Platform), unique=True)
proposals = st.builds(
    Proposal,
    requirements=st.lists(names, unique=True).map(lambda each: tuple(sorted(each))),
    python=st.sampled_from(["==3.11.*", "==3.12.*"]),
    wish=st.none() | st.just("==3.12.*"),
    platforms=st.lists(st.sampled_from(Platform), unique=True).map(
        lambda each: tuple(sorted(each))
    ),
    upgrade=st.none() | st.frozensets(names),
    message=st.text(max_size=5),
    details=details,
)


@given(proposals)
def test_a_document_reads_back_the_same(proposal: Proposal) -> None:
    assert Proposal.of(proposal.document()) == proposal


@given(proposals)
def test_a_revision_keeps_what_a_resolution_needs(proposal: Proposal) -> None:
    assert Proposal.of(proposal.spec_document()).spec == proposal.spec


@given(proposals)
def test_nothing_is_to_resolve_for_people_s_words_alone(proposal: Proposal) -> None:
    renamed = replace(proposal, upgrade=None, details=Details(title="new"), message="why")
    assert not changes_spec(proposal, renamed)
    assert changes_spec(proposal, replace(renamed, upgrade=frozenset()))
    assert changes_spec(proposal, replace(renamed, python="==3.13.*"))


@given(proposals, proposals)
def test_what_takes_another_s_place_asks_for_all_of_it(older: Proposal, newer: Proposal) -> None:
    both = follow(older, newer)
    assert both.spec == newer.spec
    assert both.details.given == older.details.given | newer.details.given
    for each in (older, newer):
        if each.upgrade is not None:
            assert both.upgrade is not None
            # Empty means every package, which no set of names is wider than.
            assert not both.upgrade or (each.upgrade and each.upgrade <= both.upgrade)
    assert both.message == (newer.message or older.message)


def test_names_are_without_versions_extras_and_markers() -> None:
    asked = (
        "fastapi[standard]>=0.1",
        "six ; python_version < '3'",
        "x @ https://example.org/x.whl",
    )
    assert Proposal(asked, "==3.12.*").names == {"fastapi", "six", "x"}
