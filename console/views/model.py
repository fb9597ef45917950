"""A saved view: what it shows, for whom it is kept, and who may change it."""

import re
from enum import StrEnum
from typing import Literal
from uuid import UUID

from msgspec import Struct, structs

from console.kernel.codec import NIL, Record
from console.kernel.errors import Refused
from console.people.model import SEES_ALL_TEAMS, User

Audience = Literal["personal", "team", "shared"]
AUDIENCES: tuple[Audience, ...] = ("personal", "team", "shared")

MAX_NAME_CHARS = 60
MAX_CONDITIONS = 12
MAX_VALUES = 30
MAX_VALUE_CHARS = 60
MAX_COLUMNS = 16
MAX_VIEWS = 100
"""So many views one person, one team, and all together may keep."""
POSITION_GAP = 1 << 20
DEFAULT_ICON = "funnel"
ICONS = (
    "funnel", "star", "lightning", "clock", "warning-circle", "flag", "tag", "user", "users",
    "package", "storefront", "chat-circle", "envelope-simple", "eye", "heart", "scales",
)  # fmt: skip

_WORD = re.compile(r"[a-z_]{1,40}")
_CUSTOM = re.compile(r"field_[0-9a-f]{32}")
_ORDER = re.compile(r"field_[0-9a-f]{32}(_down)?")


class Field(StrEnum):
    """What a condition looks at. The room whose list it is gives the values their meaning.

    A custom field is looked at as `field_` with the 32 digits of its id.
    """

    STATUS = "status"
    PRIORITY = "priority"
    TEAM = "team"
    ASSIGNEE = "assignee"
    TAG = "tag"
    SIDE = "side"
    CHANNEL = "channel"
    AGE = "age"
    UPDATED = "updated"
    WAITING = "waiting"
    UNREAD = "unread"
    DUE = "due"
    MENTIONS = "mentions"


class Condition(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One condition: the field has any of the values, or with `without` none of them.

    `field` is a text so that a view made by a later release is kept; one nobody knows here
    shows nothing.
    """

    field: str
    values: tuple[str, ...] = ()
    without: bool = False


class SavedView(Record, frozen=True, kw_only=True):
    """All conditions must hold. `position` orders views within a section, smallest first.

    `gone` is one that was deleted: nobody is shown it, and deleting can be taken back.
    """

    name: str
    audience: Audience = "personal"
    owner_id: UUID = NIL
    team_id: UUID = NIL
    icon: str = DEFAULT_ICON
    conditions: tuple[Condition, ...] = ()
    sort: str = ""
    columns: tuple[str, ...] = ()
    position: int = 0
    gone: bool = False


def may_keep(user: User, audience: Audience, owner_id: UUID, team_id: UUID) -> bool:
    """Whether somebody may make or change a view kept for these.

    One's own; a team's by its members; everybody's by those who see all teams. Integrations
    keep none.
    """
    if not user.active or user.role == "integration":
        return False
    leads = user.role in SEES_ALL_TEAMS
    if audience == "personal":
        return owner_id == user.id
    if audience == "team":
        return team_id != NIL and (leads or team_id in user.teams)
    return leads


def checked(view: SavedView) -> SavedView:
    """The view as it is kept: its name on one line, no value twice.

    Raises Refused `bad_view` with the field at fault.
    """
    name = " ".join(view.name.split())
    if not name or len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise _bad("name", f"A view's name has 1 to {MAX_NAME_CHARS} visible characters.")
    if view.icon not in ICONS:
        raise _bad("icon", "There is no such icon.")
    if len(view.conditions) > MAX_CONDITIONS:
        raise _bad("conditions", f"A view has at most {MAX_CONDITIONS} conditions.")
    if len(view.columns) > MAX_COLUMNS or len(set(view.columns)) < len(view.columns):
        raise _bad("columns", f"A view has at most {MAX_COLUMNS} columns, each once.")
    if not all(_WORD.fullmatch(word) or _CUSTOM.fullmatch(word) for word in view.columns):
        raise _bad("columns", "A column is named by one word.")
    if view.sort and not (_WORD.fullmatch(view.sort) or _ORDER.fullmatch(view.sort)):
        raise _bad("sort", "An order is named by one word.")
    if (view.audience == "team") != (view.team_id != NIL):
        raise _bad("team_id", "A team's view names its team, no other view does.")
    conditions = tuple(checked_condition(condition) for condition in view.conditions)
    return structs.replace(view, name=name, conditions=conditions)


def checked_condition(condition: Condition) -> Condition:
    """The condition with each value once. Raises Refused `bad_view`."""
    if condition.field not in set(Field) and not _CUSTOM.fullmatch(condition.field):
        raise _bad("conditions", f"Nothing can be asked of {condition.field!r}.")
    values = tuple(dict.fromkeys(condition.values))
    if not 1 <= len(values) <= MAX_VALUES:
        raise _bad("conditions", f"A condition has 1 to {MAX_VALUES} values.")
    if any(len(v) > MAX_VALUE_CHARS or (v and not v.isprintable()) for v in values):
        raise _bad("conditions", f"A value has at most {MAX_VALUE_CHARS} visible characters.")
    return structs.replace(condition, values=values)


def _bad(field: str, text: str) -> Refused:
    return Refused("bad_view", text, fields={field: "not usable"})
