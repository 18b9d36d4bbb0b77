"""Signing in and out, and what is said to whom it is refused."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from venvoy.testing.browser import Console
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


def test_a_lost_session_is_noticed_and_the_page_kept(
    console: Console, context: BrowserContext
) -> None:
    page = console.page
    console.expected |= {f"401 /api/v1/{path}" for path in ("environments", "events", "operations")}
    console.open("/?state=ready")
    page.get_by_role("searchbox").fill("sound")
    expect(page).to_have_url(re.compile("search=sound"))
    context.clear_cookies()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("status")).to_contain_text("Your session has ended")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("searchbox")).to_have_value("sound")
    expect(page).to_have_url(re.compile(r"\?state=ready&search=sound$"))
