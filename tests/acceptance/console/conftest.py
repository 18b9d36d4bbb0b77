"""A browser before a running installation."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from scripts.node import find_node
from venvoy.api import static
from venvoy.domain.role import Role
from venvoy.testing.browser import Console
from venvoy.testing.index import Behaviour, Fault, LocalIndex
from venvoy.testing.installation import PASSWORD, Installation, serving
from venvoy.testing.mock_api import MockApi, mock_api
from venvoy.testing.node import seeds
from venvoy.testing.wheels import make_sdist, make_wheel
from venvoy.wire.people import UserCreate

_numbers = itertools.count(1)
WEB = Path(__file__).parents[3] / "web"
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
# A condition is waited for, never a time: a machine that is busy with others needs more.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose index has one sound package, one damaged and one that stalls."""
    index = LocalIndex(Behaviour(metadata=True))
    index.add(*seeds(), make_wheel("sound"), make_wheel("damaged"))
    index.add(make_wheel("stuck", payload=400_000))  # for one test alone: a download is shared
    index.add(make_wheel("endless", payload=400_000), make_wheel("orders", requires=("sound",)))
    index.add(make_wheel("moving"), make_wheel("moving", "2.0"), make_sdist("source-only"))
    index.add(make_wheel("wants-old", requires=("moving<2",)))
    index.add(make_wheel("wants-new", requires=("moving>=2",)))
    index.faults += [
        Fault("*/damaged-*.whl", wrong=True),
        Fault("*/endless-*.whl", after=100_000, stall=True),
        Fault("*/stuck-*.whl", after=100_000, stall=True),
    ]
    with serving(index):
        site = Installation(tmp_path_factory.mktemp("site") / "data", index.simple)
        try:
            site.up()
            yield site
        finally:
            site.stop()
        assert site.leftovers() == []


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Be an English-speaking operator in Shanghai with a common screen, unless told else."""
    return {
        **browser_context_args,
        "locale": "en-GB",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1280, "height": 800},
        "color_scheme": "light",
        "reduced_motion": "reduce",
    }


@pytest.fixture
def stranger(context: BrowserContext, site: Installation) -> Iterator[Console]:
    """A browser that nobody is signed in with."""
    console = Console(context.new_page(), site)
    yield console
    console.page.unroute_all(behavior="wait")
    console.page.goto("about:blank")
    assert console.harm() == []


@pytest.fixture
def console(stranger: Console) -> Console:
    """A browser with a session of the administrator; nothing is opened yet."""
    stranger.sign_in()
    stranger.expected.clear()
    return stranger


@pytest.fixture
def viewer_name(site: Installation) -> str:
    """The name of somebody who may look and change nothing."""
    name = f"viewer-{next(_numbers)}"
    with site.client() as client:
        client.create_user(UserCreate(username=name, password=PASSWORD, role=Role.VIEWER))
    return name


@pytest.fixture
def viewer(stranger: Console, viewer_name: str) -> Console:
    """A browser with a viewer's session."""
    stranger.sign_in(viewer_name)
    stranger.expected.clear()
    return stranger


@pytest.fixture(scope="session")
def served_mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockApi]:
    """The mock API with the built console, for all tests that need it."""
    node = find_node()
    if node is None or not (WEB / "node_modules" / "vite").is_dir():
        pytest.fail("the console's packages are not installed: run `make test`")
    if not (static.DIRECTORY / "index.html").is_file():
        pytest.fail("the console is not built: run `make test`")
    output = tmp_path_factory.mktemp("mock") / "output"
    with mock_api(node.executable, WEB, static.DIRECTORY, output) as mock:
        yield mock


@pytest.fixture
def mock(served_mock: MockApi) -> MockApi:
    """The mock API as it begins."""
    served_mock.reset()
    return served_mock


@pytest.fixture
def mocked(context: BrowserContext, mock: MockApi) -> Iterator[Console[MockApi]]:
    """A browser before the mock, signed in as its administrator; nothing is opened yet.

    Whoever begins another scenario signs in again.
    """
    console = Console(context.new_page(), mock)
    console.sign_in()
    console.expected.clear()
    yield console
    console.page.goto("about:blank")
    assert console.harm() == []


@pytest.fixture(scope="session")
def axe() -> Path:
    """Where the checker of accessibility is, which comes with the console's packages."""
    if not AXE.is_file():
        pytest.fail("`web/node_modules` has no axe-core: run `make test`")
    return AXE
