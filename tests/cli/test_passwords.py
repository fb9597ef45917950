"""Where the command line takes passwords from: standard input, or somebody at a terminal."""

import os
import pty
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.cli.conftest import Served
from tests.cli.parley import DEADLINE_S, PASSWORD, Parley, Told
from tests.parts import web

ANA = ("--name", "Ana Kovac", "--role", "agent", "--password-stdin")


def typed(parley: Parley, *words: str | Path, lines: Sequence[str]) -> Told:
    """The same at a terminal, where each line is typed once it is asked for."""
    keys, terminal = pty.openpty()
    process = subprocess.Popen(
        parley.command(*words), stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=parley.environment, cwd=parley.home, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    asked = b""
    for line in lines:
        while not asked.endswith(b": "):
            more = process.stderr.read1()
            assert more, asked
            asked += more
        os.write(keys, f"{line}\n".encode())
        asked += b"\n"
    out, err = process.communicate(timeout=DEADLINE_S)
    os.close(keys)
    os.close(terminal)
    return Told(process.returncode, out.decode(), (asked + err).decode())


def test_at_a_terminal_a_password_is_asked_for_twice(parley: Parley, data: Path) -> None:
    words = ("admin", "user", "add", "ana@desk.test", *ANA, "--data", data)
    told = typed(parley, *words, lines=[PASSWORD, "another one"])
    assert told.code == 1
    assert "These were two different passwords." in told.err
    told = typed(parley, *words, lines=[PASSWORD, PASSWORD])
    assert (told.code, told.out) == (0, "ana@desk.test can now sign in as agent.\n")


def test_a_user_is_added_through_an_address(served: Served) -> None:
    words = ("admin", "user", "add", "uma@desk.test", *ANA, "--server", served.url)
    assert served.parley(*words, stdin=PASSWORD).code == 0
    body = {"email": "uma@desk.test", "password": PASSWORD}
    answer = web.post(f"{served.url}/auth/sign-in", json=body, trust_env=False)
    assert answer.status_code == 200, answer.text
