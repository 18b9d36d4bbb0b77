"""Record the messages of this release, for the tests of those that come after it.

`tests/recorded/<version>/` holds a file for each kind of message, as a process of that
release sends it. The folder of the present version follows the code until it is
released; those of earlier ones are never changed.
Run as a module: `python -m scripts.record [--check]`.
"""

import argparse
import json
import sys
from pathlib import Path

from venvoy import __version__
from venvoy.testing.messages import samples

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "recorded"


def current() -> dict[str, str]:
    """Return the files of this release by their names."""
    return {
        f"{name}.json": json.dumps(message.model_dump(mode="json"), indent=1) + "\n"
        for name, message in samples().items()
    }


def kept(folder: Path) -> dict[str, str]:
    """Return the files that a folder holds."""
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}


def main() -> int:
    """Write the files; with `--check`, 1 when that would change any."""
    parser = argparse.ArgumentParser(prog="record", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    folder, wanted = FOLDER / __version__, current()
    if parser.parse_args().check:
        if kept(folder) == wanted:
            return 0
        print("error: recorded messages are stale; run `make recorded`", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in kept(folder).keys() - wanted.keys():
        (folder / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
