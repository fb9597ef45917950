"""A macro: its text, what it does to a ticket, who has it, and what may stand in it."""

import re
from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from msgspec import Struct, structs

from console.conversations.model import Attachment, gaps
from console.fields.model import MAX_FIELDS
from console.fields.model import MAX_TEXT_CHARS as MAX_VALUE_CHARS
from console.kernel.codec import NIL, Record
from console.kernel.errors import Refused
from console.kernel.tongue import mark
from console.tickets.model import MAX_TAGS, NOTHING, Deeds, clean_tag

Sharing = Literal["personal", "team", "everybody"]
"""Who has a macro: its owner, the colleagues of a team, or all colleagues."""

MAX_NAME_CHARS = 80
MAX_SHORTCUT_CHARS = 24
MAX_TEXT_CHARS = 20_000
MAX_FILES = 10

PLACEHOLDERS: Mapping[str, str] = {
    "recipient.name": mark("Whoever the message goes to"),
    "recipient.first": mark("Their first name"),
    "customer.name": mark("Whoever asked"),
    "customer.first": mark("Their first name"),
    "customer.email": mark("Their e-mail address"),
    "order.number": mark("The order's number"),
    "order.total": mark("What it cost"),
    "order.carrier": mark("Who carries the parcel"),
    "order.tracking": mark("The parcel's number"),
    "agent.name": mark("Your name"),
    "agent.first": mark("Your first name"),
    "ticket.number": mark("The ticket's number"),
    "ticket.subject": mark("What the ticket is about"),
}
"""What may stand in braces in a macro's text, and what it becomes."""

_SHORTCUT = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


class Content(Struct, frozen=True, omit_defaults=True):
    """What somebody writes into a macro. `at_once`: the deeds do not wait for the message.

    `files` go along as attachments.
    """

    name: str
    shortcut: str = ""
    text: str = ""
    deeds: Deeds = NOTHING
    at_once: bool = False
    sharing: Sharing = "personal"
    team_id: UUID = NIL
    files: tuple[Attachment, ...] = ()


class Macro(Record, frozen=True, kw_only=True):
    """A macro as it is kept; `changed_by` wrote it last. `gone` only while its deletion waits."""

    content: Content
    owner_id: UUID
    changed_by: UUID
    gone: bool = False


def checked(content: Content) -> Content:
    """The content as it is kept: trimmed, tags clean.

    Raises Refused `bad_macro_name`, `bad_shortcut`, `macro_empty`, `macro_too_long`,
    `too_many_files` (MAX_FILES), `bad_placeholder`, `no_team`, and what `clean_tag` raises; each
    names its field.
    """
    name = " ".join(content.name.split())
    if not name or len(name) > MAX_NAME_CHARS or not name.isprintable():
        told = f"A macro needs a name of at most {MAX_NAME_CHARS} characters."
        raise Refused("bad_macro_name", told, fields={"name": "not usable"})
    text = content.text.replace("\r\n", "\n").strip("\n").rstrip()
    if len(text) > MAX_TEXT_CHARS:
        told = f"A macro has at most {MAX_TEXT_CHARS:,} characters."
        raise Refused("macro_too_long", told, fields={"text": "too long"})
    deeds = _clean(content.deeds)
    if len(content.files) > MAX_FILES:
        told = f"A macro has at most {MAX_FILES} files."
        raise Refused("too_many_files", told, fields={"files": "too many"})
    if not text.strip() and deeds == NOTHING and not content.files:
        told = "Write a text, or choose what the macro does."
        raise Refused("macro_empty", told, fields={"text": "empty"})
    for start, end in gaps(text):
        if text[start + 1 : end - 1] not in PLACEHOLDERS:
            told = f"Nothing is called {text[start:end]}: choose one from the list."
            raise Refused("bad_placeholder", told, fields={"text": text[start:end]})
    if content.sharing == "team" and content.team_id == NIL:
        raise Refused("no_team", "Choose the team that has it.", fields={"team": "missing"})
    return structs.replace(
        content,
        name=name,
        shortcut=_shortcut(content.shortcut),
        text=text,
        deeds=deeds,
        team_id=content.team_id if content.sharing == "team" else NIL,
    )


def _shortcut(typed: str) -> str:
    clean = typed.strip().removeprefix("/").lower()
    if clean and (len(clean) > MAX_SHORTCUT_CHARS or not _SHORTCUT.fullmatch(clean)):
        told = f"A shortcut has letters, digits and hyphens, at most {MAX_SHORTCUT_CHARS}."
        raise Refused("bad_shortcut", told, fields={"shortcut": "not usable"})
    return clean


def _clean(deeds: Deeds) -> Deeds:
    add = tuple(sorted({clean_tag(tag) for tag in deeds.add_tags}))
    remove = tuple(sorted({clean_tag(tag) for tag in deeds.remove_tags} - set(add)))
    if len(add) > MAX_TAGS or len(remove) > MAX_TAGS:
        raise Refused("too_many_tags", f"A ticket has at most {MAX_TAGS} tags.")
    if len(deeds.fields) > MAX_FIELDS:
        raise Refused("too_many_fields", f"A ticket has at most {MAX_FIELDS} fields.")
    if any(isinstance(v, str) and len(v) > MAX_VALUE_CHARS for v in deeds.fields.values()):
        raise Refused("bad_value", "A field does not take so long a value.")
    assignee = None if deeds.to_me else deeds.assignee_id
    return structs.replace(deeds, add_tags=add, remove_tags=remove, assignee_id=assignee)
