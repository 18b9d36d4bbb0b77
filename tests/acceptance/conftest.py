"""One installation that the tests share, and ones of their own for those that break things."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from venvoy.testing.index import Behaviour, LocalIndex
from venvoy.testing.installation import Installation, serving
from venvoy.testing.node import seeds
from venvoy.testing.wheels import make_sdist, make_wheel

Make = Callable[..., Installation]
PATIENCE_S = 300
"""A test of real processes takes seconds, on a machine that is busy with others minutes."""
_numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give these tests a longer time limit than others, where they have none of their own."""
    for item in items:
        ours = item.path.is_relative_to(Path(__file__).parent)
        if ours and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(PATIENCE_S))


def stocked() -> LocalIndex:
    """An index whose packages every test here may count on."""
    index = LocalIndex(Behaviour(metadata=True))
    index.add(*seeds(), make_sdist("source-only"))
    index.add(make_wheel("alpha"), make_wheel("beta"), make_wheel("gamma", requires=("beta",)))
    index.add(*(make_wheel("moving", version) for version in ("1.0", "2.0")))
    index.add(make_wheel("wants-old", requires=("moving<2",)))
    index.add(make_wheel("large", payload=400_000))
    return index


@pytest.fixture
def index() -> Iterator[LocalIndex]:
    """An index of the test's own, whose faults concern nobody else."""
    with serving(stocked()) as index:
        yield index


@pytest.fixture(scope="module")
def failing() -> Iterator[LocalIndex]:
    """An index whose faults the tests of one file order, one after the other."""
    with serving(stocked()) as index:
        yield index


@pytest.fixture(scope="session")
def shared_index() -> Iterator[LocalIndex]:
    """The shared installation's index; it has no faults."""
    with serving(stocked()) as index:
        yield index


@pytest.fixture(scope="session")
def shared(
    shared_index: LocalIndex, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """A running installation for tests that break nothing."""
    data = tmp_path_factory.mktemp("shared") / "data"
    installation = Installation(data, shared_index.simple, {"VENVOY_USE_SECONDS": "1"})
    installation.up()
    yield installation
    assert installation.stop() == 0
    assert installation.leftovers() == []


@pytest.fixture
def make(index: LocalIndex, tmp_path: Path) -> Iterator[Make]:
    """Makes installations of the test's own, stopped with it."""
    made: list[Installation] = []

    def one(**settings: str) -> Installation:
        data = tmp_path / f"data{len(made)}"
        made.append(Installation(data, index.simple, settings))
        return made[-1]

    yield one
    for installation in made:
        installation.stop()
        assert installation.leftovers() == []


@pytest.fixture
def name() -> str:
    """A name that no other test uses."""
    return f"env{next(_numbers)}"
