"""`python -m bench.scale`: what a large fleet costs, played on this machine.

`--nodes 50 --environments 10` takes a minute or two, 1,000 × 100 the better part of an
hour. For a profile, let py-spy watch the process of `venvoy up` meanwhile.
"""

import argparse
import json
import math
import sys
import tempfile
from pathlib import Path

from bench.process import BenchFailed
from bench.report import RESULTS
from bench.scale.fleet import fleet
from bench.scale.measure import Scale, measure


def main() -> int:
    """Measure, print, and keep where that is asked for."""
    parser = argparse.ArgumentParser(prog="bench.scale", description=__doc__)
    parser.add_argument("--nodes", type=int, default=50)
    parser.add_argument("--environments", type=int, default=10)
    parser.add_argument("--releases", type=int, default=5)
    parser.add_argument("--alone", type=int, default=60, help="releases to one node")
    parser.add_argument(
        "--within", type=float, default=math.inf, help="minutes to make environments in"
    )
    parser.add_argument("--calm", action="store_true", help="kill nothing")
    parser.add_argument("--keep", action="store_true", help="write it into results.json")
    parser.add_argument("--folder", type=Path, help="where data is put; a temporary one if absent")
    wanted = parser.parse_args()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="venvoy-scale-", dir=wanted.folder) as name,
            fleet(Path(name), wanted.nodes) as made,
        ):
            found = measure(
                made,
                wanted.environments,
                wanted.releases,
                wanted.alone,
                _say,
                within_s=wanted.within * 60,
                storms=not wanted.calm,
            )
    except (BenchFailed, AssertionError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    print(json.dumps(found.document(), indent=2))
    if wanted.keep:
        keep(found)
    return 0


def keep(found: Scale, file: Path = RESULTS) -> None:
    """Write what was measured beside the other results, in place of the same size's."""
    document = json.loads(file.read_text(encoding="utf-8"))
    size = (found.nodes, found.environments)
    others = [
        each for each in document.get("scale", []) if (each["nodes"], each["environments"]) != size
    ]
    document["scale"] = sorted(
        [*others, found.document()], key=lambda each: (each["nodes"], each["environments"])
    )
    text = json.dumps(document, indent=2, ensure_ascii=False)
    file.write_text(f"{text}\n", encoding="utf-8")


def _say(words: str) -> None:
    print(f"{words} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
