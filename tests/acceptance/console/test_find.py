"""Find in the console: where a release is, with the question in the address."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from venvoy.testing.browser import Console, settled
from venvoy.testing.mock_api import MockApi


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_release_is_found_on_nodes_and_in_locks(
    mocked: Console[MockApi], axe: Path, colours: str
) -> None:
    page = mocked.page
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    mocked.open("/environments")
    page.get_by_role("link", name="Find").click()
    expect(page.get_by_text("Type a release")).to_be_visible()
    box = page.get_by_role("searchbox")
    box.fill("Numpy<99")
    box.press("Enter")
    table = page.get_by_role("table", name="What was found")
    expect(table.get_by_text("seen on the node").first).to_be_visible()
    expect(table.get_by_text("by the lock").first).to_be_visible()
    expect(page).to_have_url(mocked.url + "/find?q=Numpy%3C99")
    settled(page)
    assert mocked.barriers(axe) == []


def test_what_nothing_holds_and_what_cannot_be_asked_is_said(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.open("/find?q=no-such-package")
    expect(page.get_by_text("Neither a node nor a lock holds it.")).to_be_visible()
    question = "/api/v1/find"
    mocked.expected.add(f"422 {question}")
    mocked.open("/find?q=requests%5Bsocks%5D%3C3")
    expect(page.get_by_text("extras socks")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("requests[socks]<3")


def test_a_release_is_blocked_and_then_not_gone_back_to(
    mocked: Console[MockApi], axe: Path
) -> None:
    page = mocked.page
    mocked.open("/find?tab=blocks")
    expect(page.get_by_text("Nothing is blocked")).to_be_visible()
    page.get_by_role("button", name="Block a release").click()
    dialog = page.get_by_role("dialog", name="Block a release")
    dialog.get_by_label("Release").fill("Numpy>0,<9")
    dialog.get_by_label("Reason").fill("steals keys")
    mocked.expected.add("422 /api/v1/blocks")
    dialog.get_by_role("button", name="Block it").click()
    expect(dialog.get_by_text("cannot be blocked as one")).to_be_visible()
    dialog.get_by_label("Release").fill("Numpy<9")
    dialog.get_by_role("button", name="Block it").click()
    row = page.get_by_role("table", name="Blocked releases").locator(".data-row")
    expect(row).to_contain_text("steals keys")
    settled(page)
    assert mocked.barriers(axe) == []
    row.get_by_role("link", name="Replicas").click()
    expect(page.get_by_role("searchbox")).to_have_value("numpy<9")

    mocked.expected.add("409 /api/v1/environments/orders-etl/rollback")
    mocked.open("/environments/orders-etl?tab=revisions")
    page.get_by_role("button", name="Roll back to revision 1").click()
    asked = page.get_by_role("dialog")
    asked.get_by_role("button", name="Roll back", exact=True).click()
    expect(asked.get_by_text("must not go out")).to_be_visible()
    asked.get_by_role("button", name="Go back all the same").click()
    expect(asked).to_be_hidden()

    mocked.open("/find?tab=blocks")
    page.get_by_role("button", name="Take away the block of numpy<9").click()
    expect(page.get_by_text("Nothing is blocked")).to_be_visible()
