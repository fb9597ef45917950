"""What a run leaves behind is ended and named, whoever had started it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = """
import subprocess, sys
sys.path.insert(0, "packaging")
import leftovers
leftovers.adopt()
subprocess.run([sys.executable, "-c", sys.argv[1]], check=False)
print(*leftovers.end())
print(*leftovers.end())
"""
CRASHES = """
import os, subprocess, sys
within = "import subprocess; p = subprocess.Popen(['sleep', '1000']); print(); p.wait()"
child = subprocess.Popen([sys.executable, "-uc", within], stdout=subprocess.PIPE)
child.stdout.readline()
os._exit(9)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans on")


@pytest.mark.parametrize(("child", "left"), [(CRASHES, ["python", "sleep"]), ("", [])])
def test_what_a_child_left_running_is_ended_by_name(child: str, left: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, child], cwd=ROOT, capture_output=True, text=True, check=True
    )
    first, again = done.stdout.splitlines()
    assert [name.rstrip("0123456789.") for name in first.split()] == left
    assert again == ""
