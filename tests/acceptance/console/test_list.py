"""The list of environments: live, searched, ordered, and honest about what fails."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from venvoy.testing.browser import Console
from venvoy.testing.installation import Installation, free_port
from venvoy.testing.mock_api import MockApi
from venvoy.testing.remote import environment_item

SECONDS = 1_000
PLACES = """() => [...document.querySelectorAll('th, .data-row > td:first-child')].map(
    (cell) => { const { x, y, width } = cell.getBoundingClientRect(); return [x, y, width]; })"""
"""Where every column and every row begins."""
BUILD = 60 * SECONDS
Change = Callable[[dict[str, Any]], object]


def edited(change: Change) -> Callable[[Route], None]:
    """Let the list's answer be the controller's own with a change."""

    def answer(route: Route) -> None:
        response = route.fetch()
        document = response.json()
        change(document)
        route.fulfill(response=response, body=json.dumps(document))

    return answer


def listed(page: Page, change: Change) -> None:
    page.route("**/api/v1/environments?*", edited(change))


def away(page: Page) -> None:
    """Take the pointer off the list, which holds its order while it is pointed at."""
    page.mouse.move(0, 0)


def shown(page: Page) -> list[str]:
    """Return the names in the list, in its order."""
    return [each.inner_text() for each in page.locator(".data-row strong").all()]


def test_the_first_steps_are_told_where_there_is_no_environment(console: Console) -> None:
    page = console.page
    listed(page, lambda document: document.update(items=[], next=None))
    console.open()
    expect(page.get_by_role("heading", name="Create your first environment")).to_be_visible()
    expect(page.get_by_text("venvoy env create web")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_hidden()
    expect(page.get_by_role("link", name="Create environment")).to_have_attribute("href", "/create")
    start = page.get_by_role("link", name="Web service")
    assert start.get_attribute("href") == (
        "/create?name=web&requirements=fastapi%5Bstandard%5D%0Asqlalchemy"
    )


def test_who_may_not_create_is_told_calmly_that_others_will(viewer: Console) -> None:
    page = viewer.page
    listed(page, lambda document: document.update(items=[], next=None))
    viewer.open()
    expect(page.get_by_role("heading", name="There is no environment yet")).to_be_visible()
    expect(page.get_by_text("Operators create them")).to_be_visible()
    expect(page.get_by_role("link", name="Create environment")).to_be_hidden()


def test_what_the_command_line_makes_appears_and_gets_ready_without_a_reload(
    console: Console, name: str
) -> None:
    page = console.page
    console.open()
    expect(page.get_by_role("heading", name="Environments", exact=True)).to_be_visible()
    console.site.cli("env", "create", name, "-p", "sound", "--title", "每日价格采集")
    row = console.row(name)
    expect(row).to_contain_text("每日价格采集")
    expect(row).to_contain_text("Ready", timeout=BUILD)
    expect(row.get_by_role("cell").nth(3)).to_have_text("local")
    opened = console.unfold(name)
    expect(opened).to_contain_text("Ready")
    path = console.site.data / "virtual_environments" / name
    expect(opened).to_contain_text(str(path))
    away(page)
    # The opened row may ask for what is gone just before it goes itself.
    console.expected.add(f"404 /api/v1/environments/{name}/replicas")
    console.site.cli("env", "delete", name, "--yes")
    expect(row).to_be_hidden(timeout=BUILD)


def test_a_failure_says_why_where_and_what_to_do(console: Console, name: str) -> None:
    page = console.page
    console.open()
    console.site.cli("env", "create", name, "-p", "damaged")
    row = console.row(name)
    expect(row).to_contain_text("Failed", timeout=BUILD)
    expect(row).to_contain_text("damaged-1.0-py3-none-any.whl")
    why = console.unfold(name).get_by_role("group", name="Why it failed on local")
    expect(why).to_contain_text("is not the locked file")
    expect(why).to_contain_text("choose another mirror")
    expect(why).to_contain_text("Failed at: downloading · Cause: the mirror")
    expect(why).to_contain_text(f"venvoy env logs {name} --node local")
    page.get_by_role("button", name="Language").click()
    page.get_by_role("menuitem", name="简体中文").click()
    expect(page.get_by_role("group", name="local 上的失败原因")).to_contain_text(
        "与锁定的文件不一致"
    )


def test_a_download_under_way_shows_how_far_it_is(console: Console, name: str) -> None:
    console.open()
    console.site.cli("env", "create", name, "-p", "stuck")
    row = console.row(name)
    expect(row).to_contain_text("Rolling out", timeout=BUILD)
    expect(row).to_contain_text("0 of 1 packages", timeout=BUILD)
    opened = console.unfold(name)
    expect(opened.get_by_role("progressbar", name="Progress of local")).to_be_visible()
    expect(opened).to_contain_text(re.compile(r"0 of 1 packages · \d+(\.\d)? kB of 40\d(\.\d)? kB"))
    # An open row that moves asks every two seconds, perhaps before it hears of this.
    console.expected.add(f"404 /api/v1/environments/{name}/replicas")
    console.site.cli("env", "delete", name, "--yes")


def test_live_changes_leave_what_is_looked_at_in_place(console: Console, name: str) -> None:
    page = console.page
    console.site.cli("env", "create", f"{name}-a", "-p", "sound", "--wait")
    console.open()
    opened = console.unfold(f"{name}-a")
    expect(opened).to_contain_text("Ready")
    opened.evaluate("element => element.dataset.mark = 'kept'")
    page.evaluate(
        """() => {
            window.lost = 0;
            new MutationObserver(() => {
                if (!document.querySelector('[data-mark="kept"]')) window.lost += 1;
            }).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    away(page)
    console.site.cli("env", "create", f"{name}-b", "-p", "sound")
    expect(console.row(f"{name}-b")).to_contain_text("Ready", timeout=BUILD)
    assert page.evaluate("window.lost") == 0
    expect(opened).to_be_visible()


def test_search_and_filter_stand_in_the_address(console: Console, name: str) -> None:
    page = console.page
    console.site.cli("env", "create", f"{name}-apple", "-p", "sound", "--wait")
    console.site.cli("env", "create", f"{name}-pear", "-p", "sound", "--wait")
    console.open()
    expect(console.row(f"{name}-pear")).to_be_visible()
    page.get_by_role("searchbox").fill(f"{name}-ap")
    expect(console.row(f"{name}-pear")).to_be_hidden()
    expect(page).to_have_url(re.compile(rf"/environments\?search={name}-ap$"))
    page.get_by_role("combobox", name="State").click()
    page.get_by_title("Ready", exact=True).click()
    page.get_by_title("Failed", exact=True).click()
    page.keyboard.press("Escape")
    expect(page).to_have_url(
        re.compile(rf"/environments\?search={name}-ap&state=ready&state=failed$")
    )
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value(f"{name}-ap")
    expect(page.get_by_role("search")).to_contain_text("Ready, Failed")
    expect(page.get_by_role("button", name="Clear filters (3)")).to_be_visible()
    expect(console.row(f"{name}-apple")).to_be_visible()
    assert shown(page) == [f"{name}-apple"]
    page.go_back()
    page.go_back()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(console.row(f"{name}-pear")).to_be_visible()


def test_what_nothing_matches_leads_back_to_all(console: Console, name: str) -> None:
    page = console.page
    console.site.cli("env", "create", name, "-p", "sound", "--wait")
    console.open("/?search=no-such-thing&state=paused")
    expect(page.get_by_role("status")).to_have_text("No environment matches")
    page.get_by_role("main").get_by_role("button", name="Clear filters (2)").last.click()
    expect(console.row(name)).to_be_visible()
    expect(page).to_have_url(f"{console.url}/environments")


def test_the_headers_order_the_list(console: Console, name: str) -> None:
    page = console.page
    for letter in "ab":
        console.site.cli("env", "create", f"{name}-{letter}", "-p", "sound", "--wait")
    up, down = [f"{name}-a", f"{name}-b"], [f"{name}-b", f"{name}-a"]
    console.open(f"/?search={name}-")
    header = page.get_by_role("columnheader", name="Name")
    expect(header).to_have_attribute("aria-sort", "ascending")
    expect(page.locator(".data-row strong")).to_have_text(up)
    page.get_by_role("button", name="Name", exact=True).click()
    expect(header).to_have_attribute("aria-sort", "descending")
    expect(page.locator(".data-row strong")).to_have_text(down)
    expect(page).to_have_url(re.compile("sort=-name"))


def test_a_long_list_is_turned_page_by_page(console: Console) -> None:
    page = console.page

    def two_pages(document: dict[str, Any]) -> None:
        document["next"] = None if "cursor=" in asked[-1] else "bmV4dA"

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/api/v1/environments?*", lambda route: paged(route, two_pages))
    console.open()
    later, first = (page.get_by_role("button", name=text) for text in ("Next page", "First page"))
    expect(first).to_be_disabled()
    later.click()
    expect(page).to_have_url(re.compile("cursor=bmV4dA"))
    expect(later).to_be_disabled()
    first.click()
    expect(page).to_have_url(f"{console.url}/environments")


def paged(route: Route, change: Change) -> None:
    """Answer any page as the first one, for there are no 50 environments here."""
    url = re.sub(r"&?cursor=[^&]*", "", route.request.url)
    document = route.fetch(url=url).json()
    change(document)
    route.fulfill(json=document)


def test_an_offline_node_is_told_with_the_age_of_its_state(console: Console, name: str) -> None:
    page = console.page
    console.site.cli("env", "create", name, "-p", "sound", "--wait")
    then = (datetime.now(UTC) - timedelta(hours=3, minutes=5)).isoformat()

    def offline(document: dict[str, Any]) -> None:
        for replica in document["items"]:
            replica.update(node_state="offline", reported_at=then)

    page.route(f"**/api/v1/environments/{name}/replicas", edited(offline))
    console.open()
    opened = console.unfold(name)
    expect(opened).to_contain_text("Offline")
    expect(opened).to_contain_text("last known state, reported 3 hours ago")


def test_labels_and_nodes_narrow_the_list(console: Console, name: str) -> None:
    page = console.page
    for letter, stage in (("a", "prod"), ("b", "test"), ("c", "off")):
        labels = ("--label", f"{name}/team=x", "--label", f"stage={stage}")
        console.site.cli("env", "create", f"{name}-{letter}", "-p", "sound", *labels, "--wait")
    console.open(f"/?search={name}-")
    console.row(f"{name}-a").get_by_role("button", name="stage=prod").click()
    expect(page.locator(".data-row strong")).to_have_text([f"{name}-a"])
    page.get_by_role("combobox", name="Label").click()
    page.get_by_role("combobox", name="Label").fill("stage=te")
    page.get_by_title("stage=test", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.locator(".data-row strong")).to_have_text([f"{name}-a", f"{name}-b"])
    expect(page).to_have_url(re.compile("label=stage%3Dprod&label=stage%3Dtest$"))
    page.get_by_role("combobox", name="Node").click()
    page.get_by_title("local", exact=True).click()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("node=local"))
    expect(page.locator(".data-row strong")).to_have_text([f"{name}-a", f"{name}-b"])
    page.get_by_role("button", name="Clear filters (4)").click()
    expect(page).to_have_url(f"{console.url}/environments")
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_a_filter_that_means_nothing_is_told_and_taken_away(console: Console) -> None:
    page = console.page
    console.expected.add("404 /api/v1/environments")
    console.open("/?node=no-such-node")
    expect(page.get_by_role("alert")).to_contain_text("no-such-node")
    page.get_by_role("button", name="Clear filters (1)").click()
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_name_leads_to_its_page_and_the_button_to_a_new_one(console: Console, name: str) -> None:
    page = console.page
    console.site.cli("env", "create", name, "-p", "sound", "--wait")
    console.open()
    link = page.get_by_role("link", name=name, exact=True)
    expect(link).to_have_attribute("href", f"/environments/{name}")
    page.get_by_role("link", name="Create environment").click()
    expect(page).to_have_url(f"{console.url}/create")


