"""What a kill may not leave behind: half prefixes, lost directories, processes.

Looks at files alone and with code of its own, not at what the agent believes. The
questions about directories are asked while nothing runs.
"""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

from venvoy.testing.installation import Installation


def missing_files(prefix: Path) -> list[str]:
    """Return what the RECORDs of a prefix name and the disk does not have, or cut short.

    Sizes are compared where the RECORD gives one.
    """
    missing = []
    (packages,) = prefix.glob("lib/python*/site-packages")
    for info in sorted(packages.glob("*.dist-info")):
        record = info / "RECORD"
        if not record.is_file():
            missing.append(f"{info.name}/RECORD")
            continue
        with record.open(newline="", encoding="utf-8") as stream:
            for path, _, size in csv.reader(stream):
                file = packages / path
                if not file.is_file() or (size and file.stat().st_size != int(size)):
                    missing.append(path)
    return missing


def installed(prefix: Path) -> dict[str, str]:
    """Return the packages of a prefix and their versions, without pip."""
    names = (path.name for path in prefix.glob("lib/python*/site-packages/*.dist-info"))
    pairs = (name.removesuffix(".dist-info").split("-", 1) for name in names)
    return {name: version for name, version in pairs if name != "pip"}


def lost_directories(installation: Installation) -> list[Path]:
    """Return what lies in the data directory and belongs to nothing.

    A prefix belongs to the journal as complete or live; a build's scratch files and
    the trash belong to nobody once nothing runs.
    """
    data = installation.data
    with closing(sqlite3.connect(data / "journal.db")) as journal:
        rows = journal.execute("SELECT path FROM builds WHERE phase IN ('complete', 'live')")
        known = {data / path for (path,) in rows}  # relative to it, so that it can be moved
    lost = [path for path in installation.prefixes() if path not in known]
    for rubbish in ("prefixes/.trash/*", "cache/work/*", "cache/uv/.tmp*"):
        lost += data.glob(rubbish)
    return lost + [path for path in known if not path.is_dir()]
