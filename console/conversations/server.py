"""Conversations on the server: replies, notes and messages from outside become messages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from msgspec import structs

from console.conversations import markup
from console.conversations.model import (
    MAX_BODY_CHARS,
    Attachment,
    Conversation,
    Lane,
    LaneName,
    Mention,
    Message,
    Sighting,
    checked_body,
    checked_count,
    checked_mentions,
    lane,
    mentions,
    safe_name,
    shield_before,
    sighting_id,
    staff_message,
    with_message,
)
from console.conversations.records import (
    CONVERSATION,
    MESSAGE,
    SIGHTING,
    AddNote,
    ReceiveMessage,
    SeeMention,
    Sender,
    SendReply,
)
from console.kernel.clock import whole_ms
from console.kernel.codec import NIL
from console.kernel.errors import Denied, Refused
from console.masking.model.shield import Shield
from console.masking.server import content_now
from console.people.model import Action, Actor, Party, Side
from console.people.records import PARTY, USER
from console.people.server.parties import ensure_party
from console.people.server.scopes import queue_scopes
from console.sync.records import Scopes, Seq
from console.sync.server import blobs
from console.sync.server.dispatch import Handles, Request
from console.sync.server.erasure import Erased
from console.sync.server.tx import Stored, Tx

MAX_TOLD_CHARS = 200
"""Of a sender's name and what else a channel tells of them."""
MAX_ADDRESS_CHARS = 320
"""No e-mail address is longer (RFC 3696): what is, is none."""


@dataclass(frozen=True)
class MessageAdded:
    """A message joined a conversation, which stands as it is after it."""

    conversation: Conversation
    message: Message
    scopes: Scopes
    sender: Party | None = None
    order_number: str = ""
    team_id: UUID = NIL


@dataclass(frozen=True)
class Replying:
    """Somebody is about to answer, who saw the changes up to `seen` of all that is shown with it.

    Who knows what that is raises Refused `newer_reply` where `answered_since` says so.
    """

    conversation_id: UUID
    author_id: UUID
    seen: Seq


def send_reply(tx: Tx, request: Request[SendReply]) -> None:
    """A public answer, unless a colleague answered since the author looked."""
    args = request.args
    stored = _conversation(tx, request.target)
    if args.lane == "internal":
        raise Refused("bad_lane", "A reply goes to the buyer or the seller.")
    if lane(stored.record, args.lane) is None:
        raise Refused("nobody_there", f"There is no {args.lane} in this conversation.")
    me = request.actor.user_id
    if not args.anyway:
        if answered_since(tx, stored.record, request.base_rev, me):
            raise newer_reply()
        if args.seen:
            tx.emit(Replying(request.target, me, args.seen))
    if args.as_is and Action.UNMASK not in request.actor.actions:
        told = "Only those who may have contact data go out as it stands."
        raise Refused("may_not_unmask", told, fields={"as_is": "not allowed"})
    shield = _shield(tx, request.actor, stored.record, args.lane)
    _write(tx, stored.record, request, args.lane, shield)


def _shield(tx: Tx, author: Actor, conversation: Conversation, to: Side) -> Shield:
    """What is kept from whoever is on this lane, by the organisation's policy."""

    def party_of(party_id: UUID) -> Party | None:
        stored = tx.get(PARTY, party_id)
        return stored.record if stored else None

    user = tx.get(USER, author.user_id)
    content, me = content_now(tx), user.record if user else None
    return shield_before(conversation, to, content, party_of, me)


def _write(
    tx: Tx,
    conversation: Conversation,
    request: Request[SendReply] | Request[AddNote],
    to: LaneName,
    shield: Shield | None = None,
) -> None:
    args = request.args
    author, at = request.actor.user_id, whole_ms(tx.at)
    files = _attached(tx, request)
    named = _known(tx, args.mentions) if isinstance(args, AddNote) else ()
    message = staff_message(
        conversation, _fresh(tx, args.message_id), to, args.body, author, at, files, args.html,
        named, shield, as_is=isinstance(args, SendReply) and args.as_is,
    )  # fmt: skip
    add_message(tx, conversation, message)
    if mentions(message, author):  # who wrote it has seen it
        _see(tx, author, message.id)


