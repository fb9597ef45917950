"""Files over HTTP: resumed where they broke off, checked, and never for eyes they are not for."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from msgspec import structs

from console.conversations.records import AddNote, SendReply
from console.kernel.ids import new_id
from console.people.model import User
from console.people.server.scopes import regrant
from console.people.tables import rows
from console.server.blob_routes import SAFE_TYPES, asked_range
from console.sync.blobs import BLOBS, MAX_BLOB_BYTES, MAX_PATCH_BYTES, PART_BYTES, PLAIN_TYPE
from tests.parts import web
from tests.parts.acts import act, received
from tests.parts.blobs import Sample, noise
from tests.parts.server import LiveServer


@dataclass
class Caller:
    """Somebody with a token."""

    server: LiveServer
    token: str

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return web.request(method, self.server.url + path, headers=headers, **more)

    def declare(self, file: Sample, **more: Any) -> httpx.Response:
        told = {"id": str(file.id), "size": len(file.data), "sha256": file.sha256}
        return self.ask("POST", BLOBS, json={**told, "type": file.type, **more})

    def patch(self, file: Sample, offset: int, data: bytes) -> httpx.Response:
        headers = {"upload-offset": str(offset)}
        return self.ask("PATCH", f"{BLOBS}/{file.id}", content=data, headers=headers)

    def head(self, file: Sample) -> httpx.Response:
        return self.ask("HEAD", f"{BLOBS}/{file.id}")

    def get(self, file: Sample, range_: str | None = None) -> httpx.Response:
        headers = {"range": range_} if range_ else {}
        return self.ask("GET", f"{BLOBS}/{file.id}", headers=headers)

    def upload(self, file: Sample) -> Sample:
        assert self.declare(file).json() == {"id": str(file.id), "offset": 0}
        for start in range(0, len(file.data), MAX_PATCH_BYTES):
            answer = self.patch(file, start, file.data[start : start + MAX_PATCH_BYTES])
            assert answer.status_code == 200, answer.text
        return file


@pytest.fixture
def ana(server: LiveServer) -> Caller:
    return caller(server, server.add_user("Ana Kovac", teams=("Europe",)))


def caller(server: LiveServer, user: User) -> Caller:
    return Caller(server, server.token(user))


def sent(server: LiveServer, file: Sample, *, note: bool = False, team: str = "Europe") -> None:
    """A message in the team's queue that carries the file, by whoever runs the machine."""
    teams = {t.name: t.id for t in server.call(server.core.read(rows.teams))}
    first = received(team_id=teams[team])
    told = (file.attachment,)
    args: Any = AddNote(message_id=new_id(), body="x", attachments=told)
    if not note:
        args = SendReply(message_id=new_id(), lane="buyer", body="x", attachments=told)
    Caller(server, "control-token-of-the-tests").upload(file)
    results = server.execute(server.operator(), first, act(first.target, args))
    assert [type(r.outcome).__name__ for r in results] == ["Accepted", "Accepted"]


# -- up


def test_a_file_goes_up_and_comes_back(server: LiveServer, ana: Caller) -> None:
    file = ana.upload(Sample(noise(3 * PART_BYTES + 11)))
    answer = ana.get(file)
    assert (answer.status_code, answer.content) == (200, file.data)
    assert answer.headers["etag"] == f'"{file.sha256}"'


def test_a_broken_upload_goes_on_where_it_was(ana: Caller) -> None:
    file = Sample(noise(2 * PART_BYTES + 5))
    ana.declare(file)
    ana.patch(file, 0, file.data[:PART_BYTES])
    told = ana.head(file)
    assert (told.status_code, told.content) == (200, b"")
    assert (told.headers["upload-offset"], told.headers["upload-length"]) == (
        str(PART_BYTES),
        str(len(file.data)),
    )
    assert ana.declare(file).json()["offset"] == PART_BYTES
    wrong = ana.patch(file, 0, file.data[:PART_BYTES])
    assert (wrong.status_code, wrong.headers["upload-offset"]) == (409, str(PART_BYTES))
    assert wrong.json()["code"] == "wrong_offset"
    last = ana.patch(file, PART_BYTES, file.data[PART_BYTES:])
    assert (last.status_code, last.headers["upload-offset"]) == (200, str(len(file.data)))
    assert ana.patch(file, len(file.data), b"more").status_code == 409
    assert ana.get(file).content == file.data


def test_bytes_that_are_not_those_declared_are_dropped(ana: Caller) -> None:
    file = Sample(noise(PART_BYTES + 5))
    ana.declare(file)
    ana.patch(file, 0, file.data[:PART_BYTES])
    wrong = ana.patch(file, PART_BYTES, b"wrong")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "hash_mismatch")
    assert ana.head(file).status_code == 404
    assert ana.get(file).status_code == 404
    ana.upload(file)
    assert ana.get(file).content == file.data


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"size": MAX_BLOB_BYTES + 1}, 422, "file_too_large"),
        ({"size": 0}, 422, "empty_file"),
        ({"sha256": "no"}, 422, "bad_sha256"),
        ({"size": "many"}, 400, "bad_request"),
        ({"uploader": str(new_id())}, 400, "bad_request"),
    ],
)
def test_what_cannot_be_declared(ana: Caller, more: Any, status: int, code: str) -> None:
    answer = ana.declare(Sample(b"x"), **more)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_too_much_at_once_is_not_read(ana: Caller) -> None:
    file = Sample(noise(2 * MAX_PATCH_BYTES))
    ana.declare(file)
    assert ana.patch(file, 0, file.data[: MAX_PATCH_BYTES + 1]).status_code == 413
    assert ana.patch(file, 0, file.data[:7]).json()["code"] == "bad_part"
    assert ana.ask("PATCH", f"{BLOBS}/{file.id}", content=b"x").status_code == 400
    assert ana.head(file).headers["upload-offset"] == "0"


