"""Commands about saved searches as they look before the server has answered."""

from msgspec import structs

from console.search.model.saved import SavedSearch
from console.search.records import SAVED_SEARCH, DropSearch, SaveSearch
from console.search.tables.saved import saved_columns
from console.sync.client.overlay import Layer, Overlaid, Previews, Wish

OVERLAID = (Overlaid(SAVED_SEARCH, "saved_searches", saved_columns),)


def preview_save(layer: Layer, wish: Wish) -> None:
    """The line is kept, once."""
    known = layer.get(SAVED_SEARCH, wish.target)
    if known is None or known.gone:
        args: SaveSearch = wish.args
        kept = SavedSearch(id=wish.target, owner_id=wish.me, line=args.line, at=args.at)
        layer.lay(SAVED_SEARCH, kept)


def preview_drop(layer: Layer, wish: Wish) -> None:
    """The line is on its way out."""
    known = layer.get(SAVED_SEARCH, wish.target)
    if known is not None:
        layer.lay(SAVED_SEARCH, structs.replace(known, gone=True))


PREVIEWS = (
    Previews(SaveSearch, preview_save, apart=True),
    Previews(DropSearch, preview_drop, apart=True),
)
