"""Revisions in the console: going back to one, and naming them."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from venvoy.testing.browser import Console, settled
from venvoy.testing.mock_api import MockApi

SECONDS = 1_000
BUILD = 60 * SECONDS
MOCKED = "/environments/price-crawl-daily?tab=revisions"


def revision(console: Console[Any], number: int) -> Locator:
    return console.page.get_by_role("listitem", name=f"Revision {number}", exact=True)


def test_an_environment_goes_back_and_on_from_there(console: Console, name: str) -> None:
    page, site = console.page, console.site
    site.cli("env", "create", name, "-p", "sound", "--wait")
    site.cli("env", "edit", name, "--add", "moving==1.0", "--wait")
    first = site.live(name)
    console.open(f"/environments/{name}?tab=revisions")
    expect(revision(console, 2)).to_contain_text("current")
    page.get_by_role("button", name="Roll back to revision 1").click()
    dialog = page.get_by_role("dialog", name=f"Roll {name} back to revision 1?")
    dialog.get_by_label("Why").fill("moving is not needed")
    dialog.get_by_role("button", name="Roll back").click()
    expect(dialog).to_be_hidden()
    expect(revision(console, 1)).to_contain_text("current")
    expect(revision(console, 1)).to_contain_text("in use on local", timeout=BUILD)
    assert site.live(name) != first
    page.goto(f"{console.url}/activity?tab=audit")
    entry = page.get_by_role("row").filter(has_text="Rolled back").first
    expect(entry).to_contain_text(name)
    site.cli("env", "rollback", name, "2", "--wait")
    assert site.live(name) == first, "a held prefix is switched to, not built"


def test_a_tag_is_given_moved_on_purpose_and_taken_away(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.expected.add("409 /api/v1/environments/price-crawl-daily/tags/stable")
    mocked.open(MOCKED)
    expect(revision(mocked, 2).get_by_role("list", name="Tags")).to_contain_text("stable")
    page.get_by_role("button", name="Tags of revision 3").click()
    dialog = page.get_by_role("dialog", name="Tags of revision 3")
    dialog.get_by_label("New tag").fill("stable")
    dialog.get_by_role("button", name="Add tag").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The tag stable is at revision 2.")
    dialog.get_by_role("button", name="Move it here").click()
    expect(dialog).to_be_hidden()
    expect(revision(mocked, 3).get_by_role("list", name="Tags")).to_contain_text("stable")
    expect(revision(mocked, 2).get_by_role("list", name="Tags")).not_to_contain_text("stable")
    page.get_by_role("button", name="Tags of revision 3").click()
    dialog.get_by_role("button", name="Take the tag stable away").click()
    expect(dialog.get_by_text("stable", exact=True)).to_be_hidden()
    dialog.get_by_role("button", name="Close").click()
    expect(revision(mocked, 3).get_by_role("list", name="Tags")).to_be_hidden()


@pytest.mark.parametrize(
    ("tag", "said"),
    [("12", "reads as a revision's number"), ("two words", "cannot be a tag")],
)
def test_a_bad_tag_is_refused_in_words(mocked: Console[MockApi], tag: str, said: str) -> None:
    mocked.expected.add(
        f"422 /api/v1/environments/price-crawl-daily/tags/{tag.replace(' ', '%20')}"
    )
    mocked.open(MOCKED)
    mocked.page.get_by_role("button", name="Tags of revision 1").click()
    dialog = mocked.page.get_by_role("dialog", name="Tags of revision 1")
    dialog.get_by_label("New tag").fill(tag)
    dialog.get_by_role("button", name="Add tag").click()
    expect(dialog).to_contain_text(said)
    expect(dialog.get_by_label("New tag")).to_have_value(tag)


def test_who_may_only_look_changes_nothing(viewer: Console, name: str) -> None:
    viewer.site.cli("env", "create", name, "-p", "sound", "--wait")
    viewer.site.cli("env", "edit", name, "--add", "moving==1.0", "--wait")
    viewer.open(f"/environments/{name}?tab=revisions")
    expect(revision(viewer, 1)).to_be_visible()
    expect(viewer.page.get_by_role("button", name=re.compile("Roll back|Tags of"))).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_are_no_barriers(mocked: Console[MockApi], axe: Path, scheme: str) -> None:
    page = mocked.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    mocked.open(MOCKED)
    expect(revision(mocked, 2)).to_be_visible()
    settled(page)
    assert mocked.barriers(axe) == []
    for button in ("Roll back to revision 1", "Tags of revision 2"):
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        settled(page)
        assert mocked.barriers(axe) == []
        page.keyboard.press("Escape")


def test_two_revisions_stand_beside_each_other(mocked: Console[MockApi], axe: Path) -> None:
    page = mocked.page
    mocked.expected.add("404 /api/v1/comparison")
    mocked.open(MOCKED)
    page.get_by_role("link", name="Compare with revision").first.click()
    expect(page).to_have_url(re.compile(r"a=price-crawl-daily.*b=price-crawl-daily"))
    table = page.get_by_role("region", name="Comparison")
    expect(table.get_by_role("row").nth(1)).to_contain_text(re.compile("added|removed|changed"))
    expect(table.get_by_role("cell", name="equal", exact=True)).to_have_count(0)
    page.get_by_role("checkbox", name="Also what is equal").click()
    expect(table.get_by_role("cell", name="equal", exact=True).first).to_be_visible()
    expect(page).to_have_url(re.compile("all=yes"))
    assert mocked.barriers(axe) == []
    page.get_by_role("checkbox", name="Also what is equal").click()
    page.get_by_label("From", exact=True).fill("price-crawl-daily@2")
    page.get_by_label("To", exact=True).fill("price-crawl-daily@stable")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_text("No difference")).to_be_visible()
    page.get_by_label("To", exact=True).fill("price-crawl-daily@99")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("has no revision 99")


def test_a_revision_is_promoted_to_another_environment(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.open(MOCKED)
    page.get_by_role("button", name="Promote to another environment: revision 2").click()
    dialog = page.get_by_role("dialog", name="Promote price-crawl-daily@2")
    dialog.get_by_role("searchbox").fill("orders")
    dialog.get_by_role("link", name="orders-etl").click()
    taken = page.get_by_role("region", name="Taken unchanged from price-crawl-daily@2")
    expect(taken.get_by_role("list", name="Requirements")).to_be_visible()
    expect(page.get_by_role("heading", name="Packages of its lock")).to_be_visible()
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("The lock of price-crawl-daily@2, unchanged")).to_be_visible()
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("tab", name="Revisions").or_(
        page.get_by_role("link", name="Revisions")
    ).first.click()
    expect(page.get_by_text("← price-crawl-daily@2").first).to_be_visible()


def test_a_new_environment_takes_a_revision(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.open(MOCKED)
    page.get_by_role("button", name="Promote to another environment: revision 2").click()
    page.get_by_role("link", name="To a new environment").click()
    page.get_by_label("Name", exact=True).fill("crawl-live")
    page.get_by_role("button", name="Create environment").click()
    expect(page.get_by_role("heading", name="crawl-live")).to_be_visible()
    page.goto(f"{mocked.url}/environments/crawl-live?tab=revisions")
    expect(page.get_by_text("← price-crawl-daily@2").first).to_be_visible()
