"""The console before a browser: how much comes first, and how soon its list can be used.

A real controller whose store holds thousands of environments, a real Chromium with
nothing cached, loopback. Times are the page's own clock, from the navigation on, so
what the bench itself needs to look counts for nothing.
"""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, sync_playwright

from bench.calm import Calm
from bench.figures import Ceiling, Figure
from bench.process import BenchFailed, on_loopback
from bench.rows import Say
from venvoy.config import ControllerSettings
from venvoy.store.url import sqlite_url
from venvoy.testing.installation import PASSWORD, Installation
from venvoy.testing.plenty import fill

_ENVIRONMENTS = 5_000
_SOUGHT = "model-04003"
_KB = 1_000
_LOOKS = 120
_RESTING = 10.0
_SCRIPTS = Ceiling(400.0, "≤ 400 KB")
_LIST = Ceiling(1.0, "≤ 1 s")
_LANGUAGES = ("en", "zh-CN")

_WATCH = """
const shown = () => document.querySelector('.data-row strong')?.textContent;
// Two frames later what is in the document is on the screen.
const painted = (done) => requestAnimationFrame(() => requestAnimationFrame(done));
const until = (holds) => new Promise((resolve) => {
  const look = () => {
    if (!holds()) return false;
    watcher.disconnect();
    painted(() => resolve(performance.now()));
    return true;
  };
  const watcher = new MutationObserver(look);
  if (!look()) watcher.observe(document, { childList: true, subtree: true, characterData: true });
});
window.firstRows = until(shown);
window.narrowed = (name) => new Promise((resolve) => {
  const begin = (event) => {
    if (event.key !== 'Enter') return;
    removeEventListener('keydown', begin, true);
    const began = performance.now();
    until(() => shown() === name).then((end) => resolve(end - began));
  };
  addEventListener('keydown', begin, true);
});
"""

_SCRIPT_BYTES = """() => performance.getEntriesByType('resource')
    .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"""


@dataclass(frozen=True, slots=True)
class _Visit:
    """One opening of the list: bytes of scripts as sent, and seconds."""

    scripts: int
    rows: float
    narrowed: float


def chromium() -> str | None:
    """Return the browser to use: `VENVOY_CHROMIUM`, else what is on PATH."""
    named = os.environ.get("VENVOY_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def console(folder: Path, program: str, runs: int, calm: Calm, say: Say) -> list[Figure]:
    """Measure the console; each run is a browser without a cache.

    Args:
        folder: for the installation's data.
        program: the browser's executable.
        runs: of each figure; languages take turns.
    """
    say(f"laying down {_ENVIRONMENTS:,} environments")
    with _filled(folder) as url, sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        visits = []
        for number in range(runs):
            say(f"console, run {number + 1} of {runs}")
            calm.wait()
            visits.append(_visit(browser, url, _LANGUAGES[number % len(_LANGUAGES)]))
        browser.close()
    many = f"{_ENVIRONMENTS:,} environments, a browser with nothing cached"
    return [
        Figure(
            "console, first JavaScript",
            "gzipped, as sent until the list is there",
            "KB",
            _SCRIPTS,
            tuple(visit.scripts / _KB for visit in visits),
        ),
        Figure("console, list usable", many, "s", _LIST, tuple(each.rows for each in visits)),
        Figure(
            "console, search applied",
            "from Enter until its rows are there",
            "s",
            _LIST,
            tuple(each.narrowed for each in visits),
        ),
    ]


def _visit(browser: Browser, url: str, language: str) -> _Visit:
    with browser.new_context(locale=language) as context:
        page = context.new_page()
        body = {"username": "admin", "password": PASSWORD}
        if not (answer := context.request.post(f"{url}/api/v1/session", data=body)).ok:
            raise AssertionError(answer.text())
        page.add_init_script(_WATCH)
        page.goto(f"{url}/environments", wait_until="commit")
        rows = float(page.evaluate("() => window.firstRows"))
        scripts = int(page.evaluate(_SCRIPT_BYTES))
        search = page.get_by_role("searchbox")
        search.fill(_SOUGHT)
        page.evaluate("name => { window.result = window.narrowed(name); }", _SOUGHT)
        search.press("Enter")
        narrowed = float(page.evaluate("() => window.result"))
    return _Visit(scripts, rows / 1_000, narrowed / 1_000)


@contextmanager
def _filled(folder: Path) -> Iterator[str]:
    """Run a controller over a full store; yield its address."""
    data = folder / "console"
    file = ControllerSettings(data=data).file("venvoy.db")
    file.parent.mkdir(mode=0o700, parents=True)
    asyncio.run(fill(sqlite_url(file), _ENVIRONMENTS))
    installation = Installation(data, settings=on_loopback())
    try:
        installation.up()
        _rest(installation)
        yield installation.access()["url"]
    finally:
        installation.stop()


def _rest(installation: Installation) -> None:
    """Wait until the controller has told a bus that knew nothing of all that it holds."""
    if installation.process is None:
        raise BenchFailed("the controller does not run")
    process = psutil.Process(installation.process.pid)
    for _ in range(_LOOKS):
        if process.cpu_percent(interval=1.0) < _RESTING:
            return
