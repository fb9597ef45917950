"""The four doors of the sync protocol, over real sockets."""

import dataclasses
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec import structs
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from console.conversations.model import MAX_BODY_CHARS
from console.kernel import codec
from console.kernel.ids import new_id
from console.people.model import ORG_SCOPE, Party, Role, User
from console.people.records import PARTY, ROLE
from console.people.server import accounts
from console.server import live_socket
from console.sync import wire
from console.sync.asking import PAGE_ROWS, BootEnd, BootPage, BootStart, Bootstrap
from console.sync.frames import (
    BYE_PROTOCOL,
    BYE_SIGNED_OUT,
    SUBPROTOCOL,
    Batch,
    Bye,
    CommandFrame,
    Hello,
    ResultFrame,
    ServerFrame,
    Welcome,
)
from console.sync.records import (
    MAX_COMMANDS,
    Accepted,
    Change,
    Command,
    Commands,
    Rejected,
    Results,
    Retry,
)
from console.sync.server import epoch
from console.sync.server.feed import Resume, token_of
from tests.parts import web
from tests.parts.acts import note, received, reply
from tests.parts.server import LiveServer
from tests.parts.until import until


def post(server: LiveServer, path: str, token: str, body: object) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"}
    content = body if isinstance(body, bytes) else codec.encode(body)
    return web.post(server.url + path, headers=headers, content=content, timeout=30)


def results(answer: httpx.Response) -> Results:
    assert answer.status_code == 200, answer.text
    return codec.decode(answer.content, Results)


@pytest.fixture
def ana(server: LiveServer) -> User:
    return server.add_user("Ana Kovac", teams=("Europe",))


@pytest.fixture
def token(server: LiveServer, ana: User) -> str:
    return server.token(ana)


def conversation(server: LiveServer) -> UUID:
    command = received()
    server.execute(server.operator(), command)
    return command.target


# -- commands


def test_commands_are_answered_in_their_order(server: LiveServer, token: str) -> None:
    there = conversation(server)
    sent = (reply(there), Command(new_id(), "Teleport", there), reply(new_id()), reply(there))
    found = results(post(server, "/sync/v1/commands", token, Commands(commands=sent)))
    assert [result.cmd_id for result in found.results] == [command.cmd_id for command in sent]
    codes = [r.outcome.code if isinstance(r.outcome, Rejected) else "" for r in found.results]
    assert codes == ["", "unknown_command", "denied", ""]
    again = results(post(server, "/sync/v1/commands", token, Commands(commands=sent)))
    assert all(result.again for result in again.results)
    assert again.results[0].outcome == found.results[0].outcome


def test_what_comes_from_another_epoch_is_not_decided(server: LiveServer, token: str) -> None:
    present = server.call(server.core.read(epoch.current)).no
    wish = reply(conversation(server))
    for number, decided in ((present - 1, Retry), (present, Accepted), (present - 1, Accepted)):
        sent = Commands(commands=(wish,), epoch=number)
        (found,) = results(post(server, "/sync/v1/commands", token, sent)).results
        assert isinstance(found.outcome, decided)


def test_the_longest_message_there_may_be_gets_through(server: LiveServer, token: str) -> None:
    long = reply(conversation(server), "👍" * MAX_BODY_CHARS)
    found = results(post(server, "/sync/v1/commands", token, Commands(commands=(long,))))
    assert isinstance(found.results[0].outcome, Accepted)


def test_too_many_commands_are_not_looked_at(server: LiveServer, token: str) -> None:
    sent = tuple(Command(new_id(), "X", new_id()) for _ in range(MAX_COMMANDS + 1))
    answer = post(server, "/sync/v1/commands", token, Commands(commands=sent))
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_commands")


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"commands":[{"type":"X"}]}', b'{"commands":[],"sudo":1}']
)
def test_what_are_no_commands(server: LiveServer, token: str, body: bytes) -> None:
    assert post(server, "/sync/v1/commands", token, body).status_code in (400, 422)


