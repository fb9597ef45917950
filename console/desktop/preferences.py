"""What can be set, as data: each section's lines, their words, and the value that holds by default."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSystemTrayIcon

from console.desktop.settings import SYSTEM, UNDO_CHOICES_S, UNDO_S, Settings
from console.kernel.tongue import LANGUAGES, mark, tr

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace


@dataclass(frozen=True)
class Toggle:
    """On or off; kept under `name`."""

    name: str
    title: str
    default: bool = True
    more: str = ""
    lacking: Callable[[], str] = lambda: ""
    """Why it can do nothing here, empty where it can."""

    def of(self, settings: Settings) -> bool:
        """Whether it is on."""
        return settings.choice(self.name, "yes" if self.default else "no") == "yes"

    def keep(self, settings: Settings, on: bool) -> None:
        """Turn it on or off."""
        settings.keep_choice(self.name, "yes" if on else "no")


@dataclass(frozen=True)
class Pick:
    """One of a few: pairs of what is kept and its words."""

    name: str
    title: str
    options: tuple[tuple[str, str], ...]
    default: str
    more: str = ""
    said: Callable[[str], str] = tr
    """An option's words as they are shown."""

    def of(self, settings: Settings) -> str:
        """What is chosen; the default for what is not to be had (any more)."""
        told = settings.choice(self.name, self.default)
        return told if told in dict(self.options) else self.default

    def keep(self, settings: Settings, value: str) -> None:
        """Choose."""
        settings.keep_choice(self.name, value)


@dataclass(frozen=True)
class Hour:
    """A time of the day on this computer, to the minute."""

    name: str
    title: str
    default: time
    more: str = ""

    def of(self, settings: Settings) -> time:
        """The time that holds."""
        try:
            return time.fromisoformat(settings.choice(self.name, ""))
        except ValueError:
            return self.default

    def keep(self, settings: Settings, at: time) -> None:
        """Set it."""
        settings.keep_choice(self.name, at.isoformat("minutes"))


@dataclass(frozen=True)
class Deed:
    """Something to do, by the command of that id; `told` says how things stand."""

    title: str
    button: str
    command: str
    told: Callable[["Workspace"], str]
    ready: Callable[["Workspace"], bool] = lambda _: True


@dataclass(frozen=True)
class Fact:
    """How something is, to be read and not to be set."""

    title: str
    told: Callable[["Workspace"], str]


Preference = Toggle | Pick | Hour | Deed | Fact


@dataclass(frozen=True)
class Section:
    """A page of the settings."""

    name: str
    title: str
    icon: str
    lines: tuple[Preference, ...]


_NO_TRAY = mark("This desktop has no tray.")
_AS_SYSTEM = mark("As the system")


def _seconds(told: str) -> str:
    return tr("{seconds} s").format(seconds=told) if told.isdecimal() else tr(told)


READ_AFTER = Pick(
    "read_after",
    mark("Mark a ticket as read"),
    (
        ("0", mark("At once")),
        ("1500", mark("After 1.5 s")),
        ("5000", mark("After 5 s")),
        ("-1", mark("Never by itself")),
    ),
    "1500",
    mark("How long somebody looks at a ticket before its messages count as read."),
)
UNDO_SHOWN = Pick(
    "undo_shown",
    mark("Offer to undo for"),
    (("5000", "5"), ("8000", "8"), ("15000", "15"), ("30000", "30")),
    "8000",
    mark("How long the line at the bottom says what was just done and takes it back."),
    _seconds,
)
UNDO_SEND = Pick(
    "undo_s",
    mark("Send messages after"),
    tuple((str(s), str(s) if s else mark("At once")) for s in UNDO_CHOICES_S),
    str(UNDO_S),
    mark("How long a message waits here, so that it can be taken back."),
    _seconds,
)
RICH = Toggle(
    "rich",
    mark("Begin messages with formats"),
    default=False,
    more=mark("Bold, lists, links; whoever cannot show them reads the same as plain text."),
)
SPELLING = Toggle("spelling", mark("Check spelling while writing"))
SPELLING_LANGUAGE = Pick(
    "spelling.language",
    mark("Check messages in"),
    (("recipient", mark("The recipient's language")), ("mine", mark("The language of Parley"))),
    "recipient",
    mark("Until a few words show in which one you write. Notes begin in the language of Parley."),
)
LANGUAGE = Pick(
    "language",
    mark("Language"),
    ((SYSTEM, _AS_SYSTEM), *LANGUAGES.items()),
    SYSTEM,
    mark("Every language stands here under the name it has for itself."),
    lambda name: tr(name) if name == _AS_SYSTEM else name,
)
TRAY = Toggle(
    "tray",
    mark("Stay in the tray when the last window is closed"),
    default=False,
    more=mark("Notifications go on. Quit from the tray's menu, or with the Quit command."),
    lacking=lambda: "" if QSystemTrayIcon.isSystemTrayAvailable() else _NO_TRAY,
)
THEME = Pick(
    "theme",
    mark("Theme"),
    (
        ("system", mark("As the system")),
        ("light", mark("Light")),
        ("dark", mark("Dark")),
        ("contrast", mark("High contrast")),
    ),
    "system",
)
DENSITY = Pick(
    "density",
    mark("Rows"),
    (("comfortable", mark("Comfortable")), ("compact", mark("Compact"))),
    "comfortable",
    mark("Compact rows show half as many tickets again."),
)
SCALES = (100, 110, 125, 150, 175, 200)
SCALE = Pick(
    "scale",
    mark("Size of everything"),
    tuple((str(share), f"{share} %") for share in SCALES),
    "100",
    mark("On top of the system's own scaling, from the next start on."),
)
MOTION = Pick(
    "motion",
    mark("Motion"),
    (("system", mark("As the system")), ("still", mark("None"))),
    "system",
    mark("Without motion nothing blinks, slides or fades."),
)
NOTIFY = Toggle("notify", mark("Notify me on the desktop"))
ASSIGNED = Toggle("notify.assigned", mark("A ticket is given to me"))
REPLIED = Toggle("notify.replied", mark("Somebody answers on a ticket of mine"))
MENTIONED = Toggle("notify.mentioned", mark("A colleague mentions me in a note"))
REFUSED = Toggle("notify.refused", mark("Something I did was refused"))
UNDONE = Toggle("notify.undone", mark("Something I did was undone or waits for my word"))
SHOW_TEXT = Toggle(
    "notify.text",
    mark("Show what the message says"),
    more=mark("Off: who and which ticket, but not a word of the message."),
)
SOUND = Toggle("notify.sound", mark("With a sound"), default=False)
QUIET = Toggle("quiet", mark("Do not disturb every day"), default=False)
QUIET_FROM = Hour("quiet.from", mark("From"), time(20))
QUIET_TO = Hour("quiet.to", mark("Until"), time(7))
