"""Documents that an agent must not obey, said to a real one by who has all rights on NATS."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from venvoy.bus.client import Link
from venvoy.bus.connection import Message, Target
from venvoy.bus.keys import Keyring, load_keyring
from venvoy.testing.damage import installed
from venvoy.testing.installation import Installation, until
from venvoy.testing.machine import Machine
from venvoy.wire.credentials import UserCredentials, controller_token
from venvoy.wire.messages import Action, DesiredDocument
from venvoy.wire.nkey import KeyPair, Role
from venvoy.wire.signing import open_document, sign_document
from venvoy.wire.subjects import CONTROLLER_INBOX, desired

_TOKEN_S = 600


@pytest.fixture
def machine(tmp_path: Path, shared: Installation, name: str) -> Iterator[Machine]:
    home = tmp_path / "machine"
    home.mkdir()
    made = Machine(home, shared.mirror, {"VENVOY_RESYNC_SECONDS": "5"})
    made.join(shared, name)
    made.start()
    made.until_connected()
    yield made
    made.stop()


@asynccontextmanager
async def intruder(installation: Installation) -> AsyncIterator[tuple[Link, Keyring]]:
    """Somebody with the controller's rights on NATS, as after a break-in there."""
    directory = installation.data / "controller"
    keys, key = load_keyring(directory / "keys"), KeyPair.generate(Role.USER)

    async def credentials() -> UserCredentials:
        token = controller_token(
            keys.controller_signer,
            account=keys.account.public,
            public_key=key.public,
            issued_at=int(time.time()),
            lifetime_s=_TOKEN_S,
        )
        return UserCredentials(key, token)

    port = (directory / "nats" / "port").read_text().strip()
    target = Target([f"nats://127.0.0.1:{port}"], CONTROLLER_INBOX, "intruder")
    async with Link(target, credentials) as link:
        await link.wait_connected(20)
        yield link, keys


async def in_thread(work: Callable[[], object]) -> None:
    await asyncio.to_thread(work)


async def test_forged_and_replayed_documents_change_nothing(
    shared: Installation, machine: Machine, name: str
) -> None:
    heard: list[Message] = []

    async def hear(message: Message) -> None:
        heard.append(message)

    async with intruder(shared) as (link, keys):
        await link.subscribe("dn.*.desired.*", hear)
        both = ("--node", name, "--node", "local")
        await in_thread(
            lambda: shared.cli("env", "create", name, "-p", "moving==1.0", *both, "--wait")
        )
        await in_thread(lambda: shared.cli("env", "edit", name, "--add", "moving==2.0", "--wait"))
        mine, theirs = _told_apart(keys, heard, _node(shared, name))
        assert [document.revision for _, document in mine] == [1, 2]
        (_, newest), subject = mine[-1], desired(mine[-1][1].node, mine[-1][1].environment)
        stable = machine.data / "virtual_environments" / name
        before = stable.resolve()
        for data in _lies(keys, mine, theirs, newest):
            await link.publish(subject, data)
        await link.flush()

        def refused() -> bool:
            said = machine.output
            codes = ("document-forged", "document-misdirected", "document-malformed")
            return all(code in said for code in (*codes, "document-unreadable"))

        await in_thread(lambda: until(refused, what="each lie is refused by its name"))
        # One that is honest comes after them, and is obeyed.
        await in_thread(lambda: shared.cli("env", "edit", name, "--add", "alpha", "--wait"))
        assert installed(stable.resolve()) == {"moving": "2.0", "alpha": "1.0"}
        assert installed(before) == {"moving": "2.0"}
        # Nor is an old one obeyed that comes again after a restart.
        assert machine.stop() == 0
        machine.start()
        await in_thread(machine.until_connected)
        for envelope, _ in mine:
            await link.publish(subject, envelope)
        await link.flush()
        await in_thread(lambda: shared.cli("env", "edit", name, "--add", "beta", "--wait"))
        assert installed(stable.resolve()) == {"moving": "2.0", "alpha": "1.0", "beta": "1.0"}
        states = {each["state"] for each in shared.json("env", "show", name)["replicas"]}
        assert states == {"ready"}


Known = tuple[bytes, DesiredDocument]


def _told_apart(keys: Keyring, heard: list[Message], node: str) -> tuple[list[Known], list[Known]]:
    mine: list[Known] = []
    theirs: list[Known] = []
    for message in heard:
        payload = open_document(keys.documents.public, message.data)
        document = DesiredDocument.model_validate_json(payload)
        (mine if document.node == node else theirs).append((message.data, document))
    return mine, theirs


def _lies(
    keys: Keyring, mine: list[Known], theirs: list[Known], newest: DesiredDocument
) -> list[bytes]:
    stranger = KeyPair.generate(Role.USER)
    end = newest.model_copy(
        update={
            "generation": newest.generation + 1,
            "action": Action.REMOVE,
            "revision": None,
            "lock_digest": None,
            "python": None,
        }
    )
    elsewhere = end.model_copy(update={"node": theirs[-1][1].node})
    payload = end.model_dump_json().encode()
    honest = mine[-1][0]
    return [
        # replayed
        mine[0][0],
        honest,
        # signed by somebody else, and by nobody
        sign_document(stranger, payload),
        sign_document(keys.node_signer, payload),
        b"v1." + b"A" * 86 + b"." + payload,
        payload,
        # the controller's own words, changed, cut, lengthened or of another version
        honest.replace(b'"generation":2', b'"generation":9'),
        honest[:-20],
        honest + b" ",
        honest.replace(b"v1.", b"v2.", 1),
        # of another node, truly signed
        theirs[-1][0],
        sign_document(keys.documents, elsewhere.model_dump_json().encode()),
        # truly signed, and no document
        sign_document(keys.documents, b"{}"),
        sign_document(keys.documents, b"\xff" * 100),
        # a bucket's delete marker, and noise
        b"",
        b"\x00" * 900_000,
    ]


def _node(installation: Installation, name: str) -> str:
    return str(installation.json("node", "show", name)["id"])
