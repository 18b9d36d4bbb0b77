"""What is under way, what has ended, and who changed what."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from venvoy.testing.browser import Console
from venvoy.testing.installation import Installation

LOADING = 60_000


@pytest.fixture(scope="module")
def busy(site: Installation) -> Iterator[Installation]:
    """The installation with a build that failed and one that stalls."""
    site.cli("env", "create", "act-failed", "-p", "damaged", "--wait", check=False)
    site.cli("env", "create", "act-moving", "-p", "endless")
    yield site
    site.cli("env", "delete", "act-moving", check=False)


def test_what_runs_stands_first_with_its_progress(console: Console, busy: Installation) -> None:
    page = console.page
    console.open("/activity")
    running = page.get_by_role("table", name="Under way").get_by_role("row")
    row = running.filter(has_text="act-moving").filter(has_text="Running")
    expect(row).to_contain_text("of 401 kB", timeout=LOADING)
    expect(page.get_by_role("link", name=re.compile(r"^Activity.*under way"))).to_be_visible()
    ended = page.get_by_role("table", name="Ended").get_by_role("row")
    build = page.get_by_role("link", name="Build of act-failed on local")
    expect(ended.filter(has=build)).to_contain_text("is not the locked file")
    build.click()
    expect(page.get_by_role("heading", name="Build of act-failed on local")).to_be_visible()


def test_filters_are_in_the_address(console: Console, busy: Installation) -> None:
    page = console.page
    console.open("/activity?state=failed&kind=build&environment=act-failed")
    ended = page.get_by_role("table", name="Ended")
    expect(ended.get_by_role("row")).to_have_count(2, timeout=LOADING)
    expect(page.get_by_role("table", name="Under way")).to_be_hidden()
    page.get_by_role("combobox", name="State").click()
    page.get_by_title("Running", exact=True).click()
    expect(page).to_have_url(re.compile(r"state=failed.*state=running"))
    expect(page.get_by_text("Nothing is under way")).to_be_visible()


def test_a_row_is_tried_again_and_cancelled(console: Console, busy: Installation) -> None:
    page = console.page
    busy.cli("env", "create", "act-again", "-p", "endless")
    console.open("/activity?environment=act-again")
    running = page.get_by_role("table", name="Under way")
    row = running.get_by_role("row").filter(has_text="Running")
    row.get_by_role("button", name="Cancel").click(timeout=LOADING)
    ended = page.get_by_role("table", name="Ended").get_by_role("row").filter(has_text="Cancelled")
    expect(ended).to_be_visible(timeout=LOADING)
    ended.get_by_role("button", name="Try again").click()
    expect(running).to_contain_text("act-again", timeout=LOADING)
    expect(ended.get_by_role("button", name="Try again")).to_be_hidden()
    running.get_by_role("button", name="Cancel").first.click()
    expect(page.get_by_text("Nothing is under way")).to_be_visible(timeout=LOADING)


def test_the_audit_tells_only_what_changed(console: Console, busy: Installation) -> None:
    page = console.page
    busy.cli("env", "edit", "act-failed", "--title", "A new title", "--description", "Why so")
    console.open("/activity?tab=audit&subject=act-failed&action=environment-edited")
    details = page.get_by_role("button", name="Details of Environment edited, act-failed").first
    details.click(timeout=LOADING)
    opened = page.locator(f"[id='{details.get_attribute('aria-controls')}']")
    expect(opened).to_contain_text("A new title")
    expect(opened).to_contain_text("Why so")
    expect(opened).not_to_contain_text("damaged")
    page.get_by_role("searchbox", name="User name").fill("nobody-at-all")
    expect(page.get_by_text("No change matches")).to_be_visible()
    expect(page).to_have_url(re.compile("username=nobody-at-all"))


def test_a_viewer_is_told_calmly_whom_the_audit_is_for(viewer: Console, busy: Installation) -> None:
    page = viewer.page
    viewer.open("/activity")
    expect(page.get_by_role("table", name="Ended")).to_be_visible(timeout=LOADING)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    page.get_by_role("link", name="Audit").click()
    expect(page.get_by_text("The audit is for administrators")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("tab", ["operations", "audit"])
def test_a_phone_shows_it_in_chinese_without_scrolling_sideways(
    browser: Browser, busy: Installation, tab: str
) -> None:
    size = ViewportSize(width=375, height=720)
    with browser.new_context(locale="zh-CN", viewport=size, has_touch=True) as context:
        console = Console(context.new_page(), busy)
        console.sign_in()
        page = console.page
        console.open(f"/activity?tab={tab}")
        expect(page.get_by_role("heading", name="活动")).to_be_visible(timeout=LOADING)
        expect(page.get_by_role("table").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 375
        assert console.harm() == []


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("tab", ["operations", "audit"])
def test_no_barriers(
    console: Console, busy: Installation, axe: Path, tab: str, colours: str
) -> None:
    page = console.page
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    console.open(f"/activity?tab={tab}")
    expect(page.get_by_role("table").first).to_be_visible(timeout=LOADING)
    if tab == "audit":
        page.get_by_role("button", name=re.compile("^Details of Environment created")).first.click()
    assert console.barriers(axe) == []
