"""What a journal keeps over a kill, and what it says when it cannot be used."""

import logging
import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from venvoy.agent.causes import cause_of_error
from venvoy.agent.journal import BuildRow, Journal
from venvoy.domain.cause import Hop, Step
from venvoy.domain.errors import Unavailable
from venvoy.domain.reconcile import Version
from venvoy.domain.retention import Build, Phase


def row(name: str) -> BuildRow:
    return BuildRow(Build(name, 1, "lock", "==3.12.*", Phase.BUILDING), "env", Path("/p") / name)


def phases(journal: Journal) -> dict[str, Phase]:
    return {each.build.id: each.build.phase for each in journal.builds("env")}


def test_all_is_there_again_without_a_clean_end(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    assert journal.boot() == 1
    journal.accept("env", "web", Version(1, 1), b"signed")
    assert [journal.begin_attempt("env") for _ in range(2)] == [1, 2]
    for name in ("a", "b"):
        journal.begin_build(row(name))
        journal.complete(name, "3.12.4")
        journal.go_live("env", name, 7)
    journal.child_started(12, 34.5)

    again = Journal.open(tmp_path / "journal.db")
    assert again.boot() == 2
    replica = again.replica("env")
    assert replica is not None
    assert (replica.envelope, replica.live, replica.live_revision) == (b"signed", "b", 7)
    assert phases(again) == {"a": Phase.COMPLETE, "b": Phase.LIVE}
    assert again.builds("env")[0].python_version == "3.12.4"
    assert again.children() == [(12, 34.5)]


def test_a_newer_document_starts_its_own_count_of_tries_and_keeps_what_is_live(
    tmp_path: Path,
) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    journal.accept("env", "web", Version(1, 1), b"one")
    journal.begin_build(row("a"))
    journal.go_live("env", "a", 1)
    journal.begin_attempt("env")
    journal.settle("env", Version(1, 1), "{}")
    journal.accept("env", "web", Version(1, 2), b"two")
    replica = journal.replica("env")
    assert replica is not None
    assert (replica.attempt, replica.live, replica.settled) == (0, "a", Version(1, 1))


def test_a_damaged_or_newer_journal_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "damaged.db").write_bytes(b"not a database" * 100)
    newer = sqlite3.connect(tmp_path / "newer.db")
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    for name in ("damaged.db", "newer.db"):
        with pytest.raises(Unavailable) as caught:
            Journal.open(tmp_path / name)
        assert caught.value.code == "journal-unreadable"
    with pytest.raises(Unavailable) as caught:
        Journal.open(tmp_path / "absent" / "journal.db")
    assert caught.value.code == "journal-unwritable"


def test_a_full_disk_changes_nothing_and_is_named(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    journal.accept("env", "web", Version(1, 1), b"one")
    journal._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(sqlite3.Error) as caught:
        journal.accept("env", "web", Version(1, 2), os.urandom(100_000))
    cause = cause_of_error(caught.value, Step.QUEUE)
    assert (cause.code, cause.hop) == ("disk-full", Hop.DISK)
    journal._db.execute("PRAGMA max_page_count = 100000")
    replica = journal.replica("env")
    assert replica is not None
    assert replica.version == Version(1, 1)
    journal.accept("env", "web", Version(1, 2), b"two")


def test_what_must_outlive_a_power_failure_is_still_forced_to_the_disk_after_a_child_is_noted(
    tmp_path: Path,
) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    full = 2  # of PRAGMA synchronous
    journal.child_started(12, 34.5)
    journal.child_ended(12)
    assert journal.children() == []
    [level] = journal._db.execute("PRAGMA synchronous").fetchone()
    assert level == full


def test_a_build_is_flushed_once_that_was_said(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    journal.begin_build(row("a"))
    assert [each.flushed for each in journal.builds()] == [False]
    journal.flushed("a")
    assert [each.flushed for each in journal.builds()] == [True]


def test_paths_follow_the_data_directory_wherever_it_is_reached(tmp_path: Path) -> None:
    home = tmp_path / "data"
    home.mkdir()
    journal = Journal.open(home / "journal.db")
    journal.begin_build(replace(row("a"), path=home / "prefixes" / "env" / "1-a"))
    (tmp_path / "alias").symlink_to(home)
    [found] = Journal.open(tmp_path / "alias" / "journal.db").builds()
    assert found.path == tmp_path / "alias" / "prefixes" / "env" / "1-a"


def test_a_journal_of_the_first_format_is_read_on(tmp_path: Path) -> None:
    """Written by the first release: absolute paths, nothing said of the disk."""
    db = sqlite3.connect(tmp_path / "journal.db")
    db.executescript(
        "CREATE TABLE builds (id TEXT PRIMARY KEY, environment TEXT NOT NULL,"
        " revision INTEGER NOT NULL, lock TEXT NOT NULL, python TEXT NOT NULL,"
        " path TEXT NOT NULL, phase TEXT NOT NULL, python_version TEXT) STRICT, WITHOUT ROWID;"
        "INSERT INTO builds VALUES"
        " ('b', 'env', 7, 'lock', '==3.12.*', '/old/prefixes/env/7-b', 'live', '3.12.4');"
        "PRAGMA user_version = 1;"
    )
    db.close()
    [found] = Journal.open(tmp_path / "journal.db").builds()
    assert found.path == tmp_path / "prefixes" / "env" / "7-b"
    assert found.flushed, "it has stood for longer than a system keeps what is written"


def test_what_was_settled_can_be_taken_up_again_and_what_is_gone_be_forgotten(
    tmp_path: Path,
) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    journal.accept("env", "web", Version(1, 1), b"one")
    journal.settle("env", Version(1, 1), "{}")
    journal.unsettle("env")
    replica = journal.replica("env")
    assert replica is not None
    assert replica.settled is None
    journal.forget("env")
    assert journal.replicas() == []


def test_a_start_that_cannot_be_counted_is_a_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    assert journal.boot() == 1

    def full(key: str, value: str) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(journal, "remember", full)
    with caplog.at_level(logging.ERROR, "venvoy.agent"):
        assert [journal.boot(), journal.boot()] == [2, 2]
    assert [record.getMessage() for record in caplog.records] == ["start-not-counted"] * 2
