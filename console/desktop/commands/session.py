"""Commands about the session and the program."""

from console.desktop.commands.command import UiCommand
from console.kernel.tongue import mark

SESSION: tuple[UiCommand, ...] = (
    UiCommand(
        "offline",
        mark("Work offline, or back online"),
        "",
        "wifi-slash",
        mark("Session"),
        lambda w: w.program.toggle_offline(),
    ),
    UiCommand(
        "retry",
        mark("Try the server now"),
        "",
        "arrow-clockwise",
        mark("Session"),
        lambda w: w.program.hurry(),
    ),
    UiCommand(
        "about",
        mark("About Parley and what is new"),
        "",
        "info",
        mark("Session"),
        lambda w: w.program.show_about(),
    ),
    UiCommand(
        "sign_out",
        mark("Sign out"),
        "",
        "sign-out",
        mark("Session"),
        lambda w: w.program.sign_out(),
    ),
    UiCommand("quit", mark("Quit"), "Ctrl+Q", "x", mark("Session"), lambda w: w.program.quit()),
)
