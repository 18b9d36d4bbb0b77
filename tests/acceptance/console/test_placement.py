"""Where environments go, in the console: chosen, planned, seen at a glance and explained."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from venvoy.testing.browser import Console, settled
from venvoy.testing.mock_api import MockApi

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LONG = 60_000


def nodes(page: Page) -> Locator:
    """Return the field that says where an environment goes."""
    return page.get_by_role("group", name="Nodes", exact=True)


def by_label(page: Page, label: str) -> None:
    page.get_by_role("combobox", name="By label").fill(label)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")


@pytest.fixture
def wide(mocked: Console[MockApi]) -> Console[MockApi]:
    """The mock with a thousand nodes."""
    mocked.site.scenario("1000-nodes", now=NOW)
    mocked.sign_in()
    return mocked


class TestChoosing:
    def test_local_is_where_it_goes_unless_nodes_are_chosen(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/create?name=plain&requirements=httpx")
        expect(nodes(page).get_by_role("radio", name="This controller")).to_be_checked()
        expect(nodes(page)).to_contain_text("local.internal")
        nodes(page).get_by_role("radio", name="Chosen nodes").check()
        page.get_by_role("button", name="Create environment").click()
        expect(nodes(page)).to_contain_text("No node is chosen yet")
        nodes(page).get_by_role("radio", name="This controller").check()
        page.get_by_role("button", name="Create environment").click()
        expect(page).to_have_url(f"{mocked.url}/environments/plain", timeout=LONG)

    def test_names_and_labels_match_live_and_are_created_so(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/create?name=wide&requirements=httpx")
        nodes(page).get_by_role("radio", name="Chosen nodes").check()
        by_label(page, "role=crawler")
        expect(nodes(page)).to_contain_text("Matches nodes: 4")
        page.get_by_role("combobox", name="By name").fill("gpu")
        page.get_by_title("gpu-bj-01").click()
        page.keyboard.press("Escape")
        expect(nodes(page)).to_contain_text("Matches nodes: 5")
        preflight = page.get_by_role("region", name="Preflight")
        expect(preflight).to_contain_text("No interpreter fits on gpu-bj-01")
        expect(preflight.get_by_role("heading", name="On 4 nodes")).to_be_visible()
        page.get_by_role("group", name="Python").get_by_role("radio", name="3.12").check()
        expect(preflight).to_contain_text("Fits")
        page.get_by_role("button", name="Create environment").click()
        expect(page).to_have_url(f"{mocked.url}/environments/wide", timeout=LONG)
        expect(mocked.row("gpu-bj-01")).to_be_visible()
        expect(mocked.row("crawler-sh-04")).to_be_visible()

    def test_labels_that_no_node_has_yet_need_a_python(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/create?name=later&select=site%3Dmoon")
        expect(nodes(page)).to_contain_text("Matches nodes: 0")
        expect(nodes(page)).to_contain_text("No node has these labels yet")
        mocked.expected.add("422 /api/v1/preflight")

    def test_who_comes_to_match_is_counted_at_once(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/create?name=wide&select=role%3Dcrawler")
        expect(nodes(page)).to_contain_text("Matches nodes: 4")
        other = page.context.new_page()
        theirs = Console(other, mocked.site)
        theirs.open("/nodes/etl-hz-02")
        other.get_by_role("button", name="Edit").click()
        dialog = other.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Labels").fill("role=crawler")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_be_hidden()
        other.close()
        page.bring_to_front()
        expect(nodes(page)).to_contain_text("Matches nodes: 5")

    def test_an_edit_plans_who_gets_it_and_whom_it_leaves(self, mocked: Console[MockApi]) -> None:
        page = mocked.page
        mocked.open("/environments/orders-etl/edit")
        expect(nodes(page)).to_contain_text("Matches nodes: 2")
        by_label(page, "role=crawler")
        expect(nodes(page)).to_contain_text("Matches nodes: 6")
        nodes(page).locator("[title=local] .ant-select-selection-item-remove").click()
        expect(nodes(page)).to_contain_text("Matches nodes: 5")
        page.get_by_role("button", name="Review changes").click()
        asked = page.get_by_role("region", name="What is asked for")
        expect(asked).to_contain_text("Nodes with the label role")
        expect(asked).to_contain_text("local")
        fresh = page.get_by_role("region", name="On 4 nodes")
        expect(fresh).to_contain_text("it is the first on this node")
        expect(page.get_by_role("region", name="Nodes that it leaves")).to_contain_text("local")
        page.get_by_role("button", name="Apply").click()
        expect(page).to_have_url(f"{mocked.url}/environments/orders-etl", timeout=LONG)
        expect(mocked.row("crawler-sh-01")).to_be_visible()
        expect(mocked.row("local")).to_have_count(0)


class TestTheMatrix:
    def test_a_thousand_nodes_are_one_stop_for_the_keyboard(self, wide: Console[MockApi]) -> None:
        page = wide.page
        wide.open("/environments/everywhere")
        matrix = page.get_by_role("listbox", name="Nodes at a glance")
        tiles = matrix.get_by_role("option")
        expect(tiles).to_have_count(995)
        assert matrix.locator("[tabindex='0']").count() == 1
        tiles.first.focus()
        page.keyboard.press("ArrowRight")
        expect(tiles.nth(1)).to_be_focused()
        page.keyboard.press("End")
        expect(tiles.last).to_be_focused()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        expect(tiles.first).to_be_focused()
        name = (tiles.first.get_attribute("aria-label") or "").split(":")[0]
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(rf"node={name}"))
        expect(tiles.first).to_have_attribute("aria-selected", "true")
        expect(page.locator(".data-row")).to_have_count(1)
        expect(page.get_by_text(f"Only {name} is shown below")).to_be_visible()
        page.get_by_role("button", name="Show all nodes").click()
        expect(page.locator(".data-row")).to_have_count(50)

    def test_a_state_narrows_it_and_its_letter_is_explained(self, wide: Console[MockApi]) -> None:
        page = wide.page
        wide.open("/environments/everywhere")
        states = page.get_by_role("group", name="Show only nodes in one state")
        failed = states.get_by_role("button", name="Failed")
        expect(failed).to_contain_text("✕")
        failed.click()
        tiles = page.get_by_role("option")
        expect(tiles).to_have_count(48)
        expect(tiles.first).to_have_text("✕")
        expect(tiles.first).to_have_attribute("aria-label", re.compile(": Failed"))
        tiles.first.click()
        expect(page.get_by_role("group", name=re.compile("Why it failed on"))).to_be_visible()

    def test_500_changes_a_second_draw_no_tile_anew(self, wide: Console[MockApi]) -> None:
        page = wide.page
        wide.open("/environments/everywhere")
        tiles = page.get_by_role("option")
        expect(tiles).to_have_count(995)
        page.evaluate(
            """() => {
                window.lost = 0;
                new MutationObserver((changes) => {
                    for (const { removedNodes } of changes) window.lost += removedNodes.length;
                }).observe(document.querySelector('[role=listbox]'), { childList: true });
            }"""
        )
        wide.site.emit(per_second=500, seconds=4, environments=["everywhere"])
        expect(tiles.first).to_have_text("F")
        assert page.evaluate("window.lost") == 0


def test_why_it_is_where_it_is_is_told_rule_by_rule(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.open("/environments/price-crawl-daily")
    why = page.locator(".panel").filter(has=page.get_by_role("heading", name="Where it goes"))
    expect(why).to_contain_text("role=crawler")
    why.get_by_text("Have another value of a label").click()
    expect(why).to_contain_text("role is etl, not crawler")
    why.get_by_text("Have all the labels").click()
    why.get_by_role("link", name="crawler-sh-01").click()
    expect(page).to_have_url(f"{mocked.url}/nodes/crawler-sh-01")
    mocked.open("/environments/fx-rates")
    expect(page.get_by_text("No node was chosen")).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_part_has_barriers(wide: Console[MockApi], axe: Path, colours: str) -> None:
    page = wide.page
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    wide.open("/environments/everywhere?state=failed")
    expect(page.get_by_role("option").first).to_be_visible()
    page.get_by_role("option").first.click()
    page.get_by_text("Have all the labels").click()
    settled(page)
    assert wide.barriers(axe) == []
    wide.expected.add("422 /api/v1/preflight")  # for `gone`
    wide.open("/create?name=wide&requirements=httpx&node=local&node=gone&select=role%3Dcrawler")
    expect(nodes(page)).to_contain_text("No node has these names: gone")
    settled(page)
    assert wide.barriers(axe) == []


def test_a_phone_shows_it_without_scrolling_sideways(wide: Console[MockApi]) -> None:
    page = wide.page
    size: Any = {"width": 375, "height": 720}
    page.set_viewport_size(size)
    for path in ("/environments/everywhere", "/create?name=x&select=tier%3Dprod&node=local"):
        wide.open(path)
        expect(page.locator(".ant-skeleton")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") == 375, path
