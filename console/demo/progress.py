"""How far the filling is, on stderr: a bar for people, a line for logs."""

import sys
from typing import Any

from tqdm import tqdm


class Bar:
    """One bar after another."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None

    def begin(self, what: str, total: int) -> None:
        if not sys.stderr.isatty():
            sys.stderr.write(f"{what} …\n")
            return
        self._bar = tqdm(total=total, desc=what, file=sys.stderr, unit="", dynamic_ncols=True)

    def step(self, count: int) -> None:
        if self._bar is not None:
            self._bar.update(count)

    def end(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
