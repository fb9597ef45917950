"""Check Parley: `python3 packaging/test.py`. Style, types, then every test; words go to pytest.

Needs python3 and pip; makes its environment in `.venv`. Ends non-zero when anything failed.
"""

import os
import subprocess
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is what tells whoever has an older one
    sys.exit("parley: Parley needs Python 3.11 or newer: run this with one, such as python3.11.")

import environment

CHECKS = (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",))


def main(words: list[str]) -> int:
    """Prepare, run all checks whatever the others say, pytest last; returns the exit code."""
    environment.ensure_system(
        needed=environment.OFF_SCREEN,
        wanted=(*environment.ON_SCREEN, *environment.FONTS, *environment.TESTING),
    )
    environment.ensure_environment("dev")
    failed = [" ".join(check) for check in CHECKS if not _run(*check)]
    for check in failed:
        environment.say(f"Failed: {check} (above).")
    tested = _run("pytest", *words)
    return 0 if tested and not failed else 1


def _run(tool: str, *words: str) -> bool:
    command = [str(environment.venv_python()), "-m", tool, *words]
    environment.say(f"$ {' '.join([tool, *words])}")
    settings = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    return subprocess.run(command, cwd=environment.ROOT, env=settings, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
