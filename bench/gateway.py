"""The agent's gateway in a process of its own, cold, between uv and the local index.

`python -m bench.gateway FOLDER UPSTREAM LOCK` serves as an agent's does while it
builds that lock, and prints its port and secret.
"""

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from uv import find_uv_bin

from bench.hand import MEDIUM
from bench.process import child_environment, plain_environment, running, timed
from venvoy.domain.lock import Lock, LockedFile
from venvoy.domain.pylock import render
from venvoy.index.gateway import Gateway
from venvoy.index.server import GatewayAddress, GatewayServer
from venvoy.index.settings import GatewaySettings
from venvoy.index.store import FileStore
from venvoy.index.upstream import FixedRoute


@dataclass(frozen=True, slots=True)
class Way:
    """How uv reaches the index: straight, or through a gateway.

    Attributes:
        folder: for one run; nothing in it is warm.
        python: the interpreter.
        lock: what is installed.
        index: address of the local index' project list.
    """

    folder: Path
    python: Path
    lock: Lock
    index: str

    def straight(self, *, pages: bool) -> float:
        """Install without a gateway; return seconds."""
        base = self.index.removesuffix("simple/")
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            lock = render(self.lock, lambda file: base + (file.path or ""))
            return self._install(Path(name), self.index, lock, pages=pages)

    def through(self, *, pages: bool) -> float:
        """Install through a gateway that has nothing yet; return seconds."""
        with (
            tempfile.TemporaryDirectory(dir=self.folder) as name,
            _gateway(Path(name), self.index, self.lock) as gateway,
        ):

            def place(file: LockedFile) -> str:
                return gateway.file(file.sha256, file.name)

            lock = render(self.lock, place)
            return self._install(Path(name), gateway.simple, lock, pages=pages)

    def _install(self, folder: Path, index: str, lock: str, *, pages: bool) -> float:
        prefix, file = folder / "venv", folder / "pylock.toml"
        file.write_text(lock, encoding="utf-8")
        variables = {"UV_CACHE_DIR": str(folder / "cache"), "UV_DEFAULT_INDEX": index}
        environment = plain_environment(**variables)
        uv = find_uv_bin()
        timed([uv, "venv", "-q", "-p", self.python, prefix], environment, folder)
        # Asked of the index by name, or by the addresses that a lock gives.
        words: list[str | Path] = ["install", "-r", MEDIUM] if pages else ["sync", file]
        options: list[str | Path] = [
            "-q",
            "--preview-features",
            "pylock",
            "--no-build",
            "-p",
            prefix,
        ]
        try:
            return timed([uv, "pip", *words, *options], environment, folder)
        finally:
            shutil.rmtree(folder / "cache", ignore_errors=True)


@contextmanager
def _gateway(folder: Path, index: str, lock: Lock) -> Iterator[GatewayAddress]:
    file = folder / "lock.json"
    file.write_bytes(lock.to_bytes())
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "bench.gateway",
        folder / "gateway",
        index,
        file,
    ]
    with running(command, child_environment()) as line:
        yield GatewayAddress(**json.loads(line))


async def _serve(folder: Path, upstream: str, lock: Lock) -> None:
    limits = GatewaySettings()
    folder.mkdir(parents=True)
    store = FileStore(folder / "files", limits.retention)
    gateway = Gateway(folder, store, FixedRoute.to(upstream), limits)
    server = GatewayServer(gateway, folder / "gateway.json", page_age_s=limits.page_age_s)
    address = await server.start()
    with gateway.watch(lock):
        print(json.dumps(asdict(address)), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(
        _serve(Path(sys.argv[1]), sys.argv[2], Lock.from_bytes(Path(sys.argv[3]).read_bytes()))
    )
