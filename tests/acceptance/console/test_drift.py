"""Drift in the console: what was done by hand, node by node."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from venvoy.testing.browser import Console, settled
from venvoy.testing.mock_api import MockApi


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_each_difference_is_named_on_the_node_that_has_it(
    mocked: Console[MockApi], axe: Path, colours: str
) -> None:
    page = mocked.page
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    mocked.open("/environments/browser-checks")
    page.get_by_role("link", name="Drift").click()
    expect(page.get_by_text("Nodes that differ: 1 of 2")).to_be_visible()
    node = page.get_by_role("region", name="crawler-sh-03")
    row = node.get_by_role("table", name="Differences on crawler-sh-03").locator(".data-row")
    row = row.filter(has_text="ipdb")
    expect(row).to_contain_text("stray")
    expect(row).to_contain_text("ipdb")
    expect(row).to_contain_text("0.13.13")
    settled(page)
    assert mocked.barriers(axe) == []


def test_where_nothing_was_changed_it_says_so(mocked: Console[MockApi]) -> None:
    mocked.open("/environments/orders-etl?tab=drift")
    expect(mocked.page.get_by_text("Nothing was changed by hand on any node: 2")).to_be_visible()


def test_a_node_is_compared_with_what_is_wanted_and_with_another(
    mocked: Console[MockApi], axe: Path
) -> None:
    page = mocked.page
    mocked.open("/environments/browser-checks?tab=drift")
    page.get_by_role("link", name="Compare with what is wanted: crawler-sh-03").click()
    table = page.get_by_role("region", name="Comparison")
    expect(table.get_by_role("row").filter(has_text="ipdb")).to_contain_text("added")
    expect(page.get_by_text("What crawler-sh-03 holds was told")).to_be_visible()
    expect(table.get_by_role("columnheader", name="as held by crawler-sh-03")).to_be_visible()
    settled(page)
    assert mocked.barriers(axe) == []
    page.go_back()
    pair = page.get_by_role("group", name="Compare two nodes")
    pair.get_by_role("link", name="Compare").click()
    expect(table.get_by_role("row").filter(has_text="ipdb")).to_be_visible()
    expect(page.get_by_text("Beside a node")).not_to_be_visible()


def test_a_node_is_healed_after_a_question(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.open("/environments/browser-checks?tab=drift")
    page.get_by_role("button", name="Heal crawler-sh-03").click()
    question = page.get_by_role("dialog", name="Build browser-checks anew on crawler-sh-03?")
    expect(question).to_contain_text("What was done there by hand is lost")
    question.get_by_role("button", name="Leave it").click()
    expect(question).to_have_count(0)
    page.get_by_role("button", name="Heal crawler-sh-03").click()
    question.get_by_role("button", name="Heal").click()
    expect(question).to_have_count(0)
    expect(page.get_by_text("Nothing was changed by hand on any node: 2")).to_be_visible()


def test_all_files_are_checked_on_demand_and_followed(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.open("/environments/orders-etl?tab=drift")
    page.get_by_role("button", name="Check all files now").click()
    expect(page.get_by_text("Checking all files: 2")).to_be_visible()
    page.get_by_role("link", name="Follow it on").first.click()
    expect(page.get_by_role("main")).to_contain_text("Check of all files")


def test_a_viewer_only_looks(mocked: Console[MockApi]) -> None:
    mocked.sign_in("viewer")
    mocked.open("/environments/browser-checks?tab=drift")
    expect(mocked.page.get_by_text("Nodes that differ: 1 of 2")).to_be_visible()
    expect(mocked.page.get_by_role("button", name="Heal")).to_have_count(0)
    expect(mocked.page.get_by_role("button", name="Check all files now")).to_have_count(0)


def test_hand_work_is_adopted_after_a_look_at_what_is_lost(
    mocked: Console[MockApi], axe: Path
) -> None:
    page = mocked.page
    mocked.open("/environments/browser-checks?tab=drift")
    page.get_by_role("button", name="Adopt: crawler-sh-03").click()
    dialog = page.get_by_role("dialog", name="Adopt what crawler-sh-03 holds")
    expect(dialog.get_by_text("orders-tools 0.1.0: installed as editable")).to_be_visible()
    expect(dialog.get_by_role("row").filter(has_text="ipdb").first).to_contain_text("0.13.13")
    settled(page)
    assert mocked.barriers(axe) == []
    dialog.get_by_role("button", name="Adopt", exact=True).click()
    expect(dialog).not_to_be_visible()
    page.get_by_role("link", name="Revisions").click()
    expect(page.get_by_text("adopted from node crawler-sh-03")).to_be_visible()
