"""The metrics: right numbers, for those who may read them, and nothing of anybody in a label."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.sync.client import ClientConnection, connect

from console.kernel.ids import new_id
from console.people.model import ORG_SCOPE, ROLES, Role, User
from console.people.records import ROLE
from console.people.server import accounts
from console.server import metrics
from console.server.app import make_app
from console.server.core import open_core
from console.server.lock import SCRAPE_FILE, scrape_token
from console.store.engine import open_database
from console.sync import wire
from console.sync.frames import PROTO, SUBPROTOCOL, Ack, Batch, Hello, ServerFrame, Welcome
from console.sync.records import Command
from tests.fakes.clock import ManualClock
from tests.parts import web
from tests.parts.acts import note, received
from tests.parts.server import CONTROL, LiveServer

OPERATOR = {"authorization": f"Bearer {CONTROL}"}
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scraped(server: LiveServer) -> Samples:
    answer = web.get(f"{server.url}/metrics", headers=OPERATOR)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def until(server: LiveServer, holds: Callable[[Samples], bool]) -> Samples:
    """Scrape until it holds: what a console said is worked off on the server's loop."""
    for _ in range(500):
        samples = scraped(server)
        if holds(samples):
            return samples
    raise AssertionError("waited in vain")


@pytest.fixture
def ana(server: LiveServer) -> User:
    return server.add_user("Ana Kovac", teams=("Europe",))


@contextmanager
def console(server: LiveServer, user: User) -> Iterator[ClientConnection]:
    """A live console that has heard its welcome and the batch that makes it current."""
    device = new_id()
    token = server.token(user, device)
    head = server.call(server.core.read(server.core.feed.head))
    url = server.url.replace("http", "ws", 1) + "/sync/v1/live"
    with connect(url, subprotocols=[SUBPROTOCOL], compression=None, proxy=None) as opened:
        hello = Hello(
            proto=(PROTO, PROTO), device=device, token=token, cursor=head, hwm=head, epoch=None,
            scopes="",
        )  # fmt: skip
        opened.send(wire.pack(hello))
        assert isinstance(hear(opened), Welcome)
        yield opened


def hear(opened: ClientConnection) -> ServerFrame:
    return wire.unpack_server(opened.recv(timeout=20))


# -- the numbers


def test_commands_times_and_the_log(server: LiveServer) -> None:
    first = received()
    server.execute(server.operator(), first, note(first.target), note(new_id()))
    server.execute(server.operator(), first)
    found = scraped(server)
    total = "parley_commands_total"
    assert value(found, total, type="ReceiveMessage", outcome="accepted") == 1
    assert value(found, total, type="ReceiveMessage", outcome="repeated") == 1
    assert value(found, total, type="AddNote", outcome="rejected") == 1
    assert value(found, "parley_command_seconds_count") == 4
    assert value(found, "parley_command_seconds_bucket", le="+Inf") == 4
    assert value(found, "parley_command_seconds_sum") > 0
    for name in ("writer_wait", "database_read", "database_write"):
        assert value(found, f"parley_{name}_seconds_count") > 0
    head = server.call(server.core.read(server.core.feed.head))
    told = [int(value(found, f"parley_log_head_{part}")) for part in ("epoch", "count")]
    assert told[0] << 32 | told[1] == head
    assert value(found, "parley_log_horizon_epoch") == 0
    assert value(found, "parley_database_up") == 1
    assert value(found, "parley_writer_waiting") == 0
    assert value(found, "process_cpu_seconds_total") > 0
    assert value(found, "process_resident_memory_bytes") > 1_000_000


def test_a_horizon_is_told(server: LiveServer) -> None:
    head = server.call(server.core.read(server.core.feed.head))
    with server.core.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM sync_state WHERE k = 'horizon'")
        connection.exec_driver_sql(f"INSERT INTO sync_state (k, v) VALUES ('horizon', {head})")
    found = scraped(server)
    assert int(value(found, "parley_log_horizon_epoch")) << 32 <= head
    assert value(found, "parley_log_horizon_count") == head & 0xFFFFFFFF


def test_a_console_is_behind_until_it_acknowledges(server: LiveServer, ana: User) -> None:
    before = scraped(server)
    assert value(before, "parley_consoles") == 0
    assert [name for name, _ in before if name == "parley_console_lag_changes"] == []
    with console(server, ana) as opened:
        until(server, lambda found: value(found, "parley_consoles_behind") == 0)
        server.execute(server.operator(), received())
        batch = hear(opened)
        assert isinstance(batch, Batch)
        found = scraped(server)
        assert value(found, "parley_consoles") == 1
        assert value(found, "parley_consoles_behind") == 1
        assert value(found, "parley_console_lag_changes_max") >= len(batch.changes) > 0
        assert value(found, "parley_unacknowledged_bytes") > 0
        assert value(found, "parley_console_silent_seconds_max") >= 0
        (named,) = [key for key in found if key[0] == "parley_console_lag_changes"]
        (label,) = named[1]
        (listener,) = server.core.hub.listeners
        assert label == ("console", listener.session.hex[: metrics.NAME_CHARS])
        opened.send(wire.pack(Ack(batch.to_seq)))
        found = until(server, lambda found: value(found, "parley_consoles_behind") == 0)
        assert value(found, "parley_unacknowledged_bytes") == 0
        assert value(found, "parley_console_silent_seconds_max") == 0
    until(server, lambda found: value(found, "parley_consoles") == 0)


def test_only_so_many_consoles_are_told_apart(
    server: LiveServer, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "NAMED_CONSOLES", 1)
    with console(server, ana) as late, console(server, ana):
        server.execute(server.operator(), received())
        batch = hear(late)
        assert isinstance(batch, Batch)
        late.send(wire.pack(Ack(batch.to_seq)))
        found = until(server, lambda found: value(found, "parley_consoles_behind") == 1)
        assert value(found, "parley_consoles") == 2
        named = [each for key, each in found.items() if key[0] == "parley_console_lag_changes"]
        assert named == [value(found, "parley_console_lag_changes_max")]


