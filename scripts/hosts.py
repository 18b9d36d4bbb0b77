"""Refuse tracked files that name a package registry's host.

Whoever runs Venvoy chooses the index, often a mirror, so no file may prescribe
one. The hosts are asked of the tools that have them built in, so that this file
names none either. Run by `make check`.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from pip._internal.models import index as pip_index
from pypi_simple import PYPI_SIMPLE_ENDPOINT

from scripts import console, node

ROOT = Path(__file__).resolve().parent.parent


def registry_hosts() -> frozenset[str]:
    """Return the registered domains of the official indexes and their file stores."""
    hosts = [urlsplit(PYPI_SIMPLE_ENDPOINT).hostname or ""]
    for built_in in (pip_index.PyPI, pip_index.TestPyPI):
        hosts += [built_in.netloc, built_in.file_storage_domain]
    if console.has_sources() and (found := node.find_node()):
        hosts += node.registry_hosts(found)
    return frozenset(".".join(host.split(".")[-2:]).lower() for host in hosts if host)


def named_in(files: Iterable[Path], hosts: Iterable[str]) -> list[str]:
    """Return `path:line: host` for every place that names one of `hosts`."""
    wanted = [(host, host.encode()) for host in sorted(hosts)]
    found = []
    for file in files:
        for number, line in enumerate(file.read_bytes().lower().splitlines(), start=1):
            found += [f"{file}:{number}: {host}" for host, mark in wanted if mark in line]
    return found


def main() -> int:
    """Print every place; 1 if there is one."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    names = [name for name in listed.stdout.decode().split("\0") if name]
    files = [ROOT / name for name in names if (ROOT / name).is_file()]
    places = named_in(files, registry_hosts())
    for place in places:
        print(f"names a registry's host: {place}", file=sys.stderr)
    return 1 if places else 0


if __name__ == "__main__":
    sys.exit(main())
