"""Editing an environment: the plan before it is made, and of two editors neither loses anything."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from venvoy.testing.browser import Console, settled
from venvoy.testing.form import EnvironmentForm
from venvoy.testing.installation import PASSWORD

SECONDS = 1_000
RESOLVING = 60 * SECONDS
Open = Callable[..., EnvironmentForm]


@pytest.fixture
def edit(console: Console, name: str) -> Open:
    """Makes an environment and opens the form that edits it."""

    def opened(*requirements: str) -> EnvironmentForm:
        lines = [word for each in requirements for word in ("-p", each)]
        console.site.cli("env", "create", name, *lines, "--title", "First", "--wait")
        console.open(f"/environments/{name}/edit")
        form = EnvironmentForm(console.page)
        expect(form.editor).to_be_visible()
        return form

    return opened


def review(page: Page) -> None:
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_role("heading", name="Review changes")).to_be_focused(timeout=RESOLVING)


def apply(page: Page, name: str) -> None:
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile(f"/environments/{name}$"))


def test_the_plan_tells_what_comes_and_goes_and_is_then_made(
    console: Console, edit: Open, name: str
) -> None:
    page = console.page
    form = edit("sound", "wants-old")
    assert form.text() == "sound\nwants-old"
    form.type("wants-new\nsound")
    review(page)
    expect(page).to_have_url(re.compile(r"\?plan=[\w-]+$"))
    asked = page.get_by_role("region", name="What is asked for")
    expect(asked).to_contain_text("added wants-new")
    expect(asked).to_contain_text("removed wants-old")
    changes = page.get_by_role("table", name="Changes to packages")
    expect(changes.get_by_role("row", name=re.compile("new wants-new 1.0"))).to_be_visible()
    expect(changes.get_by_role("row", name=re.compile("newer moving 1.0 → 2.0"))).to_be_visible()
    expect(changes.get_by_role("row", name=re.compile("removed wants-old"))).to_be_visible()
    expect(page.get_by_text("Packages that stay as they are: 1")).to_be_visible()
    node = page.get_by_role("region", name="local")
    expect(node).to_contain_text("its packages change")
    expect(node).to_contain_text("files: 2")
    assert console.site.json("env", "show", name)["revision"] == 1
    page.reload()
    expect(changes).to_be_visible()
    page.get_by_label("Message").fill("newer, as the crawler needs")
    apply(page, name)
    found = console.site.json("env", "show", name)
    assert (found["revision"], found["requirements"]) == (2, ["sound", "wants-new"])


def test_what_was_typed_is_there_when_somebody_edits_again(console: Console, edit: Open) -> None:
    page = console.page
    form = edit("sound")
    form.add("moving # why")
    page.get_by_label("Title", exact=True).fill("Second")
    review(page)
    page.reload()
    page.get_by_role("button", name="Edit again").click()
    assert form.text() == "sound\nmoving # why"
    expect(page.get_by_label("Title", exact=True)).to_have_value("Second")
    page.go_back()
    expect(page.get_by_role("button", name="Apply")).to_be_visible()
    page.go_back()
    expect(form.editor).to_contain_text("# why")


def test_details_alone_build_nothing(console: Console, edit: Open, name: str) -> None:
    page = console.page
    edit("sound")
    page.get_by_label("Title", exact=True).fill("Second")
    page.get_by_label("Labels").fill("team=data")
    review(page)
    expect(page.get_by_text("Only details change: nothing is built")).to_be_visible()
    expect(page.get_by_role("region", name="What is asked for")).to_contain_text("First → Second")
    apply(page, name)
    found = console.site.json("env", "show", name)
    assert (found["revision"], found["title"], found["labels"]) == (1, "Second", {"team": "data"})


def test_a_form_that_was_not_touched_plans_nothing(console: Console, edit: Open) -> None:
    page = console.page
    edit("sound")
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("Nothing differs from how it is now")).to_be_visible()


def test_what_cannot_be_resolved_is_told_and_the_form_stays(
    console: Console, edit: Open, name: str
) -> None:
    console.expected.add(f"422 /api/v1/environments/{name}/plan")
    page = console.page
    form = edit("wants-old")
    form.add("wants-new")
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing was changed", timeout=RESOLVING)
    assert form.text() == "wants-old\nwants-new"


def test_an_upgrade_is_planned_from_its_address(console: Console, edit: Open, name: str) -> None:
    page = console.page
    edit("moving<2")
    console.site.cli("env", "edit", name, "--add", "moving", "--wait")
    console.open(f"/environments/{name}/edit?upgrade=moving")
    expect(page).to_have_url(re.compile(r"/edit\?plan=[\w-]+$"), timeout=RESOLVING)
    changes = page.get_by_role("table", name="Changes to packages")
    expect(changes.get_by_role("row", name=re.compile("newer moving 1.0 → 2.0"))).to_be_visible()
    apply(page, name)


def test_what_was_kept_back_can_be_let_go_from_the_plan(
    console: Console, edit: Open, name: str
) -> None:
    page = console.page
    form = edit("moving<2")
    form.type("moving\nsound")
    review(page)
    page.get_by_text("Packages with newer versions: 1").click()
    expect(page.get_by_text("kept at the version in use")).to_be_visible()
    before = page.url
    page.get_by_role("button", name="Plan with newer versions of 1").click()
    expect(page).not_to_have_url(before, timeout=RESOLVING)
    changes = page.get_by_role("table", name="Changes to packages")
    expect(changes.get_by_role("row", name=re.compile("newer moving 1.0 → 2.0"))).to_be_visible()
    expect(changes.get_by_role("row", name=re.compile("new sound"))).to_be_visible()


def test_somebody_elses_change_is_noticed_and_both_are_kept(
    console: Console, edit: Open, name: str
) -> None:
    page = console.page
    form = edit("sound", "wants-old")
    form.add("source-only; python_version < '3.0'  # mine")
    console.site.cli("env", "edit", name, "--drop", "wants-old", "--add", "moving<2", "--wait")
    notice = page.get_by_role("status").filter(has_text="changed this environment meanwhile")
    expect(notice).to_contain_text("added moving<2")
    expect(notice).to_contain_text("removed wants-old")
    expect(page.get_by_role("button", name="Review changes")).to_be_disabled()
    assert "wants-old" in form.text()
    page.get_by_role("button", name="Continue with my changes on top").click()
    assert form.text() == "sound\nsource-only; python_version < '3.0'  # mine\nmoving<2"
    expect(page.get_by_text("Your changes stand on top of the newest version")).to_be_visible()
    review(page)
    apply(page, name)
    requirements = console.site.json("env", "show", name)["requirements"]
    assert [each.split(";")[0] for each in requirements] == ["moving<2", "sound", "source-only"]


def test_where_both_changed_the_same_yours_is_kept_and_told(
    console: Console, edit: Open, name: str
) -> None:
    page = console.page
    form = edit("moving<2")
    form.type("moving<1.5")
    console.site.cli("env", "edit", name, "--add", "moving<3", "--wait")
    page.get_by_role("button", name="Continue with my changes on top").click()
    assert form.text() == "moving<1.5"
    expect(page.get_by_text("yours was kept: Requirements")).to_be_visible()
    expect(page.get_by_role("list", name="From theirs to yours")).to_contain_text("moving<3")


def test_theirs_can_be_taken(console: Console, edit: Open, name: str) -> None:
    page = console.page
    form = edit("sound")
    form.add("wants-old")
    console.site.cli("env", "edit", name, "--add", "moving", "--title", "Theirs", "--wait")
    page.get_by_role("button", name="Discard mine, take theirs").click()
    assert form.text() == "moving\nsound"
    expect(page.get_by_label("Title", exact=True)).to_have_value("Theirs")


def test_a_plan_that_somebody_was_quicker_than_is_not_applied(
    console: Console, edit: Open, name: str
) -> None:
    page = console.page
    form = edit("sound")
    form.add("moving")
    review(page)
    # The news of it does not come through, so the page finds out when it applies.
    page.route(f"**/api/v1/environments/{name}", changes_only)
    page.route("**/api/v1/events", lambda route: route.abort())
    console.expected.add("Failed to load resource: net::ERR_FAILED")
    console.expected.add(f"412 /api/v1/environments/{name}")
    console.site.cli("env", "edit", name, "--add", "wants-old", "--wait")
    page.get_by_role("button", name="Apply").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("admin has changed this environment since this plan was made")
    expect(alert).to_contain_text("wants-old")
    page.unroute_all(behavior="wait")
    page.get_by_role("button", name="Back to my changes").click()
    assert form.text() == "sound\nmoving"
    page.get_by_role("button", name="Continue with my changes on top").click()
    assert form.text() == "sound\nmoving\nwants-old"


def changes_only(route: Route) -> None:
    """Let changes through, and no question about what there is."""
    if route.request.method == "GET":
        route.abort()
    else:
        route.continue_()


def test_a_session_that_ends_in_mid_edit_takes_nothing_with_it(
    console: Console, edit: Open, context: BrowserContext, name: str
) -> None:
    page = console.page
    form = edit("sound")
    form.add("moving")
    review(page)
    mine = f"environments/{name}"
    paths = ("events", "nodes", "operations", "session", mine, f"{mine}/revisions")
    console.expected |= {f"401 /api/v1/{path}" for path in paths}
    context.clear_cookies()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Your session has ended")).to_be_hidden()
    apply(page, name)


def test_a_viewer_is_told_calmly_that_the_role_does_not_suffice(viewer: Console, name: str) -> None:
    viewer.site.cli("env", "create", name, "-p", "sound", "--wait")
    viewer.open(f"/environments/{name}/edit")
    expect(viewer.page.get_by_role("status")).to_contain_text("the role “Operator” is needed")


def test_what_is_not_there_cannot_be_edited(console: Console) -> None:
    console.expected |= {"404 /api/v1/environments/nothing-here", "404 /api/v1/operations"}
    console.open("/environments/nothing-here/edit")
    expect(console.page.get_by_text("nothing-here").first).to_be_visible()
    expect(console.page.get_by_role("textbox")).to_have_count(0)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_there_are_no_barriers(
    console: Console, edit: Open, axe: Path, name: str, colours: str
) -> None:
    page = console.page
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    form = edit("sound", "wants-old")
    form.type("wants-new")
    page.get_by_label("Title", exact=True).fill("Mine")
    review(page)
    settled(page)
    assert console.barriers(axe) == []
    page.get_by_role("button", name="Edit again").click()
    theirs = ("--drop", "wants-old", "--add", "moving<2", "--title", "Theirs")
    console.site.cli("env", "edit", name, *theirs, "--wait")
    merge = page.get_by_role("button", name="Continue with my changes on top")
    expect(merge).to_be_visible()
    settled(page)
    assert console.barriers(axe) == []
    merge.click()
    expect(page.get_by_text("yours was kept")).to_be_visible()
    settled(page)
    assert console.barriers(axe) == []


def test_all_of_it_is_in_chinese_and_fits_a_phone(console: Console, edit: Open, name: str) -> None:
    page = console.page
    page.set_viewport_size({"width": 375, "height": 720})
    form = edit("sound")
    form.add("moving")
    review(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.get_by_role("button", name="Language").click()
    page.get_by_role("menuitem", name="简体中文").click()
    expect(page.get_by_role("heading", name="变更预览")).to_be_visible()
    expect(page.get_by_role("table", name="软件包变更")).to_contain_text("新增")
    page.get_by_role("button", name="继续编辑").click()
    expect(page.get_by_role("textbox", name="依赖")).to_contain_text("moving")
    assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_upkeep_and_checks_are_edited_and_make_no_revision(
    console: Console, edit: Open, name: str
) -> None:
    page = console.page
    edit("sound")
    page.get_by_text("Upkeep and checks").click()
    page.get_by_role("spinbutton", name="Revisions kept for a rollback").fill("5")
    page.get_by_role("textbox", name="Modules to import").fill("sound, json")
    review(page)
    asked = page.get_by_role("region", name="What is asked for")
    expect(asked).to_contain_text("Kept for a rollback– → 5")
    expect(asked).to_contain_text("Modules to import")
    apply(page, name)
    expect(page.get_by_text("Kept revisions")).to_be_visible()
    found = console.site.json("env", "show", name)
    assert found["revision"] == 1
    assert (found["policy"]["keep"], found["policy"]["checks"]) == (5, ["sound", "json"])
