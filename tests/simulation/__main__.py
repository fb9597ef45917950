"""Run seeds by hand: `python -m tests.simulation FIRST [LAST] [--mutation NAME] [--steps N]`."""

import argparse
import sys
import time

from tests.simulation.run import STEPS, run


def main() -> int:
    """Run the seeds, tell of those that fail."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("first", type=int)
    words.add_argument("last", type=int, nargs="?")
    words.add_argument("--mutation")
    words.add_argument("--steps", type=int, default=STEPS)
    words.add_argument("--trace", action="store_true")
    asked = words.parse_args()
    failed = []
    begun = time.monotonic()
    seeds = range(asked.first, (asked.last or asked.first) + 1)
    for seed in seeds:
        report = run(seed, steps=asked.steps, mutation=asked.mutation)
        if asked.trace:
            print("\n".join(report.trace))  # noqa: T201
        if report.failed:
            failed.append(seed)
            print(report if len(seeds) == 1 else f"{seed}: {report.problems[0]}")  # noqa: T201
    took = time.monotonic() - begun
    print(f"{len(seeds)} seeds in {took:.1f} s, failed: {failed}")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
