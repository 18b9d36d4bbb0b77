"""Rollouts in the console: what a policy says of them, and how one is followed and steered."""

import re

from playwright.sync_api import expect

from venvoy.testing.browser import Console
from venvoy.testing.mock_api import MockApi

NAME = "price-crawl-daily"


def test_a_window_is_chosen_and_what_is_wrong_stands_at_its_field(
    mocked: Console[MockApi],
) -> None:
    page = mocked.page
    mocked.expected.add(f"422 /api/v1/environments/{NAME}/plan")
    mocked.open(f"/environments/{NAME}/edit")
    page.locator("summary").get_by_text("Rollout", exact=True).click()
    page.get_by_role("radio", name="In a window").check()
    zone = page.get_by_role("textbox", name="Time zone")
    expect(zone).to_have_value("Asia/Shanghai")
    page.get_by_role("textbox", name="Window opens").fill("0 2 * * SAT")
    expect(page.get_by_label("Minutes between waves")).to_be_hidden()
    page.get_by_role("textbox", name="Sizes of waves").fill("1 50%")
    page.get_by_label("Minutes between waves").fill("10")
    mocked.site.fail("^POST .*/plan$", 422, code="window-zone-unknown", times=1)
    page.get_by_role("button", name="Review changes").click()
    expect(zone).to_have_attribute("aria-invalid", "true")
    expect(zone).to_have_accessible_description(re.compile("no time zone"))
    page.get_by_role("button", name="Review changes").click()
    asked = page.get_by_role("region", name="What is asked for")
    expect(asked).to_contain_text("New revisions go out")
    expect(asked).to_contain_text("window:0 2 * * SAT/4h/Asia/Shanghai")
