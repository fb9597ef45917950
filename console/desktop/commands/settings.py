"""Commands about the settings, windows and what disturbs: what concerns this computer."""

from console.desktop.commands.command import UiCommand
from console.kernel.tongue import mark

_GROUP = mark("This computer")

SETTINGS: tuple[UiCommand, ...] = (
    UiCommand(
        "settings", mark("Settings"), "Ctrl+,", "gear", _GROUP, lambda w: w.program.show_settings()
    ),
    UiCommand(
        "new_window",
        mark("New window"),
        "Ctrl+Shift+N",
        "app-window",
        _GROUP,
        lambda w: w.new_window(),
    ),
    UiCommand(
        "pop_out",
        mark("Open the ticket in its own window"),
        "Ctrl+Shift+O",
        "arrow-square-out",
        _GROUP,
        lambda w: w.pop_out(),
    ),
    UiCommand(
        "density",
        mark("Comfortable or compact rows"),
        "",
        "rows",
        _GROUP,
        lambda w: w.program.toggle_density(),
    ),
    UiCommand(
        "keys_sheet",
        mark("Save the keyboard map as PDF…"),
        "",
        "printer",
        _GROUP,
        lambda w: w.program.ask_sheet(),
    ),
    UiCommand(
        "quiet_hour",
        mark("No notifications for an hour"),
        "",
        "bell-slash",
        _GROUP,
        lambda w: w.program.be_quiet(),
    ),
    UiCommand(
        "quiet_over",
        mark("Notifications again"),
        "",
        "bell",
        _GROUP,
        lambda w: w.program.be_heard(),
    ),
    UiCommand(
        "restart",
        mark("Start Parley again"),
        "",
        "arrows-clockwise",
        _GROUP,
        lambda w: w.program.restart(),
    ),
    UiCommand("lock", mark("Lock Parley"), "", "lock-key", _GROUP, lambda w: w.program.lock()),
    UiCommand(
        "sign_out_everywhere",
        mark("Sign out everywhere"),
        "",
        "sign-out",
        _GROUP,
        lambda w: w.program.sign_out_everywhere(),
    ),
)
