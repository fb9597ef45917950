"""Commands about the open ticket."""

from console.desktop.commands.command import UiCommand
from console.kernel.tongue import mark

TICKET: tuple[UiCommand, ...] = (
    UiCommand(
        "reply", mark("Reply"), "R", "arrow-bend-up-left", mark("Ticket"), lambda w: w.write()
    ),
    UiCommand(
        "note", mark("Internal note"), "N", "note", mark("Ticket"), lambda w: w.write("internal")
    ),
    UiCommand(
        "customer_note",
        mark("Note on the customer…"),
        "Shift+N",
        "notepad",
        mark("Ticket"),
        lambda w: w.beside.note(),
    ),
    UiCommand(
        "attach",
        mark("Attach files…"),
        "Ctrl+Shift+A",
        "paperclip",
        mark("Ticket"),
        lambda w: w.current.attach(),
    ),
    UiCommand(
        "macro",
        mark("Use a macro…"),
        "Ctrl+.",
        "lightning",
        mark("Ticket"),
        lambda w: w.writing.pick_macro(),
    ),
    UiCommand(
        "later",
        mark("Send later…"),
        "Ctrl+Shift+L",
        "clock",
        mark("Ticket"),
        lambda w: w.writing.send_later(),
    ),
    UiCommand("assign", mark("Assign…"), "A", "user", mark("Ticket"), lambda w: w.picks.assignee()),
    UiCommand("mine", mark("Take it"), "M", "hand", mark("Ticket"), lambda w: w.current.take()),
    UiCommand(
        "priority", mark("Priority…"), "P", "flag", mark("Ticket"), lambda w: w.picks.priority()
    ),
    UiCommand(
        "status", mark("Status…"), "S", "circle-half", mark("Ticket"), lambda w: w.picks.status()
    ),
    UiCommand("tags", mark("Tags…"), "T", "tag", mark("Ticket"), lambda w: w.picks.tags()),
    UiCommand(
        "fields", mark("Fields…"), "D", "list-dashes", mark("Ticket"), lambda w: w.fielding.pick()
    ),
    UiCommand("snooze", mark("Snooze…"), "Z", "moon", mark("Ticket"), lambda w: w.snoozing.pick()),
    UiCommand("wake", mark("Wake it now"), "", "bell", mark("Ticket"), lambda w: w.snoozing.wake()),
    UiCommand(
        "merge",
        mark("Merge into another ticket…"),
        "Shift+M",
        "git-merge",
        mark("Ticket"),
        lambda w: w.merging.ask(),
    ),
    UiCommand(
        "unmerge",
        mark("Take a merge back…"),
        "",
        "arrow-u-up-left",
        mark("Ticket"),
        lambda w: w.merging.unmerge(),
    ),
    UiCommand(
        "split",
        mark("Split off from this message on…"),
        "",
        "git-branch",
        mark("Ticket"),
        lambda w: w.page.timeline.split_from(),
    ),
    UiCommand(
        "split_one",
        mark("Split off this message…"),
        "",
        "git-branch",
        mark("Ticket"),
        lambda w: w.page.timeline.split_one(),
    ),
    UiCommand(
        "solve", mark("Solve"), "E", "check-circle", mark("Ticket"), lambda w: w.current.solve()
    ),
    UiCommand(
        "lane1",
        mark("Write to the first lane"),
        "Alt+1",
        "chat-circle",
        mark("Ticket"),
        lambda w: w.current.lane(0),
    ),
    UiCommand(
        "lane2",
        mark("Write to the second lane"),
        "Alt+2",
        "chat-circle",
        mark("Ticket"),
        lambda w: w.current.lane(1),
    ),
    UiCommand(
        "lane3",
        mark("Write to the third lane"),
        "Alt+3",
        "chat-circle",
        mark("Ticket"),
        lambda w: w.current.lane(2),
    ),
    UiCommand(
        "undo", mark("Undo"), "Ctrl+Z", "arrow-u-up-left", mark("Ticket"), lambda w: w.undo()
    ),
)
