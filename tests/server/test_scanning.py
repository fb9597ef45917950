"""Files past the virus scanner: nobody is given one before it was looked at, none with a virus."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from console.conversations.records import SendReply
from console.kernel.errors import Unavailable, Unusable
from console.kernel.ids import new_id
from console.server import scanning
from console.server.config import ServerConfig
from console.server.scanning import TRIES, BrokeOff, Clamd
from console.sync.blobs import PART_BYTES
from console.sync.server import verdicts
from console.sync.server.verdicts import Verdict
from tests.journeys.test_files import Work, at_work
from tests.parts import clamd
from tests.parts.acts import act, received
from tests.parts.blobs import Sample, noise
from tests.parts.cable import Cable
from tests.parts.clamd import Scanner
from tests.parts.desk import Desk
from tests.parts.nats import stranger
from tests.parts.server import LiveServer, live_server
from tests.parts.until import until
from tests.server.test_blob_routes import Caller, caller, sent

pytestmark = pytest.mark.anyio
INFECTED = noise(PART_BYTES + 7) + clamd.VIRUS


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Scanner]:
    """A scanner that is not started yet."""
    if gone := clamd.missing():
        pytest.skip(f"needs Debian's {', '.join(gone)}")
    folder = tmp_path / "clamd"
    folder.mkdir()
    made = Scanner(folder)
    try:
        yield made
    finally:
        made.stop()


@contextmanager
def scanning_server(database_url: str, tmp_path: Path, url: str | None) -> Iterator[LiveServer]:
    with live_server(tmp_path / "server", database_url, scan=url) as server:
        yield server


@pytest.fixture
def server(database_url: str, tmp_path: Path, scanner: Scanner) -> Iterator[LiveServer]:
    """A server that has every file looked at."""
    with scanning_server(database_url, tmp_path, scanner.url) as running:
        yield running


def said(server: LiveServer) -> list[tuple[str, str]]:
    """What was said of files, in any order."""
    sql = "SELECT word, threat FROM blob_verdict"
    return [(row[0], row[1]) for row in server.call(server.core.read(lambda r: r.rows(sql)))]


def mate(server: LiveServer) -> Caller:
    return caller(server, server.add_user("Ana Kovac", teams=("Europe",)))


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_file_is_given_once_it_was_looked_at(server: LiveServer, scanner: Scanner) -> None:
    ana, file = mate(server), Sample(noise(2 * PART_BYTES + 3))
    sent(server, file)
    early = ana.get(file)
    assert told(early) == (503, "unavailable")
    assert early.headers["retry-after"] == "5"
    scanner.start()
    sent(server, Sample(noise(10, seed=2)))  # the next upload wakes whoever asks the scanner
    await until(lambda: len(said(server)) == 2)
    assert ana.get(file).content == file.data
    assert said(server) == [("clean", "")] * 2


async def test_nobody_is_given_a_virus(server: LiveServer, scanner: Scanner) -> None:
    scanner.start()
    ana, file = mate(server), Sample(INFECTED, "bill.exe")
    sent(server, file)
    await until(lambda: said(server) == [("infected", clamd.NAME)])
    assert told(ana.get(file)) == (422, "file_infected")
    assert told(ana.get(file, "bytes=0-9")) == (422, "file_infected")
    again = Sample(INFECTED)
    assert ana.declare(again).json()["offset"] == len(INFECTED), "its bytes are known"
    assert told(ana.get(again)) == (422, "file_infected"), "and so is what is in them"
    first = received()
    reply = SendReply(message_id=new_id(), lane="buyer", body="x", attachments=(file.attachment,))
    _, refused = server.execute(server.operator(), first, act(first.target, reply))
    assert refused.outcome.code == "attachment_infected"


@pytest.fixture
async def work(server: LiveServer, tmp_path: Path) -> AsyncIterator[Work]:
    """Ana at a desk, with one conversation."""
    (tmp_path / "desk").mkdir()
    ana = server.add_user("Ana Kovac", teams=("Europe",))
    cable = await Cable(server).open()
    desk = await Desk(tmp_path / "desk", cable, ana).open()
    yield await at_work(server, cable, desk)
    await desk.close()
    await cable.close()


async def test_a_desk_gets_it_when_it_was_looked_at_and_is_told_of_a_virus(
    work: Work, scanner: Scanner
) -> None:
    fine, ill = Sample(noise(PART_BYTES)), Sample(INFECTED)
    for file in (fine, ill):
        await work.fetch(file, await work.hear(file))
    assert work.here(fine) == work.here(ill) == b""
    scanner.start()
    work.server.write(scanning.wanted)
    await work.through(fine, "down")
    assert work.here(fine) == fine.data
    assert await work.problem(ill, "down") == "file_infected"
    assert work.here(ill) == b""


async def test_what_is_too_large_for_the_scanner_is_not_given(
    server: LiveServer, scanner: Scanner
) -> None:
    scanner.start()
    ana, file = mate(server), Sample(noise(clamd.LARGEST + PART_BYTES))
    sent(server, file)
    await until(lambda: bool(said(server)))
    ((word, why),) = said(server)
    assert (word, "size limit" in why) == ("unchecked", True)
    assert told(ana.get(file)) == (422, "file_unchecked")
    server.write(verdicts.forget_unchecked)
    assert told(ana.get(file)) == (503, "unavailable"), "it is looked at once more"


async def test_what_was_there_before_is_looked_at_when_a_server_starts(
    database_url: str, tmp_path: Path, scanner: Scanner
) -> None:
    fine, file = Sample(noise(PART_BYTES)), Sample(INFECTED)
    with scanning_server(database_url, tmp_path, None) as server:
        ana = mate(server)
        sent(server, fine)
        sent(server, file)
        assert ana.get(file).status_code == 200, "nobody looks here"
    scanner.start()
    with scanning_server(database_url, tmp_path, scanner.url) as server:
        await until(lambda: len(said(server)) == 2)
        ana = Caller(server, ana.token)
        assert ana.get(fine).status_code == 200
        assert told(ana.get(file)) == (422, "file_infected")
    with scanning_server(database_url, tmp_path, None) as server:
        assert told(Caller(server, ana.token).get(file)) == (422, "file_infected"), "known by now"


async def test_the_scanner_behind_a_file(scanner: Scanner) -> None:
    scanner.start()
    by_file = Clamd(f"clamd://{scanner.file}")
    assert await by_file.scan(some(b"fine")) == Verdict("clean")
    assert await by_file.scan(some(clamd.VIRUS[:9], clamd.VIRUS[9:])) == Verdict(
        "infected", clamd.NAME
    )


async def some(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_a_scanner_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "PATIENCE_S", 0.01)
    with closing(stranger()) as listener:
        silent = Clamd(f"clamd://127.0.0.1:{listener.getsockname()[1]}")
        with pytest.raises(Unavailable, match="broke off"):
            await silent.scan(some(b"x"))


async def test_a_scanner_that_hangs_up_keeps_no_file_from_being_decided(tmp_path: Path) -> None:
    begun = 0

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal begun
        begun += 1
        await reader.read(5)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    file = tmp_path / "s"
    url = f"clamd://{file}"
    async with await asyncio.start_unix_server(hang_up, file):
        with pytest.raises(BrokeOff):
            await Clamd(url).scan(some(*[noise(PART_BYTES)] * 50))
        begun = 0
        with live_server(tmp_path / "server", scan=url) as server:
            ana = mate(server)
            sent(server, sample := Sample(noise(9)))
            await until(lambda: said(server) == [("unchecked", "The virus scanner broke off.")])
            assert told(ana.get(sample)) == (422, "file_unchecked")
        assert begun == TRIES
    with pytest.raises(Unavailable, match="does not answer"):
        await Clamd(url).scan(some(b"x"))


@pytest.mark.parametrize(
    "url", ["127.0.0.1:3310", "http://127.0.0.1:3310", "clamd://127.0.0.1", "clamd://", "clamd:///",
            "clamd://h:99999", "clamd://h:3310/x"]
)  # fmt: skip
def test_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    with pytest.raises(Unusable, match="--scan takes an address"):
        assert ServerConfig(tmp_path, scan_url=url).scanner
