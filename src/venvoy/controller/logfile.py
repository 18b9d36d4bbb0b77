"""One operation's log as a file of JSON lines that a kill at any moment cannot break.

Lines are only ever appended, whole batches in one write; what a kill or a full
disk left half written is dropped when the file is next opened. The one rewrite,
when the middle is cut, goes to a file beside it that then takes its name. The
last batch is flushed to the disk before it is acknowledged: up to then the agent
still holds what a power failure would lose, and is asked for it again.

Not safe for several writers: `venvoy.controller.logs` sees to that.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any

from venvoy.domain.logcut import middle
from venvoy.wire.messages import LogLine

_STRIDE = 256
"""Lines between two remembered offsets: a page reads at most so many too much."""
_FINAL = b'{"final":true}\n'


@dataclass(slots=True)
class LogFile:
    """What is known of one file without reading it again.

    Attributes:
        path: the file; it need not exist.
        limit: bytes after which the middle is cut.
        next: the sequence that continues the log.
        cut: how many lines were left out.
        final: whether the operation's last line is here.
    """

    path: Path
    limit: int
    next: int = 0
    cut: int = 0
    final: bool = False
    _size: int = 0
    _offsets: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def open(cls, path: Path, limit: int) -> "LogFile":
        """Read a file's state, dropping what was half written at its end."""
        log = cls(path, limit)
        log._scan()
        return log

    def append(self, lines: Sequence[LogLine], *, final: bool = False) -> None:
        """Add lines that continue the log.

        Raises:
            OSError: `next` tells whether they were added before it failed.
        """
        chunks = [_encode(line) for line in lines]
        closing = _FINAL if final and not self.final else b""
        if not chunks and not closing:
            return
        self._write(b"".join(chunks) + closing, durable=bool(closing))
        for line, chunk in zip(lines, chunks, strict=True):
            self._note(line.sequence, len(chunk))
        self._size += len(closing)
        self.final = self.final or final
        if self._size > self.limit:
            self._leave_out_middle()

    def read(self, since: int, limit: int) -> list[LogLine]:
        """Return up to `limit` lines from sequence `since` on."""
        found: list[LogLine] = []
        for record in self._records(self._offset(since)):
            if "sequence" not in record or record["sequence"] < since:
                continue
            found.append(LogLine.model_validate(record))
            if len(found) == limit:
                break
        return found

    def _write(self, data: bytes, *, durable: bool) -> None:
        with self._appending() as file:
            try:
                _write_all(file.fileno(), data)
                if durable:
                    os.fsync(file.fileno())
            except OSError:
                file.truncate(self._size)
                raise

    def _appending(self) -> FileIO:
        try:
            return self.path.open("ab", buffering=0)
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return self.path.open("ab", buffering=0)

    def _note(self, sequence: int, size: int) -> None:
        if not self._offsets or sequence >= self._offsets[-1][0] + _STRIDE:
            self._offsets.append((sequence, self._size))
        self.next = sequence + 1
        self._size += size

    def _offset(self, since: int) -> int:
        return max((at for sequence, at in self._offsets if sequence <= since), default=0)

    def _scan(self) -> None:
        self._reset()
        for record, size in self._whole_lines():
            self.cut = record.get("cut", self.cut)
            if "sequence" in record:
                self._note(record["sequence"] + record.get("cut", 1) - 1, size)
            else:
                self.final = True
                self._size += size
        if self.path.exists() and self.path.stat().st_size > self._size:
            os.truncate(self.path, self._size)

    def _reset(self) -> None:
        self.next, self.cut, self.final, self._size = 0, 0, False, 0
        self._offsets = []

    def _whole_lines(self) -> Iterator[tuple[dict[str, Any], int]]:
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            for line in file:
                record = _decode(line)
                if record is None:
                    return
                yield record, len(line)

    def _records(self, offset: int) -> Iterator[dict[str, Any]]:
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            file.seek(offset)
            for line in file:
                record = _decode(line)
                if record is None:
                    return
                yield record

    def _leave_out_middle(self) -> None:
        lines = self.path.read_bytes().splitlines(keepends=True)
        records = [json.loads(line) for line in lines]
        mark = next((index for index, record in enumerate(records) if "cut" in record), None)
        gone = middle([len(line) for line in lines], self.limit, mark)
        if gone is None:
            return
        left_out = [record for record in records[gone.start : gone.stop] if "sequence" in record]
        count = sum(record.get("cut", 1) for record in left_out)
        kept = [*lines[: gone.start], _mark(left_out[0], count), *lines[gone.stop :]]
        if self.final and kept[-1] != _FINAL:
            kept.append(_FINAL)
        _replace(self.path, b"".join(kept))
        self._scan()


def _encode(line: LogLine) -> bytes:
    return line.model_dump_json(exclude={"v"}).encode() + b"\n"


def _mark(first: dict[str, Any], count: int) -> bytes:
    """The line that stands for what was cut; it keeps the sequence of the first of them."""
    record = {**first, "text": f"[… {count} lines left out …]", "cut": count}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _decode(line: bytes) -> dict[str, Any] | None:
    """Return the record, or None for what a kill left half written."""
    if not line.endswith(b"\n"):
        return None
    try:
        record = json.loads(line)
    except ValueError:
        return None
    known = isinstance(record, dict) and ("sequence" in record or "final" in record)
    return record if known else None


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _replace(path: Path, data: bytes) -> None:
    beside = path.with_suffix(".cut")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
