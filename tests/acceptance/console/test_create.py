"""Making an environment: from however the requirements come, with what they need beside them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from venvoy.testing.browser import Console, settled
from venvoy.testing.form import EnvironmentForm
from venvoy.testing.installation import PASSWORD, Installation, free_port
from venvoy.testing.mock_api import MockApi

SECONDS = 1_000
RESOLVING = 60 * SECONDS
REFUSED = "422 /api/v1/preflight"
MADE = "**/api/v1/environments?*"
FITS = re.compile("Fits: ")


@pytest.fixture
def form(console: Console) -> EnvironmentForm:
    """The form for a new environment, opened."""
    console.open("/create")
    form = EnvironmentForm(console.page)
    expect(form.editor).to_be_visible()
    return form


def creations(page: Page) -> list[dict[str, Any]]:
    """Return a list that grows with every creation that is asked for: its headers."""
    asked: list[dict[str, Any]] = []

    def note(request: Any) -> None:
        if request.method == "POST" and request.url.endswith("/api/v1/environments"):
            asked.append(request.headers)

    page.on("request", note)
    return asked


def submit(page: Page) -> None:
    page.get_by_role("button", name="Create environment").click()


def test_what_is_typed_becomes_an_environment(form: EnvironmentForm, name: str) -> None:
    page = form.page
    form.name.fill(name)
    form.type("sound\n# of the crawler\n")
    expect(form.verdict).to_have_text(re.compile("Fits: 1 to install"), timeout=RESOLVING)
    packages = form.preflight.get_by_role("region", name="Packages")
    expect(packages).to_contain_text("sound")
    expect(packages).to_contain_text("for your own line")
    expect(form.preflight.get_by_role("region", name="local")).to_contain_text("free")
    page.get_by_text("Title, description and labels").click()
    page.get_by_label("Title", exact=True).fill("每日价格采集")
    page.get_by_label("Labels").fill("team=data")
    page.keyboard.press("Enter")
    page.get_by_label("Labels").fill("tier=1")
    submit(page)
    expect(page).to_have_url(re.compile(f"/environments/{name}$"), timeout=RESOLVING)
    expect(page.get_by_text("每日价格采集").first).to_be_visible()
    expect(page.get_by_text("team=data").first).to_be_visible()
    expect(page.get_by_text("tier=1").first).to_be_visible()


def test_an_address_fills_the_form_in(console: Console) -> None:
    console.open("/create?name=web-2&requirements=sound%0Amoving%3C2&python=%3E%3D3.9")
    form = EnvironmentForm(console.page)
    expect(form.name).to_have_value("web-2")
    expect(form.editor).to_contain_text("moving<2")
    expect(console.page.get_by_label("Python versions")).to_have_value(">=3.9")


def test_requirements_come_by_paste_upload_and_drop(form: EnvironmentForm, tmp_path: Path) -> None:
    page = form.page
    form.editor.click()
    form.paste("sound\nmoving<2\n")
    assert form.text() == "sound\nmoving<2"
    file = tmp_path / "requirements.txt"
    file.write_bytes("﻿sound  # 需要\r\n".encode("utf-16-le"))
    page.get_by_label("requirements.txt").set_input_files(file)
    expect(form.editor).to_contain_text("sound # 需要")
    expect(page.get_by_text("Taken over from requirements.txt, lines: 1")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    assert form.text() == "sound\nmoving<2"
    form.drop("other.txt", "moving\n")
    expect(page.get_by_text("Taken over from other.txt, lines: 1")).to_be_visible()
    assert form.text() == "moving"


def test_a_file_that_is_no_text_is_refused_with_words(
    form: EnvironmentForm, tmp_path: Path
) -> None:
    page = form.page
    form.type("sound")
    file = tmp_path / "numpy.whl"
    file.write_bytes(b"PK\x03\x04\x00\x00\x00\x00")
    page.get_by_label("requirements.txt").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("This file is no text")
    file.write_bytes(b"#" * (1024 * 1024 + 1))
    page.get_by_label("requirements.txt").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("the limit is 1048576")
    assert form.text() == "sound"


def test_what_is_wrong_stands_at_its_line_and_goes_when_it_is_mended(
    console: Console, form: EnvironmentForm
) -> None:
    console.expected.add(REFUSED)
    page = form.page
    form.type("sound\n-e ./here\n")
    expect(form.said_of_lines).to_contain_text("Editable installs exist on one machine only")
    expect(form.editor).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    expect(form.verdict).to_have_text("Lines that cannot be used: 1")
    form.said_of_lines.get_by_role("button", name="Line 2").click()
    expect(form.editor).to_be_focused()
    page.keyboard.type("moving")
    expect(form.verdict).to_have_text(FITS, timeout=RESOLVING)
    expect(form.said_of_lines).to_be_hidden()
    expect(page.locator(".cm-lint-marker-error")).to_have_count(0)


def test_a_conflict_is_told_in_words_with_the_lines_that_take_part(
    form: EnvironmentForm,
) -> None:
    form.type("sound\nwants-old\nwants-new\n")
    expect(form.verdict).to_have_text("These requirements cannot be resolved", timeout=RESOLVING)
    why = form.preflight.get_by_role("group", name="Why it failed")
    expect(why).to_contain_text("moving")
    expect(form.preflight).to_contain_text("Your lines that take part:")
    expect(form.said_of_lines.get_by_role("listitem")).to_have_count(2)
    expect(form.page.locator(".cm-lint-marker-error")).to_have_count(2)
    form.preflight.get_by_role("button", name="Line 3").click()
    expect(form.editor).to_be_focused()


def test_a_package_without_a_wheel_is_named_with_the_machines(form: EnvironmentForm) -> None:
    form.type("sound\nsource-only\n")
    verdict = "Some packages have no wheel where one is needed"
    expect(form.verdict).to_have_text(verdict, timeout=RESOLVING)
    machines = form.preflight.get_by_role("region", name="Where it fits")
    expect(machines.get_by_role("button", pressed=True)).to_contain_text("only source: 1")
    expect(machines).to_contain_text("source-only")
    machines.get_by_role("button", name="Windows x86-64").first.click()
    expect(machines.get_by_role("button", pressed=True)).to_contain_text("Windows x86-64")


def test_an_old_answer_stays_while_the_next_is_made(form: EnvironmentForm) -> None:
    page = form.page
    form.type("sound")
    expect(form.verdict).to_have_text(re.compile("1 to install"), timeout=RESOLVING)
    held: list[Route] = []
    ended: list[str] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)  # not answered: the page has to end it

    page.on("requestfailed", lambda request: ended.append(request.url))
    page.route("**/api/v1/preflight", hold)
    with page.expect_request("**/api/v1/preflight"):
        form.paste("\nmoving")
    expect(form.preflight.get_by_text("Checking")).to_be_visible()
    expect(form.verdict).to_have_text(re.compile("1 to install"))
    with page.expect_event("requestfailed"):
        form.paste("<2\ndamaged")
    expect(form.verdict).to_have_text(re.compile("3 to install"), timeout=RESOLVING)
    assert len(ended) == 1
    held[0].abort()


def test_names_are_completed_from_what_is_known(
    console: Console, form: EnvironmentForm, name: str
) -> None:
    console.site.cli("env", "create", name, "-p", "sound", "--wait")
    page = form.page
    form.type("so")
    options = page.get_by_role("listbox", name="Known packages")
    expect(options).to_contain_text("sound")
    expect(options).to_contain_text("1.0")
    # A choice made within 75 ms of being offered is taken for typing on.
    page.wait_for_timeout(200)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(options).to_be_hidden()
    assert form.text() == "sound"
    page.keyboard.press("Tab")
    expect(form.editor).not_to_be_focused()


def test_a_name_is_checked_as_it_is_typed_and_a_taken_one_when_it_is_sent(
    console: Console, form: EnvironmentForm, name: str
) -> None:
    console.expected.add("409 /api/v1/environments")
    page = form.page
    form.name.fill("Web Prod")
    expect(page.get_by_text("Web Prod is not a valid name")).to_be_visible()
    expect(form.name).to_have_attribute("aria-invalid", "true")
    console.site.cli("env", "create", name, "-p", "sound", "--wait")
    form.name.fill(name)
    form.type("sound")
    submit(page)
    expect(page.get_by_text(f"There is an environment {name} already")).to_be_visible()
    assert form.text() == "sound"
    form.name.fill(f"{name}-2")
    expect(page.get_by_text("already")).to_be_hidden()


def test_a_form_without_a_name_is_not_sent(form: EnvironmentForm) -> None:
    asked = creations(form.page)
    submit(form.page)
    expect(form.name).to_be_focused()
    expect(form.page.get_by_text("A name is needed")).to_be_visible()
    assert asked == []


def test_what_cannot_be_resolved_keeps_the_form(
    console: Console, form: EnvironmentForm, name: str
) -> None:
    console.expected.add("422 /api/v1/environments")
    page = form.page
    form.name.fill(name)
    form.type("wants-old\nwants-new")
    asked = creations(page)
    submit(page)
    expect(page.get_by_role("alert")).to_contain_text(
        "cannot be resolved; nothing was changed", timeout=RESOLVING
    )
    expect(form.name).to_have_value(name)
    form.type("wants-old")
    submit(page)
    expect(page).to_have_url(re.compile(f"/environments/{name}$"), timeout=RESOLVING)
    assert len({each["idempotency-key"] for each in asked}) == 2


def test_a_slow_controller_is_asked_once_and_a_lost_answer_is_asked_for_again(
    console: Console, form: EnvironmentForm, name: str
) -> None:
    page = form.page
    form.name.fill(name)
    form.type("sound")
    asked = creations(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/v1/environments", hold)
    submit(page)
    busy = page.get_by_role("button", name="Creating")
    expect(busy).to_be_visible()
    busy.click(force=True)
    page.keyboard.press("Enter")
    expect(form.editor).to_have_attribute("aria-readonly", "true")
    assert len(asked) == 1
    # The controller has done it, but its answer gets lost on the way.
    held[0].fetch()
    held[0].abort()
    console.expected.add("Failed to load resource: net::ERR_FAILED")
    expect(page.get_by_role("alert")).to_contain_text("The controller does not answer")
    submit(page)
    expect(page).to_have_url(re.compile(f"/environments/{name}$"), timeout=RESOLVING)
    assert len({each["idempotency-key"] for each in asked}) == 1


def test_a_session_that_ends_takes_nothing_with_it(
    console: Console, form: EnvironmentForm, context: BrowserContext, name: str
) -> None:
    page = form.page
    console.expected |= {
        f"401 /api/v1/{path}"
        for path in (
            "preflight",
            "environments",
            "events",
            "nodes",
            "operations",
            "session",
            "packages/names",
        )
    }
    form.name.fill(name)
    form.type("sound")
    expect(form.verdict).to_have_text(FITS, timeout=RESOLVING)
    context.clear_cookies()
    submit(page)
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Your session has ended")).to_be_hidden()
    assert form.text() == "sound"
    submit(page)
    expect(page).to_have_url(re.compile(f"/environments/{name}$"), timeout=RESOLVING)


def test_a_controller_that_restarts_takes_nothing_with_it(
    page: Page, make: Callable[..., Installation], name: str
) -> None:
    site = make(VENVOY_PORT=str(free_port()))
    site.up()
    console = Console(page, site)
    console.sign_in()
    console.open("/create")
    form = EnvironmentForm(page)
    form.name.fill(name)
    form.type("alpha")
    expect(form.verdict).to_have_text(FITS, timeout=RESOLVING)
    site.kill()
    form.add("beta")
    expect(form.preflight).to_contain_text("The controller does not answer", timeout=RESOLVING)
    submit(page)
    expect(page.get_by_role("alert").filter(has_text="does not answer").first).to_be_visible()
    assert form.text() == "alpha\nbeta"
    expect(form.name).to_have_value(name)
    site.up()
    expect(form.verdict).to_have_text(FITS, timeout=RESOLVING)
    submit(page)
    expect(page).to_have_url(re.compile(f"/environments/{name}"), timeout=RESOLVING)
    site.until_ready(name, 1)


def test_what_is_typed_is_not_left_without_a_question(form: EnvironmentForm) -> None:
    page = form.page
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(re.compile("/environments$"))
    page.go_back()
    form.type("sound")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("dialog", name="Leave this page?")).to_be_visible()
    page.get_by_role("button", name="Stay").click()
    assert form.text() == "sound"
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("button", name="Leave without saving").click()
    expect(page).to_have_url(re.compile("/environments$"))


def test_a_line_of_10000_characters_breaks_nothing(console: Console, form: EnvironmentForm) -> None:
    console.expected.add(REFUSED)
    page = form.page
    form.editor.click()
    form.paste("x" * 10_000)
    expect(form.said_of_lines).to_contain_text("10000 characters")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_hostile_names_are_text_and_nothing_else(console: Console, form: EnvironmentForm) -> None:
    console.expected.add(REFUSED)
    evil = "<img src=x onerror=\"document.title='taken'\">"
    form.editor.click()
    form.paste(evil)
    expect(form.said_of_lines).to_contain_text(evil)
    expect(form.page).to_have_title("New environment · Venvoy")


def test_a_viewer_is_told_calmly_that_the_role_does_not_suffice(viewer: Console) -> None:
    page = viewer.page
    viewer.open("/create")
    expect(page.get_by_role("status")).to_contain_text("the role “Operator” is needed")
    expect(page.get_by_role("textbox")).to_have_count(0)


def test_all_of_it_is_in_chinese_too(console: Console, form: EnvironmentForm) -> None:
    page = form.page
    form.type("wants-old\nwants-new")
    expect(form.verdict).to_have_text("These requirements cannot be resolved", timeout=RESOLVING)
    page.get_by_role("button", name="Language").click()
    page.get_by_role("menuitem", name="简体中文").click()
    expect(page.get_by_role("heading", name="新建环境")).to_be_visible()
    editor = page.get_by_role("textbox", name="依赖")
    expect(editor).to_contain_text("wants-new")
    expect(page.get_by_role("region", name="预检")).to_contain_text("这些依赖无法解析")
    expect(page.get_by_role("list", name="各行的问题")).to_contain_text("与解析失败有关")


def _wheels(form: EnvironmentForm) -> None:
    form.type("sound\nsource-only")
    expect(form.verdict).to_contain_text("no wheel", timeout=RESOLVING)


def _conflict(form: EnvironmentForm) -> None:
    form.type("wants-old\nwants-new")
    expect(form.verdict).to_contain_text("cannot be resolved", timeout=RESOLVING)


def _refused(form: EnvironmentForm) -> None:
    form.name.fill("Web Prod")
    form.type("-e ./here")
    expect(form.said_of_lines).to_be_visible()


def _filled(form: EnvironmentForm) -> None:
    form.page.get_by_text("Title, description and labels").click()
    form.page.get_by_label("Labels").fill("team=data")
    form.page.keyboard.press("Enter")
    form.page.get_by_role("radio", name="Other…").check()
    form.type("sound")
    expect(form.verdict).to_have_text(FITS, timeout=RESOLVING)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("state", [_wheels, _conflict, _refused, _filled])
def test_there_are_no_barriers(
    console: Console,
    axe: Path,
    colours: str,
    state: Callable[[EnvironmentForm], None],
) -> None:
    console.expected.add(REFUSED)
    page = console.page
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    console.open("/create")
    state(EnvironmentForm(page))
    settled(page)
    assert console.barriers(axe) == []


def test_a_phone_shows_the_preflight_below_the_form(mocked: Console[MockApi]) -> None:
    page = mocked.page
    page.set_viewport_size({"width": 375, "height": 720})
    mocked.open("/create?requirements=fastapi%0Anumpy")
    form = EnvironmentForm(page)
    expect(form.verdict).to_have_text(FITS, timeout=RESOLVING)
    assert page.evaluate("document.documentElement.scrollWidth") == 375
