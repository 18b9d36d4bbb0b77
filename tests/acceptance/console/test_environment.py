"""One environment's page: its state and why, what can be done, and every part of it."""

import json
import re
import shlex
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from venvoy.testing.browser import Console, settled
from venvoy.testing.installation import VENVOY

SECONDS = 1_000
BUILD = 60 * SECONDS


@pytest.fixture
def ready(console: Console, name: str) -> str:
    """An environment that asks for one package, which brings another."""
    console.site.cli("env", "create", name, "-p", "orders", "--title", "每日订单", "--wait")
    return name


@pytest.fixture
def failed(console: Console, name: str) -> str:
    """An environment whose one package is not the one that was locked."""
    console.site.cli("env", "create", name, "-p", "damaged", "--wait", check=False)
    return name


def state(page: Page) -> Locator:
    return page.locator(".state-line")


def edited(page: Page, name: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Let the environment be the controller's own with a change."""

    def answer(route: Route) -> None:
        response = route.fetch()
        document = response.json()
        change(document)
        route.fulfill(response=response, body=json.dumps(document))

    page.route(f"**/api/v1/environments/{name}", answer)


def on_nodes(document: dict[str, Any], *changes: dict[str, Any]) -> None:
    """Put an environment of one node on as many as there are changes."""
    (replica,) = document["replicas"]
    document["replicas"] = [
        {**replica, "node": f"node-{number:03}", **change} for number, change in enumerate(changes)
    ]


class TestState:
    def test_what_is_made_meanwhile_appears_and_gets_ready_without_a_reload(
        self, console: Console, name: str
    ) -> None:
        page = console.page
        console.expected |= {f"404 /api/v1/environments/{name}", "404 /api/v1/operations"}
        console.open(f"/environments/{name}")
        expect(page.get_by_role("heading", name="There is no such environment")).to_be_visible()
        console.site.cli("env", "create", name, "-p", "sound", "--title", "每日价格采集")
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=BUILD)
        expect(state(page)).to_contain_text("Revision 1 is in use on local", timeout=BUILD)
        expect(page.get_by_text("每日价格采集")).to_be_visible()
        expect(page).to_have_title(f"{name} · Venvoy")
        row = page.get_by_role("row", name="local")
        expect(row).to_contain_text("Ready")
        expect(row).to_contain_text(str(console.site.stable(name)))

    def test_a_failure_says_why_and_its_card_is_copied_as_a_whole(
        self, console: Console, context: BrowserContext, failed: str
    ) -> None:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = console.page
        console.open(f"/environments/{failed}")
        expect(state(page)).to_contain_text("Failed on local: ")
        card = page.get_by_role("group", name="Why it failed on local")
        expect(card).to_contain_text("is not the locked file")
        expect(card).to_contain_text("Failed at: downloading · Cause: the mirror")
        card.get_by_role("button", name="Copy all of it").click()
        expect(card.get_by_role("button", name="Copied")).to_be_visible()
        text = str(page.evaluate("navigator.clipboard.readText()"))
        assert text.startswith(f"Why it failed on local ({failed} · file-hash-mismatch · ")
        assert "choose another mirror" in text
        assert "Failed at: downloading · Cause: the mirror" in text
        assert "error: Failed to download `damaged==1.0`" in text

    def test_what_moves_is_cancelled_and_tried_again(self, console: Console, name: str) -> None:
        page = console.page
        console.site.cli("env", "create", name, "-p", "endless")
        console.open(f"/environments/{name}")
        expect(state(page)).to_contain_text("Revision 1 is on its way to local", timeout=BUILD)
        expect(page.get_by_role("progressbar", name="Progress of local")).to_be_visible(
            timeout=BUILD
        )
        page.get_by_role("button", name="Cancel").click()
        expect(state(page)).to_contain_text("Cancelled on local", timeout=BUILD)
        page.get_by_role("button", name="Try again").click()
        expect(state(page)).to_contain_text("Rolling out", timeout=BUILD)
        page.goto("about:blank")
        console.site.cli("env", "delete", name, "--yes")

    def test_a_change_that_cannot_be_resolved_is_told_and_nothing_else_changed(
        self, console: Console, ready: str
    ) -> None:
        page = console.page
        console.open(f"/environments/{ready}")
        expect(state(page)).to_contain_text("Revision 1 is in use on local")
        console.site.cli("env", "edit", ready, "--add", "no-such-package", check=False)
        expect(
            page.get_by_role("heading", name="The last change did not go through")
        ).to_be_visible(timeout=BUILD)
        card = page.get_by_role("group", name="Why it failed", exact=True)
        expect(card).to_contain_text("The index does not have: no-such-package")
        expect(state(page)).to_contain_text("Revision 1 is in use on local")
        page.get_by_role("button", name="Try again").click()
        expect(card).to_contain_text("The index does not have: no-such-package")

    def test_an_offline_node_is_told_with_the_age_of_its_state(
        self, console: Console, ready: str
    ) -> None:
        page = console.page
        then = (datetime.now(UTC) - timedelta(hours=3, minutes=5)).isoformat()

        def away(document: dict[str, Any]) -> None:
            gone = {"node_state": "offline", "reported_at": then, "state": "pending"}
            on_nodes(document, {}, gone)
            document["state"] = "rolling"

        edited(page, ready, away)
        console.open(f"/environments/{ready}")
        expect(state(page)).to_contain_text(
            "Revision 1 is ready on 1 of 2 nodes; the others (1) are offline"
        )
        expect(page.get_by_role("row", name="node-001")).to_contain_text(
            "last known state, reported 3 hours ago"
        )

    def test_many_nodes_are_narrowed_to_one_state(self, console: Console, failed: str) -> None:
        page = console.page

        def many(document: dict[str, Any]) -> None:
            good = {"state": "ready", "cause": None, "live_revision": 1}
            on_nodes(document, *({} if number % 20 == 7 else good for number in range(120)))
            document["state"] = "degraded"

        edited(page, failed, many)
        console.open(f"/environments/{failed}")
        expect(state(page)).to_contain_text("Failed on 6 of 120 nodes: ")
        expect(page.locator(".data-row")).to_have_count(50)
        expect(page.get_by_role("group", name="Why it failed on")).to_have_count(0)
        page.get_by_role("button", name="Failed 6").click()
        expect(page).to_have_url(re.compile(r"\?state=failed$"))
        expect(page.locator(".data-row")).to_have_count(6)
        page.get_by_role("button", name="Details of node-007").click()
        expect(page.get_by_role("group", name="Why it failed on node-007")).to_be_visible()
        page.get_by_role("button", name="Failed 6").click()
        page.get_by_role("button", name="Show all 120 nodes").click()
        expect(page.locator(".data-row")).to_have_count(120)


