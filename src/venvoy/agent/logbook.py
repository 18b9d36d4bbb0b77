"""Every line of every operation, on the disk until the controller holds it.

One file per operation: a head with the number of its first line, then a line each.
Numbers have no gaps. What a kill left half written is dropped when the file is next
opened; nothing is forced to the disk, for a lost line after a power failure costs a
line of a log. A log that outgrows its bound loses its middle, with a word that says
so. Sending is `venvoy.agent.shipper`'s.
"""

import json
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from venvoy.domain.cause import Step
from venvoy.domain.logtext import clean
from venvoy.wire.messages import LogLine

HEAD_BYTES = 16 * 2**20
TAIL_BYTES = 4 * 2**20
"""Together the 20 MB that an operation's log may have."""
_HEAD = '{{"base":{:>20}}}\n'
_HEAD_SIZE = len(_HEAD.format(0))
_SUFFIX = ".jsonl"


class OperationLog:
    """The log of one operation; made by `Logbook.open` only.

    Attributes:
        operation: its id.
        path: its file.
        greeted: whether the controller has said what it holds of this log.
        wanted: the number that the controller wants next.
    """

    def __init__(self, path: Path, head_bytes: int, tail_bytes: int) -> None:
        self.operation = path.name.removesuffix(_SUFFIX)
        self.path = path
        self.greeted = False
        self.wanted = 0
        self._head_bytes = head_bytes
        self._tail_bytes = tail_bytes
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self._left_out = 0
        self._final = False
        self._base: int | None = None
        self._offsets = [_HEAD_SIZE]
        self._load()

    @property
    def base(self) -> int:
        """The number of the first line that is here; 0 until it is agreed."""
        return self._base or 0

    @property
    def next(self) -> int:
        """The number of the line after the last one that can be read."""
        return self.base + len(self._offsets) - 1

    @property
    def final(self) -> bool:
        """Whether the operation has ended."""
        return self._final

    def append(self, at: datetime, step: Step, text: str) -> None:
        """Add one line.

        Raises:
            OSError: the disk is full, or worse; nothing was added.
        """
        self._final = False
        data = _encode(at, step, clean(text))
        if self._offsets[-1] + len(data) <= self._head_bytes:
            self._write(data)
            return
        self._tail.append(data)
        self._tail_size += len(data)
        while self._tail_size > self._tail_bytes:
            self._tail_size -= len(self._tail.popleft())
            self._left_out += 1

    def close(self) -> None:
        """Call the log complete as it stands."""
        self._final = True

    def finish(self, at: datetime, step: Step) -> None:
        """Call the log complete; what was kept back of a long one is written now."""
        if self._left_out:
            self._write(_encode(at, step, f"[… {self._left_out} lines left out …]"))
        while self._tail:
            self._write(self._tail.popleft())
        self._tail_size = self._left_out = 0
        self._final = True

    def read(self, since: int, limit_bytes: int) -> tuple[LogLine, ...]:
        """Return lines from number `since` on, at least one if there is one."""
        first = max(0, since - self.base)
        last = first
        while last + 1 < len(self._offsets) and (
            last == first or self._offsets[last + 1] - self._offsets[first] <= limit_bytes
        ):
            last += 1
        if first >= last:
            return ()
        with self.path.open("rb") as file:
            file.seek(self._offsets[first])
            data = file.read(self._offsets[last] - self._offsets[first])
        numbered = enumerate(data.splitlines(), start=self.base + first)
        return tuple(LogLine(sequence=number, **json.loads(line)) for number, line in numbered)

    def agree(self, wanted: int) -> None:
        """Take the number that the controller wants next.

        A fresh file's lines follow whatever the controller holds of the operation: an
        earlier part may have been shipped and dropped here. So the first number is
        agreed before the first line is sent, and so it is again if the controller
        wants one that is not here any more.
        """
        if self._base is None or not self._base <= wanted <= self.next:
            self._base = wanted
            if self.path.exists():
                with self.path.open("r+b") as file:
                    file.write(self._head())
        self.wanted, self.greeted = wanted, True

    def _write(self, data: bytes) -> None:
        new = not self.path.exists()
        with self.path.open("ab", buffering=0) as file:
            try:
                written = file.write(self._head() + data if new else data)
                whole = len(data) + (_HEAD_SIZE if new else 0)
                if written != whole:
                    raise OSError(28, "No space left on device", str(self.path))
            except OSError:
                file.truncate(0 if new else self._offsets[-1])
                raise
        self._offsets.append(self._offsets[-1] + len(data))

    def _head(self) -> bytes:
        return _HEAD.format(-1 if self._base is None else self._base).encode()

    def _load(self) -> None:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return
        try:
            base = int(json.loads(data[:_HEAD_SIZE])["base"])
        except (ValueError, KeyError, TypeError):
            self.path.unlink()
            return
        self._base = None if base < 0 else base
        for line in data[_HEAD_SIZE:].splitlines(keepends=True):
            if not line.endswith(b"\n"):
                with self.path.open("r+b") as file:
                    file.truncate(self._offsets[-1])
                break
            self._offsets.append(self._offsets[-1] + len(line))


def _encode(at: datetime, step: Step, text: str) -> bytes:
    record = {"at": at.isoformat(), "step": step.value, "text": text}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Logbook:
    """The logs that the controller does not hold whole yet.

    Args:
        directory: where they are.
        on_change: told the operation of which something is to be sent.
    """

    def __init__(
        self,
        directory: Path,
        on_change: Callable[[str], None] = lambda _operation: None,
        *,
        head_bytes: int = HEAD_BYTES,
        tail_bytes: int = TAIL_BYTES,
    ) -> None:
        self._directory = directory
        self._on_change = on_change
        self._bounds = (head_bytes, tail_bytes)
        self._open: dict[str, OperationLog] = {}

    def listen(self, on_change: Callable[[str], None]) -> None:
        """Set who is told of changes."""
        self._on_change = on_change

    def log(self, operation: str) -> OperationLog:
        """Return an operation's log, an empty one if there is none."""
        known = self._open.get(operation)
        if known is None:
            known = OperationLog(self._directory / f"{operation}{_SUFFIX}", *self._bounds)
            self._open[operation] = known
        return known

    def append(self, operation: str, at: datetime, step: Step, text: str) -> None:
        """Add a line to an operation's log."""
        self.log(operation).append(at, step, text)
        self._on_change(operation)

    def finish(self, operation: str, at: datetime, step: Step) -> None:
        """Call an operation's log complete."""
        self.log(operation).finish(at, step)
        self._on_change(operation)

    def close(self, operation: str) -> None:
        """Call a log that a former run left complete."""
        self.log(operation).close()
        self._on_change(operation)

    def left(self) -> list[str]:
        """Return the operations that a former run of the agent left."""
        return sorted(path.name.removesuffix(_SUFFIX) for path in self._files())

    def drop(self, operation: str) -> None:
        """Forget a log that the controller holds."""
        log = self._open.pop(operation, None)
        with suppress(FileNotFoundError):
            (log.path if log else self._directory / f"{operation}{_SUFFIX}").unlink()

    def prune(self, keep: int) -> None:
        """Delete the oldest files beyond `keep`: nobody asked for them in all the time."""
        found = sorted(self._files(), key=lambda path: path.stat().st_mtime)
        for path in found[: max(0, len(found) - keep)]:
            self.drop(path.name.removesuffix(_SUFFIX))

    def _files(self) -> list[Path]:
        return list(self._directory.glob(f"*{_SUFFIX}"))
