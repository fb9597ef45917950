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
from console.desktop.commands.ticket import TICKET
from console.desktop.commands.view import VIEW

COMMANDS: tuple[UiCommand, ...] = (
    *MOVE, *MANY, *SEARCH, *TICKET, *LOOKS, *VIEW, *LANGUAGE, *SESSION,
)  # fmt: skip

__all__ = ["COMMANDS", "UiCommand"]
