"""Build the console from `web/` into the package, and only when its sources changed.

The build goes aside and is renamed into place, so that what is served is always
whole. A stamp inside it holds a hash of the sources: with it, a wheel made from a
source distribution needs no Node.js. Where `web/` is absent there is nothing to do.

Run as a module: `python -m scripts.console build|check|test|types`.
"""

import argparse
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.node import NODE_PACKAGE, find_node, host_node

__all__ = ["NODE_PACKAGE", "build", "has_sources", "needs_node", "stale"]

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
STATIC = ROOT / "src" / "venvoy" / "api" / "static"
STAMP = STATIC / ".stamp"
ZIPPED = ".gz"
# The mock API is no part of the build: what it changes must not make that stale.
_SKIPPED = frozenset({"node_modules", "dist", "coverage", "test-results", "mock"})


def has_sources() -> bool:
    """Whether this tree has the console's sources."""
    return (WEB / "package.json").is_file()


def stale() -> bool:
    """Whether there are sources that differ from those of the present build."""
    if not has_sources():
        return False
    try:
        return STAMP.read_text(encoding="utf-8") != sources_digest()
    except OSError:
        return True


def needs_node() -> bool:
    """Whether the host has no Node.js that can build the console."""
    return host_node() is None


def sources_digest() -> str:
    """Return the sha256 over all that the build reads, names and contents."""
    digest = hashlib.sha256()
    for file in sorted(_sources()):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.relative_to(ROOT).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()


def build() -> None:
    """Bring the built console up to date; nothing to do is done at once.

    Raises:
        FileNotFoundError: there is no Node.js.
        subprocess.CalledProcessError: npm or the build failed.
    """
    if not stale():
        return
    digest = sources_digest()
    STATIC.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".static-", dir=STATIC.parent) as scratch:
        fresh, old = Path(scratch, "new"), Path(scratch, "old")
        options = ("--outDir", str(fresh), "--emptyOutDir", "--logLevel", "warn")
        _npm("run", "build", "--", *options, quiet=True)
        _compress(fresh)
        (fresh / STAMP.name).write_text(digest, encoding="utf-8")
        if STATIC.exists():
            STATIC.rename(old)
        fresh.rename(STATIC)


def _compress(folder: Path) -> None:
    """Put beside each asset its gzip form, so that no controller compresses it for anybody."""
    for file in folder.glob("assets/*"):
        content = file.read_bytes()
        # Without a time in it, the same sources always give the same bytes.
        small = gzip.compress(content, 9, mtime=0)
        if len(small) < len(content):
            file.with_name(f"{file.name}{ZIPPED}").write_bytes(small)


def run_script(name: str) -> None:
    """Run a script of `web/package.json`, if there is one.

    Raises:
        FileNotFoundError: there is no Node.js.
        subprocess.CalledProcessError: it failed.
    """
    if not has_sources():
        return
    package = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    if name in package.get("scripts", {}):
        _npm("run", name)


def _sources() -> Iterator[Path]:
    for top in (WEB, ROOT / "src" / "venvoy" / "texts"):
        for folder, names, files in os.walk(top):
            names[:] = [name for name in names if name not in _SKIPPED and name != "__pycache__"]
            yield from (Path(folder, name) for name in files if not name.endswith((".py", ".pyc")))


def _npm(*arguments: str, quiet: bool = False) -> None:
    node = find_node()
    if node is None:
        raise FileNotFoundError(f"no Node.js: install it, or `{NODE_PACKAGE}` for this Python")
    digest = _modules_digest()
    mark = WEB / "node_modules" / ".venvoy-stamp"
    if not mark.is_file() or mark.read_text("utf-8") != digest:
        # Scripts of packages stay unrun: none of ours needs one, and each is foreign code.
        node.run_npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], WEB, quiet=True)
        mark.write_text(digest, encoding="utf-8")
    node.run_npm(arguments, WEB, quiet=quiet)


def _modules_digest() -> str:
    files = (WEB / "package.json", WEB / "package-lock.json", WEB / ".npmrc")
    return hashlib.sha256(b"\0".join(f.read_bytes() for f in files if f.is_file())).hexdigest()


def main() -> int:
    """Run one subcommand; 1 when it fails."""
    parser = argparse.ArgumentParser(prog="console", description=__doc__)
    parser.add_argument("command", choices=["build", "check", "test", "types"])
    command = parser.parse_args().command
    try:
        if command == "build":
            build()
        else:
            run_script(command)
    except FileNotFoundError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as problem:
        return problem.returncode or 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
