"""The command line as people and scripts use it: exact words, exit codes, one plain sentence."""

import io
import json
import signal
import stat
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text

from console import __version__
from console.server.config import ServerConfig
from console.server.lock import SCRAPE_FILE
from console.store.engine import open_database
from tests.cli.conftest import Served
from tests.cli.parley import (
    PASSWORD,
    Parley,
    Told,
    assert_one_sentence,
    ended,
    said_here,
    taken_port,
)
from tests.parts import web

KINDS = {"conversation", "message", "ticket", "order", "party", "user", "team", "role"}


# -- how it is written


def test_version(parley: Parley) -> None:
    assert parley("--version") == Told(0, f"parley {__version__}\n", "")


def test_help_names_every_command_but_the_consoles_helper(parley: Parley) -> None:
    told = parley("--help")
    assert told.code == 0
    for command in ("serve", "demo", "import", "admin", "status", "doctor"):
        assert f"\n    {command} " in told.out
    assert "engine" not in told.out


def test_help_of_import_tells_the_formats(parley: Parley) -> None:
    told = parley("import", "--help").out
    assert '{"id", "turns": [{"role", "content"}]}' in told
    assert "FILE.rejected" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--frob", "unrecognized arguments: --frob"),
        ("frob", "invalid choice: 'frob'"),
        ("serve --port many", "a port is a number from 0 to 65535, not 'many'"),
        ("serve --port 65536", "a port is a number"),
        ("serve --nats", "argument --nats: expected one argument"),
        ("serve --dat x", "unrecognized arguments: --dat x"),
        ("import", "the following arguments are required: FILE, --format"),
        ("import x --format csv", "invalid choice: 'csv'"),
        ("import x --format turns --data a --server b", "not allowed with argument --data"),
        ("admin", "the following arguments are required: user|field|erase|move-database"),
        ("admin user add a@b.c --name A --role agent", "required: --password-stdin"),
        ("--server http://127.0.0.1:1 status", "--server before status is the console's"),
    ],
)
def test_a_wrong_command_line_is_one_sentence(parley: Parley, words: str, said: str) -> None:
    assert_one_sentence(parley(*words.split()), said, code=2)


# -- serve


def test_serve_says_ready_answers_and_stops_on_sigterm(parley: Parley) -> None:
    """In the folder that is used when none is named, which is made for its owner alone."""
    data = parley.home / ".local" / "share" / "parley" / "server"
    with parley.serving() as (url, process):
        assert web.get(f"{url}/status", trust_env=False).status_code == 401
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert stat.S_IMODE((data / "server.json").stat().st_mode) == 0o600
        assert web.get(f"{url}/health", trust_env=False).json() == {"live": True, "ready": True}
        scraper = {"authorization": f"Bearer {(data / SCRAPE_FILE).read_text()}"}
        scraped = web.get(f"{url}/metrics", headers=scraper, trust_env=False)
        assert "parley_log_head_epoch" in scraped.text
        process.send_signal(signal.SIGTERM)
        assert ended(process) == Told(0, "", "")
    left = {path.name for path in data.iterdir()}
    assert left == {"lock", "logs", "metrics.token", "parley.db"}, (
        "the log was folded in, the address withdrawn"
    )


def test_serve_stops_on_ctrl_c(parley: Parley, data: Path) -> None:
    with parley.serving("--data", data) as (_, process):
        process.send_signal(signal.SIGINT)
        assert ended(process) == Told(0, "", "")


def test_a_folder_in_use_names_the_server(served: Served) -> None:
    told = served.parley("serve", "--port", "0", "--data", served.data)
    assert_one_sentence(told, f"A Parley server already runs on {served.data} at {served.url}")


def test_a_busy_port(parley: Parley, tmp_path: Path) -> None:
    with taken_port() as taken:
        port = taken.getsockname()[1]
        told = parley("serve", "--port", str(port), "--data", tmp_path)
    assert_one_sentence(told, f"Cannot listen on 127.0.0.1:{port}: Address already in use")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--data /dev/null", "The folder /dev/null cannot be used"),
        ("--host 0.0.0.0", "Listening on 0.0.0.0 needs TLS"),
        ("--tls-cert nope.pem", "TLS needs both --tls-cert and --tls-key"),
        ("--tls-cert nope.pem --tls-key nope.pem", "The file nope.pem cannot be read"),
    ],
)
def test_serve_that_may_not_start(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_one_sentence(said_here(capsys, "serve", *words.split()), said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--data /proc/nope", "The folder /proc/nope cannot be used"),
        ("--database mysql://x", "Parley runs on sqlite:///FILE or postgresql://"),
        ("--database postgresql://u:secret@127.0.0.1:9/x", "PostgreSQL cannot be used at"),
    ],
)
def test_serve_that_cannot_start(parley: Parley, words: str, said: str) -> None:
    told = parley("serve", "--port", "0", *words.split())
    assert_one_sentence(told, said)
    assert "secret" not in told.err


