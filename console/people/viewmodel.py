"""Who is who: colleagues and teams by id, kept from the cache; parties, and notes on them."""

from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import structs

from console.kernel import codec
from console.kernel.codec import NIL, Strict
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.kernel.signal import Signal
from console.kernel.tongue import joined, mark, tr, trn
from console.people.model import (
    MAX_NOTES,
    Action,
    Party,
    PartyNote,
    Team,
    User,
    checked_note,
)
from console.people.records import (
    PARTY,
    PARTY_NOTE,
    USER,
    ChangePartyNote,
    DeletePartyNote,
    NoteParty,
)
from console.people.tables import rows
from console.sync.client.local import Local
from console.sync.client.overlay import Layer, Overlaid, Previews, Wish
from console.sync.client.telling import Touched

_SOMEBODY = mark("Somebody")
_NAMED = 3
_KINDS = frozenset({"user", "team", "role"})


class Directory:
    """Colleagues and teams. `changed` when any of it did."""

    def __init__(self, local: Local) -> None:
        self._local = local
        self.users: dict[UUID, User] = {}
        self.teams: dict[UUID, Team] = {}
        self.changed: Signal[None] = Signal()
        local.touched.connect(self._touched)
        local.opened.connect(self._opened)
        self.load()

    def load(self) -> None:
        """Read everybody anew."""
        reader = self._local.reader
        if reader is None:
            return
        self.users = {user.id: user for user in rows.users(reader)}
        self.teams = {team.id: team for team in rows.teams(reader)}
        self.changed.emit(None)

    @property
    def me(self) -> User | None:
        """Whoever is signed in, once the cache knows them."""
        return self.users.get(self._local.me)

    @property
    def colleagues(self) -> list[User]:
        """Those a ticket can be given to, oneself first, then by name."""
        staff = [u for u in self.users.values() if u.active and u.role != "integration"]
        return sorted(staff, key=lambda user: (user.id != self._local.me, user.name))

    def name(self, user_id: UUID) -> str:
        """A colleague's name; empty for nobody, a dash for somebody unknown."""
        if user_id == NIL:
            return ""
        user = self.users.get(user_id)
        return user.name if user else "–"

    def colleague(self, user_id: UUID) -> str:
        """The name of a colleague who is there, also while the cache does not know them yet."""
        user = self.users.get(user_id)
        return user.name if user and user.name.strip() else tr(_SOMEBODY)

    def team_name(self, team_id: UUID) -> str:
        """A team's name; empty for none."""
        team = self.teams.get(team_id)
        return team.name if team else ""

    def party(self, party_id: UUID) -> Party | None:
        """A buyer or seller, if the cache has them."""
        reader = self._local.reader
        return rows.parties(reader, [party_id]).get(party_id) if reader else None

    def parties(self, ids: set[UUID]) -> dict[UUID, Party]:
        """Buyers and sellers by id, those that the cache has."""
        reader = self._local.reader
        return rows.parties(reader, ids) if reader and ids else {}

    def _touched(self, touched: Touched) -> None:
        if not _KINDS.isdisjoint(touched):
            self.load()

    def _opened(self, _: None) -> None:
        self.load()


def short_names(names: Sequence[str]) -> list[str]:
    """First names; whole ones where two share the first."""
    first = [name.split(maxsplit=1)[0] for name in names]
    count = Counter(first)
    return [short if count[short] == 1 else name for short, name in zip(first, names, strict=True)]


def together(names: Sequence[str]) -> str:
    """`Ben`, `Ben and Cara`, `Ben, Cara and 3 others`."""
    if len(names) == 1:
        return names[0]
    if len(names) > _NAMED:
        more = len(names) - _NAMED + 1
        told = trn("{names} and {count} other", "{names} and {count} others", more)
        return told.format(names=listed(names[: _NAMED - 1]), count=more)
    return tr("{names} and {last}").format(names=listed(names[:-1]), last=names[-1])


def listed(names: Sequence[str]) -> str:
    """Names, tags or files one after the other: `a, b, c`."""
    return joined(tr(", "), names)


@dataclass(frozen=True)
class NoteLine:
    """A note on a party as it is shown; `mine` may be changed, `removable` deleted.

    `at` is when it was written, or when it was `changed` last.
    """

    id: UUID
    who: str
    at: datetime
    body: str
    mine: bool
    removable: bool
    changed: bool = False


_TYPED = "customer_notes"
_Texts = dict[UUID, str]


