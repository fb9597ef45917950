"""Commands about saved views as they look before the server has answered."""

from collections.abc import Callable

from msgspec import structs

from console.sync.client.overlay import Layer, Overlaid, Previews, Wish
from console.views.model import SavedView, checked
from console.views.records import (
    VIEW,
    ChangeView,
    CreateView,
    DeleteView,
    MoveView,
    RestoreView,
    ShareView,
)
from console.views.tables.rows import view_columns

OVERLAID = (Overlaid(VIEW, "views", view_columns),)


def preview_create(layer: Layer, wish: Wish) -> None:
    """The new view, one's own."""
    if layer.get(VIEW, wish.target) is None:
        told = structs.asdict(wish.args)
        layer.lay(VIEW, checked(SavedView(id=wish.target, owner_id=wish.me, **told)))


def _over(change: Callable[[SavedView, Wish], SavedView]) -> Callable[[Layer, Wish], None]:
    def preview(layer: Layer, wish: Wish) -> None:
        view = layer.get(VIEW, wish.target)
        if view is not None:
            layer.lay(VIEW, change(view, wish))

    return preview


def _changed(view: SavedView, wish: Wish) -> SavedView:
    told = structs.asdict(wish.args)
    given = {name: value for name, value in told.items() if value is not None}
    return checked(structs.replace(view, **given))


def _shared(view: SavedView, wish: Wish) -> SavedView:
    args: ShareView = wish.args
    return checked(structs.replace(view, audience=args.audience, team_id=args.team_id))


PREVIEWS = tuple(
    Previews(args, preview, apart=True)
    for args, preview in (
        (CreateView, preview_create),
        (ChangeView, _over(_changed)),
        (ShareView, _over(_shared)),
        (MoveView, _over(lambda view, wish: structs.replace(view, position=wish.args.position))),
        (DeleteView, _over(lambda view, _: structs.replace(view, gone=True))),
        (RestoreView, _over(lambda view, _: structs.replace(view, gone=False))),
    )
)
