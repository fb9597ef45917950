"""Custom fields as they look before the server has answered."""

from msgspec import structs

from console.fields.model import CustomField, checked
from console.fields.records import FIELD, ChangeField, CreateField, MoveField
from console.fields.tables.rows import field_columns
from console.kernel.grown import with_unknown
from console.sync.client.overlay import Layer, Overlaid, Previews, Wish

OVERLAID = (Overlaid(FIELD, "fields", field_columns),)


def preview_new(layer: Layer, wish: Wish) -> None:
    """The field as it will be."""
    if layer.get(FIELD, wish.target) is None:
        content, place = checked(wish.args.content), wish.args.position
        made = CustomField(id=wish.target, content=content, position=place, changed_by=wish.me)
        layer.lay(FIELD, made)


def preview_change(layer: Layer, wish: Wish) -> None:
    """The field with its new content."""
    field = layer.get(FIELD, wish.target)
    if field is not None:
        whole = with_unknown(wish.args.content, field.content, wish.args.knows)
        content = checked(whole, field.content)
        layer.lay(FIELD, structs.replace(field, content=content, changed_by=wish.me))


def preview_move(layer: Layer, wish: Wish) -> None:
    """The field at its new place."""
    field = layer.get(FIELD, wish.target)
    if field is not None:
        layer.lay(FIELD, structs.replace(field, position=wish.args.position))


PREVIEWS = (
    Previews(CreateField, preview_new, apart=True),
    Previews(ChangeField, preview_change, apart=True),
    Previews(MoveField, preview_move, apart=True),
)