class PartyNotes:
    """What staff noted of one party, newest first. `changed` when it did.

    What is typed and not saved is kept by party as it is typed, until that is here no more.
    """

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local, self._directory = local, directory
        self.party_id = NIL
        self.lines: Sequence[NoteLine] = ()
        self.changed: Signal[None] = Signal()
        local.touched.connect(self._touched)
        local.opened.connect(self._again)
        directory.changed.connect(self._again)

    def show(self, party_id: UUID) -> None:
        """Show what was noted of this party."""
        if party_id != self.party_id:
            self.party_id = party_id
            self._load(always=True)

    def typed(self, party_id: UUID) -> str:
        """What is typed about a party and not saved."""
        return self._texts().get(party_id, "")

    def keep_typed(self, party_id: UUID, text: str) -> None:
        """This is typed about a party."""
        if text == self.typed(party_id):
            return
        texts = {key: kept for key, kept in self._texts().items() if key != party_id}
        if text:
            texts[party_id] = text
        self._local.remember(_TYPED, codec.encode(texts).decode())

    def _texts(self) -> _Texts:
        return codec.decode(self._local.remembered.get(_TYPED, "{}"), _Texts)

    async def add(self, body: str) -> None:
        """Note something. Raises Refused `empty_note`, `note_too_long` or `too_many_notes`."""
        text = checked_note(body)
        if len(self.lines) >= MAX_NOTES:
            raise Refused("too_many_notes", "")
        await self._note(self.party_id, text)

    async def change(self, note_id: UUID, body: str) -> None:
        """Give a note of one's own other words. Raises what `add` does."""
        text = checked_note(body)
        if any(line.id == note_id and line.body != text for line in self.lines):
            await self._do(note_id, ChangePartyNote(body=text), tr("Change the customer note"))

    async def delete(self, note_id: UUID) -> Callable[[], Coroutine[Any, Any, None]]:
        """Delete a note; the way back, which notes the same anew."""
        party_id = self.party_id
        body = next((line.body for line in self.lines if line.id == note_id), "")
        await self._do(note_id, DeletePartyNote(), tr("Delete the customer note"))

        async def undo() -> None:
            await self._note(party_id, body)

        return undo

    async def _note(self, party_id: UUID, body: str) -> None:
        args = NoteParty(party_id=party_id, body=body)
        await self._do(new_id(), args, tr("Customer note"))

    async def _do(self, note_id: UUID, args: Strict, about: str) -> None:
        await self._local.do(PARTY_NOTE, note_id, args, lane=note_id, about=about)

    def _load(self, *, always: bool = False) -> None:
        reader, me = self._local.reader, self._directory.me
        role = rows.role(reader, me.role) if reader and me else None
        leads = role is not None and Action.CUSTOMER_NOTES in role.actions
        found = rows.notes(reader, self.party_id) if reader else []
        lines = [self._line(note, leads=leads) for note in found]
        if always or lines != list(self.lines):
            self.lines = lines
            self.changed.emit(None)

    def _line(self, note: PartyNote, *, leads: bool) -> NoteLine:
        mine = note.author_id == self._local.me
        who = self._directory.name(note.author_id)
        at, changed = note.changed_at or note.at, note.changed_at is not None
        return NoteLine(note.id, who, at, note.body, mine, mine or leads, changed)

    def _touched(self, touched: Touched) -> None:
        for party_id in set(touched.get(PARTY.name, ())) & set(self._texts()):
            if self._directory.party(party_id) is None:
                self.keep_typed(party_id, "")  # they were erased, or are out of sight
        if PARTY_NOTE.name in touched:
            self._load()

    def _again(self, _: None) -> None:
        self._load()


# -- before the server has answered

OVERLAID = (
    Overlaid(PARTY_NOTE, "party_notes", rows.note_columns),
    Overlaid(PARTY, "parties", rows.party_columns, laid=False),
    Overlaid(USER, "users", rows.user_columns, laid=False),
)


def preview_note(layer: Layer, wish: Wish) -> None:
    """The new note."""
    if layer.get(PARTY_NOTE, wish.target) is None:
        about, body = wish.args.party_id, wish.args.body
        note = PartyNote(id=wish.target, party_id=about, author_id=wish.me, at=wish.at, body=body)
        layer.lay(PARTY_NOTE, note)


def preview_words(layer: Layer, wish: Wish) -> None:
    """The note with its other words."""
    note = layer.get(PARTY_NOTE, wish.target)
    if note is not None:
        layer.lay(PARTY_NOTE, structs.replace(note, body=wish.args.body, changed_at=wish.at))


def preview_deleted(layer: Layer, wish: Wish) -> None:
    """No note any more."""
    note = layer.get(PARTY_NOTE, wish.target)
    if note is not None:
        layer.lay(PARTY_NOTE, structs.replace(note, gone=True))


PREVIEWS = (
    Previews(NoteParty, preview_note, apart=True),
    Previews(ChangePartyNote, preview_words, apart=True),
    Previews(DeletePartyNote, preview_deleted, apart=True),
)
