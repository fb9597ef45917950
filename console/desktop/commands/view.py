"""Commands about what is on screen: panes, themes, help."""

from console.desktop.commands.command import UiCommand
from console.kernel.tongue import mark

VIEW: tuple[UiCommand, ...] = (
    UiCommand(
        "palette",
        mark("Find anything"),
        "Ctrl+K",
        "magnifying-glass",
        mark("View"),
        lambda w: w.program.open_palette(),
    ),
    UiCommand(
        "macros",
        mark("Macros: write and change"),
        "G, M",
        "lightning",
        mark("View"),
        lambda w: w.show_page("macros"),
    ),
    UiCommand(
        "field_page",
        mark("Fields: make and change"),
        "G, F",
        "list-dashes",
        mark("View"),
        lambda w: w.show_page("fields"),
    ),
    UiCommand(
        "masking_page",
        mark("Contact data: what is masked"),
        "G, P",
        "eye-slash",
        mark("View"),
        lambda w: w.show_page("masking"),
    ),
    UiCommand(
        "undo_send",
        mark("Undo send: how long…"),
        "",
        "timer",
        mark("View"),
        lambda w: w.writing.choose_undo(),
    ),
    UiCommand(
        "keys", mark("Keyboard map"), "?", "keyboard", mark("View"), lambda w: w.program.show_keys()
    ),
    UiCommand(
        "sidebar",
        mark("Show or hide views"),
        "F9",
        "layout",
        mark("View"),
        lambda w: w.split.toggle_first(),
    ),
    UiCommand(
        "theme.light",
        mark("Light theme"),
        "",
        "sun",
        mark("View"),
        lambda w: w.program.use_theme("light"),
    ),
    UiCommand(
        "theme.dark",
        mark("Dark theme"),
        "",
        "moon",
        mark("View"),
        lambda w: w.program.use_theme("dark"),
    ),
    UiCommand(
        "theme.contrast",
        mark("High contrast theme"),
        "",
        "circle-half",
        mark("View"),
        lambda w: w.program.use_theme("contrast"),
    ),
    UiCommand(
        "theme.system",
        mark("Theme as the system says"),
        "",
        "desktop",
        mark("View"),
        lambda w: w.program.use_theme("system"),
    ),
)
