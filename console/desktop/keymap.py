"""The key of every command as this profile has it: its own where somebody chose one, or none."""

from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

from console.desktop.commands import COMMANDS, UiCommand, by_id
from console.desktop.settings import Settings
from console.kernel.signal import Signal
from console.kernel.tongue import mark, tr

_KEYS = "keys/"
_NATIVE = QKeySequence.SequenceFormat.NativeText
_PORTABLE = QKeySequence.SequenceFormat.PortableText
MOST_STROKES = 2
"""Strokes a key may have: one, or one then another."""


@dataclass(frozen=True)
class Fixed:
    """A key that a part of the window takes for itself; `name` where it is named there."""

    key: str
    title: str
    name: str = ""


FIXED: tuple[Fixed, ...] = (
    Fixed("Ctrl+Return", mark("Send"), "send"),
    Fixed("Ctrl+Shift+Return", mark("Send and solve"), "send_solve"),
    Fixed("Ctrl+C", mark("Copy the chosen message")),
    Fixed("Ctrl+S", mark("Save the macro"), "macro_save"),
)
MOVING: tuple[Fixed, ...] = tuple(
    Fixed(key, mark("Move within the window"))
    for key in ("Tab", "Shift+Tab", "Up", "Down", "Left", "Right", "PgUp", "PgDown", "Space")
)


class KeyMap:
    """Reads and changes keys, which are kept at once. `changed` when any is another.

    Keys are in Qt's notation: `J`, `G, I`, `Ctrl+Shift+N`; empty for none.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.changed: Signal[None] = Signal()
        settings.changed.connect(self._heard)

    def key(self, command: UiCommand) -> str:
        """The key a command has now."""
        return self._settings.choice(_KEYS + command.id, command.key)

    def shown(self, command: UiCommand) -> str:
        """The key as it stands on the keyboard; `G then I`. Empty for none."""
        return shown(self.key(command))

    def of(self, name: str) -> str:
        """The key of a command or of what has a fixed key. Raises KeyError for another name."""
        fixed = next((taken for taken in FIXED if taken.name == name), None)
        return shown(fixed.key) if fixed else self.shown(by_id(name))

    def beside(self, words: str, name: str) -> str:
        """Words for a tooltip with the key behind them that a command or a fixed key of a name has."""
        return keyed(words, self.of(name))

    def is_own(self, command: UiCommand) -> bool:
        """Whether the key is not the one it comes with."""
        return self.key(command) != command.key

    def set(self, command: UiCommand, key: str) -> None:
        """Give a command a key, or none; whoever had it, or one that begins with it, has none."""
        wanted = normal(key)
        for other in self.holders(command, wanted):
            self._keep(other, "")
        self._keep(command, wanted)

    def reset(self, command: UiCommand) -> None:
        """The key it comes with; taken back from whoever has it by now."""
        self.set(command, command.key)

    def reset_all(self) -> None:
        """Every command has the key it comes with."""
        for name in self._settings.names(_KEYS):
            self._settings.drop(name)

    def own(self) -> dict[str, str]:
        """The keys that somebody chose, by command."""
        return {c.id: self.key(c) for c in COMMANDS if self.is_own(c)}

    def restore(self, own: dict[str, str]) -> None:
        """Have these chosen keys again, and no others."""
        self.reset_all()
        for name, key in own.items():
            self._settings.keep_choice(_KEYS + name, key)

    def holders(self, command: UiCommand, key: str) -> list[UiCommand]:
        """The other commands that could not be reached beside `command` with this key."""
        others = (other for other in COMMANDS if other.id != command.id)
        return [other for other in others if clash(key, self.key(other))]

    def fixed(self, key: str) -> Fixed | None:
        """What takes this key before any command would, None when nothing does."""
        return next((taken for taken in (*FIXED, *MOVING) if clash(key, taken.key)), None)

    def _keep(self, command: UiCommand, key: str) -> None:
        if key == command.key:
            self._settings.drop(_KEYS + command.id)
        else:
            self._settings.keep_choice(_KEYS + command.id, key)

    def _heard(self, name: str) -> None:
        if name.startswith(_KEYS):
            self.changed.emit(None)


def normal(key: str) -> str:
    """A key as it is compared and kept, of at most MOST_STROKES strokes."""
    strokes = QKeySequence(key).toString(_PORTABLE).split(", ")
    return ", ".join(strokes[:MOST_STROKES])


def clash(one: str, other: str) -> bool:
    """Whether one key is the other, or how the other begins: pressing it would be ambiguous."""
    if not one or not other:
        return False
    first, second = QKeySequence(one), QKeySequence(other)
    none = QKeySequence.SequenceMatch.NoMatch
    return first.matches(second) != none or second.matches(first) != none


def keyed(words: str, key: str) -> str:
    """Words for a tooltip, and in brackets the key that does the same; without one the words."""
    return tr("{name} ({key})").format(name=words, key=key) if key else words


def shown(key: str) -> str:
    """A key in words: `G then I`."""
    strokes = [QKeySequence(s).toString(_NATIVE) for s in key.split(", ") if key]
    if len(strokes) == MOST_STROKES:
        return tr("{first} then {second}").format(first=strokes[0], second=strokes[1])
    return strokes[0] if strokes else ""
