"""Commands about what is on screen: order, panes, themes, help."""

from console.desktop.commands.command import UiCommand
from console.kernel.tongue import mark

VIEW: tuple[UiCommand, ...] = (
    UiCommand(
        "sort",
        "Sort: newest or longest waiting",
        "",
        "sort-ascending",
        "View",
        lambda w: w.toggle_sort(),
    ),
    UiCommand(
        "palette",
        "Find anything",
        "Ctrl+K",
        "magnifying-glass",
        "View",
        lambda w: w.program.open_palette(),
    ),
    UiCommand(
        "macros",
        mark("Macros: write and change"),
        "G, M",
        "lightning",
        "View",
        lambda w: w.show_page("macros"),
    ),
    UiCommand(
        "undo_send",
        mark("Undo send: how long…"),
        "",
        "timer",
        "View",
        lambda w: w.writing.choose_undo(),
    ),
    UiCommand("keys", "Keyboard map", "?", "keyboard", "View", lambda w: w.program.show_keys()),
    UiCommand(
        "sidebar",
        "Show or hide views",
        "Ctrl+B",
        "layout",
        "View",
        lambda w: w.toggle_views(),
    ),
    UiCommand(
        "theme.light", "Light theme", "", "sun", "View", lambda w: w.program.use_theme("light")
    ),
    UiCommand(
        "theme.dark", "Dark theme", "", "moon", "View", lambda w: w.program.use_theme("dark")
    ),
    UiCommand(
        "theme.contrast",
        "High contrast theme",
        "",
        "circle-half",
        "View",
        lambda w: w.program.use_theme("contrast"),
    ),
    UiCommand(
        "theme.system",
        "Theme as the system says",
        "",
        "desktop",
        "View",
        lambda w: w.program.use_theme("system"),
    ),
)