def test_a_handler_of_ours_that_fails_is_one_answer_and_the_rest_goes_on(
    server: LiveServer, token: str, monkeypatch: pytest.MonkeyPatch, expected_errors: Any
) -> None:
    expected_errors.expect("command_failed")
    there = conversation(server)
    handlers = dict(server.core.dispatch._handlers)
    broken = handlers["AddNote"]

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    handlers["AddNote"] = dataclasses.replace(broken, handle=fail)
    monkeypatch.setattr(server.core.dispatch, "_handlers", handlers)
    sent = (reply(there), note(there), reply(there))
    found = results(post(server, "/sync/v1/commands", token, Commands(commands=sent)))
    outcomes = [result.outcome for result in found.results]
    assert [type(outcome) for outcome in outcomes] == [Accepted, Rejected, Accepted]
    assert outcomes[1] == Rejected("server_error")
    monkeypatch.undo()
    again = results(post(server, "/sync/v1/commands", token, Commands(commands=sent)))
    outcome = again.results[1].outcome
    assert isinstance(outcome, Rejected)
    assert outcome.code == "server_error"
    assert expected_errors.events == ["command_failed"]


# -- changes


def test_changes_after_a_cursor(server: LiveServer, token: str) -> None:
    headers = {"authorization": f"Bearer {token}"}
    conversation(server)
    first = codec.decode(
        web.get(f"{server.url}/sync/v1/changes?after=0", headers=headers).content, Batch
    )
    assert {change.k for change in first.changes} >= {"ticket", "conversation", "message", "party"}
    url = f"{server.url}/sync/v1/changes?after={first.to_seq}"
    assert codec.decode(web.get(url, headers=headers).content, Batch).changes == ()
    assert web.get(f"{server.url}/sync/v1/changes?after=x", headers=headers).status_code == 400


# -- bootstrap


def lines(answer: httpx.Response) -> list[Any]:
    assert answer.status_code == 200, answer.text
    return list(wire.Lines().feed(answer.content))


def test_a_bootstrap_is_start_rows_pages_end(server: LiveServer, token: str) -> None:
    conversation(server)
    found = lines(post(server, "/sync/v1/bootstrap", token, Bootstrap()))
    start, end = found[0], found[-1]
    assert isinstance(start, BootStart)
    assert isinstance(end, BootEnd)
    rows = [line for line in found if isinstance(line, Change)]
    assert len(rows) == sum(start.totals.values())
    order = list(dict.fromkeys(row.k for row in rows))
    assert order == [kind for kind in server.core.catalog.names if kind in order]
    pages = [line for line in found if isinstance(line, BootPage)]
    assert len(pages) == len(server.core.catalog.names) - 1


def fill(server: LiveServer, count: int, scope: int = 4) -> None:
    def work(tx: Any) -> None:
        for _ in range(count):
            tx.add(PARTY, Party(id=new_id(), side="buyer", name="x" * 400), frozenset({scope}))

    server.write(work)


def test_a_bootstrap_goes_on_from_any_page(server: LiveServer, token: str) -> None:
    fill(server, 2 * PAGE_ROWS + 5)
    whole = lines(post(server, "/sync/v1/bootstrap", token, Bootstrap()))
    for number, line in enumerate(whole):
        if isinstance(line, BootPage):
            rest = lines(post(server, "/sync/v1/bootstrap", token, Bootstrap(resume=line.token)))
            assert rest[0].start == whole[0].start
            assert [r for r in rest if isinstance(r, Change)] == [
                r for r in whole[number + 1 :] if isinstance(r, Change)
            ]


