"""Commands of the search."""

from console.desktop.commands.command import UiCommand
from console.kernel.tongue import mark

SEARCH: tuple[UiCommand, ...] = (
    UiCommand(
        "search", mark("Search"), "/", "magnifying-glass", mark("Move"), lambda w: w.show_search()
    ),
    UiCommand(
        "search_save",
        mark("Save this search, or let it go"),
        "",
        "star",
        mark("View"),
        lambda w: w.search_page.toggle_saved(),
    ),
    UiCommand(
        "search_order",
        mark("What fits best first, or what is newest"),
        "Ctrl+Shift+B",
        "sort-descending",
        mark("View"),
        lambda w: w.search_page.turn_order(),
    ),
)
