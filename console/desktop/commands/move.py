"""Commands that move: through the list, between panes and pages."""

from console.desktop.commands.command import UiCommand

MOVE: tuple[UiCommand, ...] = (
    UiCommand("next", "Next ticket", "J", "arrow-down", "Move", lambda w: w.step(1)),
    UiCommand("previous", "Previous ticket", "K", "arrow-up", "Move", lambda w: w.step(-1)),
    UiCommand("open", "Open ticket", "Return", "arrow-right", "Move", lambda w: w.enter()),
    UiCommand("back", "Back to the list", "Esc", "arrow-left", "Move", lambda w: w.back()),
    UiCommand("pane", "Next pane", "F6", "columns", "Move", lambda w: w.next_pane(1)),
    UiCommand("inbox", "Go to inbox", "G, I", "tray", "Move", lambda w: w.show_inbox()),
    UiCommand(
        "outbox", "Go to outbox", "G, O", "paper-plane-tilt", "Move", lambda w: w.show_outbox()
    ),
)
