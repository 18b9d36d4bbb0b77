"""Signing in and out, and what is said to whom it is refused."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from venvoy.testing.browser import Console, settled
from venvoy.testing.installation import PASSWORD, Installation

FAILURES_ALLOWED = 10


@pytest.fixture
def chinese(browser: Browser, site: Installation) -> Iterator[Console]:
    """A stranger whose browser prefers Chinese."""
    with browser.new_context(locale="zh-CN") as context:
        console = Console(context.new_page(), site)
        yield console
        assert console.harm() == []


def test_signing_in_leads_to_the_list_and_lasts(stranger: Console) -> None:
    page = stranger.page
    stranger.open()
    expect(page).to_have_title("Sign in · Venvoy")
    expect(page.get_by_role("heading", name="Sign in to Venvoy")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Environments")).to_be_visible()
    expect(page).to_have_title("Environments · Venvoy")
    page.reload()
    expect(page.get_by_role("heading", name="Environments")).to_be_visible()


def test_a_wrong_password_is_said_in_words_and_can_be_corrected(stranger: Console) -> None:
    page = stranger.page
    stranger.open()
    password = page.get_by_label("Password", exact=True)
    password.fill("not the right one")
    password.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("User name or password is wrong")
    expect(page.get_by_role("alert")).to_contain_text("was printed once")
    expect(password).to_be_focused()
    password.fill(PASSWORD)
    password.press("Enter")
    expect(page.get_by_role("heading", name="Environments")).to_be_visible()


def test_the_words_are_chinese_for_who_reads_chinese(chinese: Console) -> None:
    page = chinese.page
    chinese.open()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_label("密码", exact=True).fill("not the right one")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码")


def test_an_empty_password_is_not_sent(stranger: Console) -> None:
    page = stranger.page
    stranger.open()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Please fill in this field")).to_be_visible()
    assert "POST" not in sent


def test_guessing_is_locked_out_with_the_time_to_wait(stranger: Console) -> None:
    guess = {"username": "nobody-here", "password": "a guess at nothing"}
    for _ in range(FAILURES_ALLOWED):
        stranger.page.request.post(f"{stranger.url}/api/v1/session", data=guess)
    stranger.expected.add("429 /api/v1/session")
    page = stranger.page
    stranger.open()
    page.get_by_label("User name").fill(guess["username"])
    page.get_by_label("Password", exact=True).fill(guess["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Signing in failed too often")
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"again in \d+ seconds"))


def test_signing_out_ends_the_session_itself(console: Console, context: BrowserContext) -> None:
    page = console.page
    console.open()
    (cookie,) = context.cookies()
    page.get_by_role("button", name="admin").click()
    expect(page.get_by_text("Administrator")).to_be_visible()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to Venvoy")).to_be_visible()
    assert context.cookies() == []
    stolen = {"Cookie": f"{cookie['name']}={cookie['value']}"}
    assert page.request.get(f"{console.url}/api/v1/session", headers=stolen).status == 401


def test_who_cannot_be_signed_out_is_not_told_so(console: Console) -> None:
    page = console.page
    console.open()
    expect(page.get_by_role("heading", name="Environments")).to_be_visible()
    page.route("**/api/v1/session", lambda route: route.abort())
    console.expected.add("Failed to load resource: net::ERR_FAILED")
    page.get_by_role("button", name="admin").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("alert")).to_contain_text("The controller does not answer")
    expect(page.get_by_role("heading", name="Environments")).to_be_visible()


def lose_session(console: Console, context: BrowserContext) -> Locator:
    """End the session behind the page's back and return the dialog that tells of it."""
    console.expected |= {f"401 /api/v1/{path}" for path in ("environments", "events", "operations")}
    context.clear_cookies()
    console.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    dialog = console.page.get_by_role("dialog", name="Sign in again")
    expect(dialog.get_by_role("status")).to_contain_text("Your session has ended")
    return dialog


def test_a_lost_session_is_noticed_and_the_page_kept(
    console: Console, context: BrowserContext
) -> None:
    page = console.page
    console.open("/?state=ready")
    page.get_by_role("searchbox").fill("sound")
    expect(page).to_have_url(re.compile("search=sound"))
    dialog = lose_session(console, context)
    expect(dialog.get_by_label("User name")).to_have_value("admin")
    expect(dialog.get_by_label("Password", exact=True)).to_be_focused()
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("searchbox")).to_have_value("sound")
    expect(page).to_have_url(re.compile(r"\?state=ready&search=sound$"))


def test_what_is_typed_outlives_a_lost_session(console: Console, context: BrowserContext) -> None:
    page = console.page
    console.open("/?state=ready")
    search = page.get_by_role("searchbox")
    search.fill("half of a na")
    expect(page).to_have_url(re.compile("half"))
    search.evaluate("input => { input.kept = true; }")
    dialog = lose_session(console, context)
    # Nothing behind the dialog is to be reached, by hand or by keyboard.
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("() => !document.activeElement.closest('header, main')")
    for _ in range(3):
        page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Password", exact=True).fill("not the right one")
    dialog.get_by_role("button", name="Sign in").click()
    console.expected.add("401 /api/v1/session")
    expect(dialog.get_by_role("alert")).to_contain_text("User name or password is wrong")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_label("Password", exact=True).press("Enter")
    expect(dialog).to_be_hidden()
    assert search.evaluate("input => input.kept")
    expect(search).to_have_value("half of a na")
    expect(search).to_be_focused()


def test_somebody_else_who_signs_in_sees_what_is_theirs(
    console: Console, context: BrowserContext, viewer_name: str
) -> None:
    page = console.page
    console.open("/?search=seen-by-admin")
    expect(page.get_by_role("link", name="Create environment")).to_be_visible()
    dialog = lose_session(console, context)
    dialog.get_by_label("User name").fill(viewer_name)
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name=viewer_name)).to_be_visible()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Create environment")).to_be_hidden()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_signing_in_again_has_no_barriers(
    console: Console, context: BrowserContext, axe: Path, colours: str
) -> None:
    page = console.page
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    console.open("/?state=ready")
    expect(page.get_by_role("searchbox")).to_be_visible()
    lose_session(console, context)
    settled(page)
    assert console.barriers(axe) == []
