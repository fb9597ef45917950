"""At 200 % no word is cut and nothing is astray either, as at 100 % in every state (test_screens)."""

import os
import subprocess
import sys

from tests.parts.process import ROOT

NAMES = (
    "sign-in", "passphrase-new", "workspace", "outbox", "keys", "about", "palette-typed", "menu",
    "offline", "settings", "settings-appearance", "settings-keys", "settings-key-taken",
    "settings-notifications", "settings-device", "settings-search", "settings-1024x640", "compact",
)  # fmt: skip


def test_no_word_is_cut_at_twice_the_size() -> None:
    command = [sys.executable, "-m", "tests.screens", "--check", "--scale", "2", *NAMES]
    env = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=110, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr[-2000:]
