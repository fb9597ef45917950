"""One process at a time on a data folder, and how its own machine finds it."""

from pathlib import Path

import pytest

from console.kernel.errors import Unusable
from console.server import lock


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_a_folder_is_held_by_one(tmp_path: Path) -> None:
    assert not lock.is_held(tmp_path)
    with lock.holding(tmp_path):
        assert lock.is_held(tmp_path)
        with pytest.raises(Unusable) as refusal, lock.holding(tmp_path):
            pass
        assert refusal.value.code == "folder_in_use"
    assert not lock.is_held(tmp_path)
    with lock.holding(tmp_path):
        assert lock.is_held(tmp_path)


def test_a_running_server_is_found_by_folder_and_address(tmp_path: Path) -> None:
    running = lock.Running("http://127.0.0.1:8425", 7, lock.new_control_token())
    with lock.holding(tmp_path):
        lock.announce(tmp_path, running)
        assert lock.running_on(tmp_path) == running
        assert lock.running_at("http://127.0.0.1:8425/") == running
        assert (tmp_path / "server.json").stat().st_mode & 0o077 == 0
        lock.withdraw(tmp_path, running)
    assert lock.running_on(tmp_path) is None
    assert lock.running_at("http://127.0.0.1:8425") is None


def test_what_a_killed_server_left_is_nobody(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text("{half")
    assert lock.running_on(tmp_path) is None


def test_control_tokens_are_long_and_never_alike() -> None:
    tokens = {lock.new_control_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 40