class TestWhatIsNotThere:
    @pytest.mark.parametrize("path", ["nowhere", "NoWhere", "a%20b"])
    def test_an_unknown_name_leads_back(self, console: Console, path: str) -> None:
        page = console.page
        console.expected |= {f"404 /api/v1/environments/{path}", "404 /api/v1/operations"}
        console.open(f"/environments/{path}")
        expect(page.get_by_role("heading", name="There is no such environment")).to_be_visible()
        page.get_by_role("link", name="All environments").click()
        expect(page.get_by_role("searchbox")).to_be_visible()

    def test_what_could_not_be_created_says_why(self, console: Console, name: str) -> None:
        page = console.page
        console.expected.add(f"404 /api/v1/environments/{name}")
        console.site.cli("env", "create", name, "-p", "no-such-package", check=False)
        console.open(f"/environments/{name}")
        expect(page.get_by_text("could not be resolved, so it was not created")).to_be_visible()
        expect(page.get_by_role("group", name="Why it failed")).to_contain_text("no-such-package")


class TestDeleting:
    def test_the_name_is_typed_and_the_list_says_so(self, console: Console, ready: str) -> None:
        page = console.page
        console.expected.add(f"404 /api/v1/environments/{ready}")
        console.open(f"/environments/{ready}")
        page.get_by_role("button", name="Delete").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Nodes that remove it from their disks: 1")
        sure = dialog.get_by_role("button", name="Delete")
        field = dialog.get_by_role("textbox")
        expect(field).to_be_focused()
        field.fill(ready.upper())
        expect(sure).to_be_disabled()
        field.fill(ready)
        field.press("Enter")
        expect(page).to_have_url(f"{console.url}/environments")
        expect(page.get_by_text(f"{ready} was deleted; its nodes are removing it")).to_be_visible()
        expect(console.row(ready)).to_be_hidden()
        console.open(f"/environments/{ready}")
        expect(page.get_by_text("It was deleted.")).to_be_visible()
        page.get_by_role("button", name="Bring it back").click()
        expect(state(page)).to_contain_text("Ready", timeout=BUILD)

    def test_who_edited_it_meanwhile_is_not_surprised(self, console: Console, ready: str) -> None:
        page = console.page
        console.expected.add(f"412 /api/v1/environments/{ready}")
        console.open(f"/environments/{ready}")
        page.get_by_role("button", name="Delete").click()
        console.site.cli("env", "edit", ready, "--title", "kept")
        expect(page.get_by_text("kept")).to_be_visible(timeout=BUILD)
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox").fill(ready)
        dialog.get_by_role("button", name="Delete").click()
        expect(dialog.get_by_role("alert")).to_be_visible()
        dialog.get_by_role("button", name="Keep it").click()
        expect(dialog).to_be_hidden()
        expect(state(page)).to_contain_text("Ready")


