"""Run seeds by hand: `python -m tests.simulation FIRST [LAST]`, or look for seeds that find faults.

`--mutation NAME` plants a fault of mutations.py. `--hunt` prints, for each fault, the first seed
that finds it: the lines of caught.txt, to be made anew when the rules have changed.
"""

import argparse
import sys
import time
from collections.abc import Iterator

from tests.simulation.mutations import MUTATIONS
from tests.simulation.run import STEPS, Report, run


def main() -> int:
    """Run the seeds and tell of those that fail."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("first", type=int)
    words.add_argument("last", type=int, nargs="?")
    words.add_argument("--mutation", choices=MUTATIONS)
    words.add_argument("--steps", type=int, default=STEPS)
    words.add_argument("--trace", action="store_true")
    words.add_argument("--hunt", action="store_true")
    asked = words.parse_args()
    seeds = range(asked.first, (asked.last or asked.first) + 1)
    if asked.hunt:
        return hunt(seeds, [asked.mutation] if asked.mutation else list(MUTATIONS))
    begun, failed = time.monotonic(), []
    for seed in seeds:
        report = run(seed, steps=asked.steps, mutation=asked.mutation)
        if asked.trace:
            say("\n".join(report.trace))
        if report.failed:
            failed.append(seed)
            say(str(report) if len(seeds) == 1 else f"{seed}: {report.problems[0]}")
    say(f"{len(seeds)} seeds in {time.monotonic() - begun:.1f} s, failed: {failed}")
    return 1 if failed else 0


def hunt(seeds: range, names: list[str]) -> int:
    """For each fault the first seed that finds it."""
    missed = 0
    for name in names:
        found = next((r for r in reports(seeds, name) if r.failed), None)
        missed += found is None
        say(f"{found.seed if found else '?'} {name}: {found.problems[0].kind if found else ''}")
    return 1 if missed else 0


def reports(seeds: range, mutation: str) -> Iterator[Report]:
    """The runs of these seeds with a fault, one by one."""
    return (run(seed, mutation=mutation) for seed in seeds)


def say(text: str) -> None:
    """A line for whoever watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