def test_the_order_rests_while_the_list_is_pointed_at(console: Console) -> None:
    page = console.page
    rows = [item("alpha"), item("beta", state="rolling")]
    page.route(
        "**/api/v1/environments?*",
        lambda route: route.fulfill(json={"items": rows, "next": None}),
    )
    console.open()
    names = page.locator(".data-row strong")
    expect(names).to_have_text(["alpha", "beta"])
    page.get_by_role("cell", name="alpha", exact=True).hover()
    page.evaluate(
        "() => { for (const row of document.querySelectorAll('.data-row')) row.kept = 1 }"
    )
    rows[:] = [item("aaa"), item("beta")]
    renewed(page)
    expect(console.row("beta")).to_contain_text("Ready")
    expect(names).to_have_text(["alpha", "beta"])
    expect(console.row("alpha")).to_contain_text("No longer in this list")
    expect(page.get_by_role("button", name="The list has changed")).to_be_visible()
    page.mouse.move(0, 0)
    expect(names).to_have_text(["aaa", "beta"])
    expect(page.get_by_role("button", name="The list has changed")).to_be_hidden()
    assert page.evaluate(
        "() => [...document.querySelectorAll('.data-row')].map(row => row.kept)"
    ) == [
        None,
        1,
    ]
    page.get_by_role("cell", name="beta", exact=True).hover()
    rows[:] = [item("beta")]
    renewed(page)
    page.get_by_role("button", name="The list has changed").click()
    expect(names).to_have_text(["beta"])


