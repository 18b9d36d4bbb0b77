"""Running use in the console: who works with what, and what deleting it asks for."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from venvoy.testing.browser import Console, settled
from venvoy.testing.mock_api import MockApi


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_each_process_is_named_with_what_it_still_works_with(
    mocked: Console[MockApi], axe: Path, colours: str
) -> None:
    page = mocked.page
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    mocked.open("/environments/price-crawl-daily")
    note = page.get_by_role("region", name="Running processes")
    expect(note.get_by_text("3 processes still on revision 2")).to_be_visible()
    note.get_by_role("link", name="Running processes").click()
    table = page.get_by_role("table", name="Running processes")
    expect(table.locator(".data-row")).to_have_count(5)
    expect(table.locator(".data-row").first).to_contain_text("python3.13 -m scrapy")
    settled(page)
    assert mocked.barriers(axe) == []


def test_a_node_lists_what_runs_there(mocked: Console[MockApi]) -> None:
    mocked.open("/nodes/crawler-sh-01?tab=processes")
    table = mocked.page.get_by_role("table", name="Running processes")
    expect(table.locator(".data-row")).to_have_count(3)
    expect(table.locator(".data-row").first).to_contain_text("price-crawl-daily")
    mocked.open("/nodes/local?tab=processes")
    expect(
        mocked.page.get_by_text("No process is known to work in an environment of this node")
    ).to_be_visible()


def test_deleting_what_is_in_use_asks_for_a_further_tick(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.expected.add("404 /api/v1/environments/price-crawl-daily")  # asked for as it goes
    mocked.open("/environments/price-crawl-daily")
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("5 processes work in it: crawler-sh-01 (3)")).to_be_visible()
    dialog.get_by_role("textbox").fill("price-crawl-daily")
    button = dialog.get_by_role("button", name="Delete")
    expect(button).to_be_disabled()
    dialog.get_by_role("checkbox", name="Delete it although it is in use").check()
    button.click()
    expect(page.get_by_text("price-crawl-daily was deleted")).to_be_visible()


def test_a_node_shows_what_would_be_deleted_and_deletes_it(
    mocked: Console[MockApi], axe: Path
) -> None:
    page = mocked.page
    mocked.open("/nodes/crawler-sh-01")
    card = page.get_by_role("region", name="Prefixes")
    card.get_by_role("button", name="Look at what would be deleted").click()
    expect(card.get_by_role("status")).to_contain_text("to be deleted, which frees")
    table = card.get_by_role("table", name="Prefixes")
    expect(table.locator(".data-row", has_text="tagged")).to_have_count(1)
    expect(table.locator(".data-row", has_text="live").first).to_be_visible()
    settled(page)
    assert mocked.barriers(axe) == []
    card.get_by_role("button", name="Delete now").click()
    expect(card.get_by_role("status")).to_contain_text("deleted, which frees")
    card.get_by_role("button", name="Look at what would be deleted").click()
    expect(card.get_by_role("status")).to_have_text("Nothing is to be deleted")
