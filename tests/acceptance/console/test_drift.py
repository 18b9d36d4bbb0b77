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
    expect(row).to_contain_text("stray")
    expect(row).to_contain_text("ipdb")
    expect(row).to_contain_text("0.13.13")
    settled(page)
    assert mocked.barriers(axe) == []


def test_where_nothing_was_changed_it_says_so(mocked: Console[MockApi]) -> None:
    mocked.open("/environments/orders-etl?tab=drift")
    expect(mocked.page.get_by_text("Nothing was changed by hand on any node: 2")).to_be_visible()
