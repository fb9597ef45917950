"""Commands that move: through the list, between panes and pages."""

from console.desktop.commands.command import UiCommand
from console.kernel.tongue import mark

MOVE: tuple[UiCommand, ...] = (
    UiCommand("next", mark("Next ticket"), "J", "arrow-down", mark("Move"), lambda w: w.step(1)),
    UiCommand(
        "previous", mark("Previous ticket"), "K", "arrow-up", mark("Move"), lambda w: w.step(-1)
    ),
    UiCommand(
        "open", mark("Open ticket"), "Return", "arrow-right", mark("Move"), lambda w: w.enter()
    ),
    UiCommand(
        "back", mark("Back to the list"), "Esc", "arrow-left", mark("Move"), lambda w: w.back()
    ),
    UiCommand("pane", mark("Next pane"), "F6", "columns", mark("Move"), lambda w: w.panes.next(1)),
    UiCommand("inbox", mark("Go to inbox"), "G, I", "tray", mark("Move"), lambda w: w.show_inbox()),
    UiCommand(
        "outbox",
        mark("Go to outbox"),
        "G, O",
        "paper-plane-tilt",
        mark("Move"),
        lambda w: w.show_outbox(),
    ),
)
