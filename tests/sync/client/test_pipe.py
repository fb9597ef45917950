"""The pipe between console and engine: every frame survives, half a frame is the end."""

import io
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

import pytest
from msgspec import Raw

from console.kernel.ids import new_id
from console.sync.asking import Search, Searched
from console.sync.client import pipe
from console.sync.client.outlet import read_frame
from console.sync.frames import Lost
from console.sync.records import Accepted, Change, Merged, Rejected, Result

CURRENT = Change("ticket", new_id(), 12, sc=(4,), doc=Raw(b'{"number":1,"subject":"\\u00e9"}'))
TO_ENGINE: list[Any] = [
    pipe.SignIn("http://127.0.0.1:1", "ana@desk.test", "sesame", new_id()),
    pipe.Begin("http://127.0.0.1:1", "token", new_id(), new_id(), "/tmp/x", bytes(range(32))),
    pipe.Poke(),
    pipe.Hurry(),
    pipe.GoOffline(True),
    pipe.FetchFile(new_id(), "message", new_id()),
    pipe.Open("ticket", new_id()),
    pipe.Deepen("message", new_id(), 101),
    pipe.Attend(new_id(), "typing:buyer"),
    pipe.Attend(None, "viewing"),
    pipe.Glance((new_id(), new_id())),
    pipe.Glance(()),
    pipe.Seek(3, Search(text="from:lena", now=datetime(2026, 3, 2, tzinfo=UTC))),
    pipe.SignOut(),
    pipe.SignOut(everywhere=True),
]
FROM_ENGINE: list[Any] = [
    pipe.SignedIn("token", new_id(), "Ana", "ana@desk.test", "agent"),
    pipe.SignInFailed("wrong_password", "The address or the password is wrong."),
    pipe.Opened(True),
    pipe.Standing("catchup", 3, 9, 12, None, datetime(2026, 3, 2, tzinfo=UTC)),
    pipe.Changed({"ticket": [new_id(), UUID(int=0)]}, 12),
    pipe.Answered(
        (Result(new_id(), Accepted(1)), Result(new_id(), Merged(2, {"priority": "low"})))
    ),
    pipe.Answered((Result(new_id(), Rejected("denied")),)),
    pipe.Transfer(new_id(), "down", 3, 9),
    pipe.Transfer(new_id(), "up", 0, 0, "hash_mismatch"),
    pipe.Deepened(new_id(), True),
    pipe.Sought(3, Searched((), capped=True)),
    pipe.Sought(3, None, "unavailable"),
    pipe.Restored((Lost(7, 99),)),
    pipe.Present(new_id(), new_id(), "noting"),
    pipe.Answered((Result(new_id(), Rejected("taken_by", {"assignee": "x"}, CURRENT)),)),
    pipe.SignedOut(),
    pipe.NotSignedOut(),
]


@pytest.mark.parametrize("frame", TO_ENGINE, ids=lambda frame: type(frame).__name__)
def test_what_the_console_says_arrives(frame: Any) -> None:
    body = read_frame(io.BytesIO(pipe.packed(frame)))
    assert body is not None
    assert pipe.to_engine.decode(body) == frame


@pytest.mark.parametrize("frame", FROM_ENGINE, ids=lambda frame: type(frame).__name__)
def test_what_the_engine_says_arrives(frame: Any) -> None:
    body = read_frame(io.BytesIO(pipe.packed(frame)))
    assert body is not None
    assert pipe.from_engine.decode(body) == frame


def test_every_frame_is_tried_here() -> None:
    assert {type(frame) for frame in TO_ENGINE} == set(get_args(pipe.ToEngine))
    assert {type(frame) for frame in FROM_ENGINE} == set(get_args(pipe.FromEngine))


def test_frames_follow_one_another_and_half_a_frame_is_the_end() -> None:
    data = pipe.packed(pipe.Poke()) + pipe.packed(pipe.Hurry())
    for cut in range(len(data) + 1):
        source, found = io.BytesIO(data[:cut]), []
        while (body := read_frame(source)) is not None:
            found.append(pipe.to_engine.decode(body))
        assert found == [pipe.Poke(), pipe.Hurry()][: len(found)]
    assert found == [pipe.Poke(), pipe.Hurry()]


def test_a_frame_of_an_absurd_size_is_the_end(expected_errors: Any) -> None:
    expected_errors.expect("pipe_frame_too_large")
    header = pipe.HEADER.pack(pipe.MAX_BYTES + 1)
    assert read_frame(io.BytesIO(header + b"x" * 100)) is None
    assert expected_errors.events == ["pipe_frame_too_large"]
