"""Macros on the wire: the kind, and the commands by which they are made, changed and deleted."""

from console.kernel.codec import Strict
from console.kernel.grown import names_of
from console.macros.model import Content, Macro
from console.sync.records import Kind

MACRO = Kind("macro", Macro)
FIRST = (
    "name", "shortcut", "text", "at_once", "sharing", "team_id", "deeds", "deeds.status",
    "deeds.priority", "deeds.add_tags", "deeds.remove_tags", "deeds.assignee_id", "deeds.to_me",
)  # fmt: skip
"""What the first release knew of a macro's content: it does not say so."""
KNOWN = names_of(Content)


class CreateMacro(Strict, frozen=True):
    """Make the target, a new macro of the author's.

    A macro for oneself or for a team of one's own needs `macro.write`, one for everybody
    `macro.share`. The same id twice is refused with `already_there`.
    """

    content: Content


class ChangeMacro(Strict, frozen=True):
    """Give a macro this content; a colleague changed it since the author looked: `macro_changed`.

    What the author does not know of the content, as `knows` says, stays.
    """

    content: Content
    knows: tuple[str, ...] = FIRST


class DeleteMacro(Strict, frozen=True):
    """Delete a macro; a colleague changed it since the author looked: `macro_changed`."""
