"""The door to the server's history, over real sockets: who may, how much, how often."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from console.kernel import codec
from console.people.model import User
from console.search.model.query import MAX_QUERY_CHARS
from console.server import search_routes
from console.sync.asking import Search, Searched
from tests.parts import web
from tests.parts.acts import AT, received
from tests.parts.server import LiveServer, live_server


@pytest.fixture
def ana(server: LiveServer) -> User:
    return server.add_user("Ana Kovac", teams=("Europe",))


def ask(server: LiveServer, token: str, line: str) -> httpx.Response:
    body = codec.encode(Search(text=line, now=AT))
    headers = {"authorization": f"Bearer {token}"}
    return web.post(server.url + "/sync/v1/search", headers=headers, content=body, timeout=30)


def test_it_answers_whoever_is_signed_in(server: LiveServer, ana: User) -> None:
    server.execute(server.operator(), received(body="Where is my kettle?"))
    answer = ask(server, server.token(ana), "kettle")
    assert answer.status_code == 200, answer.text
    (hit,) = codec.decode(answer.content, Searched).hits
    assert (hit.excerpt, hit.author) == ("Where is my kettle?", "Lena Braun")
    assert ask(server, "none", "kettle").status_code == 401


def test_a_line_that_is_too_long_is_refused_and_says_so(server: LiveServer, ana: User) -> None:
    answer = ask(server, server.token(ana), "k" * (MAX_QUERY_CHARS + 1))
    assert (answer.status_code, answer.json()["code"]) == (422, "too_long")
    assert str(MAX_QUERY_CHARS) in answer.json()["message"]


@pytest.mark.parametrize("line", ['"', "AND OR NOT", "a:b:c * ( ' \\ & | ! <-> %", "\x00", "'; --"])
def test_no_line_breaks_it(server: LiveServer, ana: User, line: str) -> None:
    answer = ask(server, server.token(ana), line)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("line", ["after:yesterday", "after:9999d", "before:today", "field:x<7d"])
@pytest.mark.parametrize("now", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_no_time_of_day_breaks_it(server: LiveServer, ana: User, line: str, now: str) -> None:
    headers = {"authorization": f"Bearer {server.token(ana)}"}
    body = {"text": line, "now": now}
    answer = web.post(server.url + "/sync/v1/search", headers=headers, json=body)
    assert answer.status_code == 200, answer.text


@pytest.fixture
def strict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveServer]:
    monkeypatch.setattr(search_routes.Limits.__init__, "__defaults__", (2,))
    with live_server(tmp_path / "strict") as running:
        yield running


def test_somebody_who_asks_too_often_is_told_to_wait(strict: LiveServer) -> None:
    ana, ben = strict.add_user("Ana Kovac"), strict.add_user("Ben Ode")
    token = strict.token(ana)
    assert [ask(strict, token, "x").status_code for _ in range(3)] == [200, 200, 503]
    assert ask(strict, token, "x").headers["retry-after"] == "5"
    assert ask(strict, strict.token(ben), "x").status_code == 200
