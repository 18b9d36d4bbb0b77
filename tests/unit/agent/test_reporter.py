"""What is sent of statuses: the newest, numbered over restarts, progress throttled."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from venvoy.agent.journal import Journal
from venvoy.agent.reporter import Reporter
from venvoy.domain.errors import Unavailable
from venvoy.domain.reconcile import Version
from venvoy.domain.state import ReplicaState
from venvoy.wire.messages import Progress, ReplicaStatus

NODE = "0190b6c0-0000-7000-8000-000000000001"
ENV = "0190b6c0-0000-7000-8000-000000000002"


def status(state: ReplicaState = ReplicaState.FETCHING, done: int = 0) -> ReplicaStatus:
    return ReplicaStatus(
        node=NODE,
        environment=ENV,
        epoch=1,
        generation=1,
        operation=NODE,
        sequence=0,
        state=state,
        progress=Progress(bytes_done=done),
        reported_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal = Journal.open(tmp_path / "journal.db")
    journal.accept(ENV, "web", Version(1, 1), b"")
    return journal


async def test_numbers_rise_over_restarts(journal: Journal) -> None:
    async def send(_: ReplicaStatus) -> None: ...

    # The clock stands still, or goes back: the journal alone is enough.
    clock = iter((9.0, 9.0, 5.0))
    first = [
        Reporter(journal, send, now=lambda: next(clock)).report(status()).sequence for _ in range(3)
    ]
    assert first == sorted(set(first)), "each of three starts goes on where the last one may be"


async def test_numbers_rise_also_when_the_journal_was_lost(
    journal: Journal, tmp_path: Path
) -> None:
    async def send(_: ReplicaStatus) -> None: ...

    before = Reporter(journal, send, now=lambda: 1_000.0)
    said = [before.report(status()).sequence for _ in range(50)]
    new = Journal.open(tmp_path / "new.db")
    new.accept(ENV, "web", Version(1, 1), b"")
    after = Reporter(new, send, now=lambda: 1_060.0)
    assert after.report(status()).sequence > said[-1]


async def test_progress_is_throttled_and_a_change_of_state_is_not(journal: Journal) -> None:
    sent: list[ReplicaStatus] = []

    async def send(each: ReplicaStatus) -> None:
        sent.append(each)

    reporter = Reporter(journal, send)
    runner = asyncio.create_task(reporter.run())
    for done in range(50):
        reporter.report(status(done=done))
        await asyncio.sleep(0.01)
    assert 2 <= len(sent) <= 6
    reporter.report(status(ReplicaState.READY))
    await asyncio.sleep(0.01)
    assert sent[-1].state is ReplicaState.READY
    runner.cancel()


async def test_what_could_not_be_sent_is_sent_later_and_only_the_newest(journal: Journal) -> None:
    sent: list[ReplicaStatus] = []
    connected = False

    async def send(each: ReplicaStatus) -> None:
        if not connected:
            raise Unavailable("bus-disconnected")
        sent.append(each)

    reporter = Reporter(journal, send)
    reporter.report(status())
    assert await reporter.flush() is not None
    reporter.report(status(ReplicaState.READY))
    connected = True
    reporter.repeat()
    await reporter.flush(everything=True)
    assert [each.state for each in sent] == [ReplicaState.READY]
    reporter.repeat()
    await reporter.flush()
    assert [each.sequence for each in sent] == [sent[0].sequence] * 2