class TestParts:
    def test_packages_tell_who_asks_for_them(self, console: Console, ready: str) -> None:
        page = console.page
        console.open(f"/environments/{ready}?tab=packages")
        rows = page.locator(".data-row")
        expect(rows).to_have_count(2)
        expect(rows.nth(0)).to_contain_text("orders1.0")
        expect(rows.nth(0)).to_contain_text("you")
        expect(rows.nth(1)).to_contain_text("sound1.0")
        expect(rows.nth(1)).to_contain_text("orders", timeout=10 * SECONDS)
        page.get_by_role("checkbox", name="Only what you asked for").click()
        expect(rows).to_have_count(1)
        expect(page.get_by_text("1 of 2 packages")).to_be_visible()
        expect(page).to_have_url(re.compile("requested=1"))
        page.get_by_role("checkbox").click()
        page.get_by_role("searchbox").fill("sou")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("sound")
        page.get_by_role("searchbox").fill("nothing-like-it")
        expect(page.get_by_text("No package matches")).to_be_visible()

    def test_revisions_tell_what_each_changed_and_where_it_is(
        self, console: Console, ready: str
    ) -> None:
        page = console.page
        words = ["--message", "for the export"]
        console.site.cli("env", "edit", ready, "--add", "sound==1.0", *words, "--wait")
        console.open(f"/environments/{ready}?tab=revisions")
        newest = page.get_by_role("listitem", name="Revision 2")
        expect(newest).to_contain_text("current")
        expect(newest).to_contain_text("in use on local")
        expect(newest).to_contain_text("for the export")
        expect(newest).to_contain_text("admin")
        expect(newest.locator(".came")).to_have_text(["+addedsound==1.0"])
        expect(newest).to_contain_text("The very same packages")
        first = page.get_by_role("listitem", name="Revision 1")
        expect(first.locator(".came")).to_have_text(["+addedorders"])
        expect(first).not_to_contain_text("in use")
        first.get_by_role("link", name="Packages: 2").click()
        expect(page.get_by_text("Packages of revision 1")).to_be_visible()
        expect(page).to_have_url(re.compile(r"tab=packages&revision=1$"))
        page.get_by_role("link", name="Revision 2, newer").click()
        expect(page.get_by_text("Packages of revision 2 · current")).to_be_visible()

    def test_operations_are_listed_with_their_causes(self, console: Console, failed: str) -> None:
        page = console.page
        console.open(f"/environments/{failed}?tab=operations")
        expect(page.locator(".data-row")).to_have_count(2)
        build = page.get_by_role("row", name="Build of revision 1 on local")
        expect(build).to_contain_text("Failed")
        expect(build).to_contain_text("is not the locked file")
        expect(page.get_by_role("row", name="Resolution of revision 1")).to_contain_text(
            "Succeeded"
        )
        build.get_by_role("button", name="Details of").click()
        expect(page.get_by_role("group", name="Why it failed on local")).to_be_visible()
        build.get_by_role("button", name="Try again").click()
        expect(page.locator(".data-row")).to_have_count(3, timeout=BUILD)
        expect(page.get_by_role("button", name="Try again").first).to_be_visible(timeout=BUILD)
        link = page.get_by_role("link", name="Build of revision 1 on local").last
        expect(link).to_have_attribute("href", re.compile(r"^/operations/[0-9a-f-]{36}$"))

    def test_the_log_is_that_of_the_node_or_of_the_resolution(
        self, console: Console, failed: str
    ) -> None:
        page = console.page
        console.open(f"/environments/{failed}?tab=log")
        log = page.get_by_role("log")
        expect(log).to_contain_text("damaged", timeout=10 * SECONDS)
        page.get_by_role("combobox", name="Log of").click()
        page.get_by_title("Resolution, on the controller").click()
        expect(page).to_have_url(re.compile("node=%40resolution"))
        expect(page.get_by_role("log")).to_be_visible()

    def test_a_revision_is_exported(self, console: Console, ready: str) -> None:
        page = console.page
        console.open(f"/environments/{ready}")
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as started:
            page.get_by_role("link", name="Lock (pylock.toml)").click()
        assert started.value.suggested_filename == f"pylock.{ready}.toml"
        assert 'name = "orders"' in Path(started.value.path()).read_text(encoding="utf-8")


