"""The pages of the settings: which lines stand where."""

from typing import TYPE_CHECKING

from console.desktop import preferences as p
from console.desktop.preferences import Deed, Fact, Section
from console.kernel.tongue import mark, tr
from console.sync.client.work import CACHE_FILE, WORK_FILE
from console.ui import words

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

KEYS = "keys"
_KEPT = {
    "keyring": mark("Encrypted; this computer's keyring has the key."),
    "passphrase": mark("Encrypted with your passphrase."),
    "memory": mark("Encrypted with a key that is forgotten when Parley is quit."),
}


def _where(workspace: "Workspace") -> str:
    return str(workspace.settings.folder)


def _size(workspace: "Workspace") -> str:
    folder, found = workspace.settings.folder, []
    for name in (CACHE_FILE, WORK_FILE):
        parts = [file for file in folder.glob(f"{name}*") if file.is_file()]
        found.append(sum(file.stat().st_size for file in parts))
    told = tr("{cache} of tickets and messages, {work} of your own unsent work and drafts")
    return told.format(cache=words.size(found[0]), work=words.size(found[1]))


def _protected(workspace: "Workspace") -> str:
    return tr(_KEPT[workspace.program.kept])


def _lock(workspace: "Workspace") -> str:
    if workspace.program.may_lock:
        return tr("Shuts what is here until you type your passphrase. Nothing unsent is lost.")
    if workspace.program.kept == "keyring":
        return tr("Lock this computer's screen: its keyring holds the key, not a passphrase.")
    return tr("There is no passphrase here to unlock with.")


def _here(_: "Workspace") -> str:
    return tr("Ends the session and removes what is kept on this computer.")


def _everywhere(workspace: "Workspace") -> str:
    if workspace.program.connected:
        return tr("Ends every session of yours, on all computers, and removes what is kept here.")
    return tr("Needs the server, which cannot be reached now.")


def _scaled(workspace: "Workspace") -> str:
    if workspace.program.scale_waits:
        return tr("The size you chose is shown when Parley starts again.")
    return tr("Windows, drafts and unsent work are there again afterwards.")


def _quiet(workspace: "Workspace") -> str:
    until = workspace.program.quiet_until
    if until is None:
        return tr("Notifications come as set above.")
    return tr("No notifications until {time}.").format(time=words.clock(until))


SECTIONS: tuple[Section, ...] = (
    Section(
        "general",
        mark("General"),
        "sliders",
        (p.LANGUAGE, p.READ_AFTER, p.UNDO_SEND, p.UNDO_SHOWN, p.TRAY),
    ),
    Section(
        "appearance",
        mark("Appearance"),
        "palette",
        (
            p.THEME,
            p.DENSITY,
            p.SCALE,
            Deed(
                mark("Start again"),
                mark("Start again"),
                "restart",
                _scaled,
                lambda w: w.program.may_restart,
            ),
            p.MOTION,
        ),
    ),
    Section(
        "writing",
        mark("Writing"),
        "pencil-simple",
        (
            p.RICH,
            p.SPELLING,
            p.SPELLING_LANGUAGE,
            Fact(mark("Dictionaries"), lambda w: w.spelling.found),
            Deed(
                mark("My dictionary"),
                mark("Show words…"),
                "spelling_words",
                lambda w: w.spelling.own_told,
                lambda w: bool(w.spelling.own),
            ),
        ),
    ),
    Section(KEYS, mark("Keys"), "keyboard", ()),
    Section(
        "notifications",
        mark("Notifications"),
        "bell",
        (
            p.NOTIFY,
            p.ASSIGNED,
            p.REPLIED,
            p.MENTIONED,
            p.REFUSED,
            p.UNDONE,
            p.SHOW_TEXT,
            p.SOUND,
            p.QUIET,
            p.QUIET_FROM,
            p.QUIET_TO,
            Deed(mark("Quiet for now"), mark("For an hour"), "quiet_hour", _quiet),
        ),
    ),
    Section(
        "device",
        mark("Privacy and device"),
        "lock-key",
        (
            Fact(mark("Where it is kept"), _where),
            Fact(mark("How much it is"), _size),
            Fact(mark("How it is protected"), _protected),
            Deed(mark("Lock"), mark("Lock now"), "lock", _lock, lambda w: w.program.may_lock),
            Deed(mark("Sign out here"), mark("Sign out"), "sign_out", _here),
            Deed(
                mark("Sign out everywhere"),
                mark("Sign out everywhere"),
                "sign_out_everywhere",
                _everywhere,
                lambda w: w.program.connected,
            ),
        ),
    ),
)
