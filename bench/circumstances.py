"""What the figures hold for: versions and sizes, asked of the programs themselves."""

import subprocess
from importlib.metadata import version
from pathlib import Path

from bench.report import Circumstances
from bench.server import Served
from bench.snapshot import Snapshot


def circumstances(
    snapshot: Snapshot,
    server: Served,
    python: Path,
    *,
    pairs: int,
    busy: float,
    memory_disk: bool,
) -> Circumstances:
    """Return the circumstances of a measurement.

    Args:
        python: the interpreter of the environments.
        pairs: runs of each row.
        busy: how busy others kept the machine when runs began.
        memory_disk: whether the cold runs were on a tmpfs.
    """
    packages, wheel_bytes = snapshot.sizes
    return Circumstances(
        versions={
            "venvoy": version("venvoy"),
            "uv": version("uv"),
            "python": _output(python, "import platform; print(platform.python_version())"),
            "pip": _output(python, "import ensurepip; print(ensurepip.version())"),
            "server": server.program,
        },
        packages=packages,
        wheel_bytes=wheel_bytes,
        page_bytes=sum(file.stat().st_size for file in snapshot.pages),
        pairs=pairs,
        busy=round(busy, 2),
        memory_disk=memory_disk,
    )


def _output(python: Path, code: str) -> str:
    words = [str(python), "-I", "-c", code]
    said = subprocess.run(words, capture_output=True, encoding="utf-8", check=True).stdout
    return said.strip()