def test_a_fetch_counts_while_it_runs_also_when_nobody_waits_for_its_end(
    server: LiveServer, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, totals = threading.Event(), server.core.feed.totals

    def slow(*asked: Any) -> Any:
        held.wait(30)
        return totals(*asked)

    monkeypatch.setattr(server.core.feed, "totals", slow)
    headers = {"authorization": f"Bearer {server.token(ana)}"}
    stream = web.stream("POST", f"{server.url}/sync/v1/bootstrap", headers=headers, json={})
    with stream as answer:
        assert value(scraped(server), "parley_bootstraps") == 1
        answer.close()
    held.set()
    until(server, lambda found: value(found, "parley_bootstraps") == 0)


def test_without_its_database_the_rest_is_told(server: LiveServer) -> None:
    held = threading.Event()
    core = server.core
    for _ in range(4):
        core.database._threads.submit(held.wait, 30)
    text = server.call(_without_database(core)).decode()
    held.set()
    assert "parley_database_up 0.0" in text
    assert "parley_log_head" not in text
    assert "parley_writer_waiting" in text


async def _without_database(core: Any) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "READ_DEADLINE_S", 0.05)
        return await metrics.exposition(core)


# -- nothing of anybody


def test_no_label_tells_anything_of_anybody(server: LiveServer, ana: User) -> None:
    secret = received(
        name="Lena Hoffmann", email="lena@mail.test", subject="Broken kettle", body="It leaks.",
        order_number="A-100",
    )  # fmt: skip
    names = ("Lena", "../../etc/passwd", 'x"} 1\nparley_up 1', "lena@mail.test")
    made_up = [Command(new_id(), name, new_id()) for name in names]
    with console(server, ana):
        server.execute(server.operator(), secret, *made_up)
        answer = web.get(f"{server.url}/metrics", headers=OPERATOR).text
        (listener,) = server.core.hub.listeners
    people = ("Lena", "Hoffmann", "@", "kettle", "leaks", "A-100", "Ana", "Kovac", "passwd")
    ids = [str(ana.id), ana.id.hex, listener.device.hex, str(listener.device), str(secret.target)]
    assert [each for each in (*people, *ids) if each in answer] == []
    types = {*server.core.dispatch.handlers, "other"}
    for family in text_string_to_metric_families(answer):
        for sample in family.samples:
            assert set(sample.labels) <= {"type", "outcome", "console", "le"}, sample
            assert sample.labels.get("type", "other") in types


# -- for whom


def test_who_may_read_them(server: LiveServer, ana: User) -> None:
    root = server.add_user("Root Boss", "admin")
    boss = server.add_user("Sue Park", "supervisor")
    tokens = {"": 401, "x" * 43: 401, server.token(ana): 403, server.token(boss): 403}
    tokens |= {server.token(root): 200, CONTROL: 200}
    for token, status in tokens.items():
        headers = {"authorization": f"Bearer {token}"} if token else {}
        assert web.get(f"{server.url}/metrics", headers=headers).status_code == status, token


@pytest.mark.anyio
async def test_the_scrapers_token_opens_the_metrics_and_nothing_else(
    database_url: str, clock: ManualClock
) -> None:
    core = await open_core(open_database(database_url), clock, serving=True)
    found = {}
    for kept in ("the-scrapers", ""):
        transport = httpx.ASGITransport(make_app(core, "control", kept))
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            headers = {"authorization": "Bearer the-scrapers"}
            for path in ("/metrics", "/status", "/sync/v1/changes?after=0", "/api/v1/tickets"):
                found[path, kept] = (await client.get(path, headers=headers)).status_code
            empty = await client.get("/metrics", headers={"authorization": "Bearer "})
            assert empty.status_code == 401
    await core.leave()
    core.close()
    assert found.pop(("/metrics", "the-scrapers")) == 200
    assert set(found.values()) == {401}


def test_the_scrapers_token_is_the_owners_and_stays(tmp_path: Path) -> None:
    token = scrape_token(tmp_path)
    file = tmp_path / SCRAPE_FILE
    assert (file.stat().st_mode & 0o777, file.read_text()) == (0o600, token)
    assert len(token) >= 43
    assert scrape_token(tmp_path) == token
    file.unlink()
    assert scrape_token(tmp_path) != token
    file.write_bytes(b"\xff")
    assert scrape_token(tmp_path) == file.read_text()


@pytest.mark.anyio
async def test_an_older_installations_administrators_may_read_them_too(
    database_url: str, clock: ManualClock
) -> None:
    core = await open_core(open_database(database_url), clock, serving=True)

    def age(tx: Any) -> None:
        for stored in tx.all(ROLE):
            role: Role = stored.record
            older = role.actions - {"server.metrics"} | {"of.their.own"}
            tx.record(ROLE, Role(id=role.id, name=role.name, actions=older), frozenset({ORG_SCOPE}))

    await core.write(age)
    await core.leave()
    core.close()
    core = await open_core(open_database(database_url), clock, serving=True)
    held = {
        stored.record.name: stored.record.actions
        for stored in await core.write(lambda tx: tx.all(ROLE))
    }
    head = await core.read(core.feed.head)
    await core.write(accounts.found_organisation)
    assert await core.read(core.feed.head) == head  # nothing is missing: nothing is written
    await core.leave()
    core.close()
    assert held["admin"] == ROLES["admin"] | {"of.their.own"}
    assert "server.metrics" not in held["supervisor"] | held["agent"]
