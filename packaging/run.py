"""Try Parley: `python3 packaging/run.py`. A server, a sandbox shop, and a console signed in to it.

Needs python3 and pip; makes its environment in `.venv`. Further words go to `parley demo`.
"""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is what tells whoever has an older one
    sys.exit("parley: Parley needs Python 3.11 or newer: run this with one, such as python3.11.")

import environment


def main(words: list[str]) -> None:
    """Prepare, then become `parley demo`."""
    screen = environment.has_screen() and "--headless" not in words
    on_screen = environment.ON_SCREEN if screen and os.environ.get("DISPLAY") else ()
    environment.ensure_system(
        needed=(*environment.OFF_SCREEN, *on_screen),
        wanted=(*environment.FONTS, *environment.SPELLING),
    )
    environment.ensure_environment("server", "desktop")
    if not environment.has_screen() and "--headless" not in words:
        environment.say(
            "There is no screen (neither DISPLAY nor WAYLAND_DISPLAY is set): the console plays a"
            " short shift off screen and names the folder of its pictures."
        )
        words = ["--headless", *words]
    become([str(environment.venv_python()), "-m", "console", "demo", *words])


def become(command: list[str]) -> None:
    """Go on as another program; where there is no such thing, run it and end as it ends."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606 - our own interpreter
    import subprocess

    sys.exit(subprocess.run(command, check=False).returncode)


if __name__ == "__main__":
    main(sys.argv[1:])
