"""Answers about garbage: to the controller alone, and within what a message may hold."""

from pathlib import Path
from typing import Any

import pytest

from venvoy.agent.collection import Collection
from venvoy.agent.collector import Judged
from venvoy.agent.commands import Commands
from venvoy.agent.documents import Authority
from venvoy.agent.journal import BuildRow
from venvoy.agent.prefix import Layout
from venvoy.agent.survey import Surveyor
from venvoy.domain.errors import InvalidInput
from venvoy.domain.retention import Build, Fate, Phase
from venvoy.wire.collections import MOST_PREFIXES, CollectCommand, CollectReply
from venvoy.wire.nkey import KeyPair, Role
from venvoy.wire.signing import sign_document

NODE = "0190b6c0-0000-7000-8000-000000000001"
ENV = "0190b6c0-0000-7000-8000-000000000002"
KEY = KeyPair.generate(Role.ACCOUNT)


class Collector:
    """Judges so many prefixes, of which the last is to go."""

    def __init__(self, count: int = 2) -> None:
        self.count = count
        self.collected = 0

    async def survey(self, keeping: Any) -> list[Judged]:
        del keeping
        fates = [Fate.KEPT] * (self.count - 1) + [Fate.FREE]
        return [
            Judged(BuildRow(_build(number), ENV, Path("/nowhere")), number, fate, 0)
            for number, fate in enumerate(fates)
        ]

    async def collect(self, keeping: Any) -> None:
        del keeping
        self.collected += 1


class Reconciler:
    def keeping(self) -> dict[str, Any]:
        return {}


def _build(number: int) -> Build:
    return Build(f"b{number:05}", number, "lock", "==3.12.*", Phase.COMPLETE)


def answering(collector: Collector) -> Commands:
    collection = Collection(
        collector,  # type: ignore[arg-type]
        Reconciler(),  # type: ignore[arg-type]
    )
    return Commands(Authority(NODE, KEY.public), collection, Surveyor(Layout(Path("/nowhere"))))


async def collected(commands: Commands, *, preview: bool) -> CollectReply:
    told = await commands.answer(signed(preview=preview))
    assert isinstance(told, CollectReply)
    return told


def signed(key: KeyPair = KEY, *, node: str = NODE, preview: bool) -> bytes:
    return sign_document(key, CollectCommand(node=node, preview=preview).model_dump_json().encode())


async def test_a_preview_deletes_nothing_and_a_collection_does() -> None:
    collector = Collector()
    collection = answering(collector)
    told = await collected(collection, preview=True)
    assert ([each.fate for each in told.prefixes], told.finished) == (["kept", "free"], True)
    assert collector.collected == 0
    told = await collected(collection, preview=False)
    assert (len(told.prefixes), told.finished, collector.collected) == (2, True, 1)


@pytest.mark.parametrize(
    ("envelope", "code"),
    [
        (b"collect", "document-malformed"),
        (signed(KeyPair.generate(Role.ACCOUNT), preview=False), "document-forged"),
        (signed(node=ENV, preview=False), "document-misdirected"),
        (sign_document(KEY, b'{"kind": "else"}'), "document-unreadable"),
    ],
)
async def test_nobody_else_and_nothing_else_is_obeyed(envelope: bytes, code: str) -> None:
    collector = Collector()
    with pytest.raises(InvalidInput) as refused:
        await answering(collector).answer(envelope)
    assert (refused.value.code, collector.collected) == (code, 0)


async def test_what_goes_is_told_though_there_are_too_many() -> None:
    told = await collected(answering(Collector(MOST_PREFIXES + 10)), preview=True)
    assert (len(told.prefixes), told.total) == (MOST_PREFIXES, MOST_PREFIXES + 10)
    assert told.prefixes[-1].fate == "free"
    assert len(told.model_dump_json()) < 1_000_000
