"""Macros on the wire: the kind, and the commands by which they are made, changed and deleted."""

from console.kernel.codec import Strict
from console.macros.model import Content, Macro
from console.sync.records import Kind

MACRO = Kind("macro", Macro)


class CreateMacro(Strict, frozen=True):
    """Make the target, a new macro of the author's.

    A macro for oneself or for a team of one's own needs `macro.write`, one for everybody
    `macro.share`. The same id twice is refused with `already_there`.
    """

    content: Content


class ChangeMacro(Strict, frozen=True):
    """Give a macro this content; a colleague changed it since the author looked: `macro_changed`."""

    content: Content


class DeleteMacro(Strict, frozen=True):
    """Delete a macro; a colleague changed it since the author looked: `macro_changed`."""
