"""A node that was taken over says what it likes; terminals, browsers and others come to no harm."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from venvoy.agent import identity
from venvoy.agent.controller import Controller, connections
from venvoy.agent.prefix import Layout
from venvoy.bus.client import Link
from venvoy.bus.connection import Target
from venvoy.domain.errors import InvalidInput, Unavailable
from venvoy.testing.installation import Installation, until
from venvoy.testing.machine import Machine
from venvoy.wire.credentials import UserCredentials
from venvoy.wire.messages import LogReply
from venvoy.wire.subjects import log_request, node_inbox

HOSTILE = (
    "\x1b[2J\x1b[31mred\x1b[0m",
    "\x1b]0;owned\x07title",
    "\x1b]52;c;cm0gLXJmIC8=\x07clipboard",
    "a\rb\nc\x00d\x08e\x7ff\x9bg",
    "\u202eevil\u2028two",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\ud800lone",
    "[red]markup[/red] {braces} %s `code`",
)
LONG = 16_384


@pytest.fixture
def machine(tmp_path: Path, shared: Installation) -> Iterator[Machine]:
    home = tmp_path / "machine"
    home.mkdir()
    made = Machine(home, shared.mirror)
    yield made
    made.stop()


@asynccontextmanager
async def taken_over(machine: Machine) -> AsyncIterator[tuple[Link, str]]:
    """Whoever has the node's key, on NATS."""
    membership, key = identity.identity(Layout(machine.data))
    async with connections(membership.controller_url) as http:
        granted = await Controller(http, membership.controller_url, key).credentials()

    async def credentials() -> UserCredentials:
        return UserCredentials(key, granted.jwt)

    target = Target(granted.nats_urls, node_inbox(membership.node), "intruder")
    async with Link(target, credentials) as link:
        await link.wait_connected(20)
        yield link, membership.node


async def ship(link: Link, node: str, operation: str, first: int, *texts: str) -> int:
    at = datetime.now(UTC).isoformat()
    lines = [
        {"sequence": first + index, "at": at, "step": "install", "text": text}
        for index, text in enumerate(texts)
    ]
    data = json.dumps({"operation": operation, "lines": lines}).encode()
    answer = await link.request(log_request(node), data, timeout_s=20)
    return LogReply.model_validate_json(answer.data).next


async def test_hostile_lines_are_harmless_from_the_node_to_the_terminal(
    shared: Installation, machine: Machine, name: str
) -> None:
    machine.join(shared, name)
    machine.start()
    until(lambda: shared.json("node", "show", name)["platform"], what="the node has reported")
    assert machine.stop() == 0
    shared.cli("env", "create", name, "-p", "alpha", "--node", name)
    operation = await asyncio.to_thread(_operation, shared, name)
    async with taken_over(machine) as (link, node):
        # A surrogate has no form in UTF-8; JSON can say it all the same.
        assert await ship(link, node, operation, 0, *HOSTILE[:6]) == 6
        for texts in (("x" * (LONG + 1),), ("y" * 900_000,)):
            with pytest.raises(Unavailable, match="bus-request-refused"):
                await ship(link, node, operation, 6, *texts)
        with pytest.raises(InvalidInput, match="bus-message-too-large"):
            await ship(link, node, operation, 6, "z" * (10 * 2**20))
        assert await ship(link, node, operation, 6, HOSTILE[7], "w" * LONG) == 8
    shown = shared.cli("env", "logs", name, "--node", name).stdout
    page = _log(shared, operation)
    for said in (shown, json.dumps(page, ensure_ascii=False)):
        for character in "\x1b\x07\x00\x08\x7f\x9b\r\u202e\u2028":
            assert character not in said
    assert [line["text"] for line in page["lines"]][:2] == ["red", "title"]
    assert "[red]markup[/red] {braces} %s `code`" in shown
    assert HOSTILE[5] in shown, "a terminal does nothing with it, and a browser gets it as text"
    # The honest agent that is started then is held up by none of it.
    machine.start()
    machine.until_connected()
    shared.cli("env", "wait", name, "--timeout", "120")
    assert (machine.data / "virtual_environments" / name / "bin" / "python").exists()


def test_labels_of_64_kib_are_refused_in_words(
    shared: Installation, machine: Machine, name: str
) -> None:
    long = "x" * 65_536
    made = shared.json("node", "token", "create")
    words = made["command"].split()[1:]
    refused = machine.cli(*words, "--name", name, "--label", f"team={long}", check=False)
    assert refused.returncode == 2
    assert "labels" in refused.stderr
    assert len(refused.stderr) < 1_000
    assert machine.state() == "not joined"
    # Nothing was used up by that.
    assert machine.json(*words, "--name", name)["created"]
    for language, said in (("en", "the limit is 255"), ("zh-CN", "255")):
        set_it = ("node", "set", name, "--label", f"team={long}", "--lang", language)
        refused = shared.cli(*set_it, check=False)
        assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr
        assert long[:1_000] not in refused.stderr
    placed = shared.cli(
        "env", "create", name, "-p", "alpha", "--select", f"team={long}", check=False
    )
    assert (placed.returncode, len(placed.stderr) < 1_000) == (2, True)


def _operation(installation: Installation, name: str) -> str:
    with installation.client() as client:
        while True:
            found = [
                each.id for each in client.operations(environment=name) if each.kind == "build"
            ]
            if found:
                return found[0]


def _log(installation: Installation, operation: str) -> Any:
    access = installation.access()
    answer = httpx.get(
        f"{access['url']}/api/v1/operations/{operation}/log",
        headers={"Authorization": f"Bearer {access['token']}"},
        trust_env=False,
    )
    assert answer.headers["content-type"].startswith("application/json")
    return answer.json()
