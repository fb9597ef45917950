"""Consoles of an older release, as they say it on the wire: what they do not know is not lost."""

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest
from msgspec import Raw, Struct, json

from console.fields.model import Content as FieldContent
from console.fields.model import CustomField, Option
from console.fields.records import FIELD, ChangeField, CreateField
from console.kernel import codec
from console.kernel.ids import new_id
from console.macros.model import Content, Macro
from console.macros.records import FIRST, KNOWN, MACRO, ChangeMacro, CreateMacro
from console.people.model import Actor
from console.server import rooms
from console.sync.records import Accepted, Command
from console.tickets.model import Deeds, Status
from tests.parts.acts import act
from tests.parts.blobs import Sample, put
from tests.parts.office import Office

WHOLE = {
    "CreateMacro": "there is nothing before it",
    "CreateField": "there is nothing before it",
    "RecordOrder": "the shop says all there is of its order",
    "RecordOrderEvent": "an event is told once",
    "ReceiveMessage": "a message and its sender are told once",
    "ImportConversation": "a conversation is told once",
    "ShareDraft": "a draft is replaced by what stands on the screen; versions unseen are kept beside",
}
"""Commands that give the whole of something, and why none of it can be lost."""


@pytest.fixture
def boss(office: Office) -> Actor:
    return office.actor(office.user("Boss", "admin"))


def wire(kind: str, target: Any, args: dict[str, Any], base_rev: int = 0) -> Command:
    """A command as it comes in, written by hand."""
    line = {
        "cmd_id": new_id(), "type": kind, "target": target, "args": args, "base_rev": base_rev,
    }  # fmt: skip
    return codec.decode(json.encode(line), Command)


@pytest.fixture
def macro(office: Office, boss: Actor) -> Macro:
    """With a file, and a field's value among its deeds."""
    file = put(office, boss, Sample(b"Our terms", "terms.txt", "text/plain")).attachment
    deeds = Deeds(status=Status.PENDING, add_tags=("late",), fields={new_id(): "x"})
    content = Content(
        name="Terms", text="See there", deeds=deeds, sharing="everybody", files=(file,)
    )
    target = new_id()
    assert isinstance(office.run(boss, act(target, CreateMacro(content=content))), Accepted)
    return now(office, target)


def now(office: Office, target: Any) -> Macro:
    found = office.record(MACRO, target)
    assert isinstance(found, Macro)
    return found


def test_a_macro_keeps_files_and_values_that_its_author_has_never_heard_of(
    office: Office, boss: Actor, macro: Macro
) -> None:
    told = {
        "name": "Our terms", "text": "See here", "sharing": "everybody",
        "deeds": {"status": "solved"},
    }  # fmt: skip
    outcome = office.run(boss, wire("ChangeMacro", macro.id, {"content": told}))
    assert isinstance(outcome, Accepted)
    after = now(office, macro.id).content
    assert (after.name, after.text) == ("Our terms", "See here")
    assert after.files == macro.content.files
    assert after.deeds == Deeds(status=Status.SOLVED, fields=macro.content.deeds.fields)


def test_whoever_knows_of_files_can_take_them_away(
    office: Office, boss: Actor, macro: Macro
) -> None:
    content = Content(name="Terms", text="See there", sharing="everybody")
    wish = ChangeMacro(content=content, knows=KNOWN)
    assert isinstance(office.run(boss, act(macro.id, wish)), Accepted)
    assert now(office, macro.id).content == content


def test_a_later_release_may_know_more(office: Office, boss: Actor, macro: Macro) -> None:
    told = {"name": "Terms", "text": "x", "sharing": "everybody", "colour": "red"}
    args = {"content": told, "knows": [*KNOWN, "colour"]}
    assert isinstance(office.run(boss, wire("ChangeMacro", macro.id, args)), Accepted)
    assert now(office, macro.id).content.text == "x"


def test_a_field_keeps_what_its_author_does_not_know(office: Office, boss: Actor) -> None:
    target = new_id()
    content = FieldContent(name="Reason", type="choice", options=(Option("Late"),), required=True)
    assert isinstance(office.run(boss, act(target, CreateField(content=content))), Accepted)
    args = {"content": {"name": "Why"}, "knows": ["name"]}
    assert isinstance(office.run(boss, wire("ChangeField", target, args)), Accepted)
    field = office.record(FIELD, target)
    assert isinstance(field, CustomField)
    assert field.content == FieldContent(
        name="Why", type="choice", options=(Option("Late", "1"),), required=True
    )


def test_the_first_shape_of_each_is_what_is_said_by_saying_nothing() -> None:
    assert set(KNOWN) - set(FIRST) == {"files", "deeds.fields"}
    assert b"knows" not in codec.encode(ChangeMacro(content=Content(name="x")))
    assert b"knows" not in codec.encode(ChangeField(content=FieldContent(name="x")))


def test_every_command_that_gives_the_whole_of_something_says_what_it_knows() -> None:
    handlers = rooms.dispatch().handlers
    whole = {name for name, known in handlers.items() if any(_structs(known.args))}
    says = {name for name in whole if "knows" in handlers[name].args.__struct_fields__}
    assert says == {"ChangeMacro", "ChangeField", "SetMasking"}
    assert whole - says - set(_LISTS) == set(WHOLE)


_LISTS = {
    "SendReply": "files and mentions of a message that is new",
    "AddNote": "files and mentions of a note that is new",
    "CreateView": "there is nothing before it",
    "ChangeView": "only what was changed is given; a condition is one choice",
}
"""Commands that give lists of things, each of them whole."""


def _structs(args: type[Struct]) -> Iterator[type[Struct]]:
    todo: list[Any] = list(get_type_hints(args).values())
    while todo:
        told = todo.pop()
        todo += get_args(told)
        if isinstance(told, type) and issubclass(told, Struct) and told is not Raw:
            yield told