def test_only_what_is_granted_whatever_is_asked_for(server: LiveServer, token: str) -> None:
    server.add_user("Ben Ode", teams=("Asia",))
    fill(server, 3, scope=60)
    asked = Bootstrap(scopes=(4, 60))
    rows = [
        r for r in lines(post(server, "/sync/v1/bootstrap", token, asked)) if isinstance(r, Change)
    ]
    assert not [row for row in rows if 60 in row.sc]
    only = Bootstrap(scopes=(60,))
    assert not [
        r for r in lines(post(server, "/sync/v1/bootstrap", token, only)) if isinstance(r, Change)
    ]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Bootstrap(resume="nonsense"), "bad_resume"),
        (Bootstrap(resume=token_of(Resume(start=1, kind="hologram", after="ff"))), "bad_resume"),
        (Bootstrap(resume=token_of(Resume(start=1, kind="party", after="zz"))), "bad_resume"),
        (Bootstrap(kinds=("hologram",)), "unknown_kind"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_it_begins(
    server: LiveServer, token: str, asked: Bootstrap, code: str
) -> None:
    answer = post(server, "/sync/v1/bootstrap", token, asked)
    assert (answer.status_code, answer.json().get("code")) == (422, code)


def test_a_bootstrap_stops_when_a_scope_is_lost_in_its_middle(
    server: LiveServer, ana: User, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(server, 3 * PAGE_ROWS)
    real, pages = server.core.feed.page, 0
    first, lost = threading.Event(), threading.Event()

    def slow(*args: Any, **more: Any) -> Any:
        nonlocal pages
        page = real(*args, **more)
        pages += bool(page.rows) and len(page.rows) == PAGE_ROWS
        if pages == 1 and not first.is_set():
            first.set()
            assert lost.wait(20)
        return page

    monkeypatch.setattr(server.core.feed, "page", slow)
    found: list[Any] = []

    def fetch() -> None:
        answer = post(server, "/sync/v1/bootstrap", token, Bootstrap())
        found.extend(wire.Lines().feed(answer.content))

    fetching = threading.Thread(target=fetch)
    fetching.start()
    assert first.wait(20)
    server.write(lambda tx: accounts.set_teams(tx, ana.id, []))
    lost.set()
    fetching.join(30)
    assert not [line for line in found if isinstance(line, BootEnd)]
    assert (
        len([line for line in found if isinstance(line, Change) and line.k == "party"]) == PAGE_ROWS
    )


# -- live


@contextmanager
def socket(server: LiveServer, **more: Any) -> Iterator[ClientConnection]:
    url = server.url.replace("http", "ws", 1) + "/sync/v1/live"
    with connect(url, subprotocols=[SUBPROTOCOL], compression=None, proxy=None, **more) as opened:
        yield opened


def hello(token: str, device: UUID, **more: Any) -> Hello:
    fields: dict[str, Any] = {"proto": (1, 1), "cursor": 0, "hwm": 0, "epoch": None, "scopes": ""}
    return Hello(token=token, device=device, **{**fields, **more})


def hear(opened: ClientConnection) -> ServerFrame:
    return wire.unpack_server(opened.recv(timeout=20))


def bye(opened: ClientConnection) -> int:
    frame = hear(opened)
    assert isinstance(frame, Bye), frame
    with pytest.raises(ConnectionClosed):
        opened.recv(timeout=20)
    return frame.code


def test_a_console_is_welcomed_and_kept_current(server: LiveServer, ana: User) -> None:
    device = new_id()
    token = server.token(ana, device)
    head = server.call(server.core.read(server.core.feed.head))
    with socket(server) as opened:
        assert opened.subprotocol == SUBPROTOCOL
        opened.send(wire.pack(hello(token, device, cursor=head, hwm=head)))
        welcome = hear(opened)
        assert isinstance(welcome, Welcome)
        assert (welcome.mode, welcome.head) == ("live", head)
        conversation(server)
        batch = hear(opened)
        assert isinstance(batch, Batch)
        assert {change.k for change in batch.changes} >= {"ticket", "message"}


@pytest.mark.parametrize("origin", ["https://evil.test", "http://127.0.0.1", "null"])
def test_no_page_in_a_browser_gets_in(server: LiveServer, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refusal, socket(server, origin=origin):
        pass
    assert refusal.value.response.status_code == 403


def test_who_says_nothing_is_sent_away(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_socket, "HELLO_DEADLINE_S", 0.05)
    with socket(server) as opened:
        assert bye(opened) == BYE_PROTOCOL


@pytest.mark.parametrize("first", ['{"t":"ack","seq":1}', "{", b"\x00\x01", '{"t":"welcome"}'])
def test_who_does_not_greet_is_sent_away(server: LiveServer, first: str | bytes) -> None:
    with socket(server) as opened:
        opened.send(first)
        assert bye(opened) == BYE_PROTOCOL


def test_a_wrong_token_or_device_is_signed_out(server: LiveServer, ana: User) -> None:
    device = new_id()
    token = server.token(ana, device)
    deaf = Role(id=new_id(), name="deaf", actions=frozenset())
    server.write(lambda tx: tx.record(ROLE, deaf, frozenset({ORG_SCOPE})))
    hook = server.add_user("Shop Hook", "deaf")
    hooked = new_id()
    greetings = [
        hello("forged", device),
        hello(token, new_id()),
        hello(server.token(ana), device),
        hello(server.token(hook, hooked), hooked),
    ]
    for greeting in greetings:
        with socket(server) as opened:
            opened.send(wire.pack(greeting))
            assert bye(opened) == BYE_SIGNED_OUT


def test_signing_out_ends_the_live_socket_of_that_session_alone(
    server: LiveServer, ana: User
) -> None:
    devices = [new_id(), new_id()]
    tokens = [server.token(ana, device) for device in devices]
    head = server.call(server.core.read(server.core.feed.head))
    with socket(server) as first, socket(server) as second:
        for opened, token, device in zip((first, second), tokens, devices, strict=True):
            opened.send(wire.pack(hello(token, device, cursor=head, hwm=head)))
            assert isinstance(hear(opened), Welcome)
        post(server, "/auth/sign-out", tokens[0], b"")
        assert bye(first) == BYE_SIGNED_OUT
        conversation(server)
        assert isinstance(hear(second), Batch)


def test_a_command_said_there_is_decided_once_wherever_it_comes_again(
    server: LiveServer, ana: User
) -> None:
    device, command = new_id(), structs.replace(note(conversation(server)), n=1)
    token = server.token(ana, device)
    head = server.call(server.core.read(server.core.feed.head))
    with socket(server) as opened:
        opened.send(wire.pack(hello(token, device, cursor=head, hwm=head)))
        hear(opened)
        opened.send(wire.pack(CommandFrame(command)))
        heard = [hear(opened), hear(opened)]
    (said,) = [frame.result for frame in heard if isinstance(frame, ResultFrame)]
    assert isinstance(said.outcome, Accepted)
    (told,) = [frame for frame in heard if isinstance(frame, Batch)]
    assert said.outcome.seq == told.to_seq
    (again,) = results(
        post(server, "/sync/v1/commands", token, Commands(commands=(command,)))
    ).results
    assert (again.outcome, again.again) == (said.outcome, True)


def test_nothing_is_done_for_a_session_that_has_just_ended(server: LiveServer, ana: User) -> None:
    """Who it is that says it is read in the transaction that decides, not when the socket began."""
    device, command = new_id(), structs.replace(note(conversation(server)), n=1)
    token = server.token(ana, device)
    head = server.call(server.core.read(server.core.feed.head))
    with socket(server) as opened:
        opened.send(wire.pack(hello(token, device, cursor=head, hwm=head)))
        hear(opened)
        server.write(lambda tx: tx.connection.exec_driver_sql("DELETE FROM session"))
        opened.send(wire.pack(CommandFrame(command)))
        assert bye(opened) == BYE_SIGNED_OUT
    assert server.call(server.core.read(server.core.feed.head)) == head


def test_who_hangs_up_is_not_counted_any_more(server: LiveServer, ana: User) -> None:
    device = new_id()
    token = server.token(ana, device)
    head = server.call(server.core.read(server.core.feed.head))
    with socket(server) as opened:
        opened.send(wire.pack(hello(token, device, cursor=head, hwm=head)))
        hear(opened)
        assert len(server.core.hub.listeners) == 1

    server.call(until(lambda: not server.core.hub.listeners, "nobody to listen"))
    assert server.core.hub.listeners == set()
