"""Figures: samples of one measurement, summed up beside the same work done the cheapest way."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Value = dict[str, float | int | str | None]


@dataclass(frozen=True)
class Figure:
    """One measured key. `samples` in `unit`; `limit` is its limit twin's median in the same run.

    `budget` and `elsewhere` (what others were seen to do) are words to be printed beside it.
    """

    key: str
    unit: str
    samples: tuple[float, ...]
    limit: float | None = None
    budget: str = ""
    elsewhere: str = ""

    def value(self) -> Value:
        """As it stands in the JSON file: see performance.md, How to measure."""
        median = statistics.median(self.samples)
        ratio = median / self.limit if self.limit else None
        return {
            "median": rounded(median),
            "min": rounded(min(self.samples)),
            "max": rounded(max(self.samples)),
            "n": len(self.samples),
            "unit": self.unit,
            "limit": None if self.limit is None else rounded(self.limit),
            "ratio": None if ratio is None else rounded(ratio),
            "budget": self.budget,
            "elsewhere": self.elsewhere,
        }


@dataclass(frozen=True)
class Skipped:
    """Keys that could not be measured here, and why."""

    key: str
    reason: str


def rounded(number: float) -> float:
    """Four significant digits."""
    return float(f"{number:.4g}")


def percentile(samples: Iterable[float], share: float) -> float:
    """The sample below which `share` (0 to 1) of them lie."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def seconds(work: Callable[[], object]) -> float:
    """How long `work()` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def repeated(work: Callable[[], object], times: int, scale: float = 1.0) -> tuple[float, ...]:
    """How long each of `times` runs takes, in seconds times `scale`; one run before does not count."""
    work()
    return tuple(seconds(work) * scale for _ in range(times))
