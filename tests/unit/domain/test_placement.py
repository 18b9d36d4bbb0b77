"""Placement: each node gets a verdict that its rule explains, whatever the order of nodes."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.placement import Candidate, Reason, Wish, decide

NAMES = ("local", "alpha", "beta", "gamma")
LABELS = st.dictionaries(st.sampled_from("xyz"), st.sampled_from("12"), max_size=3)
FLEETS = st.lists(
    st.builds(Candidate, st.uuids().map(str), st.sampled_from(NAMES), LABELS, st.booleans()),
    unique_by=(lambda each: each.name, lambda each: each.id),
)
WISHES = st.builds(Wish.made, st.lists(st.sampled_from([*NAMES, "gone"]), max_size=3), LABELS)


def wanted(wish: Wish, node: Candidate) -> bool:
    """Whether a wish is for a node, said in another way than the code's."""
    if wish == Wish():
        return node.name == "local"
    selected = bool(wish.select) and set(wish.select) <= set(node.labels.items())
    return node.name in wish.nodes or selected


@st.composite
def situations(draw: st.DrawFn) -> tuple[Wish, list[Candidate], set[str]]:
    fleet = draw(FLEETS)
    holding = {node.id for node in fleet if draw(st.booleans())}
    return draw(WISHES), fleet, holding


@given(situations(), st.randoms())
def test_every_node_has_one_verdict_whatever_the_order(
    situation: tuple[Wish, list[Candidate], set[str]], random: object
) -> None:
    wish, fleet, holding = situation
    decision = decide(wish, fleet, holding)
    shuffled = list(fleet)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide(wish, shuffled, holding) == decision
    assert sorted(each.node.name for each in decision.verdicts) == sorted(n.name for n in fleet)
    assert sum(decision.counts.values()) == len(fleet)
    for node in fleet:
        placed = wanted(wish, node) and (not node.cordoned or node.id in holding)
        assert (node.id in decision.placed) is placed


@given(situations())
def test_deciding_again_where_it_is_placed_changes_nothing(
    situation: tuple[Wish, list[Candidate], set[str]],
) -> None:
    wish, fleet, holding = situation
    placed = decide(wish, fleet, holding).placed
    assert decide(wish, fleet, placed).placed == placed


@given(situations())
def test_a_cordon_takes_nothing_and_gives_nothing(
    situation: tuple[Wish, list[Candidate], set[str]],
) -> None:
    wish, fleet, holding = situation
    open_ = decide(wish, [replace(node, cordoned=False) for node in fleet], holding).placed
    closed = decide(wish, [replace(node, cordoned=True) for node in fleet], holding).placed
    assert closed == open_ & holding


@given(situations())
def test_a_verdict_explains_itself(situation: tuple[Wish, list[Candidate], set[str]]) -> None:
    wish, fleet, holding = situation
    decision = decide(wish, fleet, holding)
    for each in decision.verdicts:
        if each.reason is Reason.LABEL_MISSING:
            assert (each.key, each.wanted) in wish.select
            assert each.key not in each.node.labels
        elif each.reason is Reason.LABEL_DIFFERS:
            assert each.has == each.node.labels[each.key] != each.wanted
        elif each.reason is Reason.CORDONED:
            assert each.node.cordoned
            assert each.node.id not in holding
    there = {node.name for node in fleet}
    assert set(decision.missing) == set(wish.nodes or (["local"] * wish.default)) - there


@given(WISHES)
def test_a_wish_survives_its_document(wish: Wish) -> None:
    assert Wish.of(wish.document()) == wish
    assert Wish.of({}).default
