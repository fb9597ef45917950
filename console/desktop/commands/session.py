"""Commands about the session and the program."""

from console.desktop.commands.command import UiCommand

SESSION: tuple[UiCommand, ...] = (
    UiCommand(
        "offline",
        "Work offline, or back online",
        "",
        "wifi-slash",
        "Session",
        lambda w: w.program.toggle_offline(),
    ),
    UiCommand(
        "retry", "Try the server now", "", "arrow-clockwise", "Session", lambda w: w.program.hurry()
    ),
    UiCommand(
        "about",
        "About Parley and what is new",
        "",
        "info",
        "Session",
        lambda w: w.program.show_about(),
    ),
    UiCommand("sign_out", "Sign out", "", "sign-out", "Session", lambda w: w.program.sign_out()),
    UiCommand("quit", "Quit", "Ctrl+Q", "x", "Session", lambda w: w.program.quit()),
)
