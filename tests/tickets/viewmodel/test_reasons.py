"""There are words for every code with which a command can be refused."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.kernel.clock import from_ms
from console.kernel.ids import new_id
from console.sync.client.outbox import Entry
from console.sync.records import Rejected
from console.tickets.records import Take
from console.tickets.viewmodel.reasons import REASONS, Reason, reason
from tests.parts.acts import act

CONSOLE = Path(__file__).resolve().parents[3] / "console"
ROOMS = ("conversations", "drafts", "fields", "macros", "masking", "orders", "people", "tickets")
SPINE = ("sync/server/dispatch.py", "sync/server/answers.py", "kernel/codec.py", "kernel/errors.py")
NO_COMMAND = ("people/server/accounts.py", "tickets/server/erasure.py")
"""Administration: by command line and HTTP, answered at once."""
REFUSALS = {"Refused", "Rejected"}


def deciding() -> Iterator[Path]:
    """The files in which a command can be refused."""
    for room in ROOMS:
        for path in (CONSOLE / room).rglob("*.py"):
            inside = path.relative_to(CONSOLE)
            if not {"viewmodel", "widgets"} & set(inside.parts) and str(inside) not in NO_COMMAND:
                yield path
    yield from (CONSOLE / name for name in SPINE)


def codes(path: Path) -> Iterator[str]:
    """The codes that a file refuses with: of Refused, of Rejected, of classes under Refused."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        first = node.args[0]
        refuses = name in REFUSALS or (name == "__init__" and path.name == "errors.py")
        if refuses and isinstance(first, ast.Constant):
            yield str(first.value)


def test_every_code_has_words() -> None:
    found = {code for path in deciding() for code in codes(path)}
    assert {"newer_reply", "taken_by", "denied", "server_error", "no_team", "bad_input"} <= found
    assert len(found) > 25
    assert sorted(found - set(REASONS)) == []


def test_words_end_a_sentence_and_differ_where_it_matters() -> None:
    for code, told in REASONS.items():
        assert told.words[0].islower(), code
        assert not told.words.endswith("."), code
    again = {code for code, told in REASONS.items() if told.again}
    assert {"newer_reply", "taken_by", "moved", "status_changed", "server_error"} <= again
    assert not {"denied", "access_revoked", "message_id_taken", "message_too_long"} & again


@pytest.mark.parametrize("code", ["newer_reply", "odd"])
def test_a_code_that_nobody_has_words_for_is_told_as_it_is(code: str) -> None:
    entry = Entry(act(new_id(), Take()), new_id(), "rejected", "Take", from_ms(0), Rejected(code))
    expected = REASONS.get(code, Reason("the server refused it (odd)"))
    assert reason(entry) == expected
    assert reason(replace(entry, outcome=None)).words == "the server refused it ()"
