"""Pythons in the console: the catalogue filled and emptied, nodes that install and remove."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from venvoy.testing.browser import Console, settled
from venvoy.testing.mock_api import MockApi

CATALOGUE = "/nodes?tab=pythons"
NODE = "/nodes/gpu-bj-01?tab=interpreters"
BUILDING = 15_000


def archives(page: Page) -> Locator:
    return page.get_by_role("table", name="Pythons").locator(".data-row")


def archive(name: str) -> FilePayload:
    return {"name": name, "mimeType": "application/gzip", "buffer": b"x" * 4_096}


def test_an_archive_is_uploaded_refused_and_taken_out_again(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.expected.add("422 /api/v1/python-archives")
    mocked.open(CATALOGUE)
    expect(archives(page)).to_have_count(5)
    page.get_by_role("button", name="Upload an archive").click()
    dialog = page.get_by_role("dialog")
    send = dialog.get_by_role("button", name="Upload")
    expect(send).to_be_disabled()
    dialog.get_by_label("Archive", exact=True).set_input_files(archive("holiday.tar.gz"))
    send.click()
    expect(dialog.get_by_role("alert")).to_contain_text("not a gzip file")
    name = "cpython-3.13.9-x86_64-unknown-linux-gnu-install_only.tar.gz"
    dialog.get_by_label("Archive", exact=True).set_input_files(archive(name))
    send.click()
    expect(dialog.get_by_role("status")).to_contain_text("Python 3.13.9 for Linux x86-64")
    dialog.get_by_role("button", name="Close").click()
    expect(archives(page).filter(has_text=name)).to_have_count(1)
    page.get_by_role("button", name="Take Python 3.13.9 for Linux x86-64 out").click()
    expect(archives(page)).to_have_count(5)


def test_chosen_nodes_install_and_what_is_installed_keeps_its_archive(
    mocked: Console[MockApi],
) -> None:
    page = mocked.page
    mocked.open(CATALOGUE)
    page.get_by_role("button", name="Install Python 3.14.0 for Linux x86-64 on nodes").click()
    dialog = page.get_by_role("dialog")
    send = dialog.get_by_role("button", name="Install", exact=True)
    expect(send).to_be_disabled()
    dialog.get_by_role("combobox", name="By name").fill("etl-hz")
    dialog.locator(".ant-select-item-option", has_text="etl-hz-01").click()
    dialog.get_by_role("heading", name="Install Python").click()
    send.click()
    expect(dialog.get_by_role("status")).to_contain_text("Asked of 1 node")
    dialog.get_by_role("button", name="Close").click()
    row = archives(page).filter(has_text="3.14.0")
    expect(row).to_contain_text("etl-hz-01")
    with page.expect_response("**/python-archives/*") as refused:
        page.get_by_role("button", name="Take Python 3.14.0 for Linux x86-64 out").click()
    mocked.expected.add(f"409 {urlsplit(refused.value.url).path}")
    expect(page.get_by_role("alert")).to_contain_text("etl-hz-01")
    expect(row).to_have_count(1)


def test_a_node_installs_a_python_and_loses_it_again(mocked: Console[MockApi]) -> None:
    page = mocked.page
    mocked.open(NODE)
    rows = page.get_by_role("table", name="Interpreters").locator(".data-row")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Install a Python").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio")).to_have_count(3)
    dialog.get_by_role("radio", name="3.14.0").check()
    dialog.get_by_role("button", name="Install", exact=True).click()
    expect(rows).to_have_count(3)
    remove = page.get_by_role("button", name="Remove Python 3.14.0")
    remove.click(timeout=BUILDING)
    dialog.get_by_role("button", name="Remove", exact=True).click()
    expect(rows).to_have_count(2, timeout=BUILDING)


def test_who_may_only_look_is_offered_no_change(mocked: Console[MockApi]) -> None:
    mocked.sign_in("viewer")
    mocked.open(CATALOGUE)
    page = mocked.page
    expect(archives(page)).to_have_count(5)
    expect(page.locator("main").get_by_role("button", name="Python")).to_have_count(0)
    mocked.open(NODE)
    expect(page.get_by_role("table", name="Interpreters")).to_be_visible()
    expect(page.get_by_role("button", name="Install a Python")).to_have_count(0)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_nothing_is_in_anybodys_way(mocked: Console[MockApi], axe: Path, colours: str) -> None:
    page = mocked.page
    scheme: Any = colours
    page.emulate_media(color_scheme=scheme)
    mocked.open(CATALOGUE)
    for opener in ("Upload an archive", "Install Python 3.14.0 for Linux x86-64 on nodes"):
        settled(page)
        assert mocked.barriers(axe) == []
        page.get_by_role("button", name=opener).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        settled(page)
        assert mocked.barriers(axe) == [], opener
        page.keyboard.press("Escape")
    mocked.open(NODE)
    page.get_by_role("button", name="Install a Python").click()
    expect(page.get_by_role("dialog").get_by_role("radio")).to_have_count(3)
    settled(page)
    assert mocked.barriers(axe) == []
    mocked.site.scenario("empty")
    mocked.sign_in()
    mocked.open(CATALOGUE)
    expect(page.get_by_text("The catalogue has no archive yet")).to_be_visible()
    settled(page)
    assert mocked.barriers(axe) == []
