"""Macros as they look before the server has answered."""

from msgspec import structs

from console.kernel.grown import with_unknown
from console.macros.model import Macro
from console.macros.records import MACRO, ChangeMacro, CreateMacro, DeleteMacro
from console.macros.tables.rows import macro_columns
from console.sync.client.overlay import Layer, Overlaid, Previews, Wish

OVERLAID = (Overlaid(MACRO, "macros", macro_columns),)


def preview_new(layer: Layer, wish: Wish) -> None:
    """The macro as it will be."""
    content, me = wish.args.content, wish.me
    layer.lay(MACRO, Macro(id=wish.target, content=content, owner_id=me, changed_by=me))


def preview_change(layer: Layer, wish: Wish) -> None:
    """The macro with its new content."""
    macro = layer.get(MACRO, wish.target)
    if macro is not None:
        content = with_unknown(wish.args.content, macro.content, wish.args.knows)
        changed = structs.replace(macro, content=content, changed_by=wish.me)
        layer.lay(MACRO, changed)


def preview_gone(layer: Layer, wish: Wish) -> None:
    """No macro any more."""
    macro = layer.get(MACRO, wish.target)
    if macro is not None:
        layer.lay(MACRO, structs.replace(macro, gone=True))


PREVIEWS = (
    Previews(CreateMacro, preview_new, apart=True),
    Previews(ChangeMacro, preview_change, apart=True),
    Previews(DeleteMacro, preview_gone, apart=True),
)
