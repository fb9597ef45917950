"""The sandbox's server: its port, whom it joins, and that it never outlives who started it."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from console.demo.serving import served, usable_port
from console.kernel.errors import Unusable
from console.server import lock
from tests.demo.conftest import ROOT
from tests.parts import web


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers leave their addresses with their user: another one here."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_a_busy_port_is_said_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        assert usable_port(port) == 0
    told = capsys.readouterr().err
    assert told == f"Port {port} is busy: the sandbox takes another one.\n"
    assert usable_port(port) == port


def test_served_joined_and_ended(copy: Path) -> None:
    loaded: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with served(copy, port, meanwhile=lambda: loaded.append("yes")) as first:
            assert first.ours
            assert not first.url.endswith(f":{port}")
            assert loaded == ["yes"]
            assert web.get(f"{first.url}/openapi.json").status_code != 503
            with served(copy, port) as second:
                assert not second.ours
                assert second.url == first.url
            assert lock.is_held(copy), "who joined must not end it"
    assert not lock.is_held(copy)
    with pytest.raises(httpx.ConnectError):
        web.get(first.url)


def test_a_killed_starter_takes_its_server_along(copy: Path) -> None:
    words = (
        "import sys; from pathlib import Path; from console.demo.serving import served\n"
        "with served(Path(sys.argv[1]), 0) as server: print(server.url, flush=True); input()"
    )
    command = [sys.executable, "-c", words, str(copy)]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as starter:
        assert starter.stdout is not None
        assert starter.stderr is not None
        assert starter.stdout.readline().startswith("http://127.0.0.1:")
        assert lock.is_held(copy)
        os.kill(starter.pid, signal.SIGKILL)
        starter.wait()
        assert starter.stderr.read() == ""  # which the server has too: it has ended now
    with lock.holding(copy):
        assert lock.running_on(copy) is None


def test_a_server_that_does_not_start_is_said(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "parley.db").write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(Unusable, match="did not start: see"), served(tmp_path, 0):
        pass
    assert "Traceback" not in capfd.readouterr().err


def test_a_folder_held_by_something_else_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.demo.serving.ANNOUNCE_S", 0.0)
    with (
        lock.holding(tmp_path),
        pytest.raises(Unusable, match="Another Parley command is at work"),
        served(tmp_path, 0),
    ):
        pass
