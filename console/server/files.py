"""Import formats: what a line of a file says becomes the command that brings the conversation.

`turns`, one JSON object a line, other keys ignored:

    {"id": "conv_1", "turns": [{"role": "user", "content": "…"}, {"role": "agent", "content": "…"}]}

`jsonl`, the same with all that Parley can take (only `id` and `messages` or `turns` are needed):

    {"id": "T-1", "subject": "…", "channel": "email", "status": "solved", "priority": "high",
     "tags": ["late"], "team": "Europe", "order": "303-9182736-4567890", "orders": ["…"],
     "requester": {"name": "…", "email": "…", "side": "buyer", "phone": "…", "city": "…",
                   "country": "DE", "language": "de", "zone": "Europe/Berlin", "since": "…"},
     "messages": [{"from": "buyer", "body": "…", "at": "2026-11-22T10:00:00Z"}]}

A message is from the buyer (also user, customer), the seller, an agent (also assistant, support)
or is a note among staff, in any letter case; times carry their zone. Order numbers in the text
link the conversation to those orders. Conversations are known by id and messages: the same ones
again, under whatever file name, are the same.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeVar, get_args

import msgspec
from msgspec import Struct

from console.conversations.model import Channel
from console.conversations.records import Sender
from console.kernel import codec
from console.kernel.codec import Moment
from console.kernel.errors import Refused
from console.kernel.ids import derived_id
from console.people.model import Side
from console.server.subjects import subject_of
from console.sync.records import Command, command
from console.tickets.model import MAX_TAGS, Priority, Status, clean_tag
from console.tickets.records import ImportConversation, ImportTurn
from console.tickets.server.imports import MAX_ORDERS

Format = Literal["turns", "jsonl"]
FORMATS: tuple[Format, ...] = get_args(Format)
MAX_ID_CHARS = 200
ORDER_NUMBER = re.compile(r"\b\d{3}-\d{7}-\d{7}\b")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_AUTHORS: Mapping[str, str] = {
    **dict.fromkeys(("buyer", "user", "customer"), "buyer"),
    **dict.fromkeys(("agent", "assistant", "support"), "agent"),
    "seller": "seller",
    "note": "note",
}
T = TypeVar("T")
Told = str | None


class _Turn(Struct, frozen=True):
    role: str
    content: str


class _Message(Struct, frozen=True, rename={"author": "from"}):
    author: str
    body: str
    at: Moment | None = None


class _Requester(Struct, frozen=True):
    side: Literal["buyer", "seller"] | None = None
    name: Told = None
    email: Told = None
    phone: Told = None
    city: Told = None
    country: Told = None
    language: Told = None
    zone: Told = None
    since: Moment | None = None


class _Turns(Struct, frozen=True):
    id: str | int
    turns: tuple[_Turn, ...]


class _Rich(Struct, frozen=True):
    id: str | int
    turns: tuple[_Turn, ...] | None = None
    messages: tuple[_Message, ...] | None = None
    subject: Told = None
    channel: Told = None
    requester: _Requester | None = None
    order: Told = None
    orders: tuple[str, ...] | None = None
    status: Told = None
    priority: Told = None
    tags: tuple[str, ...] | None = None
    team: Told = None


class Found(NamedTuple):
    """A conversation in a line; `team` is the name of the queue it asks for, empty for none."""

    args: ImportConversation
    team: str = ""


_turns: msgspec.json.Decoder[_Turns] = msgspec.json.Decoder(_Turns)
_rich: msgspec.json.Decoder[_Rich] = msgspec.json.Decoder(_Rich)


def found_in(raw: bytes, written_as: Format) -> Found:
    """The conversation in a line. Raises Refused, whose message says in words what is wrong."""
    if written_as == "turns":
        plain = _decoded(_turns, raw)
        return Found(_conversation(plain.id, _from_turns(plain.turns)))
    rich = _decoded(_rich, raw)
    if rich.messages is not None:
        turns = tuple(_turn(n, m.author, m.body, m.at) for n, m in enumerate(rich.messages, 1))
    else:
        turns = _from_turns(rich.turns or ())
    told = rich.requester or _Requester()
    args = _conversation(rich.id, turns, told, tuple(_listed(rich.order, rich.orders)))
    extras = {
        "subject": _one_line(rich.subject) or args.subject,
        "channel": _one_of("channel", rich.channel, get_args(Channel)) or args.channel,
        "status": Status(_one_of("status", rich.status, tuple(Status)) or args.status),
        "priority": Priority(_one_of("priority", rich.priority, tuple(Priority)) or args.priority),
        "tags": _tags(rich.tags or ()),
    }
    return Found(msgspec.structs.replace(args, **extras), _one_line(rich.team))


def command_for(args: ImportConversation) -> Command:
    """The command that imports a conversation; its ids follow from what was said in it."""
    said = codec.digest(args.turns).hex()
    conversation_id = derived_id("import", args.external_id, said)
    cmd_id = derived_id("import-command", str(conversation_id))
    return command(conversation_id, args, cmd_id=cmd_id)


def _decoded(decoder: msgspec.json.Decoder[T], raw: bytes) -> T:
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # Messages are sentences of msgspec's; the full stop is ours.
        raise Refused("bad_line", f"{str(error).rstrip('.')}") from error


def _from_turns(turns: tuple[_Turn, ...]) -> tuple[ImportTurn, ...]:
    return tuple([_turn(n, turn.role, turn.content) for n, turn in enumerate(turns, 1)])


def _turn(number: int, author: str, body: str, at: datetime | None = None) -> ImportTurn:
    known = _AUTHORS.get(author) or _AUTHORS.get(author.strip().lower())
    if known is None:
        raise Refused("bad_line", f"Message {number} is from {author[:40]!r}, whom nobody knows")
    if not body or body.isspace():
        raise Refused("bad_line", f"Message {number} is empty")
    return ImportTurn(known, body, at)


def _conversation(
    told_id: str | int,
    turns: tuple[ImportTurn, ...],
    told: _Requester | None = None,
    orders: tuple[str, ...] = (),
) -> ImportConversation:
    external_id = _one_line(str(told_id))
    if not external_id or len(external_id) > MAX_ID_CHARS:
        raise Refused("bad_line", f"An id has 1 to {MAX_ID_CHARS} characters")
    if not turns:
        raise Refused("bad_line", "There are no messages")
    mentioned = ORDER_NUMBER.findall("\n".join([turn.body for turn in turns]))
    # A conversation is about so many orders at most; whatever it mentions beyond is only text.
    numbers = tuple(dict.fromkeys([*orders, *mentioned]))[: max(MAX_ORDERS, len(orders))]
    return ImportConversation(
        external_id=external_id,
        turns=turns,
        requester=_sender(external_id, turns, told),
        subject=_subject(turns),
        order_numbers=numbers,
    )


def _sender(external_id: str, turns: tuple[ImportTurn, ...], told: _Requester | None) -> Sender:
    authors = {turn.author for turn in turns}
    side: Side = "seller" if "seller" in authors and "buyer" not in authors else "buyer"
    if told is None:
        return Sender(side=side, name=f"{side.capitalize()} {external_id}")
    side = told.side or side
    texts = {
        name: _one_line(getattr(told, name))
        for name in ("name", "email", "phone", "city", "country", "language", "zone")
    }
    name = texts.pop("name") or texts["email"] or f"{side.capitalize()} {external_id}"
    return Sender(side=side, name=name, since=told.since, **texts)


def _subject(turns: tuple[ImportTurn, ...]) -> str:
    outside = (turn.body for turn in turns if turn.author in ("buyer", "seller"))
    return subject_of(next(outside, turns[0].body))


def _one_line(text: str | None) -> str:
    if not text:
        return ""
    return " ".join(_CONTROL.sub(" ", text).split())


def _listed(order: str | None, orders: tuple[str, ...] | None) -> list[str]:
    return [clean for number in (order, *(orders or ())) if (clean := _one_line(number))]


def _one_of(what: str, told: str | None, known: tuple[Any, ...]) -> Any:
    value = _one_line(told).lower()
    if value and value not in known:
        text = f"The {what} is {value[:40]!r}, not one of {', '.join(known)}"
        raise Refused("bad_line", text)
    return value


def _tags(told: tuple[str, ...]) -> tuple[str, ...]:
    tags = tuple(sorted({clean_tag(tag) for tag in told}))
    if len(tags) > MAX_TAGS:
        raise Refused("bad_line", f"There are more than {MAX_TAGS} tags")
    return tags
