"""Resync: what is newer is fetched whole, page by page, and forged documents are refused."""

import asyncio
import base64

import pytest

from venvoy.agent.documents import Authority
from venvoy.agent.session import Session
from venvoy.domain.errors import InvalidInput, Unavailable
from venvoy.domain.reconcile import Version
from venvoy.testing import virtualtime
from venvoy.wire.messages import (
    Action,
    DesiredDocument,
    ResyncEntry,
    ResyncReply,
    ResyncRequest,
)
from venvoy.wire.nkey import KeyPair, Role
from venvoy.wire.signing import sign_document

NODE = "0190b6c0-0000-7000-8000-000000000001"
OTHER = "0190b6c0-0000-7000-8000-000000000002"
KEY = KeyPair.generate(Role.ACCOUNT)


def environment(number: int) -> str:
    return f"0190b6c0-0000-7000-8000-0000000001{number:02}"


def document(node: str = NODE, **changes: object) -> DesiredDocument:
    fields: dict[str, object] = {
        "node": node,
        "environment": environment(1),
        "name": "web",
        "epoch": 1,
        "generation": 1,
        "action": Action.HOLD,
        "operation": OTHER,
    }
    return DesiredDocument.model_validate(fields | changes)


def envelope(of: DesiredDocument, key: KeyPair = KEY) -> bytes:
    return sign_document(key, of.model_dump_json().encode())


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "document-malformed"),
        (envelope(document(), KeyPair.generate(Role.ACCOUNT)), "document-forged"),
        (envelope(document(OTHER)), "document-misdirected"),
        (envelope(document(action=Action.INSTALL)), "document-unreadable"),
        (sign_document(KEY, b"{}"), "document-unreadable"),
        # What a later release asks, and this one cannot do, is left undone.
        (
            sign_document(KEY, document().model_dump_json().replace("hold", "archive").encode()),
            "document-unreadable",
        ),
        (envelope(document()).replace(b'"web"', b'"wob"'), "document-forged"),
    ],
    ids=["empty", "other-key", "other-node", "incomplete", "no-document", "later-word", "changed"],
)
def test_what_is_not_the_controllers_word_for_this_node_is_refused(sent: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Authority(NODE, KEY.public).read(sent)
    assert caught.value.code == code


def test_fields_of_a_newer_release_are_ignored() -> None:
    payload = document().model_dump_json()[:-1] + ',"from_the_future":1}'
    read = Authority(NODE, KEY.public).read(sign_document(KEY, payload.encode()))
    assert read == document()


class Uplink:
    """Answers as a controller that holds four environments, two to a page."""

    node = NODE
    link = None

    def __init__(self) -> None:
        self.wanted: list[str] = []

    async def heartbeat(self, _: object) -> None:
        """Nobody listens."""

    async def resync(self, request: ResyncRequest) -> ResyncReply:
        if request.want:
            self.wanted += request.want
            documents = [document(environment=each, generation=5) for each in request.want]
            signed = tuple(base64.b64encode(envelope(each)).decode() for each in documents)
            return ResyncReply(epoch=1, documents=signed)
        known = [environment(number) for number in range(1, 5)]
        start = known.index(request.after) + 1 if request.after else 0
        page = known[start : start + 2]
        entries = tuple(ResyncEntry(environment=each, epoch=1, generation=5) for each in page)
        return ResyncReply(
            epoch=1, entries=entries, next=page[-1] if start + 2 < len(known) else None
        )


class Reconciler:
    """Holds one environment that is current, one that is older and one that is nowhere else."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.unlisted: list[str] = []
        self.hurried = 0

    def versions(self) -> dict[str, Version]:
        held = {environment(1): Version(1, 5), environment(2): Version(1, 4)}
        return held | {environment(9): Version(1, 3)}

    def hurry(self) -> None:
        self.hurried += 1

    def forget(self, unlisted: dict[str, Version]) -> None:
        self.unlisted += unlisted

    def offer(self, sent: bytes) -> bool:
        self.taken.append(sent)
        return True


class Reporter:
    repeated = 0

    def repeat(self) -> None:
        self.repeated += 1


class Stuck(Uplink):
    """Answers every page with the first one."""

    async def resync(self, request: ResyncRequest) -> ResyncReply:
        return await super().resync(request.model_copy(update={"after": None}))


def session_of(uplink: Uplink, reconciler: Reconciler, reporter: Reporter) -> Session:
    return Session(
        key=KEY,
        controller=None,  # type: ignore[arg-type]
        uplink=uplink,  # type: ignore[arg-type]
        reconciler=reconciler,  # type: ignore[arg-type]
        reporter=reporter,  # type: ignore[arg-type]
        shipper=None,  # type: ignore[arg-type]
        observer=Reporter(),  # type: ignore[arg-type]
        use=Reporter(),  # type: ignore[arg-type]
        commands=None,  # type: ignore[arg-type]
        beat=lambda: None,  # type: ignore[arg-type, return-value]
        heartbeat_s=1,
        resync_s=1,
        bulletin=None,  # type: ignore[arg-type]
        authority=Authority(NODE, KEY.public),
        way=None,  # type: ignore[arg-type]
        tenure=None,  # type: ignore[arg-type]
    )


async def test_a_resync_fetches_exactly_what_is_newer_and_repeats_the_statuses() -> None:
    uplink, reconciler, reporter = Uplink(), Reconciler(), Reporter()
    await session_of(uplink, reconciler, reporter).resync()
    assert uplink.wanted == [environment(2), environment(3), environment(4)]
    assert len(reconciler.taken) == 3
    assert reporter.repeated == 1


async def test_what_no_page_lists_is_named_to_be_forgotten() -> None:
    uplink, reconciler = Uplink(), Reconciler()
    await session_of(uplink, reconciler, Reporter()).resync()
    assert reconciler.unlisted == [environment(9)]


async def test_nothing_is_forgotten_for_a_list_that_does_not_come_to_its_end() -> None:
    uplink, reconciler = Stuck(), Reconciler()
    await session_of(uplink, reconciler, Reporter()).resync()
    assert reconciler.unlisted == []


class Away(Uplink):
    """Cannot be reached for a while, by the loop's clock."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.asked = 0
        self._until = asyncio.get_running_loop().time() + seconds

    async def resync(self, request: ResyncRequest) -> ResyncReply:
        self.asked += 1
        if asyncio.get_running_loop().time() < self._until:
            raise Unavailable("bus-disconnected", reason="no route to host")
        return await super().resync(request)


class Shipper:
    def poke_all(self) -> None:
        pass


def test_ten_minutes_away_are_caught_up_soon_after_and_cost_few_tries() -> None:
    async def away() -> None:
        uplink, reconciler, reporter = Away(600.0), Reconciler(), Reporter()
        session = session_of(uplink, reconciler, reporter)
        session.shipper = Shipper()  # type: ignore[assignment]
        await session._on_connected()
        assert 600.0 <= asyncio.get_running_loop().time() <= 616.0
        # Less than every 15 s on average would be late, more than every 7 s a burden.
        assert 600 / 15 <= uplink.asked <= 600 / 7
        assert uplink.wanted == [environment(2), environment(3), environment(4)]
        # No answer is no news: nothing was taken, and nothing forgotten, before there was one.
        assert reconciler.unlisted == [environment(9)]
        assert len(reconciler.taken) == 3
        assert reconciler.hurried == 1

    virtualtime.run(away())
