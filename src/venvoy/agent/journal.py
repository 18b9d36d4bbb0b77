"""What the agent must still know after a kill at any moment.

One SQLite file (WAL, `synchronous=FULL`): each method is one transaction that is on
the disk when it returns. What a power failure may take, though a kill may not, is left to
the system to write or to the next transaction: notes of child processes, which it ends
too, the count of tries, and that a build is complete which is not live. It holds the
newest accepted document of every environment as it was signed, how far each replica and
build is, the child processes that may have to be ended, and a few lasting values. It
decides nothing (`venvoy.domain.reconcile`) and touches no prefix (`venvoy.agent.prefix`).

Paths are kept as they lead on from the journal's own directory: the same prefixes are
found again whatever name the data directory is reached by.

Used from the event loop's thread alone; every transaction is a few rows.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from venvoy.agent import log
from venvoy.domain.errors import Unavailable
from venvoy.domain.reconcile import Version
from venvoy.domain.retention import Build, Phase

_FORMAT = 2
_BASELINE = "baseline:"
_FINDINGS = "drift:"
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE replicas (
    environment TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    envelope BLOB NOT NULL,
    settled_epoch INTEGER,
    settled_generation INTEGER,
    live TEXT,
    live_revision INTEGER,
    attempt INTEGER NOT NULL DEFAULT 0,
    sequence INTEGER NOT NULL DEFAULT 0,
    status TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE builds (
    id TEXT PRIMARY KEY,
    environment TEXT NOT NULL,
    revision INTEGER NOT NULL,
    lock TEXT NOT NULL,
    python TEXT NOT NULL,
    path TEXT NOT NULL,
    phase TEXT NOT NULL,
    python_version TEXT,
    flushed INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX builds_of_environment ON builds (environment);
CREATE TABLE children (
    pid INTEGER NOT NULL, created REAL NOT NULL, PRIMARY KEY (pid, created)
) STRICT, WITHOUT ROWID;
"""
_TO_SECOND_FORMAT = """
ALTER TABLE builds ADD COLUMN flushed INTEGER NOT NULL DEFAULT 0;
UPDATE builds SET flushed = 1, path = 'prefixes/' || environment || '/' || revision || '-' || id;
"""


@dataclass(frozen=True, slots=True)
class ReplicaRow:
    """One environment on this node.

    Attributes:
        version: of `envelope`, the newest accepted document.
        settled: the newest version that came to its end.
        live: id of the build behind the stable path.
        live_revision: the revision that this build stands for now.
        attempt: tries of this version that were begun.
        sequence: no status with a lower or equal sequence may be sent any more.
        status: the last status of a state that lasts, as JSON.
    """

    environment: str
    name: str
    version: Version
    envelope: bytes
    settled: Version | None
    live: str | None
    live_revision: int | None
    attempt: int
    sequence: int
    status: str | None


@dataclass(frozen=True, slots=True)
class BuildRow:
    """One prefix: the value that decides, and where it is.

    Attributes:
        flushed: whether its files are known to be on the disk. Nobody syncs them one
            by one: until then a power failure may leave them empty.
    """

    build: Build
    environment: str
    path: Path
    python_version: str | None = None
    flushed: bool = False


