"""Nodes in the console: found, watched, added, changed and removed."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from venvoy.testing.browser import Console, settled
from venvoy.testing.machine import Machine
from venvoy.testing.mock_api import MockApi

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PHONE = {"width": 375, "height": 720}
TABS = ("overview", "environments", "processes", "interpreters", "operations")
LONG = 60_000


def shown(page: Page) -> Locator:
    """Return the names in the list, in its order."""
    return page.locator(".data-row strong")


def count(page: Page, state: str) -> Locator:
    """Return the button that counts the nodes in a state."""
    return page.get_by_role("group", name="Show only nodes in these states").get_by_role(
        "button", name=state
    )


def colour(page: Page, colours: str) -> None:
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")


class TestTheList:
    def test_counts_narrow_it_and_stand_in_the_address(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes")
        expect(shown(page)).to_have_count(12)
        expect(count(page, "Online")).to_contain_text("9")
        count(page, "Offline").click()
        expect(page).to_have_url(re.compile(r"/nodes\?state=offline$"))
        expect(shown(page)).to_have_text(["edge-gz-01", "win-office-02"])
        # What is not shown is counted all the same.
        expect(count(page, "Online")).to_contain_text("9")
        expect(count(page, "Offline")).to_have_attribute("aria-pressed", "true")
        page.go_back()
        expect(shown(page)).to_have_count(12)

    def test_search_region_and_label_narrow_it(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes?region=shanghai&label=role%3Dcrawler")
        expect(shown(page)).to_have_count(4)
        page.get_by_role("searchbox").fill("sh-03")
        expect(shown(page)).to_have_text(["crawler-sh-03"])
        page.get_by_role("button", name="Clear filters (3)").click()
        expect(shown(page)).to_have_count(12)
        page.get_by_role("button", name="gpu=yes").click()
        expect(shown(page)).to_have_text(["gpu-bj-01"])
        mocked.open("/nodes?region=-")
        expect(shown(page)).to_have_text(["local"])

    def test_the_fullest_disk_comes_first_when_asked(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes")
        page.get_by_role("button", name="Disk", exact=True).click()
        expect(page).to_have_url(re.compile(r"sort=-disk$"))
        expect(shown(page).first).to_have_text("etl-hz-02")
        meter = page.get_by_role("meter", name="Disk of etl-hz-02")
        expect(meter).to_have_attribute("aria-valuenow", "98")
        page.get_by_role("button", name="Disk", exact=True).click()
        expect(page).to_have_url(re.compile(r"sort=disk$"))

    def test_meters_move_and_nothing_else_does(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes")
        expect(shown(page)).to_have_count(12)
        places = """() => [...document.querySelectorAll('.data-row > td, .gauge-track')].map(
            (cell) => { const { x, y, width, height } = cell.getBoundingClientRect();
                        return [x, y, width, height]; })"""
        before = page.evaluate(places)
        meter = page.get_by_role("meter", name="CPU of etl-hz-01")
        was = meter.get_attribute("aria-valuetext") or ""
        expect(meter).not_to_have_attribute("aria-valuetext", was, timeout=LONG)
        assert page.evaluate(places) == before

    def test_a_node_that_goes_silent_is_shown_so_at_once(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes?search=etl-hz-01")
        row = mocked.row("etl-hz-01")
        expect(row).to_contain_text("Online")
        mocked.site.turn("etl-hz-01", online=False)
        expect(row).to_contain_text("Offline", timeout=3_000)
        expect(count(page, "Offline")).to_contain_text("1")

    def test_a_thousand_are_turned_page_by_page(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.site.scenario("1000-nodes", now=NOW)
        mocked.sign_in()
        mocked.open("/nodes")
        expect(shown(page)).to_have_count(50)
        first = shown(page).first.inner_text()
        page.get_by_role("button", name="Next page").click()
        expect(shown(page).first).not_to_have_text(first)
        page.get_by_role("button", name="First page").click()
        expect(shown(page).first).to_have_text(first)

    def test_what_nothing_matches_leads_back_to_all(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes?search=no-such-node")
        expect(page.get_by_text("No node matches")).to_be_visible()
        page.get_by_role("main").get_by_role("button", name="Clear filters (1)").last.click()
        expect(shown(page)).to_have_count(12)

    def test_a_lonely_controller_says_how_to_go_on(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.site.scenario("empty")
        mocked.sign_in()
        mocked.open("/nodes")
        expect(
            page.get_by_role("heading", name="Only this controller's own machine")
        ).to_be_visible()
        page.get_by_role("main").get_by_role("button", name="Add nodes").last.click()
        expect(page.get_by_role("dialog", name="Add nodes")).to_be_visible()

    def test_a_controller_that_fails_or_is_away_is_told(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.site.fail("^GET /api/v1/nodes$", 500)
        mocked.expected.add("500 /api/v1/nodes")
        mocked.open("/nodes")
        expect(page.get_by_role("alert")).to_be_visible(timeout=LONG)
        mocked.site.heal()
        page.get_by_role("button", name="Try again").click()
        expect(shown(page)).to_have_count(12)
        mocked.site.fail("^GET /api/v1/nodes$", 403)
        mocked.expected.add("403 /api/v1/nodes")
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("role operator")


class TestOneNode:
    def test_a_chart_is_read_by_pointer_and_by_keyboard(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes/etl-hz-01")
        chart = page.get_by_role("region", name="CPU of etl-hz-01")
        expect(chart).to_contain_text(re.compile(r"mean \d+%, peak \d+%"))
        picture = chart.get_by_role("img")
        picture.focus()
        page.keyboard.press("ArrowLeft")
        expect(chart).to_contain_text(re.compile(r"\d+:\d\d.*: \d+%"))
        page.keyboard.press("Escape")
        expect(chart).to_contain_text("mean")
        picture.hover()
        expect(chart).to_contain_text(re.compile(r"\d+:\d\d.*: \d+%"))
        page.get_by_text("Week", exact=True).click()
        expect(page).to_have_url(re.compile(r"span=week$"))

    def test_an_offline_node_shows_the_last_it_told(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes/edge-gz-01")
        state = page.get_by_role("status").filter(has_text="Offline")
        expect(state).to_contain_text("last heard of 3 days ago")
        expect(page.get_by_role("region", name="CPU of edge-gz-01")).to_contain_text(
            "nothing was measured"
        )

    def test_a_clock_that_is_off_is_warned_of(self, mocked: Console[MockApi]) -> None:
        mocked.open("/nodes/edge-gz-02")
        expect(mocked.page.get_by_text("Its clock is 74 seconds behind")).to_be_visible()

    def test_a_copy_is_told_with_both_machines_and_what_to_do(
        self, mocked: Console[MockApi]
    ) -> None:
        mocked.open("/nodes/etl-hz-02")
        notice = mocked.page.get_by_role("alert").filter(has_text="A copy of this node")
        expect(notice).to_contain_text("etl-hz-02-restored (10.20.0.87)")
        expect(notice).to_contain_text("etl-hz-02.internal (10.20.0.12)")
        expect(notice).to_contain_text("venvoy agent leave --local")

    def test_cordon_and_uncordon(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes/etl-hz-01")
        page.get_by_role("button", name="Cordon", exact=True).click()
        expect(page.get_by_text("Gets no further environments")).to_be_visible()
        page.get_by_role("button", name="Uncordon").click()
        expect(page.get_by_text("Takes environments")).to_be_visible()

    def test_title_region_and_labels_are_edited(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes/crawler-sh-01")
        page.get_by_role("button", name="Edit").click()
        dialog = page.get_by_role("dialog", name="Edit crawler-sh-01")
        dialog.get_by_role("textbox", name="Title").fill("The first crawler")
        dialog.get_by_role("textbox", name="Region").fill("Bad Region")
        expect(dialog.get_by_text("Bad Region")).to_be_visible()
        dialog.get_by_role("textbox", name="Region").fill("suzhou")
        dialog.get_by_role("button", name="Remove label tier").click()
        dialog.get_by_role("textbox", name="Labels").fill("rack=9")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_be_hidden()
        expect(page.get_by_text("The first crawler")).to_be_visible()
        facts = page.locator(".facts").filter(has_text="Platform")
        expect(facts).to_contain_text("suzhou")
        expect(facts).to_contain_text("rack=9")
        expect(facts).not_to_contain_text("tier=prod")

    def test_somebody_elses_edit_is_not_overwritten(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes/crawler-sh-01")
        page.get_by_role("button", name="Edit").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Title").fill("Mine")
        other = page.context.new_page()
        theirs = Console(other, mocked.site)
        theirs.open("/nodes/crawler-sh-01")
        other.get_by_role("button", name="Cordon", exact=True).click()
        expect(other.get_by_role("button", name="Uncordon")).to_be_visible()
        other.close()
        mocked.expected.add("412 /api/v1/nodes/crawler-sh-01")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.get_by_role("alert")).to_contain_text("admin")
        expect(dialog.get_by_role("textbox", name="Title")).to_have_value("Mine")

    def test_removal_is_meant(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes/win-office-01")
        page.get_by_role("button", name="Remove").click()
        dialog = page.get_by_role("dialog", name="Remove win-office-01 from the fleet?")
        expect(dialog).to_contain_text("Environments on it now: 1")
        sure = dialog.get_by_role("button", name="Remove")
        expect(sure).to_be_disabled()
        dialog.get_by_role("radio", name="Keep its environments").check()
        dialog.get_by_role("textbox").fill("win-office-01")
        sure.click()
        expect(page.get_by_text("win-office-01 was removed from the fleet")).to_be_visible()
        expect(page).to_have_url(f"{mocked.url}/nodes")
        mocked.expected.add("404 /api/v1/nodes/win-office-01")
        mocked.open("/nodes/win-office-01")
        expect(page.get_by_role("heading", name="There is no such node")).to_be_visible()

    def test_what_is_on_it_is_listed_with_why_it_failed(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes/etl-hz-02?tab=environments")
        expect(mocked.row("partner-sync")).to_contain_text("Failed")
        opened = mocked.unfold("partner-sync")
        expect(opened.get_by_role("group", name="Why it failed on etl-hz-02")).to_be_visible()
        page.get_by_role("link", name="Interpreters").click()
        expect(page.get_by_role("row", name="3.13.7")).to_contain_text("/usr/bin/python3.13")
        page.get_by_role("link", name="Operations").click()
        expect(page.get_by_role("table", name="Operations")).to_contain_text("partner-sync")

    def test_who_may_only_look_is_offered_no_change(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.sign_in("viewer")
        mocked.open("/nodes")
        expect(shown(page)).to_have_count(12)
        expect(page.get_by_role("button", name="Add nodes")).to_have_count(0)
        mocked.open("/nodes/etl-hz-01")
        expect(page.get_by_role("heading", name="Inventory")).to_be_visible()
        for button in ("Edit", "Cordon", "Remove"):
            expect(page.get_by_role("button", name=button)).to_have_count(0)
        mocked.sign_in("operator")
        mocked.open("/nodes/etl-hz-01")
        expect(page.get_by_role("button", name="Cordon", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Remove")).to_have_count(0)
        mocked.open("/nodes?tab=tokens")
        expect(page.get_by_text("Only administrators add nodes")).to_be_visible()


class TestAdding:
    def test_the_line_to_run_is_given_and_who_arrives_is_told(
        self, mocked: Console[MockApi]
    ) -> None:
        page = mocked.page
        mocked.open("/nodes")
        page.get_by_role("button", name="Add nodes").click()
        dialog = page.get_by_role("dialog", name="Add nodes")
        dialog.get_by_role("spinbutton").fill("2")
        dialog.get_by_role("radio", name="7 days").check()
        dialog.get_by_role("button", name="Get the line").click()
        line = dialog.locator(".add-command")
        expect(line).to_contain_text("install.sh")
        dialog.get_by_text("Windows", exact=True).click()
        expect(line).to_contain_text("install.ps1")
        dialog.get_by_text("Venvoy is installed").click()
        expect(line).to_contain_text("venvoy agent join https://venvoy.example.org")
        arrivals = dialog.get_by_role("status", name="Who has joined")
        expect(arrivals).to_contain_text("Waiting for machines")
        mocked.site.join("fresh-01")
        expect(arrivals).to_contain_text("fresh-01 has joined")
        expect(arrivals).to_contain_text("Waiting for machines")
        mocked.site.join("fresh-02")
        expect(arrivals).to_contain_text("fresh-02 has joined")
        expect(arrivals).not_to_contain_text("Waiting")
        dialog.get_by_role("button", name="Done").click()
        expect(dialog).to_be_hidden()
        expect(mocked.row("fresh-01")).to_be_visible()

    def test_open_tokens_are_listed_and_revoked(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/nodes?tab=tokens")
        expect(page.get_by_text("There is no join token")).to_be_visible()
        page.get_by_role("main").get_by_role("button", name="Add nodes").last.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Get the line").click()
        dialog.get_by_role("button", name="Done").click()
        row = page.get_by_role("table", name="Join tokens").locator(".data-row")
        expect(row).to_contain_text("Open")
        expect(row).to_contain_text("0 of 1")
        row.get_by_role("button", name="Revoke").click()
        expect(page.get_by_text("There is no join token")).to_be_visible()


@pytest.fixture
def machine(tmp_path: Path, console: Console) -> Iterator[Machine]:
    home = tmp_path / "machine"
    home.mkdir()
    made = Machine(home, console.site.mirror)
    yield made
    made.stop()


def test_a_machine_joins_by_the_consoles_line_gets_an_environment_and_is_removed(
    console: Console, machine: Machine, name: str
) -> None:
    """The whole way, before a real controller and a real agent."""
    page = console.page
    console.open("/nodes")
    page.get_by_role("button", name="Add nodes").first.click()
    dialog = page.get_by_role("dialog", name="Add nodes")
    dialog.get_by_role("button", name="Get the line").click()
    expect(dialog.locator(".add-command")).to_be_visible()
    there = dialog.get_by_text("Venvoy is installed")
    if there.count() > 0:
        there.click()
    words = dialog.locator(".add-command").inner_text().split()
    assert words[:3] == ["venvoy", "agent", "join"]
    machine.cli(*words[1:], "--name", name, "--label", f"role={name}")
    arrivals = dialog.get_by_role("status", name="Who has joined")
    expect(arrivals).to_contain_text(f"{name} has joined", timeout=LONG)
    dialog.get_by_role("button", name="Done").click()
    machine.start()
    expect(console.row(name)).to_contain_text("Online", timeout=LONG)
    # An environment by label; the plan of nodes is seen before it is made.
    console.open(f"/create?name={name}-env&requirements=sound&select=role%3D{name}")
    expect(page.get_by_text("Matches nodes: 1")).to_be_visible()
    preflight = page.get_by_role("region", name="Preflight")
    expect(preflight.get_by_role("region", name=name, exact=True)).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Create environment").click()
    expect(page).to_have_url(re.compile(rf"/environments/{name}-env$"), timeout=LONG)
    expect(console.row(name)).to_contain_text("Ready", timeout=LONG)
    why = page.locator(".panel").filter(has=page.get_by_role("heading", name="Where it goes"))
    expect(why).to_contain_text("Have all the labels")
    page.get_by_role("link", name=name, exact=True).first.click()
    parts = page.get_by_role("navigation", name=f"Parts of node {name}")
    parts.get_by_role("link", name="Environments").click()
    expect(console.row(f"{name}-env")).to_contain_text("Ready")
    parts.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Remove").click()
    sure = page.get_by_role("dialog")
    sure.get_by_role("textbox").fill(name)
    console.expected |= {f"404 /api/v1/nodes/{name}", f"404 /api/v1/nodes/{name}/history"}
    sure.get_by_role("button", name="Remove").click()
    expect(page.get_by_text(f"{name} was removed from the fleet")).to_be_visible()
    assert machine.wait(seconds=60) == 4
    console.site.cli("env", "delete", f"{name}-env", "--yes")


@pytest.mark.parametrize("colours", ["light", "dark"])
class TestNoBarriers:
    def test_lists_and_tokens(self, mocked: Console[MockApi], axe: Path, colours: str) -> None:
        page = mocked.page
        colour(page, colours)
        mocked.open("/nodes?state=online&state=offline&state=cordoned")
        expect(shown(page)).to_have_count(12)
        settled(page)
        assert mocked.barriers(axe) == []
        page.get_by_role("button", name="Add nodes").click()
        dialog = page.get_by_role("dialog")
        settled(page)
        assert mocked.barriers(axe) == []
        dialog.get_by_role("button", name="Get the line").click()
        expect(dialog.locator(".add-command")).to_be_visible()
        settled(page)
        assert mocked.barriers(axe) == []
        dialog.get_by_role("button", name="Done").click()
        page.get_by_role("link", name="Join tokens").click()
        expect(page.get_by_role("table", name="Join tokens")).to_be_visible()
        settled(page)
        assert mocked.barriers(axe) == []
        mocked.site.scenario("empty")
        for username in ("admin", "viewer"):
            mocked.sign_in(username)
            mocked.open("/nodes")
            expect(shown(page)).to_have_count(1)
            settled(page)
            assert mocked.barriers(axe) == []

    def test_every_part_of_a_node(self, mocked: Console[MockApi], axe: Path, colours: str) -> None:
        page = mocked.page
        colour(page, colours)
        for node in ("edge-gz-02", "edge-gz-01", "etl-hz-01"):
            for tab in TABS:
                mocked.open(f"/nodes/{node}?tab={tab}")
                expect(page.locator(".tab-links a[aria-current]")).to_be_visible()
                expect(page.locator(".ant-skeleton")).to_have_count(0)
                settled(page)
                assert mocked.barriers(axe) == [], (node, tab)
        for button in ("Edit", "Remove"):
            page.get_by_role("button", name=button).click()
            expect(page.get_by_role("dialog")).to_be_visible()
            settled(page)
            assert mocked.barriers(axe) == [], button
            page.keyboard.press("Escape")


def test_a_phone_shows_all_of_it_without_scrolling_sideways(mocked: Console[MockApi]) -> None:
    page = mocked.page
    size: Any = PHONE
    page.set_viewport_size(size)
    for path in (
        "/nodes",
        "/nodes?tab=pythons",
        "/nodes?tab=tokens",
        *(f"/nodes/etl-hz-01?tab={tab}" for tab in TABS),
    ):
        mocked.open(path)
        expect(page.locator(".tab-links a[aria-current]")).to_be_in_viewport()
        expect(page.locator(".ant-skeleton")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") == 375, path
    mocked.open("/nodes")
    opened = mocked.unfold("crawler-sh-01")
    expect(opened.get_by_role("meter", name="Memory of crawler-sh-01")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_it_is_told_in_chinese(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.open("/nodes/etl-hz-01")
    page.get_by_role("button", name="Language").click()
    page.get_by_role("menuitem", name="简体中文").click()
    expect(page.get_by_role("heading", name="资源趋势")).to_be_visible()
    expect(page.get_by_role("button", name="停止调度")).to_be_visible()
