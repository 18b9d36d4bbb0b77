"""The log of an operation: followed live, searched, filtered, taken along, however hard it is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from venvoy.testing.browser import Console
from venvoy.testing.installation import Installation, until
from venvoy.testing.mock_api import MockApi
from venvoy.wire.operations import Operation

LOADING = 60_000
AT_END = "area => area.scrollHeight - area.scrollTop - area.clientHeight < 30"
FRAMES = """async area => {
    const frames = [];
    let before = performance.now();
    for (let step = 0; step < 120; step += 1) {
        area.scrollTop = (area.scrollHeight * ((step * 37) % 120)) / 120;
        await new Promise(requestAnimationFrame);
        frames.push(performance.now() - before);
        before = performance.now();
    }
    return { rows: area.querySelectorAll('.log-line').length, slowest: Math.max(...frames) };
}"""


def log_of(page: Page) -> Locator:
    """Return the lines of the log."""
    return page.get_by_role("log", name="Log")


def builds(site: Installation, environment: str) -> list[Operation]:
    """Return an environment's builds, newest first."""
    with site.client() as client:
        return list(client.operations(environment=environment, kind="build"))


@pytest.fixture(scope="module")
def failed(site: Installation) -> str:
    """The id of a build that failed."""
    site.cli("env", "create", "log-failed", "-p", "damaged", "--wait", check=False)
    return builds(site, "log-failed")[0].id


def long_log(mocked: Console[MockApi], name: str) -> str:
    """Begin a scenario and return the address of its environment's build."""
    mocked.site.scenario(name)
    mocked.sign_in()
    answer = mocked.page.request.get(
        f"{mocked.url}/api/v1/operations?environment={name}&kind=build"
    )
    return f"/operations/{answer.json()['items'][0]['id']}"


def test_a_real_builds_log_is_whole_and_searched(console: Console, failed: str) -> None:
    page = console.page
    console.open(f"/operations/{failed}")
    log = log_of(page)
    expect(page.get_by_text("The log has ended")).to_be_visible(timeout=LOADING)
    expect(log).to_contain_text("fetching packages")
    expect(page.get_by_role("group", name="Why it failed on local")).to_be_visible()
    search = page.get_by_role("searchbox", name="Search the log")
    search.fill("FAILED TO FETCH")
    expect(log.locator("mark").first).to_have_text("Failed to fetch")
    expect(page.get_by_text(re.compile(r"^1 of \d+$"))).to_be_visible()
    search.press("Enter")
    expect(page.get_by_text(re.compile(r"^2 of \d+$"))).to_be_visible()
    search.press("Shift+Enter")
    expect(page.get_by_text(re.compile(r"^1 of \d+$"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]q=FAILED"))
    page.reload()
    expect(log.locator("mark[aria-current]")).to_have_text("Failed to fetch", timeout=LOADING)
    search.fill("no such thing at all")
    expect(page.get_by_text("Nothing found")).to_be_visible()


def test_a_step_is_shown_alone_and_a_line_can_be_sent_to_others(
    console: Console, failed: str
) -> None:
    page = console.page
    console.open(f"/operations/{failed}?step=venv&line=4")
    log = log_of(page)
    expect(log).to_contain_text("making the virtual environment", timeout=LOADING)
    expect(log).not_to_contain_text("fetching packages")
    expect(page.get_by_text(re.compile(r"^\d+ of \d+ lines$"))).to_be_visible()
    expect(log.locator("[aria-current=location]")).to_contain_text("making the virtual")
    log.get_by_role("button", name="Line 5", exact=True).click()
    expect(page).to_have_url(re.compile(r"line=5"))
    page.get_by_role("combobox", name="Step").click()
    page.get_by_title("All steps").click()
    expect(page).not_to_have_url(re.compile("step="))
    expect(log).to_contain_text("fetching packages")


def test_a_log_is_copied_as_shown_and_saved_as_known(console: Console, failed: str) -> None:
    page = console.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    console.open(f"/operations/{failed}?step=venv")
    expect(page.get_by_text("The log has ended")).to_be_visible(timeout=LOADING)
    page.get_by_role("button", name="Copy what is shown").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied.splitlines()[0] == "making the virtual environment"
    assert "fetching packages" not in copied
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the log").click()
    assert download.value.suggested_filename == f"venvoy-{failed}.log"
    saved = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]+Z \[fetch\] fetching packages", saved[6])


def test_times_are_those_of_the_viewers_zone(console: Console, failed: str) -> None:
    page = console.page
    console.open(f"/operations/{failed}")
    log = log_of(page)
    page.get_by_role("combobox", name="Times").click()
    page.get_by_title("Since the start").click()
    expect(log.locator("time").first).to_have_text(re.compile(r"^0:0\d\.\d{3}$"), timeout=LOADING)
    page.get_by_role("combobox", name="Times").click()
    page.get_by_title("Time of day").click()
    shown = log.locator("time").first
    hours = page.evaluate(
        "at => new Date(at).toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai' })",
        shown.get_attribute("datetime"),
    )
    expect(shown).to_have_text(re.compile(rf"^{hours}\.\d{{3}}$"))


def test_a_stalled_build_is_followed_cancelled_and_tried_again(
    console: Console, site: Installation
) -> None:
    page = console.page
    site.cli("env", "create", "log-endless", "-p", "endless")
    until(
        lambda: any(each.state == "running" for each in builds(site, "log-endless")),
        what="the build runs",
    )
    build = builds(site, "log-endless")[0].id
    console.open(f"/operations/{build}")
    expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=LOADING)
    expect(log_of(page)).to_contain_text("fetching packages")
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_text("The log has ended")).to_be_visible(timeout=LOADING)
    expect(page.locator("dl")).to_contain_text("Cancelled")
    page.get_by_role("button", name="Try again").click()
    expect(page).not_to_have_url(re.compile(build), timeout=LOADING)
    expect(page.get_by_role("heading", name="Build of log-endless on local")).to_be_visible()
    page.get_by_role("button", name="Cancel", exact=True).click(timeout=LOADING)
    expect(page.locator("dl")).to_contain_text("Cancelled", timeout=LOADING)


