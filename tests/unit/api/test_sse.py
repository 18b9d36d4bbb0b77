"""The stream's form, its heartbeats and its ends."""

import asyncio
from collections.abc import AsyncGenerator

from pydantic import BaseModel

from venvoy.api import sse
from venvoy.domain.errors import Unavailable


class Word(BaseModel):
    text: str


async def said(*words: str, then: Exception | None = None) -> AsyncGenerator[sse.Message, None]:
    for number, text in enumerate(words):
        yield sse.Message(Word(text=text), id=number)
    if then:
        raise then


async def silent(closed: asyncio.Event) -> AsyncGenerator[sse.Message, None]:
    try:
        await asyncio.Event().wait()
        yield sse.Message(Word(text="never"))
    finally:
        closed.set()


async def yes() -> bool:
    return True


def test_a_message_has_id_kind_and_one_line_of_data() -> None:
    message = sse.Message(Word(text="a\nb"), id=7, event="end")
    assert message.encode() == b'id: 7\nevent: end\ndata: {"text":"a\\nb"}\n\n'
    assert sse.Message(Word(text="")).encode() == b'data: {"text":""}\n\n'


async def test_a_stream_is_its_messages_in_order_then_it_ends() -> None:
    answer = sse.stream(said("a", "b"), stopping=asyncio.Event(), allowed=yes)
    blocks = [bytes(block) async for block in answer.body_iterator]  # type: ignore[arg-type]
    assert blocks[0] == b"retry: 2000\n\n"
    assert [block.split(b"\n")[0] for block in blocks[1:]] == [b"id: 0", b"id: 1"]


async def test_a_fault_ends_the_stream_after_what_came_before() -> None:
    for fault in (Unavailable("database-busy"), RuntimeError("bug")):
        answer = sse.stream(said("a", then=fault), stopping=asyncio.Event(), allowed=yes)
        assert len([block async for block in answer.body_iterator]) == 2


async def test_a_quiet_stream_beats_until_its_reader_may_not_read() -> None:
    closed, rights = asyncio.Event(), [True, True, False]

    async def allowed() -> bool:
        return rights.pop(0)

    answer = sse.stream(silent(closed), stopping=asyncio.Event(), allowed=allowed, beat=0.01)
    blocks = [block async for block in answer.body_iterator]
    assert blocks[1:] == [b": still here\n\n"] * 2
    await asyncio.wait_for(closed.wait(), 5)


async def test_a_busy_stream_ends_too_when_its_reader_may_not_read() -> None:
    async def busy() -> AsyncGenerator[sse.Message, None]:
        while True:
            yield sse.Message(Word(text="more"))
            await asyncio.sleep(0)

    rights = [True, False]

    async def allowed() -> bool:
        return rights.pop(0)

    answer = sse.stream(busy(), stopping=asyncio.Event(), allowed=allowed, beat=0.01)
    async with asyncio.timeout(5):
        blocks = [block async for block in answer.body_iterator]
    assert rights == []
    assert b": still here\n\n" not in blocks, "messages show that the stream lives"


async def test_stopping_ends_it_at_once_and_closes_the_source() -> None:
    closed, stopping = asyncio.Event(), asyncio.Event()
    answer = sse.stream(silent(closed), stopping=stopping, allowed=yes, beat=600)
    blocks = aiter(answer.body_iterator)
    await anext(blocks)
    asyncio.get_running_loop().call_later(0.01, stopping.set)
    assert [block async for block in blocks] == []
    await asyncio.wait_for(closed.wait(), 5)