def test_a_newer_schema_is_refused(parley: Parley, data: Path) -> None:
    database = open_database(ServerConfig(data).url)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    for command in (("serve", "--port", "0"), ("status",)):
        told = parley(*command, "--data", data)
        assert_one_sentence(told, "This database was written by a newer Parley (schema 9999")


def test_a_file_that_is_no_database(parley: Parley, tmp_path: Path) -> None:
    (tmp_path / "parley.db").write_bytes(b"not a database, and long enough to look at" * 100)
    assert_one_sentence(parley("serve", "--port", "0", "--data", tmp_path), "does not open")


def test_a_killed_server_leaves_a_folder_that_works(parley: Parley, data: Path) -> None:
    with parley.serving("--data", data) as (_, process):
        process.kill()
        process.wait()
    assert (data / "server.json").exists()
    assert parley("status", "--data", data).code == 0
    with parley.serving("--data", data):
        assert parley("status", "--data", data).code == 0


def test_what_nobody_foresaw_is_one_sentence_and_in_the_log(parley: Parley, data: Path) -> None:
    database = open_database(ServerConfig(data).url)
    with database.writing() as connection:
        connection.execute(text("DROP TABLE tickets"))
    database.close()
    told = parley("status", "--data", data)
    log = parley.home / ".local" / "state" / "parley" / "log" / "parley.log"
    assert_one_sentence(
        told, f"Parley itself failed (OperationalError): please report it with {log}"
    )
    line = json.loads(log.read_text().splitlines()[-1])
    assert (line["event"], line["error"]) == ("command_failed", "OperationalError")
    assert any(place.startswith("tools.py:") for place in line["trace"])


# -- status


def test_status_beside_a_server_and_without_one(parley: Parley, data: Path) -> None:
    with parley.serving("--data", data) as (url, process):
        beside = parley("status", "--data", data, "--json")
        at = parley("status", "--server", url, "--json")
        process.send_signal(signal.SIGTERM)
        ended(process)
    alone = parley("status", "--data", data, "--json")
    assert beside.out == at.out == alone.out
    told = json.loads(alone.out)
    assert list(told) == ["records", "head", "epoch", "consoles"]
    assert set(told["records"]) >= KINDS
    assert told["consoles"] == 0


def test_status_for_people(served: Served) -> None:
    told = served.parley("status", "--data", served.data)
    assert (told.code, told.err) == (0, "")
    assert any(line.split() == ["consoles", "0"] for line in told.out.splitlines())


