"""Every command of the workspace: its words, its key, what it does. One list feeds keys, palette, help."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from console.conversations.model import LaneName
from console.desktop.settings import Wished


class Does(Protocol):
    """What a command can ask of the workspace."""

    def step(self, by: int) -> None: ...
    def enter(self) -> None: ...
    def back(self) -> None: ...
    def next_pane(self, by: int) -> None: ...
    def show_inbox(self) -> None: ...
    def show_outbox(self) -> None: ...
    def write(self, lane: LaneName | None = None) -> None: ...
    def lane(self, number: int) -> None: ...
    def pick_assignee(self) -> None: ...
    def pick_priority(self) -> None: ...
    def pick_status(self) -> None: ...
    def pick_tags(self) -> None: ...
    def attach(self) -> None: ...
    def take(self) -> None: ...
    def solve(self) -> None: ...
    def undo(self) -> None: ...
    def toggle_sort(self) -> None: ...
    def toggle_views(self) -> None: ...
    def toggle_offline(self) -> None: ...
    def open_palette(self) -> None: ...
    def show_keys(self) -> None: ...
    def show_about(self) -> None: ...
    def use_theme(self, wished: Wished) -> None: ...
    def hurry(self) -> None: ...
    def sign_out(self) -> None: ...
    def quit(self) -> None: ...


@dataclass(frozen=True)
class UiCommand:
    """A command: `key` in Qt's notation, empty when the palette alone reaches it."""

    id: str
    title: str
    key: str
    icon: str
    group: str
    run: Callable[["Does"], object]


COMMANDS: tuple[UiCommand, ...] = (
    UiCommand("next", "Next ticket", "J", "arrow-down", "Move", lambda w: w.step(1)),
    UiCommand("previous", "Previous ticket", "K", "arrow-up", "Move", lambda w: w.step(-1)),
    UiCommand("open", "Open ticket", "Return", "arrow-right", "Move", lambda w: w.enter()),
    UiCommand("back", "Back to the list", "Esc", "arrow-left", "Move", lambda w: w.back()),
    UiCommand("pane", "Next pane", "F6", "columns", "Move", lambda w: w.next_pane(1)),
    UiCommand("inbox", "Go to inbox", "G, I", "tray", "Move", lambda w: w.show_inbox()),
    UiCommand(
        "outbox", "Go to outbox", "G, O", "paper-plane-tilt", "Move", lambda w: w.show_outbox()
    ),
    UiCommand("reply", "Reply", "R", "arrow-bend-up-left", "Ticket", lambda w: w.write()),
    UiCommand("note", "Internal note", "N", "note", "Ticket", lambda w: w.write("internal")),
    UiCommand(
        "attach", "Attach files…", "Ctrl+Shift+A", "paperclip", "Ticket", lambda w: w.attach()
    ),
    UiCommand("assign", "Assign…", "A", "user", "Ticket", lambda w: w.pick_assignee()),
    UiCommand("mine", "Take it", "M", "hand", "Ticket", lambda w: w.take()),
    UiCommand("priority", "Priority…", "P", "flag", "Ticket", lambda w: w.pick_priority()),
    UiCommand("status", "Status…", "S", "circle-half", "Ticket", lambda w: w.pick_status()),
    UiCommand("tags", "Tags…", "T", "tag", "Ticket", lambda w: w.pick_tags()),
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
    UiCommand(
        "sort",
        "Sort: newest or longest waiting",
        "",
        "sort-ascending",
        "View",
        lambda w: w.toggle_sort(),
    ),
    UiCommand(
        "palette", "Find anything", "Ctrl+K", "magnifying-glass", "View", lambda w: w.open_palette()
    ),
    UiCommand("keys", "Keyboard map", "?", "keyboard", "View", lambda w: w.show_keys()),
    UiCommand(
        "sidebar",
        "Show or hide views",
        "Ctrl+B",
        "layout",
        "View",
        lambda w: w.toggle_views(),
    ),
    UiCommand("theme.light", "Light theme", "", "sun", "View", lambda w: w.use_theme("light")),
    UiCommand("theme.dark", "Dark theme", "", "moon", "View", lambda w: w.use_theme("dark")),
    UiCommand(
        "theme.contrast",
        "High contrast theme",
        "",
        "circle-half",
        "View",
        lambda w: w.use_theme("contrast"),
    ),
    UiCommand(
        "theme.system",
        "Theme as the system says",
        "",
        "desktop",
        "View",
        lambda w: w.use_theme("system"),
    ),
    UiCommand(
        "offline",
        "Work offline, or back online",
        "",
        "wifi-slash",
        "Session",
        lambda w: w.toggle_offline(),
    ),
    UiCommand("retry", "Try the server now", "", "arrow-clockwise", "Session", lambda w: w.hurry()),
    UiCommand(
        "about", "About Parley and what is new", "", "info", "Session", lambda w: w.show_about()
    ),
    UiCommand("sign_out", "Sign out", "", "sign-out", "Session", lambda w: w.sign_out()),
    UiCommand("quit", "Quit", "Ctrl+Q", "x", "Session", lambda w: w.quit()),
)
