"""Writing custom fields: one is chosen, changed and saved; what is typed stays with it until then."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import structs

from console.fields.model import (
    MAX_FIELDS,
    MAX_KEPT,
    MAX_NAME_CHARS,
    MAX_OPTION_CHARS,
    MAX_OPTIONS,
    MAX_OPTIONS_KEPT,
    POSITION_GAP,
    Content,
    CustomField,
    checked,
)
from console.fields.records import FIELD, KNOWN, ChangeField, CreateField, MoveField
from console.fields.viewmodel.shelf import Fields
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.kernel.signal import Signal
from console.kernel.tongue import mark, tr
from console.people.model import Action
from console.people.tables import rows as people_rows
from console.people.viewmodel import Directory
from console.sync.client.local import Local

EMPTY = Content(name="")
_PROBLEMS = {
    "bad_field_name": mark("Give the field a name of at most {name} characters."),
    "bad_options": mark(
        "Give 1 to {options} options, each another, of at most {option} characters. A field ever"
        " has {kept}."
    ),
    "field_name_taken": mark("A field of that name is in use already: choose another name."),
    "too_many_fields": mark("{most} fields are in use already: put one out of use first."),
    "too_many_kept": mark("There are {all} fields, used and unused: there can be no more."),
}


class Editing:
    """The fields, the one that is open, and what is typed into it. `changed` when any did."""

    def __init__(self, local: Local, directory: Directory, fields: Fields) -> None:
        self._local, self._fields = local, fields
        self.directory = directory
        self._typed: dict[UUID, Content] = {}
        self._new: set[UUID] = set()
        self.chosen = NIL
        self.problem = ""
        self.changed: Signal[None] = Signal()
        fields.changed.connect(self._again)
        directory.changed.connect(self._again)

    # -- looking

    @property
    def fields(self) -> Sequence[CustomField]:
        """Those that are here in their order, then new ones that were not saved yet."""
        known = {field.id for field in self._fields.all}
        fresh = [
            CustomField(id=key, content=self._typed.get(key, EMPTY))
            for key in sorted(self._new - known)
        ]
        return [*self._fields.all, *fresh]

    @property
    def content(self) -> Content | None:
        """What stands in the form; None when nothing is chosen."""
        field = self._fields.field(self.chosen)
        return self._typed.get(self.chosen) or (field.content if field else None)

    @property
    def is_new(self) -> bool:
        """Whether the chosen field was never saved: what it holds can still be chosen."""
        return self._fields.field(self.chosen) is None

    @property
    def unsaved(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.chosen in self._typed

    @property
    def writable(self) -> bool:
        """Whether one may make and change fields."""
        reader, me = self._local.reader, self.directory.me
        role = people_rows.role(reader, me.role) if reader and me else None
        return role is not None and Action.FIELDS in role.actions

    # -- doing

    def choose(self, field_id: UUID) -> None:
        """Open a field in the form."""
        self.chosen, self.problem = field_id, ""
        self.changed.emit(None)

    def new(self) -> None:
        """Begin a field."""
        fresh = new_id()
        self._new.add(fresh)
        self._typed[fresh] = EMPTY
        self.choose(fresh)

    def change(self, content: Content) -> None:
        """This stands in the form now."""
        field = self._fields.field(self.chosen)
        if field is not None and content == _written(field.content):
            self._typed.pop(self.chosen, None)
        elif content != self.content:
            self._typed[self.chosen] = content
        self.problem = ""
        self.changed.emit(None)

    def revert(self) -> None:
        """Forget what was typed into the chosen field."""
        self._typed.pop(self.chosen, None)
        if self.chosen in self._new:
            self._new.discard(self.chosen)
            self.chosen = NIL
        self.problem = ""
        self.changed.emit(None)

    async def save(self) -> str:
        """Save the form; the sentence that it is done, empty when `problem` says why not."""
        content, chosen = self.content, self.chosen
        if content is None or not self.unsaved:
            return ""
        before = self._fields.field(chosen)
        try:
            clean = checked(content, before.content if before else None)
            self._check_room(chosen, clean)
        except Refused as refusal:
            self.problem = _worded(refusal)
            self.changed.emit(None)
            return ""
        args: CreateField | ChangeField = ChangeField(content=clean, knows=KNOWN)
        if before is None:
            last = max((field.position for field in self._fields.all), default=0)
            args = CreateField(content=clean, position=last + POSITION_GAP)
        about = tr("Field “{name}”").format(name=clean.name)
        await self._local.do(FIELD, chosen, args, lane=self._local.me, about=about)
        self._typed.pop(chosen, None)
        self._new.discard(chosen)
        self.changed.emit(None)
        return tr("{what} saved").format(what=about)

    async def move(self, by: int) -> None:
        """Put the chosen field one place up (-1) or down (1) among those that are saved."""
        order = [field.id for field in self._fields.all]
        if self.chosen not in order or not self.writable:
            return
        here = order.index(self.chosen)
        there = min(max(here + by, 0), len(order) - 1)
        if there == here:
            return
        order.insert(there, order.pop(here))
        about = tr("Order of fields")
        known = {field.id: field for field in self._fields.all}
        for place, field_id in enumerate(order, start=1):
            args = MoveField(position=place * POSITION_GAP)
            if known[field_id].position != args.position:
                await self._local.do(FIELD, field_id, args, lane=self._local.me, about=about)

    def _check_room(self, chosen: UUID, content: Content) -> None:
        """What the server would refuse is said at once."""
        others = [field.content for field in self._fields.all if field.id != chosen]
        if len(others) >= MAX_KEPT:
            raise Refused("too_many_kept", "")
        active = [other for other in others if other.active]
        if not content.active:
            return
        if len(active) >= MAX_FIELDS:
            raise Refused("too_many_fields", "")
        if content.name.casefold() in {other.name.casefold() for other in active}:
            raise Refused("field_name_taken", "")

    def _again(self, _: None) -> None:
        self.changed.emit(None)


def _written(content: Content) -> Content:
    """The content without what was taken away: as a form shows it."""
    live = tuple(option for option in content.options if not option.gone)
    return structs.replace(content, options=live)


def _worded(refusal: Refused) -> str:
    words = _PROBLEMS.get(refusal.code)
    if words is None:
        return refusal.message
    return tr(words).format(
        name=MAX_NAME_CHARS, options=MAX_OPTIONS, option=MAX_OPTION_CHARS, kept=MAX_OPTIONS_KEPT,
        most=MAX_FIELDS, all=MAX_KEPT,
    )  # fmt: skip
