"""A real Secret Service of one test: gnome-keyring on a session bus of its own, in folders of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {
    "dbus-run-session": "dbus-daemon",
    "gnome-keyring-daemon": "gnome-keyring",
    "secret-tool": "libsecret-tools",
}
"""What it takes, and Debian's package of each."""
PATIENCE_S = 90
_INSIDE = """
import json, subprocess, sys
from importlib import import_module
start = ["gnome-keyring-daemon", "--components=secrets"]
if sys.argv[1] == "open":
    start.append("--unlock")
else:
    start.append("--start")
away = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
subprocess.run(start, input=b"login", check=True, **away)
work = getattr(import_module(sys.argv[2]), sys.argv[3])
print(json.dumps(work(*sys.argv[4:])))
"""


def missing() -> list[str]:
    """Debian's packages that are needed and not installed."""
    return [package for program, package in PROGRAMS.items() if shutil.which(program) is None]


class Vault:
    """Calls functions of test modules in a session with a keyring, which lasts between calls."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("data", "run", "cache"):
            (folder / name).mkdir(parents=True, mode=0o700)

    def call(self, module: str, work: str, *args: str, unlocked: bool = True) -> Any:
        """What `module.work(*args)` returns there, in a process of its own."""
        env = {key: value for key, value in os.environ.items() if not key.startswith("DBUS_")}
        env |= {
            "HOME": str(self._folder),
            "XDG_DATA_HOME": str(self._folder / "data"),
            "XDG_RUNTIME_DIR": str(self._folder / "run"),
            "XDG_CACHE_HOME": str(self._folder / "cache"),
            "QT_QPA_PLATFORM": "offscreen",
        }
        for key in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND"):
            env.pop(key, None)
        told = ["open" if unlocked else "shut", module, work, *args]
        command = ["dbus-run-session", "--", sys.executable, "-c", _INSIDE, *told]
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE_S,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])