def _known(tx: Tx, named: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """The mentions, all of somebody who is there."""
    checked_mentions(named)
    if any(tx.get(USER, each.user_id) is None for each in named):
        raise Refused("no_user", "There is no such colleague.", fields={"mentions": "unknown"})
    return named


def answered_since(tx: Tx, conversation: Conversation, rev: Seq, author_id: UUID) -> bool:
    """Whether somebody else wrote the last public answer, after the change `rev`."""
    last = tx.get(MESSAGE, conversation.answered) if conversation.answered != NIL else None
    if last is None or last.record.author_id == author_id:
        return False
    return last.rev > rev


def newer_reply() -> Refused:
    """What a reply is held by, until somebody looked."""
    return Refused("newer_reply", "A colleague answered meanwhile.")


def add_note(tx: Tx, request: Request[AddNote]) -> None:
    """A word among staff."""
    _write(tx, _conversation(tx, request.target).record, request, "internal")


def see_mention(tx: Tx, request: Request[SeeMention]) -> None:
    """Whoever is mentioned has seen it; nobody else can have."""
    me, message_id = request.actor.user_id, request.args.message_id
    if request.target != sighting_id(me, message_id):
        raise Refused("wrong_target", "A sighting is its owner's own.")
    message = tx.get(MESSAGE, message_id)
    known = tx.get(SIGHTING, request.target) is not None
    if not known and message is not None and mentions(message.record, me):
        _see(tx, me, message_id)


def _see(tx: Tx, user_id: UUID, message_id: UUID) -> None:
    owner = tx.get(USER, user_id)
    if owner is None:
        raise Denied
    key = sighting_id(user_id, message_id)
    seen = Sighting(id=key, owner_id=user_id, message_id=message_id)
    tx.record(SIGHTING, seen, frozenset((owner.record.scope,)))


def drop_sightings(tx: Tx, event: Erased) -> None:
    """Who saw a message that is erased is not kept."""
    if event.kind == MESSAGE.name:
        for stored in tx.find(SIGHTING, "message_id", event.record.id):
            tx.erase(SIGHTING, stored.record.id)


def receive_message(tx: Tx, request: Request[ReceiveMessage]) -> None:
    """A message from outside; its conversation begins when it is new."""
    args = request.args
    stored = tx.get(CONVERSATION, request.target)
    scopes = stored.scopes if stored else queue_scopes(tx, args.team_id)
    sender = ensure_party(tx, party_told(args.sender), scopes)
    conversation = stored.record if stored else _begun(tx, request.target, args)
    conversation = _with_lane(conversation, Lane(args.sender.side, sender.id, args.channel))
    html = markup.clean(args.html) if args.html else ""
    message = Message(
        id=_fresh(tx, args.message_id),
        conversation_id=request.target,
        pos=conversation.count + 1,
        lane=args.sender.side,
        author="party",
        author_id=sender.id,
        body=checked_body(args.body or markup.words_of(html)[:MAX_BODY_CHARS], args.attachments),
        at=whole_ms(min(args.at, tx.at)),
        channel=args.channel,
        attachments=_attached(tx, request),
        html=html,
        source=_source(tx, request),
    )
    add_message(tx, conversation, message, scopes, sender, args.order_number, args.team_id)


def _attached(
    tx: Tx, request: Request[SendReply] | Request[AddNote] | Request[ReceiveMessage]
) -> tuple[Attachment, ...]:
    """The files as they are here: what their author says of them is only their name."""
    told = request.args.attachments
    checked_count(told)
    return kept_files(tx, request.actor, told)


def _source(tx: Tx, request: Request[ReceiveMessage]) -> Attachment | None:
    """The file with the mail as it came, if the channel brought it."""
    told = request.args.source
    return kept_files(tx, request.actor, (told,))[0] if told is not None else None


def kept_files(tx: Tx, actor: Actor, told: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Files that the actor may attach, as a record keeps them; raises what `blobs.attach` raises."""
    found = blobs.attach(tx, actor, told)
    return tuple(
        Attachment(known.id, safe_name(said.name), known.type, known.size, known.sha256.hex())
        for said, known in zip(told, found, strict=True)
    )


def add_message(
    tx: Tx,
    conversation: Conversation,
    message: Message,
    scopes: Scopes | None = None,
    sender: Party | None = None,
    order_number: str = "",
    team_id: UUID = NIL,
) -> Conversation:
    """Put the next message into a conversation and tell the rooms that asked."""
    after = with_message(conversation, message)
    tx.record(CONVERSATION, after, scopes)
    tx.record(MESSAGE, message)
    tx.record(CONVERSATION, after)  # behind it in the log: who saw its rev has seen the message
    stored = _conversation(tx, conversation.id)
    tx.emit(MessageAdded(after, message, stored.scopes, sender, order_number, team_id))
    return after


def party_told(sender: Sender, party_id: UUID = NIL) -> Party:
    """A sender as the party they are; characters nobody can see are left out.

    What is longer than MAX_TOLD_CHARS is cut, but an address: a part of one is somebody else's.
    """
    told: dict[str, Any] = {
        name: "".join(filter(str.isprintable, value)) if isinstance(value, str) else value
        for name, value in structs.asdict(sender).items()
    }
    cut = {name: v[:MAX_TOLD_CHARS] for name, v in told.items() if isinstance(v, str)}
    address = told["email"] if len(told["email"]) <= MAX_ADDRESS_CHARS else ""
    return Party(id=party_id, **{**told, **cut, "email": address})


def move_conversation(tx: Tx, conversation_id: UUID, scopes: Scopes) -> None:
    """Let exactly `scopes` see the conversation; its messages follow."""
    stored = _conversation(tx, conversation_id)
    if stored.scopes != scopes:
        tx.record(CONVERSATION, stored.record, scopes)


def _conversation(tx: Tx, conversation_id: UUID) -> Stored[Conversation]:
    stored = tx.get(CONVERSATION, conversation_id)
    if stored is None:
        raise Refused("no_conversation", "There is no such conversation.")
    return stored


def _fresh(tx: Tx, message_id: UUID) -> UUID:
    if tx.get(MESSAGE, message_id) is not None:
        raise Refused("message_id_taken", "There is a message with this id already.")
    return message_id


def _begun(tx: Tx, conversation_id: UUID, args: ReceiveMessage) -> Conversation:
    at = whole_ms(min(args.at, tx.at))
    return Conversation(id=conversation_id, subject=args.subject, created_at=at, last_at=at)


def _with_lane(conversation: Conversation, new: Lane) -> Conversation:
    others = tuple(known for known in conversation.lanes if known.name != new.name)
    return structs.replace(conversation, lanes=(*others, new))


HANDLERS = (
    Handles(SendReply, Action.REPLY, CONVERSATION, send_reply),
    Handles(AddNote, Action.NOTE, CONVERSATION, add_note),
    Handles(SeeMention, Action.READ, None, see_mention),
    Handles(ReceiveMessage, Action.RECEIVE, None, receive_message),
)
SUBSCRIBERS: dict[type, tuple[Callable[[Tx, Any], None], ...]] = {Erased: (drop_sightings,)}
