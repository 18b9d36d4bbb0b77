"""What all tests share: their order, the profiles of hypothesis, the browser.

Unit tests come first, as they are quick and say most about a mistake. Tests with a
browser come last, because Playwright keeps an event loop running from its first
test on, in which asyncio's own tests could not start.
"""

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["venvoy.testing.databases"]

ORDER = ("unit", "integration", "migration", "acceptance")

# A machine under load is slow now and then; that is no failure of the code.
settings.register_profile("default", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_configure() -> None:
    """Let Ctrl-C reach what tests start, also where a shell runs them in its background.

    Such a shell has its children ignore the signal, and they theirs.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by kind of test, those with a browser last; otherwise keep the order.

    Where several processes share the tests (`pytest -n 2`), each takes whole files, in
    this order.
    """
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> tuple[bool, int]:
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    place = ORDER.index(folder) if folder in ORDER else len(ORDER)
    return _needs_browser(item), place


def _needs_browser(item: pytest.Item) -> bool:
    return "playwright" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path: `VENVOY_CHROMIUM`, else what is on PATH.

    A missing one fails in CI and skips elsewhere, and says what to do.
    """
    named = os.environ.get("VENVOY_CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    reason = "no Chromium: install `chromium` and `fonts-noto-cjk`, or set `VENVOY_CHROMIUM`"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    """Start that browser; root has no user namespace to make a sandbox of."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": chromium, "args": arguments}