class TestUse:
    """What the page says is done by a shell, as somebody who copies it would."""

    @pytest.fixture
    def commands(self, console: Console, ready: str) -> dict[str, str]:
        page = console.page
        console.open(f"/environments/{ready}?tab=use")
        titles = {
            "run": "Run a command",
            "shell": "Work in a shell",
            "interpreter": "Call the interpreter",
            "service": "Run as a service (systemd)",
            "schedule": "Run on a schedule (cron)",
        }
        return {
            way: page.get_by_role("region", name=title).locator("pre").inner_text()
            for way, title in titles.items()
        }

    @pytest.fixture
    def machine(self, tmp_path: Path) -> dict[str, str]:
        """A machine's commands that note what they are given, and its own `venvoy`."""
        tools = tmp_path / "bin"
        tools.mkdir()
        for tool, script in {
            "sudo": 'exec "$@"',
            "tee": f'cat > "{tmp_path}/unit"',
            "systemctl": f'echo "$@" >> "{tmp_path}/systemctl"',
            "crontab": f'[ "$1" = -l ] && exit 1; cat > "{tmp_path}/crontab"',
        }.items():
            file = tools / tool
            file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            file.chmod(0o755)
        (tools / "venvoy").symlink_to(VENVOY)
        script = "import orders, sound, sys; print(sys.prefix)"
        (tmp_path / "script.py").write_text(script, encoding="utf-8")
        return {"PATH": f"{tools}:/usr/bin:/bin", "HOME": str(tmp_path)}

    @staticmethod
    def done(command: str, machine: dict[str, str], shell: str = "bash") -> str:
        done = subprocess.run(
            [shell, "-uc", command],
            env=machine,
            cwd=machine["HOME"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def test_shell_run_and_interpreter_work_as_they_stand(
        self, console: Console, ready: str, commands: dict[str, str], machine: dict[str, str]
    ) -> None:
        live = console.site.live(ready)
        assert Path(self.done(commands["run"], machine)).resolve() == live
        assert Path(self.done(commands["interpreter"], machine)).resolve() == live
        activated = commands["shell"] + "\npython script.py"
        assert Path(self.done(activated, machine)).resolve() == live

    def test_the_unit_runs_through_venvoy_run(
        self, console: Console, ready: str, commands: dict[str, str], machine: dict[str, str]
    ) -> None:
        self.done(commands["service"], machine)
        home = Path(machine["HOME"])
        unit = dict(
            line.split("=", 1)
            for line in (home / "unit").read_text(encoding="utf-8").splitlines()
            if "=" in line
        )
        (variable,) = shlex.split(unit["Environment"])
        assert variable == f"VENVOY_DATA={console.site.data}"
        started = unit["ExecStart"].replace("/path/to/service.py", str(home / "script.py"))
        assert started.startswith(f'"{home}/bin/venvoy" run {ready} -- python ')
        printed = self.done(f"{variable} {started}", machine)
        assert Path(printed).resolve() == console.site.live(ready)
        told = (home / "systemctl").read_text(encoding="utf-8")
        assert told == f"daemon-reload\nenable --now {ready}.service\n"

    def test_the_crontabs_line_runs_as_cron_runs_it(
        self, console: Console, ready: str, commands: dict[str, str], machine: dict[str, str]
    ) -> None:
        self.done(commands["schedule"], machine)
        home = Path(machine["HOME"])
        line = (home / "crontab").read_text(encoding="utf-8").strip()
        assert line.startswith("0 3 * * * ")
        job = line.removeprefix("0 3 * * * ").replace("/path/to/job.py", str(home / "script.py"))
        printed = self.done(job, {"PATH": "/usr/bin:/bin", "HOME": str(home)}, shell="sh")
        assert Path(printed).resolve() == console.site.live(ready)

    def test_a_windows_node_has_its_own_commands(self, console: Console, ready: str) -> None:
        page = console.page
        path = f"C:\\Venvoy\\virtual_environments\\{ready}"
        edited(page, ready, lambda document: on_nodes(document, {}, {"path": path}))
        console.open(f"/environments/{ready}?tab=use&node=node-001")
        expect(page.get_by_role("region", name="Work in PowerShell")).to_contain_text(
            f"& '{path}\\Scripts\\Activate.ps1'"
        )
        expect(page.get_by_role("region", name="Task Scheduler")).to_contain_text(
            "Register-ScheduledTask"
        )
        expect(page.get_by_role("region", name="systemd")).to_be_hidden()
        page.get_by_role("combobox", name="Node").click()
        page.get_by_title("node-000").click()
        expect(page.get_by_role("region", name="systemd")).to_be_visible()


def test_who_may_only_look_is_offered_no_change(viewer: Console, name: str) -> None:
    page = viewer.page
    viewer.site.cli("env", "create", name, "-p", "damaged", "--wait", check=False)
    viewer.open(f"/environments/{name}")
    expect(page.get_by_role("group", name="Why it failed on local")).to_be_visible()
    expect(page.get_by_role("button", name="Export")).to_be_visible()
    for button in ("Delete", "Try again", "Cancel"):
        expect(page.get_by_role("button", name=button)).to_have_count(0)
    for link in ("Edit", "Upgrade packages"):
        expect(page.get_by_role("link", name=link)).to_have_count(0)
    viewer.open(f"/environments/{name}?tab=operations")
    expect(page.get_by_role("row", name="Build of revision 1")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


TABS = ["overview", "packages", "operations", "log", "revisions", "drift", "processes", "use"]


class TestEverybody:
    def test_it_is_told_in_chinese(self, console: Console, failed: str) -> None:
        page = console.page
        console.open(f"/environments/{failed}")
        page.get_by_role("button", name="Language").click()
        page.get_by_role("menuitem", name="简体中文").click()
        expect(state(page)).to_contain_text("在 local 上失败：镜像源")
        expect(page.get_by_role("group", name="local 上的失败原因")).to_be_visible()
        page.get_by_role("link", name="使用方法").click()
        expect(page.get_by_text("尚未安装到任何节点")).to_be_visible()

    def test_a_phone_shows_every_part_without_scrolling_sideways(
        self, console: Console, ready: str
    ) -> None:
        page = console.page
        page.set_viewport_size({"width": 375, "height": 720})
        for tab in TABS:
            console.open(f"/environments/{ready}?tab={tab}")
            expect(page.locator(".tab-links a[aria-current]")).to_be_in_viewport()
            expect(page.locator(".ant-skeleton")).to_have_count(0)
            assert page.evaluate("document.documentElement.scrollWidth") == 375, tab

    @pytest.mark.parametrize("colours", ["light", "dark"])
    def test_no_part_has_barriers(
        self, console: Console, ready: str, axe: Path, colours: str
    ) -> None:
        page = console.page
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        console.site.cli("env", "edit", ready, "--add", "no-such-package", check=False)
        for tab in TABS:
            console.open(f"/environments/{ready}?tab={tab}")
            expect(page.locator(".tab-links a[aria-current]")).to_be_visible()
            expect(page.locator(".ant-skeleton")).to_have_count(0)
            settled(page)
            assert console.barriers(axe) == [], tab
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.get_by_role("dialog").get_by_role("textbox").fill(ready)
        settled(page)
        assert console.barriers(axe) == []
