"""Commands that select tickets; what is selected is what the commands of a ticket are about."""

from console.desktop.commands.command import UiCommand
from console.kernel.tongue import mark

MANY: tuple[UiCommand, ...] = (
    UiCommand(
        "select",
        mark("Select or deselect the ticket"),
        "X",
        "check-square",
        mark("Move"),
        lambda w: w.many.toggle(),
    ),
    UiCommand(
        "select_next",
        mark("Select up to the next ticket"),
        "Shift+J",
        "arrow-down",
        mark("Move"),
        lambda w: w.many.extend(1),
    ),
    UiCommand(
        "select_previous",
        mark("Select up to the previous ticket"),
        "Shift+K",
        "arrow-up",
        mark("Move"),
        lambda w: w.many.extend(-1),
    ),
    UiCommand(
        "select_all",
        mark("Select all of this view"),
        "*",
        "selection-all",
        mark("Move"),
        lambda w: w.many.every(),
    ),
)
