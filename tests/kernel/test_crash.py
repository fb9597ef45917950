"""Crash points: every name is used once, and an armed one ends the process at its visit."""

import ast
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from console.kernel import crash

ROOT = Path(__file__).resolve().parents[2]
PLACES = {"console", "engine", "server"}


def used() -> Counter[str]:
    """Every name that the product calls `crash_here` with; a name that is no literal is ''."""
    found: Counter[str] = Counter()
    for path in (ROOT / "console").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "crash_here":
                name = node.args[0]
                found[name.value if isinstance(name, ast.Constant) else ""] += 1
    return found


def test_every_point_is_used_once_and_none_is_used_that_is_not_registered() -> None:
    assert used() == Counter(crash.POINTS)
    assert len(crash.POINTS) >= 40
    assert {name.partition(".")[0] for name in crash.POINTS} == PLACES


def run(order: str, visits: int) -> int:
    code = (
        "from console.kernel.crash import crash_here\n"
        f"for _ in range({visits}): crash_here('server.commit'); crash_here('server.told')\n"
    )
    environment = {**os.environ, crash.VARIABLE: order}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    return done.returncode


@pytest.mark.parametrize(
    ("order", "visits", "code"),
    [
        ("", 3, 0),
        ("server.commit", 1, crash.EXIT_CODE),
        ("server.commit:3", 2, 0),
        ("server.commit:3", 3, crash.EXIT_CODE),
        ("engine.post", 3, 0),
    ],
)
def test_the_environment_says_where_and_at_which_visit_the_process_dies(
    order: str, visits: int, code: int
) -> None:
    assert run(order, visits) == code


@pytest.mark.parametrize("order", ["nowhere", "server.commit:0", "server.commit:x", ":2"])
def test_an_order_that_names_no_point_is_refused(order: str) -> None:
    with pytest.raises(ValueError, match="names no crash point"):
        crash.arm(order)
