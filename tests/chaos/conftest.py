"""How long, and with which seed."""

import random

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `make chaos ARGS=…` may say."""
    group = parser.getgroup("chaos")
    group.addoption("--minutes", type=float, default=5.0, help="how long to go on")
    group.addoption("--rounds", type=int, default=0, help="end after so many rounds")
    group.addoption("--seed", type=int, default=None, help="repeat the choices of a run")


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    """The seed given, or a new one; a failure prints it."""
    given = pytestconfig.getoption("--seed")
    return random.SystemRandom().randrange(10**6) if given is None else int(given)
