"""Commands about the open ticket."""

from console.desktop.commands.command import UiCommand
from console.kernel.tongue import mark

TICKET: tuple[UiCommand, ...] = (
    UiCommand("reply", "Reply", "R", "arrow-bend-up-left", "Ticket", lambda w: w.write()),
    UiCommand("note", "Internal note", "N", "note", "Ticket", lambda w: w.write("internal")),
    UiCommand(
        "attach", "Attach files…", "Ctrl+Shift+A", "paperclip", "Ticket", lambda w: w.attach()
    ),
    UiCommand("assign", "Assign…", "A", "user", "Ticket", lambda w: w.picks.assignee()),
    UiCommand("mine", "Take it", "M", "hand", "Ticket", lambda w: w.take()),
    UiCommand("priority", "Priority…", "P", "flag", "Ticket", lambda w: w.picks.priority()),
    UiCommand("status", "Status…", "S", "circle-half", "Ticket", lambda w: w.picks.status()),
    UiCommand("tags", "Tags…", "T", "tag", "Ticket", lambda w: w.picks.tags()),
    UiCommand("snooze", mark("Snooze…"), "Z", "moon", "Ticket", lambda w: w.snoozing.pick()),
    UiCommand("wake", mark("Wake it now"), "", "bell", "Ticket", lambda w: w.snoozing.wake()),
    UiCommand("solve", "Solve", "E", "check-circle", "Ticket", lambda w: w.solve()),
    UiCommand(
        "lane1", "Write to the first lane", "Alt+1", "chat-circle", "Ticket", lambda w: w.lane(0)
    ),
    UiCommand(
        "lane2", "Write to the second lane", "Alt+2", "chat-circle", "Ticket", lambda w: w.lane(1)
    ),
    UiCommand(
        "lane3", "Write to the third lane", "Alt+3", "chat-circle", "Ticket", lambda w: w.lane(2)
    ),
    UiCommand("undo", "Undo", "Ctrl+Z", "arrow-u-up-left", "Ticket", lambda w: w.undo()),
)
