"""Keep `web/openapi.json` what the API is: the console's types are made from it.

The release's number is left out, so that the file changes only with the API.
Run as a module: `python -m scripts.openapi [--check]`.
"""

import argparse
import json
import sys
from pathlib import Path

from venvoy.api.description import description

FILE = Path(__file__).resolve().parent.parent / "web" / "openapi.json"
_VERSION = "v1"


def current() -> str:
    """Return the document as it is kept."""
    document = description()
    document["info"]["version"] = _VERSION
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def stale(file: Path = FILE) -> bool:
    """Whether the file is missing or tells of another API."""
    return not file.is_file() or file.read_text(encoding="utf-8") != current()


def main() -> int:
    """Write the file; with `--check`, 1 when it would change."""
    parser = argparse.ArgumentParser(prog="openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    if not parser.parse_args().check:
        FILE.write_text(current(), encoding="utf-8")
        return 0
    if stale():
        print("error: `web/openapi.json` is stale; run `make types`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
