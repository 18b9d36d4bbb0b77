"""The mock API: that it is what the controller would be, and bears what it is there for."""

import re
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import expect

from venvoy.api.static import policy
from venvoy.testing.browser import Console
from venvoy.testing.mock_api import MockApi

SECONDS = 1_000
LOADING = 30 * SECONDS
"""A page of a browser on a machine that is busy with others."""
ROWS = ".data-row"
WATCHED = """() => {
    window.made = 0;
    window.lost = 0;
    const rows = nodes => [...nodes].filter(node => node.matches?.('tr')).length;
    new MutationObserver(changes => {
        for (const change of changes) {
            window.made += rows(change.addedNodes);
            window.lost += rows(change.removedNodes);
        }
    }).observe(document.querySelector('tbody'), { childList: true, subtree: true });
}"""


def test_the_page_is_under_the_controllers_own_policy(mock: MockApi) -> None:
    answer = httpx.get(mock.url, headers={"Accept": "text/html"}, trust_env=False)
    found = re.search(r'nonce="([^"]+)"', answer.text)
    assert found is not None
    assert answer.headers["content-security-policy"] == policy(found[1])
    missing = httpx.get(f"{mock.url}/assets/missing.js", trust_env=False)
    assert missing.status_code == 404


def test_nobody_is_let_in_without_a_session(mock: MockApi) -> None:
    refused = httpx.get(f"{mock.url}/api/v1/environments", trust_env=False)
    assert (refused.status_code, refused.json()["code"]) == (401, "sign-in-needed")
    assert refused.json()["hint"]


def test_searches_and_filters_are_answered(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.open("/environments")
    expect(page.locator(ROWS)).to_have_count(20, timeout=LOADING)
    mocked.open("/environments?search=%E9%87%87%E9%9B%86")
    expect(page.locator(ROWS)).to_have_count(2)
    mocked.open("/environments?state=paused")
    expect(mocked.row("legacy-import")).to_contain_text("Paused")
    expect(page.locator(ROWS)).to_have_count(1)


def test_500_changes_a_second_make_no_row_anew(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.open("/environments")
    expect(page.locator(ROWS)).to_have_count(20, timeout=LOADING)
    page.evaluate(WATCHED)
    assert mocked.site.emit(per_second=500, seconds=4) == 2_000
    paused = mocked.row("legacy-import")
    expect(mocked.row("kafka-consumers")).not_to_contain_text("Ready", timeout=10 * SECONDS)
    expect(paused).to_contain_text("Paused")
    ended = page.evaluate("performance.now()") + 4 * SECONDS
    page.wait_for_function("ended => performance.now() > ended", arg=ended)
    assert page.evaluate("[window.made, window.lost]") == [0, 0]
    asked = [each for each in mocked.site.requests() if each["path"] == "/api/v1/environments"]
    assert len(asked) < 40, "changes are gathered before the list is asked for again"


def test_5000_environments_are_turned_page_by_page(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.site.scenario("5000")
    mocked.sign_in()
    mocked.open("/environments")
    names = page.locator(f"{ROWS} strong")
    expect(names).to_have_count(50, timeout=LOADING)
    first = names.all_inner_texts()
    page.get_by_role("button", name="Next page").click()
    expect(names.first).not_to_have_text(first[0], timeout=LOADING)
    expect(names).to_have_count(50)
    assert not set(first) & set(names.all_inner_texts())


def test_a_session_that_ends_asks_to_sign_in(mocked: Console[MockApi]) -> None:
    mocked.expected |= {"401 /api/v1/environments", "401 /api/v1/session", "401 /api/v1/events"}
    mocked.open("/environments")
    expect(mocked.page.locator(ROWS)).to_have_count(20, timeout=LOADING)
    mocked.site.expire_sessions()
    mocked.page.reload()
    expect(mocked.page.get_by_label("Password", exact=True)).to_be_visible(timeout=LOADING)


def test_faults_come_as_ordered(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.expected.add("403 /api/v1/environments")
    mocked.site.fail("^GET /api/v1/environments$", 403)
    mocked.open("/environments")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This needs the role operator", timeout=LOADING)
    mocked.site.heal()
    page.reload()
    expect(page.locator(ROWS)).to_have_count(20, timeout=LOADING)


@pytest.mark.parametrize("name", ["empty", "failing", "hostile", "long-log"])
def test_every_scenario_is_a_list_without_harm(mocked: Console[MockApi], name: str) -> None:
    page = mocked.page
    mocked.site.scenario(name, now=datetime(2026, 3, 10, 12, tzinfo=UTC))
    mocked.sign_in()
    mocked.open("/environments")
    if name == "empty":
        expect(page.get_by_role("heading", name="Create your first environment")).to_be_visible(
            timeout=LOADING
        )
    else:
        expect(page.locator(ROWS).first).to_be_visible(timeout=LOADING)
    expect(page).to_have_title("Environments · Venvoy")
