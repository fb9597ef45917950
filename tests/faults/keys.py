"""The console killed at any key of a script: what was typed, selected and arranged is there again."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.desktop.keystore import Secret, Session
from console.desktop.settings import Settings
from console.kernel import codec
from console.kernel.codec import NIL
from console.people.server import accounts
from tests.faults.children import ROOT
from tests.parts.acts import received
from tests.parts.desk import KEY, Desk
from tests.parts.server import LiveServer

TICKETS = 40
MOST_TURNS = 6
"""So many turns of the loop the console goes on at most after the key that kills it."""
PATIENCE_S = 120.0
SEPARATE = (
    ("drafts", "text", "waiting"), ("ticket", "current"), ("page",), ("view", "order"), ("table",),
    ("top",), ("selected",), ("lane shown",), ("caret",), ("to",), ("writes",), ("line",),
    ("dialogs",), ("panes",), ("windows",),
)  # fmt: skip
"""What is written down together: before the key or after it, and never half of it."""
SCRIPT: Sequence[str] = (
    "J", "J", "R", *"Dear Lena", "Left", "Left", "Left", "x", "Backspace", "Alt+2", "End", *", no",
    "Esc", "J", "N", *"ask", "Ctrl+Return", "Esc",
    *["J"] * 12, "X", "Shift+J", "X", "L, B",
    "Ctrl+B", "Ctrl+K", "type oldest first", "Return", "J",
    "/", *"lid", "Left", "Esc", "G, O", "G, I",
    "Ctrl+Shift+F", "Space", "type tag", "Return", "Esc", "Esc", "Ctrl+K", "type All active", "Return", "J", "*", "X", "Ctrl+T", "J",
    "Ctrl+T", "Ctrl+Shift+O",
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """A signed-in profile with a full cache, to be copied; its server is gone by now."""

    folder: Path
    secret: str


async def make_stage(server: LiveServer, folder: Path) -> Stage:
    """Fill a profile from a server, without a window."""
    ana = server.add_user("Ana Kovac", teams=("Europe",))
    team = server.write(lambda tx: accounts.ensure_team(tx, "Europe"))
    for n in range(TICKETS):
        told = received(
            subject=f"Lid {n:02}", name=f"Buyer {n:02}", email=f"b{n}@mail.test", team_id=team.id
        )
        server.execute(server.operator(), told)
    folder.mkdir()
    desk = await Desk(folder, server, ana).open()
    await desk.live()
    await desk.close()
    session = Session(
        id=ana.id, server=server.url, token=desk.token, name=ana.name, email=ana.email,
        role=ana.role,
    )  # fmt: skip
    secret = Secret(id=NIL, key=KEY.hex(), session=session, user=ana.id)
    Settings(folder).undo_s = 0
    return Stage(folder, codec.encode(secret).decode())


class Keys:
    """Kills a console at keys of SCRIPT. `states` are how it stood after each, the first before any."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self._stage, self._folder = stage, folder
        self.states = self._run(self._copy("whole"), SCRIPT)
        assert len(self.states) == len(SCRIPT) + 1, "the script was played to its end"

    def _copy(self, name: str) -> Path:
        return Path(shutil.copytree(self._stage.folder, self._folder / name))

    def _run(
        self, profile: Path, keys: Sequence[str], dies_at: int = -1, turns: int = 0
    ) -> list[dict[str, Any]]:
        plan = {
            "profile": str(profile), "secret": self._stage.secret, "keys": list(keys),
            "dies_at": dies_at, "turns": turns,
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.typist", json.dumps(plan)],
            cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def lost(self, key: int, turns: int) -> Iterator[str]:
        """What is not there again after a death at this key of SCRIPT: nothing before it may be lost."""
        profile = self._copy(f"key-{key}-{turns}")
        told = self._run(profile, SCRIPT[: key + 1], key, turns)
        (found,) = self._run(profile, ())
        shutil.rmtree(profile)
        before, after = told[-1], self.states[key + 1]
        for names in SEPARATE:
            value, *known = ({n: s[n] for n in names} for s in (found, before, after))
            if value not in known:
                told = f"was {known[0]}, then {known[1]}, is {value}"
                yield f"key {key} ({SCRIPT[key]}), {turns} turns: {told}"


def drawn(seed: int, count: int) -> list[tuple[int, int]]:
    """So many keys to die at, none twice, and for how many turns each is outlived."""
    dice = random.Random(seed)
    keys = dice.sample(range(len(SCRIPT)), min(count, len(SCRIPT)))
    return [(key, dice.randint(0, MOST_TURNS)) for key in keys]
