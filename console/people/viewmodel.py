"""Who is who: colleagues and teams by id, kept from the cache; parties as cards."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from console.kernel.codec import NIL
from console.kernel.signal import Signal
from console.kernel.tongue import mark, tr, trn
from console.people.model import Party, Team, User
from console.people.tables import rows
from console.sync.client.local import Local, Touched

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
    return tr(", ").join(names)
