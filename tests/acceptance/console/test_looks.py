"""For everybody: by keyboard alone, in both languages and colours, on a phone, without storage."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from venvoy.testing.browser import Console, settled
from venvoy.testing.installation import PASSWORD, Installation
from venvoy.testing.mock_api import MockApi

SECONDS = 1_000
FOCUSED = "document.activeElement.ariaLabel ?? document.activeElement.innerText"
BACKGROUND = "getComputedStyle(document.querySelector('.ground')).backgroundColor"


@pytest.fixture(scope="module")
def filled(site: Installation) -> Installation:
    """The installation with an environment that is ready, one that failed and one that moves."""
    site.cli("env", "create", "looks-ready", "-p", "sound", "--title", "数据分析", "--wait")
    site.cli("env", "create", "looks-failed", "-p", "damaged", "--wait", check=False)
    site.cli("env", "create", "looks-moving", "-p", "endless")
    return site


def tabs(page: Page, count: int) -> list[str]:
    """Return the names of what the next presses of Tab reach."""
    names = []
    for _ in range(count):
        page.keyboard.press("Tab")
        names.append(str(page.evaluate(FOCUSED)).strip())
    return names


def test_the_keyboard_alone_signs_in_and_opens_a_row(
    stranger: Console, filled: Installation
) -> None:
    page = stranger.page
    stranger.open("/?search=looks-")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(stranger.row("looks-failed")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    assert tabs(page, 5) == ["Skip to the page", "Venvoy", "Environments", "Nodes", "Find"]
    assert tabs(page, 1)[0].startswith("Activity")  # and how much is under way
    assert tabs(page, 3) == [
        "Language",
        "Colours",
        "admin",
    ]
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Sign out")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menuitem", name="Sign out")).to_be_hidden()
    expect(page.get_by_role("button", name="admin")).to_be_focused()
    assert tabs(page, 9) == [
        "Create environment",
        "Search by name or package",
        "State",
        "Node",
        "Label",
        "Clear filters (1)",
        "Name",
        "Updated",
        "Details of looks-failed",
    ]
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Why it failed on local")).to_be_visible()
    button = page.get_by_role("button", name="Details of looks-failed")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")


def test_the_skip_link_leads_past_the_header(console: Console) -> None:
    page = console.page
    console.open()
    expect(page.get_by_role("searchbox")).to_be_visible()
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the page")
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert tabs(page, 2) == ["Create environment", "Search by name or package"]


def test_the_language_changes_in_place_and_is_remembered(
    console: Console, filled: Installation
) -> None:
    page = console.page
    console.open("/?search=looks-")
    page.get_by_role("button", name="Language").click()
    page.get_by_role("menuitem", name="简体中文").click()
    expect(page.get_by_role("heading", name="环境")).to_be_visible()
    expect(page).to_have_title("环境 · Venvoy")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(console.row("looks-ready")).to_contain_text("就绪")
    expect(page).to_have_url(re.compile(r"search=looks-$"))
    page.reload()
    expect(page.get_by_role("heading", name="环境")).to_be_visible()


def test_the_colours_change_in_place_and_are_remembered(console: Console) -> None:
    page = console.page
    console.open()
    expect(page.get_by_role("searchbox")).to_be_visible()
    light = page.evaluate(BACKGROUND)
    page.get_by_role("button", name="Colours").click()
    page.get_by_role("menuitem", name="Dark").click()
    expect(page.locator(".ground")).not_to_have_css("background-color", light)
    dark = page.evaluate(BACKGROUND)
    page.reload()
    expect(page.locator(".ground")).to_have_css("background-color", dark)


def test_the_colours_follow_the_system_until_they_are_chosen(console: Console) -> None:
    page = console.page
    console.open()
    expect(page.get_by_role("searchbox")).to_be_visible()
    light = page.evaluate(BACKGROUND)
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".ground")).not_to_have_css("background-color", light)


def test_a_browser_that_may_not_store_anything_just_forgets(stranger: Console) -> None:
    page = stranger.page
    page.add_init_script(
        """Object.defineProperty(window, "localStorage", {
            get() { throw new DOMException("forbidden", "SecurityError"); },
        });"""
    )
    stranger.open()
    page.get_by_role("button", name="Language").click()
    page.get_by_role("menuitem", name="简体中文").click()
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="环境")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Environments")).to_be_visible()


@pytest.fixture
def phone(browser: Browser, filled: Installation) -> Iterator[Console]:
    """A phone, signed in."""
    size = ViewportSize(width=375, height=720)
    with browser.new_context(locale="en", viewport=size, has_touch=True) as context:
        console = Console(context.new_page(), filled)
        console.sign_in()
        yield console
        assert console.harm() == []


def test_a_phone_shows_all_of_it_without_scrolling_sideways(phone: Console) -> None:
    page = phone.page
    phone.open("/?search=looks-")
    expect(phone.row("looks-failed")).to_contain_text("Failed")
    expect(page.get_by_role("columnheader", name="Revision")).to_be_hidden()
    opened = phone.unfold("looks-failed")
    expect(opened.get_by_text("Revision", exact=True)).to_be_visible()
    expect(opened.get_by_role("group", name="Why it failed on local")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.set_viewport_size({"width": 1280, "height": 720})
    expect(page.get_by_role("columnheader", name="Revision")).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
class TestNoBarriers:
    def test_sign_in(self, stranger: Console, axe: Path, colours: str) -> None:
        page = stranger.page
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        stranger.open()
        page.get_by_label("Password", exact=True).fill("not the right one")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        settled(page)
        assert stranger.barriers(axe) == []

    def test_the_list_with_everything_open(
        self, console: Console, filled: Installation, axe: Path, colours: str
    ) -> None:
        page = console.page
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        console.open("/?search=looks-")
        for name in ("looks-failed", "looks-moving", "looks-ready"):
            console.unfold(name)
        settled(page)
        assert console.barriers(axe) == []
        page.get_by_role("button", name="Colours").click()
        expect(page.get_by_role("menuitem", name="Dark")).to_be_visible()
        settled(page)
        assert console.barriers(axe) == []

    def test_first_steps_and_an_opened_filter(
        self, mocked: Console[MockApi], axe: Path, colours: str
    ) -> None:
        page = mocked.page
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        mocked.open("/environments?state=ready&state=degraded")
        page.get_by_role("combobox", name="Label").click()
        expect(page.get_by_role("option").first).to_be_attached()
        settled(page)
        # A combobox scrolls its list by the arrow keys; axe asks for a focus within it.
        found = [each for each in mocked.barriers(axe) if "dropdown-list-holder" not in each]
        assert found == []
        mocked.site.scenario("empty")
        for username, title in (
            ("admin", "Create your first environment"),
            ("viewer", "There is no environment yet"),
        ):
            mocked.sign_in(username)
            mocked.open("/environments")
            expect(page.get_by_role("heading", name=title)).to_be_visible()
            settled(page)
            assert mocked.barriers(axe) == []

    def test_what_is_empty_and_what_is_not_there(
        self, console: Console, axe: Path, colours: str
    ) -> None:
        page = console.page
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        console.open("/?search=no-such-thing")
        expect(page.get_by_role("button", name="Clear filters (1)").last).to_be_visible()
        settled(page)
        assert console.barriers(axe) == []
        console.open("/nowhere")
        expect(page.locator("main").get_by_role("link", name="Environments")).to_be_visible()
        settled(page)
        assert console.barriers(axe) == []
