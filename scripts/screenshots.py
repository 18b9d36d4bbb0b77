"""Take pictures of every page of the console, in both languages and colours.

The built console stands before the mock API, whose time stands still, so that two runs
give the same pictures. They go into `docs/images/`, as `PAGE.LANGUAGE.COLOURS.png`. A
new page is one line of `SHOTS`.

Run as a module: `python -m scripts.screenshots [PAGE ...]`, or `make screenshots`.
"""

import argparse
import json
import os
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.browser import chromium
from scripts.console import STATIC, WEB
from scripts.node import find_node
from venvoy.testing.browser import Console
from venvoy.testing.mock_api import MockApi, mock_api

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
NOW = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)
LANGUAGES = ("en", "zh-CN")
COLOURS = ("light", "dark")
SCREEN = (1280, 800)
PHONE = (375, 760)
PATIENCE_MS = 20_000
_BUSY = ".ant-skeleton, .ant-spin-spinning, [aria-busy=true]"
_PNG = b"\x89PNG\r\n\x1a\n"

REQUIREMENTS = "httpx>=0.27\nlxml\npandas\nscrapy>=2.12\n"
REFUSED = (
    "requests>=2.31\n-e ./crawler\nlxml==5.3.2\ngit+https://example.org/tool.git\nlxml==6.0.0\n"
)

Act = Callable[[Page], None]


def typed(name: str, requirements: str) -> Act:
    """Return what fills the form of a new environment."""

    def act(page: Page) -> None:
        page.locator("main input").first.fill(name)
        rewritten(requirements)(page)

    return act


def rewritten(requirements: str) -> Act:
    """Return what replaces the text of the requirements."""

    def act(page: Page) -> None:
        editor = page.locator(".cm-content")
        editor.click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.insert_text(requirements)
        page.keyboard.press("Escape")

    return act


def added(page: Page) -> None:
    """Ask for the line by which machines join."""
    page.locator(".page-head button").first.click()
    page.locator("dialog button[type=submit]").click()
    expect(page.locator("dialog .add-command")).to_be_visible(timeout=PATIENCE_MS)


def placed(page: Page) -> None:
    """Take an environment to crawlers, and look at the plan."""
    page.locator("form .ant-select-input").last.click()
    page.keyboard.type("role=crawler")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.locator("form button[type=submit]").click()
    expect(page.locator(".plan-parts")).to_be_visible(timeout=PATIENCE_MS)


def logged(page: Page) -> None:
    """Wait for the lines of a log, which come after the page."""
    expect(page.get_by_role("log")).to_contain_text("packages", timeout=PATIENCE_MS)


def blocked(page: Page) -> None:
    """Block a release that is there, and one that is not."""
    for release, reason in (("numpy<2.3", "CVE-2026-0001"), ("evil-package", "typosquat")):
        page.locator("main button.ant-btn-primary").first.click()
        fields = page.locator("dialog input")
        fields.first.fill(release)
        fields.last.fill(reason)
        page.locator("dialog button[type=submit]").click()
        expect(page.locator("dialog")).to_have_count(0, timeout=PATIENCE_MS)


@dataclass(frozen=True, slots=True)
class Shot:
    """One page to take.

    Attributes:
        name: of the files.
        path: where it is; `{operation}` is the last one of `environment` on a node.
        scenario: of the mock.
        environment: whose operation it is about.
        act: what is done there first.
        user: who is signed in, None for nobody.
        phone: also on a phone.
    """

    name: str
    path: str
    scenario: str = "fleet"
    environment: str = ""
    act: Act | None = None
    user: str | None = "admin"
    phone: bool = False


SHOTS = (
    Shot("sign-in", "/environments", user=None, phone=True),
    Shot("environments", "/environments", phone=True),
    Shot("environments-empty", "/environments", "empty"),
    Shot("environments-failing", "/environments?state=failed&state=degraded"),
    Shot("create", "/create", act=typed("price-crawl-hourly", REQUIREMENTS), phone=True),
    Shot("create-refused", "/create", act=typed("price-crawl-hourly", REFUSED)),
    Shot(
        "create-nodes",
        "/create?name=crawl&node=etl-hz-01&select=role%3Dcrawler",
        act=lambda page: page.locator(".placed").scroll_into_view_if_needed(),
        phone=True,
    ),
    Shot("environment", "/environments/price-crawl-daily", phone=True),
    Shot("environment-failed", "/environments/sales-forecast"),
    Shot("environment-rolling", "/environments/news-feed-crawler"),
    Shot("environment-many", "/environments/everywhere", "1000-nodes", phone=True),
    Shot("packages", "/environments/price-crawl-daily?tab=packages"),
    Shot("operations", "/environments/price-crawl-daily?tab=operations"),
    Shot("log", "/environments/price-crawl-daily?tab=log", act=logged),
    Shot("drift", "/environments/browser-checks?tab=drift"),
    Shot("revisions", "/environments/price-crawl-daily?tab=revisions"),
    Shot("rollouts", "/environments/price-crawl-daily?tab=rollouts", "rollouts", phone=True),
    Shot(
        "compare",
        "/environments/price-crawl-daily?tab=revisions&a=price-crawl-daily@1&b=price-crawl-daily@3",
    ),
    Shot("find", "/find?q=numpy%3C99", phone=True),
    Shot("blocks", "/find?tab=blocks", act=blocked, phone=True),
    Shot("use", "/environments/price-crawl-daily?tab=use"),
    Shot(
        "edit",
        "/environments/risk-scoring/edit",
        act=rewritten("fastapi\nhttpx\nnumpy<2.3\nscikit-learn>=1.7\nuvicorn\n"),
    ),
    Shot("edit-nodes", "/environments/orders-etl/edit", act=placed),
    Shot(
        "operation-failed",
        "/operations/{operation}",
        environment="sales-forecast",
        act=logged,
        phone=True,
    ),
    Shot("nodes", "/nodes", phone=True),
    Shot("nodes-first", "/nodes", "empty"),
    Shot("nodes-many", "/nodes?sort=-disk", "1000-nodes"),
    Shot("nodes-add", "/nodes", act=added),
    Shot("nodes-pythons", "/nodes?tab=pythons"),
    Shot("node-interpreters", "/nodes/gpu-bj-01?tab=interpreters"),
    Shot("node", "/nodes/etl-hz-01?span=day", phone=True),
    Shot("node-offline", "/nodes/edge-gz-01"),
    Shot("node-clock", "/nodes/edge-gz-02?span=week"),
    Shot("node-environments", "/nodes/crawler-sh-03?tab=environments"),
    Shot("activity", "/activity?tab=operations", phone=True),
    Shot("audit", "/activity?tab=audit"),
)


