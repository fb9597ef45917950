"""One Parley per profile: a second start brings the first up, at the ticket that is asked for."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from console.desktop.doorbell import ANSWER_MS, Doorbell, _name, ring
from console.kernel.links import link_to
from tests.desktop.conftest import Shop, to_work
from tests.parts.process import ROOT
from tests.parts.seat import Seat, said, sit_down

pytestmark = pytest.mark.usefixtures("qapp")


async def _start(profile: Path, *words: str) -> tuple[int, str]:
    """A second start of the program; its exit code and what it said of it."""
    command = [sys.executable, "-m", "console", "--profile", str(profile), *words]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=env, stderr=subprocess.PIPE
    )
    _, told = await process.communicate()
    return process.returncode or 0, told.decode()


def test_a_second_start_brings_the_first_up_at_its_ticket(shop: Shop) -> None:
    async def work(seat: Seat) -> None:
        await to_work(seat, shop)
        reader = seat.workspace._local.reader
        assert reader is not None
        numbers = [int(row[0]) for row in reader.rows("SELECT number FROM tickets ORDER BY number")]
        for number, words in (
            (numbers[0], ["ticket", str(numbers[0])]),
            (numbers[2], [link_to(numbers[2])]),
        ):
            seat.desk.window.showMinimized()
            assert await _start(shop.profile, *words) == (0, "")
            await seat.until(lambda n=number: _open(seat) == n, f"#{number}")
            assert not seat.desk.window.isMinimized()
        assert await _start(shop.profile) == (0, "")
        assert await _start(shop.profile, link_to(987_654)) == (0, "")
        await seat.until(lambda: any("987654 is not on this computer" in t for t in said()))
        code, told = await _start(shop.profile, "parley://ticket/1;rm")
        assert code == 1
        assert "This is not a link that Parley knows" in told
        await seat.settled()

    sit_down(shop.options, work)


def _open(seat: Seat) -> int:
    state = seat.workspace.opened.state
    return state.ticket.number if state else 0


def test_a_dead_ones_socket_is_in_nobodys_way(tmp_path: Path, qtbot: QtBot) -> None:
    code = (
        "import sys, os; from PySide6.QtCore import QCoreApplication; app = QCoreApplication([]);"
        "from PySide6.QtNetwork import QLocalServer; s = QLocalServer();"
        "assert s.listen(sys.argv[1]); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, _name(tmp_path)], check=True)
    bell = Doorbell(tmp_path)
    assert bell._server.isListening()
    bell.close()


def test_whoever_says_something_else_is_refused(tmp_path: Path, qtbot: QtBot) -> None:
    bell = Doorbell(tmp_path)
    rung: list[object] = []
    bell.rung.connect(rung.append)
    for told in (b"parley://ticket/0\n", b"quit\n", b"\xff\xfe\n"):
        socket = QLocalSocket()
        socket.connectToServer(_name(tmp_path))
        socket.write(told)
        socket.flush()
        qtbot.waitUntil(lambda s=socket: s.bytesAvailable() > 0)
        assert socket.readAll().data() == b"no\n"
    endless = QLocalSocket()
    endless.connectToServer(_name(tmp_path))
    endless.write(b"x" * 10_000)
    qtbot.waitUntil(lambda: endless.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert rung == []
    bell.close()


def test_where_nobody_answers_nobody_is_waited_for(tmp_path: Path) -> None:
    assert not ring(tmp_path)
    mute = QLocalServer()
    assert mute.listen(_name(tmp_path))
    assert ANSWER_MS <= 2_000
    assert not ring(tmp_path, 48213)
    mute.close()