class Journal:
    """The open journal; see the module."""

    def __init__(self, connection: sqlite3.Connection, home: Path) -> None:
        self._db = connection
        self._home = home

    @classmethod
    def open(cls, path: Path) -> "Journal":
        """Open the file, or make it.

        Raises:
            Unavailable: `journal-unreadable` if it is damaged or newer than this
                release, `journal-unwritable` if the directory refuses it.
        """
        try:
            try:
                db = _connect(path)
            except sqlite3.OperationalError:
                # A full disk has no room for the index of the WAL that processes share;
                # alone, SQLite keeps it in memory (https://sqlite.org/wal.html#noshm).
                db = _connect(path, alone=True)
        except sqlite3.OperationalError as error:
            raise Unavailable("journal-unwritable", path=str(path), reason=str(error)) from error
        except sqlite3.DatabaseError as error:
            raise Unavailable("journal-unreadable", path=str(path)) from error
        return cls(db, path.parent)

    def close(self) -> None:
        """Close the file; nothing is lost if this never happens."""
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            if self._db.in_transaction:  # a full disk has rolled it back already
                self._db.execute("ROLLBACK")
            raise
        try:
            self._db.execute("COMMIT")
        except sqlite3.Error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def _outliving_a_kill(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("PRAGMA synchronous = NORMAL")
        try:
            with self._writing() as db:
                yield db
        finally:
            self._db.execute("PRAGMA synchronous = FULL")

    # --- lasting values ---------------------------------------------------------------

    def boot(self) -> int:
        """Count this start and return its number, 1 for the first.

        A disk that takes nothing, as a full one, costs the count and not the start: the
        next start then has this number once more.
        """
        number = int(self.recall("boot") or 0) + 1
        try:
            self.remember("boot", str(number))
        except sqlite3.Error as error:
            log.error("start-not-counted", number=number, reason=str(error))
        return number

    def remember(self, key: str, value: str) -> None:
        """Keep a value."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def recall(self, key: str) -> str | None:
        """Return a kept value."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row["value"])

    def remember_baseline(self, build: str, value: str) -> None:
        """Keep what a build held when it went live; it goes with the build."""
        self.remember(f"{_BASELINE}{build}", value)

    def baseline(self, build: str) -> str | None:
        """Return what a build held when it went live."""
        return self.recall(f"{_BASELINE}{build}")

    def remember_findings(self, build: str, value: str | None) -> None:
        """Keep how a build drifted, None for not at all; it goes with the build."""
        if value is None:
            self.drop(f"{_FINDINGS}{build}")
        else:
            self.remember(f"{_FINDINGS}{build}", value)

    def findings(self, build: str) -> str | None:
        """Return how a build drifted, None for not at all."""
        return self.recall(f"{_FINDINGS}{build}")

    def drop(self, key: str) -> None:
        """Keep a value no longer."""
        with self._writing() as db:
            db.execute("DELETE FROM meta WHERE key = ?", (key,))

    # --- replicas -----------------------------------------------------------------------

    def replicas(self) -> list[ReplicaRow]:
        """Return every replica of this node, also removed ones that are not forgotten yet."""
        rows = self._db.execute("SELECT * FROM replicas ORDER BY environment").fetchall()
        return [_replica(row) for row in rows]

    def replica(self, environment: str) -> ReplicaRow | None:
        """Return one replica."""
        query = "SELECT * FROM replicas WHERE environment = ?"
        row = self._db.execute(query, (environment,)).fetchone()
        return None if row is None else _replica(row)

    def accept(self, environment: str, name: str, version: Version, envelope: bytes) -> None:
        """Take a document as the newest; the caller has checked that it is."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO replicas (environment, name, epoch, generation, envelope)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (environment) DO UPDATE SET"
                " name = excluded.name, epoch = excluded.epoch, envelope = excluded.envelope,"
                " generation = excluded.generation, attempt = 0",
                (environment, name, version.epoch, version.generation, envelope),
            )

    def begin_attempt(self, environment: str) -> int:
        """Count one try of the newest document and return its number, 1 for the first."""
        with self._outliving_a_kill() as db:
            row = db.execute(
                "UPDATE replicas SET attempt = attempt + 1 WHERE environment = ? RETURNING attempt",
                (environment,),
            ).fetchone()
            return int(row["attempt"])

    def reserve(self, environment: str, sequence: int) -> None:
        """Give up all status sequences up to this one."""
        with self._writing() as db:
            db.execute(
                "UPDATE replicas SET sequence = ? WHERE environment = ?", (sequence, environment)
            )

    def note(self, environment: str, status: str) -> None:
        """Keep a status that lasts until something else is done."""
        with self._writing() as db:
            db.execute(
                "UPDATE replicas SET status = ? WHERE environment = ?", (status, environment)
            )

    def settle(self, environment: str, version: Version, status: str) -> None:
        """Record that a version came to its end, and with what."""
        with self._writing() as db:
            db.execute(
                "UPDATE replicas SET settled_epoch = ?, settled_generation = ?, status = ?"
                " WHERE environment = ?",
                (version.epoch, version.generation, status, environment),
            )

    def unsettle(self, environment: str) -> None:
        """Take up the newest document once more: what it came to holds no longer."""
        with self._writing() as db:
            db.execute(
                "UPDATE replicas SET settled_epoch = NULL, settled_generation = NULL"
                " WHERE environment = ?",
                (environment,),
            )

    def forget(self, environment: str) -> None:
        """Drop a replica that was removed and of which nobody will speak again."""
        with self._writing() as db:
            db.execute("DELETE FROM replicas WHERE environment = ?", (environment,))

    # --- builds -------------------------------------------------------------------------

    def builds(self, environment: str | None = None) -> list[BuildRow]:
        """Return the builds of one environment, or all, by the time they were begun."""
        query = "SELECT * FROM builds WHERE ? IS NULL OR environment = ? ORDER BY id"
        rows = self._db.execute(query, (environment, environment)).fetchall()
        return [self._build(row) for row in rows]

    def begin_build(self, row: BuildRow) -> None:
        """Record a build before its directory is made."""
        build = row.build
        values = (build.id, row.environment, build.revision, build.lock, build.python)
        with self._writing() as db:
            db.execute(
                "INSERT INTO builds (id, environment, revision, lock, python, path, phase)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*values, self._kept(row.path), build.phase),
            )

    def complete(self, build: str, python_version: str) -> None:
        """Record that a build was made and checked; it may be switched to from now on.

        It is on the disk when it goes live; one that a power failure makes forgotten
        before that is built anew.
        """
        with self._outliving_a_kill() as db:
            db.execute(
                "UPDATE builds SET phase = ?, python_version = ? WHERE id = ?",
                (Phase.COMPLETE, python_version, build),
            )

    def flushed(self, build: str) -> None:
        """Record that a build's files are on the disk."""
        with self._writing() as db:
            db.execute("UPDATE builds SET flushed = 1 WHERE id = ?", (build,))

    def go_live(self, environment: str, build: str | None, revision: int | None) -> None:
        """Record what stands behind the stable path, None for nothing."""
        with self._writing() as db:
            db.execute(
                "UPDATE builds SET phase = ? WHERE environment = ? AND phase = ?",
                (Phase.COMPLETE, environment, Phase.LIVE),
            )
            db.execute("UPDATE builds SET phase = ? WHERE id = ?", (Phase.LIVE, build))
            db.execute(
                "UPDATE replicas SET live = ?, live_revision = ? WHERE environment = ?",
                (build, revision, environment),
            )

    def doom(self, builds: Iterable[str]) -> None:
        """Record that builds are to be deleted and never used again."""
        with self._writing() as db:
            db.executemany(
                "UPDATE builds SET phase = ? WHERE id = ?", [(Phase.DOOMED, b) for b in builds]
            )

    def forget_build(self, build: str) -> None:
        """Drop a build whose directory is gone."""
        with self._writing() as db:
            db.execute("DELETE FROM builds WHERE id = ?", (build,))
            keys = (f"{_BASELINE}{build}", f"{_FINDINGS}{build}")
            db.execute("DELETE FROM meta WHERE key IN (?, ?)", keys)

    def _kept(self, path: Path) -> str:
        below = path.is_relative_to(self._home)
        return path.relative_to(self._home).as_posix() if below else str(path)

    def _build(self, row: sqlite3.Row) -> BuildRow:
        phase = Phase(row["phase"])
        build = Build(row["id"], row["revision"], row["lock"], row["python"], phase)
        path, flushed = self._home / row["path"], bool(row["flushed"])
        return BuildRow(build, row["environment"], path, row["python_version"], flushed)

    # --- child processes ------------------------------------------------------------------

    def child_started(self, pid: int, created: float) -> None:
        """Record a process group that must not outlive its build.

        Args:
            pid: of the group's leader.
            created: its creation time as psutil gives it; tells it from a later
                process with the same pid.
        """
        with self._outliving_a_kill() as db:
            db.execute("INSERT OR REPLACE INTO children VALUES (?, ?)", (pid, created))

    def child_ended(self, pid: int) -> None:
        """Drop a process group that has ended; one that stays noted does no harm."""
        with suppress(sqlite3.OperationalError), self._outliving_a_kill() as db:
            db.execute("DELETE FROM children WHERE pid = ?", (pid,))

    def children(self) -> list[tuple[int, float]]:
        """Return (pid, creation time) of groups whose end was not recorded."""
        rows = self._db.execute("SELECT pid, created FROM children").fetchall()
        return [(int(row["pid"]), float(row["created"])) for row in rows]


def _connect(path: Path, *, alone: bool = False) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.row_factory = sqlite3.Row
        if alone:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        _migrate(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > _FORMAT:
        raise Unavailable("journal-unreadable", path=str(path))
    if version < _FORMAT:
        script = _SCHEMA if version == 0 else _TO_SECOND_FORMAT
        db.executescript(f"BEGIN IMMEDIATE;{script}PRAGMA user_version = {_FORMAT};COMMIT;")


def _replica(row: sqlite3.Row) -> ReplicaRow:
    settled = None
    if row["settled_epoch"] is not None:
        settled = Version(row["settled_epoch"], row["settled_generation"])
    return ReplicaRow(
        environment=row["environment"],
        name=row["name"],
        version=Version(row["epoch"], row["generation"]),
        envelope=row["envelope"],
        settled=settled,
        live=row["live"],
        live_revision=row["live_revision"],
        attempt=row["attempt"],
        sequence=row["sequence"],
        status=row["status"],
    )
