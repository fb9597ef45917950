"""A sample of `python -m tests.soak --only keys`: the real console is killed at any key, and nothing is lost."""

from pathlib import Path

import pytest

from tests.faults.keys import SCRIPT, Keys, drawn, make_stage
from tests.parts.server import live_server

DEATHS, SEED = 3, 4


@pytest.mark.anyio
@pytest.mark.timeout(240)
async def test_what_was_typed_selected_and_arranged_is_there_again(tmp_path: Path) -> None:
    with live_server(tmp_path / "server") as server:
        stage = await make_stage(server, tmp_path / "profile")
    keys = Keys(stage, tmp_path)
    typed, last = keys.states[SCRIPT.index("Esc")], keys.states[-1]
    assert typed["text"] == "Dear Lena, no", "the script does what it says"
    assert last["windows"], "the script does what it says"
    assert [lost for key, turns in drawn(SEED, DEATHS) for lost in keys.lost(key, turns)] == []
