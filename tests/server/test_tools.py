"""What tools print, and the exit codes they give."""

import asyncio
import json
from pathlib import Path

import pytest

from console.server.admin_routes import NewUser
from console.server.doors import Outside, Place
from console.server.figures import Figures
from console.server.importer import Tally
from console.server.tools import add_user, import_file, status, summary, table
from console.sync.client.http import make_client

ALONE = Outside(make_client)
GOOD = '{"id": "a", "turns": [{"role": "user", "content": "303-9182736-4567890 is late"}]}\n'


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def test_an_import_ends_with_its_tally(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(GOOD)
    assert asyncio.run(import_file(path, "turns", place, ALONE)) == 0
    told = capsys.readouterr()
    assert told.out == (
        "1 conversations imported (1 messages), 0 were there already, 0 set aside;"
        " 1 linked to 1 orders.\n"
    )
    assert "100%" in told.err
    assert "1 conversations" in told.err


def test_an_import_that_set_lines_aside_says_where_and_ends_with_1(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(GOOD + "nonsense\n")
    assert asyncio.run(import_file(path, "turns", place, ALONE)) == 1
    told = capsys.readouterr()
    assert "1 conversations imported (1 messages), 0 were there already, 1 set aside" in told.out
    assert "line 2 set aside: " in told.err
    assert told.err.endswith(f"What was set aside is in {path}.rejected.\n")


def test_large_numbers_are_readable() -> None:
    tally = Tally(imported=6000, messages=71686, linked=4400, orders={str(n) for n in range(2482)})
    assert summary(tally, 0) == (
        "6,000 conversations imported (71,686 messages), 0 were there already, 0 set aside;"
        " 4,400 linked to 2,482 orders."
    )


def test_status_for_programs_and_for_people(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = NewUser(email=" a@b.c", name="A", role="agent", password="x" * 8, teams=("X", "Y"))
    assert asyncio.run(add_user(asked, place, ALONE)) == 0
    assert capsys.readouterr().out == "a@b.c can now sign in as agent in X, Y.\n"
    assert asyncio.run(status(place, ALONE, as_json=True)) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["records", "head", "epoch", "consoles"]
    assert told["records"] | {"user": 1, "team": 2, "message": 0} == told["records"]
    assert asyncio.run(status(place, ALONE, as_json=False)) == 0
    assert "team" in capsys.readouterr().out


def test_the_table_lines_up() -> None:
    lines = table(Figures({"ticket": 6000, "message": 71686}, 12, (3, 255), 2)).splitlines()
    assert lines == [
        "ticket     6,000",
        "message   71,686",
        "consoles       2",
        "log head      12",
        "epoch     3 (ff)",
    ]