def test_what_is_not_there_is_said(console: Console) -> None:
    console.expected.add("404 /api/v1/operations/no-such-operation")
    console.open("/operations/no-such-operation")
    expect(console.page.get_by_role("alert")).to_contain_text("no-such-operation", timeout=LOADING)


def test_where_a_proxy_cuts_the_stream_pages_take_over(console: Console, failed: str) -> None:
    page = console.page
    console.expected.add("Failed to load resource: net::ERR_FAILED")
    asked: list[str] = []
    line = {"v": 1, "at": "2026-01-01T00:00:00Z", "step": "fetch"}

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        after = int(re.findall(r"after=(\d+)", route.request.url)[0])
        waits = "wait=0" not in route.request.url
        lines = [{**line, "sequence": after, "text": f"polled {after}"}] if waits else []
        page_ = {"lines": lines, "next": after + len(lines), "ended": after >= 3, "cut": 0}
        route.fulfill(json=page_)

    page.route("**/log/stream?*", lambda route: route.abort())
    page.route("**/log?*", answer)
    console.open(f"/operations/{failed}")
    expect(log_of(page)).to_contain_text("polled 2", timeout=LOADING)
    expect(page.get_by_text("The log has ended")).to_be_visible(timeout=LOADING)
    assert any("wait=20" in url for url in asked)


def test_lines_that_were_left_out_are_a_gap(console: Console, failed: str) -> None:
    page = console.page
    line = {"v": 1, "at": "2026-01-01T00:00:00Z", "step": "fetch"}
    lines = [
        {**line, "sequence": 0, "text": "first"},
        {**line, "sequence": 1, "text": "[… 12345 lines left out …]"},
        {**line, "sequence": 12346, "text": "last"},
    ]
    document = {"lines": lines, "next": 12347, "ended": True, "cut": 12345}
    page.route("**/log?*", lambda route: route.fulfill(json=document))
    console.open(f"/operations/{failed}")
    expect(log_of(page)).to_contain_text("12,345 lines left out", timeout=LOADING)
    expect(page.get_by_text("2 lines", exact=True)).to_be_visible()
    expect(log_of(page).get_by_role("button", name="Line 12347")).to_be_visible()


def test_100_000_lines_are_smooth_and_followed(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.open(long_log(mocked, "long-log"))
    expect(page.get_by_text("100,000 lines")).to_be_visible(timeout=LOADING)
    log = log_of(page)
    assert log.evaluate(AT_END)
    seen = log.evaluate(FRAMES)
    assert seen["rows"] < 150  # what is out of sight is not on the page
    log.evaluate("area => { area.scrollTop = 400_000; }")
    page.get_by_role("button", name="To the end").click()
    expect(log).to_contain_text("line 100000:")
    page.get_by_role("searchbox", name="Search the log").fill("line 54321:")
    expect(page.get_by_text("1 of 1", exact=True)).to_be_visible()
    expect(log.locator("mark[aria-current]")).to_be_in_viewport()


def test_html_escapes_and_endless_lines_stay_text(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.open(long_log(mocked, "hostile"))
    expect(page.get_by_text("200 lines")).to_be_visible(timeout=LOADING)
    log = log_of(page)
    log.evaluate("area => { area.scrollTop = 0; }")
    expect(log).to_contain_text("<b>bold</b> <script>")
    assert log.locator("b, script, a, img").count() == 0
    expect(page).not_to_have_title("taken")
    whole = log.get_by_role("button", name="show all 10,000 characters").first
    whole.click()
    expect(log.locator(".log-text", has_text="x" * 10_000).first).to_be_attached()
    page.get_by_role("button", name="Wrap long lines").click()
    assert log.evaluate("area => area.scrollWidth > area.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == 1280


@pytest.fixture
def phone(browser: Browser, site: Installation) -> Iterator[Console]:
    """A Chinese phone, signed in."""
    size = ViewportSize(width=375, height=720)
    with browser.new_context(locale="zh-CN", viewport=size, has_touch=True) as context:
        console = Console(context.new_page(), site)
        console.sign_in()
        yield console
        assert console.harm() == []


def test_a_phone_shows_it_in_chinese_without_scrolling_sideways(
    phone: Console, failed: str
) -> None:
    page = phone.page
    phone.open(f"/operations/{failed}")
    expect(page.get_by_text("日志已结束")).to_be_visible(timeout=LOADING)
    expect(page.get_by_role("heading", name="log-failed：在 local 上构建")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 375


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_barriers(console: Console, failed: str, axe: Path, colours: str) -> None:
    page = console.page
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    console.open(f"/operations/{failed}?q=fetch")
    expect(log_of(page).locator("mark[aria-current]")).to_be_visible(timeout=LOADING)
    assert console.barriers(axe) == []
