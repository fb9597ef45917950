"""Every command of the workspace: its words, its key, what it does. One list feeds keys, palette, help.

Each part of the workspace has its own file of them; what a command does is asked of the workspace or
of the part that it concerns.
"""

from console.desktop.commands.command import UiCommand
from console.desktop.commands.language import LANGUAGE
from console.desktop.commands.looks import LOOKS
from console.desktop.commands.many import MANY
from console.desktop.commands.move import MOVE
from console.desktop.commands.search import SEARCH
from console.desktop.commands.session import SESSION
from console.desktop.commands.settings import SETTINGS
from console.desktop.commands.thread import THREAD
from console.desktop.commands.ticket import TICKET
from console.desktop.commands.view import VIEW
from console.desktop.commands.writing import WRITING

COMMANDS: tuple[UiCommand, ...] = (
    *MOVE, *MANY, *SEARCH, *TICKET, *WRITING, *THREAD, *LOOKS, *VIEW, *LANGUAGE, *SETTINGS, *SESSION,
)  # fmt: skip
_BY_ID = {command.id: command for command in COMMANDS}


def by_id(name: str) -> UiCommand:
    """The command of that id. Raises KeyError for one that is not there."""
    return _BY_ID[name]


__all__ = ["COMMANDS", "UiCommand", "by_id"]
