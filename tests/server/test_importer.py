"""An import brings whole conversations once, sets aside what cannot come, and mends what did not."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.kernel.errors import Denied, Unavailable
from console.people.server import accounts
from console.server.admin_routes import NewUser
from console.server.doors import Outside, Place, open_door
from console.server.files import Format
from console.server.importer import Import, Tally
from console.server.lines import MAX_LINE_BYTES, Aside, open_lines
from console.sync.client.http import make_client
from console.sync.records import MAX_COMMANDS_BYTES
from tests.parts.server import CONTROL, LiveServer, live_server

NUMBER = "303-9182736-4567890"


class Run:
    """One import of a file, and what was said of it."""

    def __init__(self, place: Place, token: str | None = None) -> None:
        self.place = place
        self.outside = Outside(make_client, token)
        self.said: list[str] = []
        self.moves: list[int] = []
        self.moved: Callable[[int, Tally], None] = lambda position, _: self.moves.append(position)

    def __call__(self, path: Path, written_as: Format = "turns") -> Tally:
        self.said.clear()
        self.moves.clear()
        return asyncio.run(self._run(path, written_as))

    async def _run(self, path: Path, written_as: Format) -> Tally:
        with open_lines(path) as lines, Aside(path) as aside:
            self.size = lines.size
            async with open_door(self.place, self.outside) as door:
                run = Import(door, aside, self.said.append, self.moved)
                return await run.run(lines, written_as)


@pytest.fixture(params=["here", "over http"])
def run(request: pytest.FixtureRequest, tmp_path: Path, server: LiveServer) -> Run:
    """Both ways in: the core in this process, and a server that runs."""
    if request.param == "here":
        return Run(Place(tmp_path / "data"))
    return Run(Place(tmp_path, server.url), CONTROL)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    """One engine is enough here: what the commands do is tested on both elsewhere."""
    with live_server(tmp_path / "server") as running:
        yield running


def chat(n: int, *said: str) -> dict[str, Any]:
    roles = ("user", "agent")
    content = said or (f"Order {NUMBER} number {n}?", "Soon.")
    turns = [{"role": roles[i % 2], "content": text} for i, text in enumerate(content)]
    return {"id": f"c{n}", "turns": turns}


def written(path: Path, *lines: dict[str, Any] | bytes) -> Path:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"\n".join(raw) + b"\n")
    return path


def counts(tally: Tally) -> tuple[int, int, int, int, int]:
    return tally.imported, tally.messages, tally.present, tally.linked, len(tally.orders)


def test_twice_is_once(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "in.jsonl", *(chat(n) for n in range(250)))
    assert counts(run(path)) == (250, 500, 0, 250, 1)
    assert run.moves[-1] == run.size
    renamed = path.rename(tmp_path / "other.jsonl")
    assert counts(run(renamed)) == (0, 0, 250, 0, 0)
    assert not list(tmp_path.glob("*.rejected"))


def test_bad_lines_are_named_and_the_rest_goes_on(run: Run, tmp_path: Path) -> None:
    long = b'"' + b"x" * MAX_LINE_BYTES + b'"'
    lines = [chat(1), b"{nonsense", b"", chat(2, "hello", " "), long, chat(3), chat(4, "\x07")]
    tally = run(written(tmp_path / "in.jsonl", *lines))
    assert counts(tally)[:3] == (2, 4, 0)
    assert sorted(said.split(" set aside")[0] for said in run.said) == [
        "line 2", "line 4", "line 5", "line 7",
    ]  # fmt: skip
    assert "line 5 set aside: The line is longer than 8 MiB." in run.said
    assert "line 7 set aside: A message is empty." in run.said
    kept = (tmp_path / "in.jsonl.rejected").read_bytes().splitlines()
    assert sorted(kept) == sorted(
        [lines[1], json.dumps(lines[3]).encode(), long, json.dumps(lines[6]).encode()]
    )


def test_a_conversation_too_large_to_send_says_how_it_can_come(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "in.jsonl", chat(1, *("x" * 90_000 for _ in range(4))), chat(2))
    tally = run(path)
    if run.outside.token is None:
        assert counts(tally)[:2] == (2, 6)
    else:
        assert counts(tally)[:2] == (1, 2)
        size = f"{MAX_COMMANDS_BYTES >> 10} KiB"
        reason = f"It is larger than a server takes at once ({size})"
        assert run.said == [
            f"line 1 set aside: {reason}; with the server stopped, --data imports it."
        ]


def test_many_large_ones_travel_in_parts(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "in.jsonl", *(chat(n, "x" * 60_000, "y" * 30_000) for n in range(9)))
    assert counts(run(path))[:2] == (9, 18)


def test_an_empty_file_is_no_mistake(run: Run, tmp_path: Path) -> None:
    assert counts(run(written(tmp_path / "in.jsonl"))) == (0, 0, 0, 0, 0)


def test_a_mended_line_comes_in_the_next_time(run: Run, tmp_path: Path) -> None:
    """The server remembers refusing it under the same id; that must not be the last word."""
    bad = {"id": "c1", "order": "x" * 99, "messages": [{"from": "buyer", "body": "hi"}]}
    path = written(tmp_path / "in.jsonl", bad)
    assert counts(run(path, "jsonl"))[:3] == (0, 0, 0)
    assert run.said == [
        "line 1 set aside: An order number is too long or has invisible characters."
    ]
    assert counts(run(path, "jsonl"))[:3] == (0, 0, 0), "refused the same way again"
    assert len(run.said) == 1
    assert counts(run(written(path, {**bad, "order": NUMBER}), "jsonl")) == (1, 1, 0, 1, 1)
    assert counts(run(written(path, {**bad, "order": None}), "jsonl"))[:3] == (0, 0, 1)


def test_teams_are_found_by_name(run: Run, tmp_path: Path) -> None:
    lines = [
        {"id": f"c{n}", "team": team, "messages": [{"from": "buyer", "body": "hi"}]}
        for n, team in enumerate(["Europe", " EUROPE ", "Mars"])
    ]
    asyncio.run(_add_team(run))
    assert counts(run(written(tmp_path / "in.jsonl", *lines), "jsonl"))[0] == 2
    assert run.said == ["line 3 set aside: There is no team 'Mars'."]


async def _add_team(run: Run) -> None:
    asked = NewUser(
        email="a@b.c",
        name="A",
        role="agent",
        password=accounts.random_password(),
        teams=("Europe",),
    )
    async with open_door(run.place, run.outside) as door:
        await door.add_user(asked)


def test_whoever_may_not_import_is_told_once(server: LiveServer, tmp_path: Path) -> None:
    token = server.token(server.add_user("Ana Kovac"))
    run = Run(Place(tmp_path, server.url), token)
    with pytest.raises(Denied, match="may not import"):
        run(written(tmp_path / "in.jsonl", *(chat(n) for n in range(300))))
    assert not list(tmp_path.glob("*.rejected"))


def test_a_server_that_goes_away_ends_it(server: LiveServer, tmp_path: Path) -> None:
    run = Run(Place(tmp_path, server.url), CONTROL)
    path = written(tmp_path / "in.jsonl", *(chat(n) for n in range(1000)))
    run.moved = lambda *_: server._stop()
    with pytest.raises(Unavailable, match=r"No Parley server answers|does not answer"):
        run(path)
