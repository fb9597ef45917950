"""Custom fields on the server: made and changed by whoever may, seen by all staff."""

from uuid import UUID

from msgspec import structs

from console.fields.model import MAX_FIELDS, MAX_KEPT, Content, CustomField, checked
from console.fields.records import FIELD, ChangeField, CreateField, MoveField
from console.kernel.errors import Bug, Refused
from console.kernel.grown import with_unknown
from console.people.model import Action
from console.people.records import TEAM
from console.people.server.scopes import org_scopes
from console.sync.server.dispatch import Handles, Request
from console.sync.server.tx import Stored, Tx


def known(tx: Tx) -> list[CustomField]:
    """All custom fields as they are now.

    Nothing is locked: commands on tickets only look at them, and wait for no other node.
    """
    rows = tx.rows("SELECT id, doc FROM fields")
    stored = [FIELD.read(UUID(bytes=bytes(row[0])), row[1]) for row in rows]
    return list({field.id: field for field in (*stored, *tx.written(FIELD))}.values())


def make_field(tx: Tx, field_id: UUID, content: Content, position: int, by: UUID) -> CustomField:
    """A new field. Raises Refused `already_there`, and what `checked` and `_room_for` raise."""
    tx.alone("fields")
    if tx.get(FIELD, field_id) is not None:
        raise Refused("already_there", "There is a field with this id already.")
    made = CustomField(id=field_id, content=checked(content), position=position, changed_by=by)
    _fits(tx, made)
    tx.record(FIELD, made, org_scopes())
    return made


def give_content(tx: Tx, before: CustomField, content: Content, by: UUID) -> CustomField:
    """The field with other content. Raises what `make_field` does."""
    tx.alone("fields")
    after = structs.replace(before, content=checked(content, before.content), changed_by=by)
    if after.content != before.content:
        _fits(tx, after)
        tx.record(FIELD, after)
    return after


def create_field(tx: Tx, request: Request[CreateField]) -> None:
    """A new field."""
    args = request.args
    make_field(tx, request.target, args.content, args.position, request.actor.user_id)


def change_field(tx: Tx, request: Request[ChangeField]) -> None:
    """Compare and set: a colleague's newer content is not written over unseen."""
    stored, me = _stored(tx, request.target), request.actor.user_id
    if stored.rev > request.base_rev and stored.record.changed_by != me:
        raise Refused("field_changed", "A colleague changed the field meanwhile.")
    args = request.args
    whole = with_unknown(args.content, stored.record.content, args.knows)
    give_content(tx, stored.record, whole, me)


def move_field(tx: Tx, request: Request[MoveField]) -> None:
    """Another place among the others."""
    field = _stored(tx, request.target).record
    if field.position != request.args.position:
        tx.record(FIELD, structs.replace(field, position=request.args.position))


def _stored(tx: Tx, field_id: UUID) -> Stored[CustomField]:
    stored = tx.get(FIELD, field_id)
    if stored is None:
        raise Bug("dispatch lets no command through whose target is not there")
    return stored


def _fits(tx: Tx, field: CustomField) -> None:
    """Raise Refused unless there is room for the field, under its name, in teams that are there."""
    content = field.content
    others = [other for other in known(tx) if other.id != field.id]
    if len(others) >= MAX_KEPT:
        raise Refused("too_many_fields", f"There are {MAX_KEPT} fields, used and unused: no more.")
    if any(tx.get(TEAM, team_id) is None for team_id in content.teams):
        raise Refused("no_team", "There is no such team.", fields={"teams": "unknown"})
    if not content.active:
        return
    active = [other.content for other in others if other.content.active]
    if len(active) >= MAX_FIELDS:
        told = f"{MAX_FIELDS} fields are in use already: put one out of use first."
        raise Refused("too_many_fields", told)
    if content.name.casefold() in {other.name.casefold() for other in active}:
        told = "A field of that name is in use already."
        raise Refused("field_name_taken", told, fields={"name": "taken"})


HANDLERS = (
    Handles(CreateField, Action.FIELDS, None, create_field),
    Handles(ChangeField, Action.FIELDS, FIELD, change_field),
    Handles(MoveField, Action.FIELDS, FIELD, move_field),
)