def test_500_changes_a_second_move_nothing(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.open("/environments?sort=-updated_at")
    rows = page.locator(".data-row")
    expect(rows).to_have_count(20)
    rows.first.hover()
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    before, places = shown(page), page.evaluate(PLACES)
    mocked.site.emit(per_second=500, seconds=4)
    expect(page.get_by_text("Rolling out").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d+ of \d+ packages")).first).to_be_visible()
    assert shown(page) == before
    assert page.evaluate(PLACES) == places


def item(name: str, state: str = "ready") -> dict[str, Any]:
    """Return an environment as the list's answer has it."""
    return environment_item(name, id=name, state=state).model_dump(mode="json")


def renewed(page: Page) -> None:
    """Let the page ask anew, as it does when somebody comes back to it."""
    with page.expect_response("**/api/v1/environments?*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_names_and_titles_are_text_and_nothing_else(console: Console, name: str) -> None:
    page = console.page
    evil = "<img src=x onerror=\"document.title='taken'\"> `rm -rf /`"
    console.site.cli("env", "create", name, "-p", "sound", "--title", evil)
    console.open()
    expect(console.row(name)).to_contain_text(evil)
    expect(page).to_have_title("Environments · Venvoy")


def test_who_may_not_look_is_told_so(console: Console) -> None:
    page = console.page
    problem = {"code": "role-too-low", "message": "m", "params": {"needed": "viewer", "held": "-"}}
    page.route(
        "**/api/v1/environments?*",
        lambda route: route.fulfill(
            status=403, content_type="application/problem+json", body=json.dumps(problem)
        ),
    )
    console.expected.add("403 /api/v1/environments")
    console.open()
    expect(page.get_by_role("alert")).to_contain_text("This needs the role viewer")
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()
    expect(page.get_by_role("table")).to_be_hidden()


def test_a_page_that_is_not_looked_at_holds_no_stream(console: Console) -> None:
    page = console.page
    with page.expect_response("**/api/v1/events"):
        console.open()
    hide = "value => { Object.defineProperty(document, 'hidden', { value, configurable: true });\
        document.dispatchEvent(new Event('visibilitychange')); }"
    with page.expect_event("requestfailed", lambda request: "/events" in request.url):
        page.evaluate(hide, True)
    with page.expect_response("**/api/v1/events"):
        page.evaluate(hide, False)


@pytest.mark.parametrize("path", ["/nodes/x/y", "/nowhere"])
def test_an_unknown_address_leads_back(console: Console, path: str) -> None:
    page = console.page
    console.open(path)
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    page.locator("main").get_by_role("link", name="Environments").click()
    expect(page.get_by_role("searchbox")).to_be_visible()


def test_a_controller_that_is_away_is_told_and_its_return_noticed(
    page: Page, make: Callable[..., Installation], name: str
) -> None:
    site = make(VENVOY_PORT=str(free_port()))
    site.up()
    console = Console(page, site)
    console.sign_in()
    site.cli("env", "create", name, "-p", "alpha", "--wait")
    console.open()
    expect(console.row(name)).to_be_visible(timeout=30 * SECONDS)
    site.stop()
    # A short absence is not worth a word; a long one is.
    expect(page.get_by_role("alert")).to_contain_text(
        "The controller does not answer", timeout=30 * SECONDS
    )
    expect(console.row(name)).to_be_visible()
    site.up()
    expect(page.get_by_role("alert")).to_be_hidden(timeout=30 * SECONDS)
    site.cli("env", "create", f"{name}-later", "-p", "alpha")
    expect(console.row(f"{name}-later")).to_be_visible(timeout=30 * SECONDS)