@dataclass(frozen=True, slots=True)
class Variant:
    """How a page is looked at."""

    language: str
    colours: str
    phone: bool

    @property
    def suffix(self) -> str:
        """The end of the file's name."""
        place = ".phone" if self.phone else ""
        return f"{place}.{self.language}.{self.colours}.png"


def variants(shot: Shot) -> Iterator[Variant]:
    """Yield all in which a page is taken; phones are light."""
    for language in LANGUAGES:
        for colours in COLOURS:
            yield Variant(language, colours, phone=False)
        if shot.phone:
            yield Variant(language, "light", phone=True)


def take(browser: Browser, mock: MockApi, shot: Shot, variant: Variant) -> list[str]:
    """Take one picture; return what the browser complained of."""
    width, height = PHONE if variant.phone else SCREEN
    context = browser.new_context(
        locale="en-GB" if variant.language == "en" else variant.language,
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if variant.colours == "dark" else "light",
        reduced_motion="reduce",
        viewport={"width": width, "height": height},
    )
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.clock.set_fixed_time(NOW)
        console = Console(page, mock)
        mock.scenario(shot.scenario, now=NOW)
        if shot.user is not None:
            console.sign_in(shot.user)
            console.expected.clear()
        console.open(path_of(console, shot))
        settle(page)
        if shot.act is not None:
            shot.act(page)
            settle(page)
        picture = page.screenshot(animations="disabled", caret="hide")
        (IMAGES / f"{shot.name}{variant.suffix}").write_bytes(smaller(picture))
        return console.harm()
    finally:
        context.close()


def path_of(console: Console[MockApi], shot: Shot) -> str:
    """Return where a page is."""
    if not shot.environment:
        return shot.path
    answer = console.page.request.get(f"{console.url}/api/v1/environments/{shot.environment}")
    operation = json.loads(answer.text())["replicas"][0]["operation"]
    return shot.path.format(operation=operation)


def settle(page: Page) -> None:
    """Return once nothing on the page is on its way any more."""
    expect(page.locator("h1").first).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_timeout(700)  # what is typed is looked at after a pause
    expect(page.locator(_BUSY)).to_have_count(0, timeout=PATIENCE_MS)
    page.evaluate("document.fonts.ready.then(() => true)")


def smaller(picture: bytes) -> bytes:
    """Return the same picture, packed as tightly as zlib can (the browser is in a hurry)."""
    parts: list[tuple[bytes, bytes]] = []
    place = len(_PNG)
    while place < len(picture):
        length, kind = struct.unpack(">I4s", picture[place : place + 8])
        parts.append((kind, picture[place + 8 : place + 8 + length]))
        place += length + 12
    data = b"".join(body for kind, body in parts if kind == b"IDAT")
    packed = zlib.compress(zlib.decompress(data), 9)
    before = [part for part in parts if part[0] not in {b"IDAT", b"IEND"}]
    return _PNG + b"".join(_chunk(*part) for part in (*before, (b"IDAT", packed), (b"IEND", b"")))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def take_all(names: frozenset[str]) -> int:
    """Take the pages named, all when none is; return how many could not be taken well."""
    node, browser_path = find_node(), chromium()
    if node is None or browser_path is None:
        print("error: this needs Node.js and Chromium: run `make test` once", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    bad = 0
    with (
        tempfile.TemporaryDirectory() as scratch,
        mock_api(node.executable, WEB, STATIC, Path(scratch, "output")) as mock,
        sync_playwright() as playwright,
    ):
        # As root, as in most containers, Chromium runs without its sandbox only.
        arguments = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=browser_path, args=arguments)
        for shot in SHOTS:
            if names and shot.name not in names:
                continue
            for variant in variants(shot):
                try:
                    harm = take(browser, mock, shot, variant)
                except (AssertionError, RuntimeError) as error:
                    harm = [str(error).partition("\n")[0]]
                except Exception as error:  # noqa: BLE001 - playwright's, named by its text
                    harm = [str(error).partition("\n")[0]]
                bad += bool(harm)
                print(f"{shot.name}{variant.suffix}", *(f"\n  {each}" for each in harm))
        browser.close()
    return bad


def main() -> int:
    """Take pictures; 1 when the browser complained of any page."""
    parser = argparse.ArgumentParser(prog="screenshots", description=__doc__)
    known = [shot.name for shot in SHOTS]
    parser.add_argument("page", nargs="*", choices=[[], *known], help="all of them by default")
    return 1 if take_all(frozenset(parser.parse_args().page)) else 0


if __name__ == "__main__":
    sys.exit(main())
