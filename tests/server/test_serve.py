"""The server process as a whole: it ends by itself only when its database is another one."""

from pathlib import Path

import pytest
from sqlalchemy import text

from console.kernel.errors import Unusable
from console.server.config import ServerConfig
from console.server.serve import serve
from console.store.engine import open_database
from console.sync.server import place
from tests.conftest import Errors


def test_a_server_whose_database_moved_decides_nothing_more_and_ends(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_errors: Errors
) -> None:
    """As when a standby was promoted: another timeline on every new connection."""
    expected_errors.expect("database_moved", "database_write_failed")
    config = ServerConfig(tmp_path / "data", port=0, database_url=postgres_url)
    database, outcomes = open_database(postgres_url), []

    def ready(url: str) -> None:
        promoted = place._ASK.replace("checkpoint.timeline_id", "checkpoint.timeline_id + 1")
        monkeypatch.setattr(place, "_ASK", promoted)
        with database.writing() as connection:
            sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
            connection.execute(text(f"{sql} current_database() AND pid <> pg_backend_pid()"))
        outcomes.append(url)

    with pytest.raises(Unusable) as end:
        serve(config, ready)
    assert end.value.code == "database_moved"
    assert outcomes
    database.close()
