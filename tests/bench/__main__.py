"""`python -m tests.bench [GROUP …] [--json FILE] [--quick] [--large]`."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.bench import desktop, imports, server, sync
from tests.bench.data import Scale
from tests.bench.figures import Figure, Skipped

GROUPS: dict[str, Callable[[Path, Scale], Iterator[Figure | Skipped]]] = {
    "import": imports.figures,
    "server": server.figures,
    "sync": sync.figures,
    "desktop": desktop.figures,
}


def main() -> int:
    """Measure the groups asked for, print each figure as it comes, write the JSON if asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--quick", action="store_true", help="a tenth of the data, fewer runs")
    parser.add_argument("--large", action="store_true", help="also a cache of 100,000 tickets")
    asked = parser.parse_args()
    unknown = set(asked.groups) - set(GROUPS)
    if unknown:
        parser.error(f"no group {', '.join(sorted(unknown))}: there are {', '.join(GROUPS)}")
    scale = replace(Scale.quick() if asked.quick else Scale(), large=asked.large)
    found = {}
    for name in asked.groups or GROUPS:
        with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
            for figure in GROUPS[name](Path(folder), scale):
                if isinstance(figure, Skipped):
                    tell(f"{figure.key:30} skipped: {figure.reason}")
                else:
                    found[figure.key] = figure.value()
                    show(figure)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


def show(figure: Figure) -> None:
    """One line of the table."""
    told = figure.value()
    beside = f"  limit {told['limit']:g} ({told['ratio']:g}×)" if told["limit"] else ""
    budget = f"  budget {figure.budget}" if figure.budget else ""
    elsewhere = f"  elsewhere {figure.elsewhere}" if figure.elsewhere else ""
    spread = f"[{told['min']:g} … {told['max']:g}]"
    start = f"{figure.key:30} {told['median']:>10g} {figure.unit:14} {spread:26}"
    tell(f"{start}{beside}{budget}{elsewhere}")


def tell(line: str) -> None:
    """A line at once, also into a pipe."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
