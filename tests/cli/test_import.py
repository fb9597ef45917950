"""Importing files by command: bad lines, packed files, twice, interrupted, beside a server."""

import gzip
import json
import signal
import zipfile
from pathlib import Path

import pytest

from console.server import lock
from tests.cli.conftest import Served
from tests.cli.parley import Parley, assert_one_sentence, ended, said_here

GOOD = (
    b'{"id": "a", "turns": [{"role": "User", "content": "Where is 303-9182736-4567890?"}]}\n'
    b'{"id": "b", "turns": [{"role": "user", "content": "hi"}, {"role": "agent", "content": "yo"}]}\n'
)


def test_a_file_with_bad_lines_twice(parley: Parley, tmp_path: Path) -> None:
    """Into a folder that is not there yet: it is made."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(GOOD.replace(b"\n", b"\n{bad\n", 1))
    words = ("import", path, "--format", "turns", "--data", tmp_path / "new")
    told = parley(*words)
    assert told.code == 1
    assert told.out == (
        "2 conversations imported (3 messages), 0 were there already, 1 set aside;"
        " 1 linked to 1 orders.\n"
    )
    assert "line 2 set aside: " in told.err
    assert f"What was set aside is in {path}.rejected." in told.err
    assert (tmp_path / "in.jsonl.rejected").read_bytes() == b"{bad\n"
    again = parley(*words)
    assert again.code == 1
    assert again.out.startswith("0 conversations imported (0 messages), 2 were there already, 1 ")


def test_packed_files_beside_a_server(served: Served, tmp_path: Path) -> None:
    packed, archived = tmp_path / "in.gz", tmp_path / "in.jsonl.zip"
    packed.write_bytes(gzip.compress(GOOD))
    with zipfile.ZipFile(archived, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("whatever", GOOD)
    told = served.parley("import", packed, "--format", "turns", "--data", served.data)
    assert (told.code, told.out[:38]) == (0, "2 conversations imported (3 messages),")
    again = served.parley("import", archived, "--format", "jsonl", "--server", served.url)
    assert (again.code, again.out[:38]) == (0, "0 conversations imported (0 messages),")
    found = json.loads(served.parley("status", "--server", served.url, "--json").out)["records"]
    assert {kind: found[kind] for kind in ("conversation", "message", "ticket", "order")} == {
        "conversation": 2, "message": 3, "ticket": 2, "order": 1,
    }  # fmt: skip


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    for path, said in (("nope.jsonl", "No such file"), ("/tmp", "Is a directory")):
        told = said_here(capsys, "import", path, "--format", "turns")
        assert_one_sentence(told, f"The file {path} cannot be read: {said}")


def test_a_damaged_file(parley: Parley, data: Path) -> None:
    (parley.home / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    told = parley("import", "broken.zip", "--format", "turns", "--data", data)
    assert (told.code, told.out) == (1, "")
    assert told.err.splitlines()[-1].startswith("parley: The file broken.zip is damaged")


def test_while_another_command_works_on_the_folder(parley: Parley, data: Path) -> None:
    (parley.home / "in.jsonl").write_bytes(GOOD)
    words = ("import", "in.jsonl", "--format", "turns", "--data", data)
    assert parley(*words).code == 0
    with lock.holding(data):
        assert_one_sentence(parley(*words), "Another Parley command is at work on")
        assert parley("status", "--data", data).code == 0


def test_interrupted_is_quiet_and_nothing_is_half(
    parley: Parley, tmp_path: Path, data: Path
) -> None:
    path = tmp_path / "in.jsonl"
    turns = [{"role": "user", "content": "where?"}, {"role": "agent", "content": "here"}] * 5
    path.write_text("".join(json.dumps({"id": n, "turns": turns}) + "\n" for n in range(20_000)))
    with parley.beside("import", path, "--format", "turns", "--data", data) as process:
        assert process.stderr is not None
        process.stderr.read(1)  # the bar is drawn once the import begins
        process.send_signal(signal.SIGINT)
        told = ended(process)
    assert told.code == 130
    assert told.out == ""
    assert "Traceback" not in told.err
    found = json.loads(parley("status", "--data", data, "--json").out)["records"]
    assert found["message"] == 10 * found["conversation"]
    assert found["conversation"] < 20_000
