"""Rollouts in the console: what a policy says of them, and how one is followed and steered."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from venvoy.testing.browser import Console, settled
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


@pytest.fixture
def rolling(mocked: Console[MockApi]) -> Console[MockApi]:
    """A browser before environments of which each stands elsewhere in a rollout."""
    mocked.site.scenario("rollouts")
    mocked.sign_in()
    mocked.expected.clear()
    return mocked


def test_a_rollout_is_followed_by_wave_held_and_let_on(rolling: Console[MockApi]) -> None:
    page = rolling.page
    rolling.open(f"/environments/{NAME}?tab=rollouts")
    state = page.get_by_role("status").filter(has_text="Revision 3")
    expect(state).to_contain_text("wave 1 of 3 is done, the next one begins at")
    expect(state).to_contain_text("ready on 1 of 4 nodes")
    waves = page.get_by_role("list", name="Waves").get_by_role("listitem")
    expect(waves).to_have_count(3)
    expect(waves.nth(0)).to_contain_text("nodes: 1 · done")
    expect(waves.nth(1)).to_contain_text("50% of the nodes · to come")
    expect(waves.nth(2)).to_contain_text("the rest · to come")
    page.get_by_role("button", name="Pause").click()
    expect(state).to_contain_text("Revision 3: paused")
    story = page.get_by_role("list", name="What happened").get_by_role("listitem")
    expect(story.first).to_contain_text("paused · by admin")
    expect(page.get_by_role("button", name="Pause")).to_be_hidden()
    page.get_by_role("button", name="Resume").click()
    expect(state).to_contain_text("wave 1 of 3 is at work")
    expect(story.first).to_contain_text("resumed · by admin")


def test_calling_off_says_first_what_it_does(rolling: Console[MockApi]) -> None:
    page = rolling.page
    rolling.open(f"/environments/{NAME}?tab=revisions")
    newest = page.get_by_role("listitem", name="Revision 3", exact=True)
    expect(newest).to_contain_text("going out: wave 1 of 3")
    page.get_by_role("button", name="Call off").click()
    dialog = page.get_by_role("dialog", name=f"Call off revision 3 of {NAME}?")
    expect(dialog).to_contain_text("Revision 2 is the wanted one again")
    dialog.get_by_role("button", name="Leave it").click()
    expect(newest).to_contain_text("going out")
    page.get_by_role("button", name="Call off").click()
    dialog.get_by_role("button", name="Call off").click()
    expect(dialog).to_be_hidden()
    expect(newest.get_by_role("link", name="taken back")).to_be_visible()
    older = page.get_by_role("listitem", name="Revision 2", exact=True)
    expect(older).to_contain_text("current")
    newest.get_by_role("link", name="taken back").click()
    expect(page.get_by_role("heading", name="Earlier rollouts")).to_be_visible()
    expect(page.get_by_role("list", name="What happened")).to_contain_text("called off · by admin")


def test_who_may_only_look_follows_a_rollout_and_steers_none(rolling: Console[MockApi]) -> None:
    page = rolling.page
    rolling.sign_in("viewer")
    rolling.open("/environments")
    expect(rolling.row("risk-scoring")).to_contain_text("waits until somebody lets it out")
    rolling.open("/environments/risk-scoring?tab=rollouts")
    expect(page.get_by_role("region", name="On its way")).to_contain_text("held until let out")
    expect(page.get_by_role("button", name="Let it out now")).to_have_count(0)
    rolling.open("/environments/partner-sync?tab=rollouts")
    expect(page.get_by_text("Revisions have gone to all nodes at once")).to_be_visible()
    expect(page.get_by_role("link", name="Choose how revisions go out")).to_have_count(0)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_wave_at_work_has_no_barriers_and_fits_a_phone(
    rolling: Console[MockApi], axe: Path, colours: str
) -> None:
    page = rolling.page
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    rolling.open("/environments/kafka-consumers?tab=rollouts")
    open_one = page.get_by_role("region", name="On its way")
    expect(open_one).to_contain_text("Wave 2")
    open_one.get_by_text("nodes: 4").click()
    expect(open_one.get_by_role("link", name="etl-hz-01")).to_be_visible()
    settled(page)
    assert rolling.barriers(axe) == []
    page.set_viewport_size({"width": 375, "height": 760})
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.get_by_role("button", name="Call off").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    settled(page)
    assert rolling.barriers(axe) == []
    page.get_by_role("dialog").get_by_role("button", name="Leave it").click()
    rolling.open(f"/environments/{NAME}?tab=revisions")
    expect(page.get_by_role("link", name="going out: wave 1 of 3")).to_be_visible()
    settled(page)
    assert rolling.barriers(axe) == []


def test_a_revision_waits_until_it_is_let_out(console: Console, name: str) -> None:
    page, site = console.page, console.site
    site.cli("env", "create", name, "-p", "sound", "--wait")
    site.cli("env", "edit", name, "--sync", "manual")
    site.cli("env", "edit", name, "--add", "moving==1.0")
    console.open(f"/environments/{name}?tab=rollouts")
    state = page.get_by_role("status").filter(has_text="Revision 2")
    expect(state).to_contain_text("Revision 2: waits until somebody lets it out")
    page.get_by_role("button", name="Let it out now").click()
    expect(page.get_by_role("heading", name="Earlier rollouts")).to_be_visible(timeout=60_000)
    story = page.get_by_role("list", name="What happened")
    expect(story).to_contain_text("let out")
    expect(story).to_contain_text("finished")
    expect(state).to_contain_text("Revision 2 is in use on local")
