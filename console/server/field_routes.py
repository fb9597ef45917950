"""Custom fields over HTTP: made and changed by name, for the command line."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import JSONBody
from msgspec import Struct, structs

from console.fields.model import POSITION_GAP, Content, CustomField, FieldType, Option
from console.fields.server import give_content, known, make_field
from console.fields.tables import rows
from console.kernel.codec import Strict
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.people.model import Action, Actor
from console.people.records import TEAM
from console.people.server.scopes import org_scopes
from console.people.server.sessions import granted_in
from console.people.tables import rows as people_rows
from console.server.core import Core
from console.store.reader import Reader
from console.sync.records import sees
from console.sync.server.tx import Tx


class KeepField(Strict, frozen=True):
    """A field by its name. `make` makes it, otherwise it is there and changed: None stays as it is.

    `options` and `teams` are all that there are from then on; no teams means all.
    """

    name: str
    make: bool = False
    rename: str | None = None
    type: FieldType = "text"
    options: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    required: bool | None = None
    active: bool | None = None


class FieldKept(Struct, frozen=True):
    """A field as it now is."""

    name: str
    type: FieldType
    options: tuple[str, ...]
    teams: tuple[str, ...]
    required: bool
    active: bool


class Fields(Struct, frozen=True):
    """All fields in their order."""

    fields: tuple[FieldKept, ...]


async def keep_field(core: Core, actor: Actor, asked: KeepField) -> FieldKept:
    """Make or change a field. Raises Refused, `no_field` for one that is not there."""

    def work(tx: Tx) -> FieldKept:
        tx.actor_id = actor.user_id
        tx.alone("fields")
        there = _named(tx, asked.name)
        if asked.make:
            last = max((field.position for field in known(tx)), default=0)
            content = _content(tx, Content(name=asked.name, type=asked.type), asked)
            kept = make_field(tx, new_id(), content, last + POSITION_GAP, actor.user_id)
        elif there is None:
            raise Refused("no_field", f"There is no field {asked.name.strip()!r}.")
        else:
            content = _content(tx, there.content, asked)
            kept = give_content(tx, there, content, actor.user_id)
        teams = {stored.record.id: stored.record.name for stored in tx.all(TEAM)}
        return _told(kept.content, teams)

    return await core.write(work)


async def all_fields(core: Core) -> Fields:
    """Every field, in use or not."""

    def look(reader: Reader) -> Fields:
        teams = {team.id: team.name for team in people_rows.teams(reader)}
        return Fields(tuple(_told(field.content, teams) for field in rows.fields(reader)))

    return await core.read(look)


def _named(tx: Tx, name: str) -> CustomField | None:
    """The field of that name, one in use before one that is not."""
    wanted = " ".join(name.split()).casefold()
    found = [field for field in known(tx) if field.content.name.casefold() == wanted]
    return max(found, key=lambda field: field.content.active, default=None)


def _content(tx: Tx, before: Content, asked: KeepField) -> Content:
    told: dict[str, Any] = {
        "name": asked.rename, "required": asked.required, "active": asked.active,
    }  # fmt: skip
    if asked.options is not None:
        keys = {option.name.casefold(): option.key for option in before.options}
        told["options"] = tuple(
            Option(name, keys.get(" ".join(name.split()).casefold(), "")) for name in asked.options
        )
    if asked.teams is not None:
        told["teams"] = tuple(_team(tx, name) for name in asked.teams)
    given = {name: value for name, value in told.items() if value is not None}
    return structs.replace(before, **given)


def _team(tx: Tx, name: str) -> UUID:
    for stored in tx.find(TEAM, "name", " ".join(name.split())):
        return stored.record.id
    raise Refused("no_team", f"There is no team {name!r}.", fields={"teams": "unknown"})


def _told(content: Content, teams: Mapping[UUID, str]) -> FieldKept:
    return FieldKept(
        name=content.name,
        type=content.type,
        options=tuple(option.name for option in content.options if not option.gone),
        teams=tuple(sorted(teams[team] for team in content.teams if team in teams)),
        required=content.required,
        active=content.active,
    )


@get("/admin/fields", opt={"action": Action.READ})
async def get_fields(request: Request[Any, Any, Any]) -> Fields:
    """All fields, for staff; an integration sees none, here as elsewhere."""
    core: Core = request.app.state.core
    granted = await core.read(lambda reader: granted_in(reader, request.state.actor))
    return await all_fields(core) if sees(granted, org_scopes()) else Fields(())


@post("/admin/fields", opt={"action": Action.FIELDS}, status_code=200)
async def post_field(request: Request[Any, Any, Any], data: JSONBody[KeepField]) -> FieldKept:
    """Make or change a field."""
    return await keep_field(request.app.state.core, request.state.actor, data)


ROUTES = (get_fields, post_field)
