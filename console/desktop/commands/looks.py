"""Commands about views: filters, saved views, orders, list and table."""

from console.desktop.commands.command import UiCommand
from console.kernel.tongue import mark
from console.tickets.model import Sort

LOOKS: tuple[UiCommand, ...] = (
    UiCommand(
        "filter",
        mark("Filter…"),
        "Ctrl+Shift+F",
        "funnel",
        mark("View"),
        lambda w: w.looks.filter(),
    ),
    UiCommand(
        "view.edit",
        mark("Edit view…"),
        "Ctrl+Shift+E",
        "pencil-simple",
        mark("View"),
        lambda w: w.looks.edit(),
    ),
    UiCommand(
        "view.rename",
        mark("Rename view…"),
        "F2",
        "note-pencil",
        mark("View"),
        lambda w: w.looks.rename(),
    ),
    UiCommand(
        "view.up",
        mark("Move view up"),
        "Ctrl+Shift+Up",
        "arrow-up",
        mark("View"),
        lambda w: w.looks.move(-1),
    ),
    UiCommand(
        "view.down",
        mark("Move view down"),
        "Ctrl+Shift+Down",
        "arrow-down",
        mark("View"),
        lambda w: w.looks.move(1),
    ),
    UiCommand(
        "view.delete", mark("Delete view"), "", "trash", mark("View"), lambda w: w.looks.delete()
    ),
    UiCommand(
        "sort", mark("Order…"), "O", "sort-ascending", mark("View"), lambda w: w.looks.pick_sort()
    ),
    UiCommand(
        "sort.newest",
        mark("Show the newest first"),
        "",
        "sort-descending",
        mark("View"),
        lambda w: w.sort_by(Sort.NEWEST),
    ),
    UiCommand(
        "sort.waiting",
        mark("Show the longest waiting first"),
        "",
        "clock",
        mark("View"),
        lambda w: w.sort_by(Sort.WAITING),
    ),
    UiCommand(
        "sort.priority",
        mark("Show the most urgent first"),
        "",
        "flag",
        mark("View"),
        lambda w: w.sort_by(Sort.PRIORITY),
    ),
    UiCommand(
        "sort.oldest",
        mark("Show the oldest first"),
        "",
        "sort-ascending",
        mark("View"),
        lambda w: w.sort_by(Sort.OLDEST),
    ),
    UiCommand(
        "table",
        mark("List or table"),
        "Ctrl+T",
        "table",
        mark("View"),
        lambda w: w.looks.tabled.toggle(),
    ),
    UiCommand(
        "columns",
        mark("Columns of the table…"),
        "",
        "columns",
        mark("View"),
        lambda w: w.looks.tabled.pick_columns(),
    ),
)