def test_status_of_nothing(parley: Parley) -> None:
    assert_one_sentence(parley("status"), "There is no Parley data in")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:9", "No Parley server answers at http://127.0.0.1:9"),
        ("http://desk.example", "desk.example is another machine: use https:// to reach it"),
        ("what is this", "is no server address"),
    ],
)
def test_a_server_that_cannot_be_reached(
    url: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_TOKEN", "x")
    assert_one_sentence(said_here(capsys, "status", "--server", url), said)


def test_a_server_and_nobody_to_sign_in(parley: Parley) -> None:
    told = parley("status", "--server", "http://127.0.0.1:9")
    assert_one_sentence(told, "Set PARLEY_TOKEN to a session token of http://127.0.0.1:9")


class _Page(BaseHTTPRequestHandler):
    """Some web server."""

    def do_GET(self) -> None:
        self.send_response(404)
        self.end_headers()
        self.wfile.write(b"<h1>nothing here</h1>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_something_else_than_a_server(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_TOKEN", "x")
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as page:
        Thread(target=page.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{page.server_port}"
        told = said_here(capsys, "status", "--server", url)
        page.shutdown()
    assert_one_sentence(told, f"{url} answers, but not as a Parley server does")


# -- people

ANA = ("--name", "Ana Kovac", "--role", "agent", "--password-stdin")


def sign_in(url: str, email: str) -> str:
    body = {"email": email, "password": PASSWORD}
    answer = web.post(f"{url}/auth/sign-in", json=body, trust_env=False)
    assert answer.status_code == 200
    return str(answer.json()["token"])


def test_a_user_is_added_before_a_server_runs(parley: Parley, data: Path) -> None:
    words = ("ana@desk.test", *ANA, "--team", "Europe", "--team", "Returns desk", "--data", data)
    told = parley("admin", "user", "add", *words, stdin=PASSWORD + "\n")
    assert told == Told(0, "ana@desk.test can now sign in as agent in Europe, Returns desk.\n", "")
    with parley.serving("--data", data) as (url, _):
        assert sign_in(url, "ana@desk.test")


def test_a_user_changes_teams_beside_a_server(served: Served) -> None:
    mia = ("mia@desk.test", "--name", "Mia", "--role", "agent", "--password-stdin")
    add = ("admin", "user", "add", *mia, "--team", "Europe", "--data", served.data)
    assert served.parley(*add, stdin=PASSWORD).code == 0
    teams = ("admin", "user", "teams", "mia@desk.test", "--data", served.data)
    moved = served.parley(*teams, "--team", "Asia")
    assert moved == Told(0, "mia@desk.test is in Asia now, and sees no other queues.\n", "")
    assert (
        served.parley(*teams).out == "mia@desk.test is in no team now, and sees no other queues.\n"
    )
    nobody = ("admin", "user", "teams", "nobody@desk.test", "--data", served.data)
    assert_one_sentence(served.parley(*nobody), "There is no user 'nobody@desk.test'.")


def test_fields_are_made_and_changed_beside_a_server(served: Served) -> None:
    field, data = ("admin", "field"), ("--data", served.data)

    def said(*words: object) -> str:
        told = served.parley(*field, *words, *data)
        assert told.code == 0, told
        return told.out

    assert said("list") == "There are no custom fields yet.\n"
    options = ("--option", "Late", "--option", "Broken")
    made = said("add", "Reason", "--type", "choice", *options, "--required", "yes")
    assert made == "Reason: choice; options Late | Broken; shown to all teams; required\n"
    assert said("add", "Sum", "--type", "number") == "Sum: number; shown to all teams\n"
    more = ("--option", "Late", "--option", "Lost", "--rename", "Why", "--required", "no")
    changed = said("change", "reason", *more)
    assert changed == "Why: choice; options Late | Lost; shown to all teams\n"
    off = said("change", "Sum", "--active", "no")
    assert off == "Sum: number; shown to all teams; not in use\n"
    assert said("list") == changed + off


def test_what_a_field_cannot_be_is_one_sentence(parley: Parley, data: Path) -> None:
    add = ("admin", "field", "add", "Reason", "--data", data)
    told = parley(*add, "--type", "choice")
    assert_one_sentence(told, "A choice has 1 to 60 options.")
    assert_one_sentence(parley(*add, "--team", "Moon"), "There is no team 'Moon'.")
    change = ("admin", "field", "change", "Nothing", "--data", data)
    assert_one_sentence(parley(*change, "--required", "yes"), "There is no field 'Nothing'.")
    mia = ("mia@desk.test", "--name", "Mia", "--role", "agent", "--team", "Europe")
    words = ("admin", "user", "add", *mia, "--password-stdin", "--data", data)
    assert parley(*words, stdin=PASSWORD).code == 0
    assert parley(*add, "--team", "Europe").out == "Reason: text; shown to Europe\n"
    change = ("admin", "field", "change", "Reason", "--data", data)
    assert parley(*change, "--all-teams").out == "Reason: text; shown to all teams\n"


def test_a_user_is_added_beside_a_server(served: Served) -> None:
    lena = ("lena@desk.test", "--name", "Lena", "--role", "admin", "--password-stdin")
    add = ("admin", "user", "add", *lena, "--data", served.data)
    assert served.parley(*add, stdin=PASSWORD).code == 0
    token = sign_in(served.url, "lena@desk.test")
    assert served.parley("status", "--server", served.url, PARLEY_TOKEN=token).code == 0
    assert_one_sentence(
        served.parley(*add, stdin=PASSWORD), "There is a user lena@desk.test already"
    )


@pytest.mark.parametrize(
    ("email", "role", "password", "said"),
    [
        ("ana@desk.test", "king", PASSWORD, "There is no role 'king': use one of admin, agent"),
        ("ana", "agent", PASSWORD, "'ana' is no e-mail address"),
        ("ana@desk.test", "agent", "short", "A password needs at least 8 characters"),
        ("ana@desk.test", "agent", "", "Write the password to this command's standard input"),
    ],
)
def test_a_user_who_cannot_be(
    served: Served, email: str, role: str, password: str, said: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("sys.stdin", io.StringIO(password))
    words = (email, "--name", "Ana", "--role", role, "--password-stdin", "--data", served.data)
    assert_one_sentence(said_here(capsys, "admin", "user", "add", *words), said)


# -- the rest


def test_doctor(parley: Parley) -> None:
    told = parley("doctor")
    assert told.code in (0, 1)
    for name in ("Python", "SQLite", "SQLCipher", "Qt", "keyring", "server data", "logs"):
        assert any(line[7:].startswith(name) for line in told.out.splitlines()), name
    assert ("wrong" in told.out) == (told.code == 1)
    assert "Traceback" not in told.err


def test_a_reader_who_leaves_is_no_error(served: Served) -> None:
    with served.parley.beside("status", "--data", served.data) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait() == 1
        assert process.stderr.read() == ""
