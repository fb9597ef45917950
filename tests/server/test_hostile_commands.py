"""Every command with what no console sends: each is answered on both engines, none ends in our error."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Raw, structs

from console.sync.records import Rejected
from tests.parts.acts import begin_case, team_named
from tests.parts.office import Office
from tests.server.test_authorisation import COMMANDS, command_for, person

TEXTS = ("\x00", "a\x00b", "\ufffe" * 3, "x" * 20_000)
NUMBERS = (10**40, -(10**40), 1 << 63, -1)


def hostile(value: Any) -> Iterator[Any]:
    """The value with each of its leaves made hostile, one at a time."""
    match value:
        case bool() | None:
            return
        case str():
            yield from TEXTS
        case int():
            yield from NUMBERS
        case dict():
            for name, inner in value.items():
                yield from ({**value, name: bad} for bad in hostile(inner))
        case list():
            for n, inner in enumerate(value):
                yield from ([*value[:n], bad, *value[n + 1 :]] for bad in hostile(inner))


def wholes(name: str) -> dict[str, Any]:
    """What a command may say besides what `command_for` has it say."""
    return {
        "ReceiveMessage": {"subject": "x", "html": "<b>x</b>", "order_number": "A-1"},
        "ImportConversation": {"subject": "x", "tags": ["x"], "order_numbers": ["A-1"]},
        "ChangeTags": {"add": ["x"], "remove": ["y"]},
        "CreateView": {"name": "x", "icon": "x", "sort": "x", "columns": ["x"], "position": 1},
        "ChangeView": {"name": "x", "icon": "x", "sort": "x", "columns": ["x"]},
        "SendReply": {"html": "<b>x</b>", "seen": 1},
        "Split": {"subject": "x"},
        "CreateField": {"position": 1},
        "ShareDraft": {"then": {"status": "x"}, "over": 1},
    }.get(name, {})


@pytest.mark.parametrize("name", COMMANDS)
def test_hostile_leaves(office: Office, name: str) -> None:
    case = begin_case(office, team="Europe", order_number="A-1")
    who = person(office, "admin")
    assert team_named(office, "Europe").scope in who.scopes
    base = command_for(name, case)
    args = json.loads(bytes(base.args)) | wholes(name)
    for bad in hostile(args):
        again = command_for(name, case)
        command = structs.replace(again, args=Raw(json.dumps(bad).encode()))
        outcome = office.run(who, command)
        assert not isinstance(outcome, Rejected) or outcome.code != "server_error", bad


@pytest.mark.parametrize("args", ["[1]", "5", "null", '"x"', '{"a":1e999}'])
def test_arguments_that_are_none(office: Office, args: str) -> None:
    case = begin_case(office, team="Europe")
    command = structs.replace(command_for("Take", case), args=Raw(args.encode()))
    outcome = office.run(person(office, "admin"), command)
    assert isinstance(outcome, Rejected)
    assert outcome.code == "bad_input"
