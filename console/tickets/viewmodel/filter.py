"""A view being put together: its name, for whom, its conditions, and how many tickets it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec import structs

from console.fields.model import CustomField
from console.kernel.errors import Refused
from console.kernel.signal import Signal
from console.store.reader import Reader
from console.sync.client.local import Local
from console.tickets.model import View, ViewName
from console.tickets.tables import rows
from console.tickets.tables.tally import Tally
from console.views.model import (
    MAX_CONDITIONS,
    Condition,
    Field,
    SavedView,
    checked,
    checked_condition,
)
from console.views.viewmodel.saved import Keeper, SavedViews

SINGLE = frozenset({Field.AGE, Field.UPDATED, Field.WAITING, Field.UNREAD, Field.DUE})
"""Fields of which a condition names one value."""


@dataclass(frozen=True)
class Preview:
    """How many tickets the conditions find; `over` when there may be more."""

    count: int
    over: bool


class Filter:
    """What somebody puts together. `changed` after each step; nothing is kept before `save`.

    `custom` are the custom fields there are, which can be asked for beside those of all tickets.
    """

    def __init__(
        self,
        local: Local,
        saved: SavedViews,
        view: SavedView,
        custom: Sequence[CustomField] = (),
    ) -> None:
        self._local, self._saved = local, saved
        self.custom = custom
        self.view = view
        self._tally: Tally | None = None
        self._read_from: Reader | None = None
        self.changed: Signal[None] = Signal()

    @property
    def is_kept(self) -> bool:
        """Whether it is a saved view that is being changed."""
        return self._saved.get(self.view.id) is not None

    @property
    def fields(self) -> list[Field]:
        """What a further condition may ask for; nothing once there are MAX_CONDITIONS."""
        return list(Field) if len(self.view.conditions) < MAX_CONDITIONS else []

    def keepers(self) -> list[Keeper]:
        """For whom it may be kept."""
        return self._saved.keepers()

    def shown(self) -> View:
        """The queue as these conditions show it, kept or not."""
        kept = {"owner": self.view.id} if self.is_kept else {}
        return View(name=ViewName.FILTER, conditions=self.complete(), **kept)

    def complete(self) -> tuple[Condition, ...]:
        """The conditions that name a value."""
        return tuple(condition for condition in self.view.conditions if condition.values)

    def recount(self) -> None:
        """Begin to count what is found now, which `count_next` does."""
        reader, self._tally = self._local.reader, None
        self._read_from = reader
        if reader is not None:
            view = View(name=ViewName.FILTER, conditions=self.complete())
            most, now, me = rows.EXACTLY_COUNTED, self._local.clock.now(), self._local.me
            self._tally = Tally(reader, view, me, now=now, most=most)

    def count_next(self) -> bool:
        """Count a bite of it; whether more is to be counted before `preview` tells all."""
        here = self._read_from is self._local.reader  # the cache may have been shut meanwhile
        return here and self._tally is not None and self._tally.step()

    @property
    def preview(self) -> Preview:
        """What was found, as far as it is counted."""
        count = self._tally.count if self._tally else 0
        return Preview(count, over=count >= rows.EXACTLY_COUNTED)

    def tags(self, limit: int = 30) -> list[str]:
        """Tags in use, most used first."""
        reader = self._local.reader
        return rows.tags(reader, limit) if reader else []

    # -- steps

    def name(self, name: str) -> None:
        """Call it so; what cannot be a name is said by `save`."""
        self._set(name=name)

    def icon(self, icon: str) -> None:
        """Show this icon beside its name."""
        self._set(icon=icon)

    def sort(self, sort: str) -> None:
        """Show its tickets in this order."""
        self._set(sort=sort)

    def keep_for(self, keeper: Keeper) -> None:
        """Keep it for these."""
        self._set(audience=keeper[0], team_id=keeper[1])

    def add(self, field: str) -> int:
        """A further condition, which shows everything until it has a value; its position."""
        self._put((*self.view.conditions, Condition(field=field)))
        return len(self.view.conditions) - 1

    def remove(self, at: int) -> None:
        """Take a condition away."""
        kept = list(self.view.conditions)
        del kept[at]
        self._put(kept)

    def turn(self, at: int) -> None:
        """From any of the values to none of them, and back."""
        was = self.view.conditions[at]
        self._replace(at, structs.replace(was, without=not was.without))

    def toggle(self, at: int, value: str, *, single: bool = False) -> None:
        """Add or take away a value; a field of one value (`single`) has this one from now on.

        Raises Refused `bad_view` when there are too many.
        """
        was = self.view.conditions[at]
        if single or was.field in SINGLE:
            values: tuple[str, ...] = (value,)
        elif value in was.values:
            values = tuple(v for v in was.values if v != value)
        else:
            values = (*was.values, value)
        changed = structs.replace(was, values=values)
        self._replace(at, checked_condition(changed) if values else changed)

    # -- the end

    async def save(self, columns: Sequence[str] = ()) -> UUID:
        """Keep it, new or changed; its id. Raises Refused `bad_view` with the field at fault."""
        wished = structs.replace(self.view, conditions=self.complete(), columns=tuple(columns))
        if not wished.conditions:
            raise Refused("bad_view", "", fields={"conditions": "none"})
        if not self.is_kept:
            return await self._saved.create(checked(wished))
        await self._saved.change(wished.id, wished)
        return wished.id

    def _replace(self, at: int, condition: Condition) -> None:
        kept = list(self.view.conditions)
        kept[at] = condition
        self._put(kept)

    def _put(self, conditions: Sequence[Condition]) -> None:
        self._set(conditions=tuple(conditions))

    def _set(self, **told: object) -> None:
        self.view = structs.replace(self.view, **told)
        self.changed.emit(None)