# -- for whom


def test_who_may_fetch_what(server: LiveServer, ana: Caller) -> None:
    integration = caller(server, server.add_user("Shop Hook", "integration"))
    outside = caller(server, server.add_user("Ben Ode", teams=("Asia",)))
    cara = caller(server, server.add_user("Cara Lind", "supervisor"))
    public, note, other = Sample(noise(50, 1)), Sample(noise(50, 2)), Sample(noise(50, 3))
    sent(server, public)
    sent(server, note, note=True)
    sent(server, other, team="Asia")
    unsent = ana.upload(Sample(noise(50, 4)))
    half = Sample(noise(PART_BYTES + 1, 5))
    ana.declare(half)
    missing = Sample(b"never there")
    expected = {
        "ana": (ana, {"public", "note", "unsent"}),
        "outside": (outside, {"other"}),
        "supervisor": (cara, {"public", "note", "other"}),
        "integration": (integration, {"public", "other"}),
    }
    files = {
        "public": public, "note": note, "other": other, "unsent": unsent, "half": half,
        "missing": missing,
    }  # fmt: skip
    refusals = set()
    for name, (who, may) in expected.items():
        for what, file in files.items():
            answer = who.get(file)
            assert (answer.status_code == 200) is (what in may), (name, what)
            if what not in may:
                assert file.data[:20] not in answer.content
                refusals.add((answer.status_code, answer.text))
    assert len(refusals) == 1, "hidden, unfinished and missing are told alike"
    assert refusals.pop()[0] == 404


def test_an_upload_is_its_uploaders_alone(server: LiveServer, ana: Caller) -> None:
    cara = caller(server, server.add_user("Cara Lind", "supervisor"))
    file, missing = Sample(noise(PART_BYTES + 5)), Sample(b"x")
    ana.declare(file)
    for other in (file, missing):
        assert cara.head(other).status_code == 404
        assert cara.patch(other, 0, file.data[:PART_BYTES]).json()["code"] == "no_file"
    assert ana.head(file).headers["upload-offset"] == "0"


def test_who_may_write_nothing_may_bring_nothing(server: LiveServer) -> None:
    from console.people.model import Role
    from console.people.records import ROLE
    from console.people.server.scopes import org_scopes

    def make(tx: Any) -> None:
        tx.record(ROLE, Role(id=new_id(), name="reader", actions=frozenset({"read"})), org_scopes())

    server.write(make)
    reader = caller(server, server.add_user("Rea Der", "reader"))
    file = Sample(b"x")
    answers = [reader.declare(file), reader.head(file), reader.patch(file, 0, b"x")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


# -- down


def test_nothing_is_served_as_what_a_browser_would_run(ana: Caller) -> None:
    for told, served in (
        ("image/png", "image/png"),
        ("text/html", PLAIN_TYPE),
        ("image/svg+xml", PLAIN_TYPE),
        ("application/javascript", PLAIN_TYPE),
        ("application/xhtml+xml", PLAIN_TYPE),
        ("text/plain; charset=utf-7", "text/plain"),
    ):
        file = ana.upload(Sample(told.encode(), type=told))
        answer = ana.get(file)
        assert answer.headers["content-type"].partition(";")[0] == served
        assert answer.headers["content-disposition"] == "attachment"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert answer.headers["cache-control"] == "no-store"
    assert not any("html" in kind or "svg" in kind or "xml" in kind for kind in SAFE_TYPES)


def test_a_broken_download_goes_on_where_it_was(ana: Caller) -> None:
    file = ana.upload(Sample(noise(2 * PART_BYTES + 100)))
    first, end = PART_BYTES - 3, 2 * PART_BYTES + 7
    some = ana.get(file, f"bytes={first}-{end - 1}")
    assert (some.status_code, some.content) == (206, file.data[first:end])
    assert some.headers["content-range"] == f"bytes {first}-{end - 1}/{len(file.data)}"
    assert ana.get(file, f"bytes={first}-").content == file.data[first:]
    beyond = ana.get(file, f"bytes={len(file.data)}-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (
        416,
        f"bytes */{len(file.data)}",
    )


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, (0, 100)),
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=10-1000", (10, 100)),
        ("bytes=-7", (93, 100)),
        ("bytes=-700", (0, 100)),
        ("bytes=99-99", (99, 100)),
        ("bytes=100-", None),
        ("bytes=-0", None),
        ("bytes=20-10", (0, 100)),
        ("bytes=-", (0, 100)),
        ("bytes=1-2,5-6", (0, 100)),
        ("bytes=" + "0-," * 5000, (0, 100)),
        ("bytes=" + "9" * 40 + "-", (0, 100)),
        ("items=1-2", (0, 100)),
    ],
)
def test_one_range_is_understood(header: str | None, wanted: tuple[int, int] | None) -> None:
    assert asked_range(header, 100) == wanted


def test_a_download_ends_when_access_does(server: LiveServer, ana: Caller) -> None:
    file = Sample(noise(40 * PART_BYTES))
    sent(server, file)
    user = next(u for u in server.call(server.core.read(rows.users)) if u.name == "Ana Kovac")
    gone = structs.replace(user, teams=frozenset())
    headers = {"authorization": f"Bearer {ana.token}"}
    got = 0
    with web.stream("GET", f"{server.url}{BLOBS}/{file.id}", headers=headers) as answer:
        assert answer.status_code == 200
        for chunk in answer.iter_raw(PART_BYTES):
            if got == 0:
                server.write(lambda tx: regrant(tx, gone))
            got += len(chunk)
    assert 0 < got < len(file.data)
    assert ana.get(file).status_code == 404
