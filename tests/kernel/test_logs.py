"""Logs: structured lines into which no token, password or message text fits."""

import ast
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.kernel.errors import Refused
from console.kernel.logs import FIELDS, JsonLines, log_to

CONSOLE = Path(__file__).parents[2] / "console"
SECRETS = {
    "token": "tok-3c5f",
    "password": "hunter2-pass",
    "body": "Where is my parcel, says Lena",
    "authorization": "Bearer tok-3c5f",
    "doc": "Lena",
    "email": "lena@mail.test",
    "subject": "Lena",
    "text": "Lena",
    "args": "Lena",
    "message": "Lena",
}


def line_of(record: logging.LogRecord) -> dict[str, object]:
    found: dict[str, object] = json.loads(JsonLines().format(record))
    return found


def made(name: str, msg: str, *args: object, **extra: object) -> logging.LogRecord:
    logger = logging.getLogger(name)
    return logger.makeRecord(name, logging.WARNING, __file__, 1, msg, args, None, extra=extra)


@pytest.fixture
def own_handlers() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("console")
    kept, levels = root.handlers[:], (root.level, ours.level)
    yield
    for handler in root.handlers:
        if handler not in kept:
            handler.close()
    root.handlers[:] = kept
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def test_allowed_fields_are_written() -> None:
    line = line_of(made("console.x", "happened", cmd="c1", count=3, status=None))
    assert (line["event"], line["cmd"], line["count"]) == ("happened", "c1", 3)
    assert (line["level"], line["logger"]) == ("warning", "console.x")
    assert "status" not in line


def test_nothing_secret_is_an_allowed_field() -> None:
    assert FIELDS.isdisjoint(SECRETS)


def test_other_fields_are_dropped() -> None:
    extra = {name: value for name, value in SECRETS.items() if name not in ("message", "args")}
    text = JsonLines().format(made("console.x", "happened", **extra))
    assert not [value for value in extra.values() if value in text]


def test_every_field_that_we_write_is_allowed() -> None:
    """One that is not would be dropped without a word."""
    told = [
        (path.name, each.value)
        for path in sorted(CONSOLE.rglob("*.py"))
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(each, ast.keyword) and each.arg == "extra"
    ]
    assert len(told) > 20, "they are found"
    unknown = [
        (name, ast.unparse(value))
        for name, value in told
        if not isinstance(value, ast.Dict)
        or any(not isinstance(key, ast.Constant) or key.value not in FIELDS for key in value.keys)
    ]
    assert unknown == []


def test_our_events_are_never_filled_in() -> None:
    text = JsonLines().format(made("console.x", "said %s", SECRETS["body"]))
    assert json.loads(text)["event"] == "said %s"
    assert SECRETS["body"] not in text


def test_an_exceptions_text_is_left_out_and_its_place_kept() -> None:
    record = made("console.x", "failed")
    try:
        raise Refused("bad", SECRETS["body"])
    except Refused:
        record.exc_info = sys.exc_info()
    text = JsonLines().format(record)
    assert SECRETS["body"] not in text
    line = json.loads(text)
    assert line["error"] == "Refused"
    assert any("test_logs.py" in place for place in line["trace"])


@pytest.mark.usefixtures("own_handlers")
def test_log_to_writes_lines_to_the_file_and_the_worst_to_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = log_to(tmp_path / "logs", "server")
    logging.getLogger("console.x").info("quiet", extra={"count": 1, "token": SECRETS["token"]})
    logging.getLogger("console.x").warning("loud")
    logging.getLogger("httpx").info("GET %s", "https://desk?token=" + SECRETS["token"])
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["quiet", "loud"]
    assert SECRETS["token"] not in path.read_text(encoding="utf-8")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["loud"]


@pytest.mark.usefixtures("own_handlers")
def test_log_to_replaces_what_was_set_before(tmp_path: Path) -> None:
    log_to(tmp_path, "first", stderr_level=None)
    second = log_to(tmp_path, "second", stderr_level=None)
    logging.getLogger("console.x").info("once")
    assert not (tmp_path / "first.log").exists()
    assert len(second.read_text().splitlines()) == 1
